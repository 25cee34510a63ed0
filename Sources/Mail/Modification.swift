/// One change of a message that a milter may ask the MTA for. A value: it is computed, printed, compared, then performed.
package enum Modification: Hashable, Sendable {
    /// Puts a field at `index` of the header: 0 above the MTA's own Received, 1 just below it (smfi_insheader).
    case insertHeader(index: Int, name: HeaderName, value: HeaderValue)
    /// Adds a field at the end of the header (smfi_addheader).
    case addHeader(name: HeaderName, value: HeaderValue)
    /// Gives the `index`th field of that name, 1 the first, another value (smfi_chgheader). Both MTAs add a field that is
    /// not there, so this is never used to add one.
    case changeHeader(name: HeaderName, index: Int, value: HeaderValue)
    /// Takes the `index`th field of that name away. Postfix renumbers after each, Sendmail does not: go from the
    /// highest index down.
    case deleteHeader(name: HeaderName, index: Int)
    /// Replaces the envelope sender; `parameters` are ESMTP parameters or empty (smfi_chgfrom).
    case changeSender(address: Bytes, parameters: Bytes)
    /// Adds an envelope recipient (smfi_addrcpt, smfi_addrcpt_par).
    case addRecipient(address: Bytes, parameters: Bytes)
    /// Removes an envelope recipient, named in the very form in which it arrived (smfi_delrcpt).
    case deleteRecipient(address: Bytes)
    /// Replaces the body (smfi_replacebody). Line ends are CRLF. Postfix wants this last of all.
    case replaceBody(Bytes)
    /// Holds the message in the MTA's quarantine with a reason of 1 to 100 characters (smfi_quarantine). No verdict: the
    /// message must be accepted besides.
    case quarantine(reason: HeaderValue)
}

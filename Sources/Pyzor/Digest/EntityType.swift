/// What kind of part an entity is, by its Content-Type.
///
/// Only the text before the first `;` counts, and it must hold exactly one `/`, else the part is text/plain; what
/// stands on either side of it is taken literally.
enum EntityType: Equatable {
    case text
    case html
    case multipart
    /// Its parts are messages unless they say otherwise (RFC 2046 section 5.1.5).
    case multipartDigest
    /// message/anything: its body is parsed as a message, never decoded.
    case message
    case deliveryStatus
    case other

    init(_ value: HeaderText) {
        let type = value.prefix { $0 != 0x3B }.stripped.lowerASCII
        guard let slash = type.firstIndex(of: 0x2F), type.lastIndex(of: 0x2F) == slash else {
            self = .text
            return
        }
        let (main, sub) = (type[..<slash], type[(slash + 1)...])
        if main.equals("text") {
            self = sub.equals("html") ? .html : .text
        } else if main.equals("multipart") {
            self = sub.equals("digest") ? .multipartDigest : .multipart
        } else if main.equals("message") {
            self = sub.equals("delivery-status") ? .deliveryStatus : .message
        } else {
            self = .other
        }
    }

    var isText: Bool { self == .text || self == .html }
    var isMultipart: Bool { self == .multipart || self == .multipartDigest }
}

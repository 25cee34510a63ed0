/// The SMTP client of a message, as the MTA saw it.
package struct Client: Sendable, Equatable {
    /// Where a connection came from (xxfi_connect's hostaddr).
    package enum Address: Sendable, Equatable {
        case ip(IPAddress, port: UInt16)
        case unix(path: Bytes)
        /// The MTA gave no address: `sendmail -bs`, or a family that it does not name.
        case unknown
    }

    package var address: Address
    /// The name that the MTA found for the address and that points back to it; nil when there is none.
    package var hostName: Bytes?
    /// What HELO or EHLO said; nil when it never came. Chosen by the client: hostile.
    package var helo: Bytes?

    package init(address: Address = .unknown, hostName: Bytes? = nil, helo: Bytes? = nil) {
        self.address = address
        self.hostName = hostName
        self.helo = helo
    }

    package var ipAddress: IPAddress? {
        if case .ip(let address, _) = address { address } else { nil }
    }

    /// Whether the message was not received by SMTP: no address, or loopback with port 0, as Postfix makes up for
    /// non_smtpd_milters (MILTER_README) and Sendmail for `-bs` and `-bm`.
    package var isLocalSubmission: Bool {
        switch address {
        case .ip(let address, let port): address.isLoopback && port == 0
        case .unix, .unknown: true
        }
    }
}

/// A client that proved who it is ({auth_type}, {auth_authen}, {auth_ssf}).
package struct Authentication: Sendable, Equatable {
    /// The SASL mechanism, `PLAIN` for one.
    package var mechanism: Bytes
    /// The login name.
    package var identity: Bytes

    package init(mechanism: Bytes, identity: Bytes) {
        self.mechanism = mechanism
        self.identity = identity
    }
}

/// How the SMTP connection was protected ({tls_version}, {cipher}, {cipher_bits}).
package struct TransportSecurity: Sendable, Equatable {
    package var version: Bytes
    package var cipher: Bytes?
    package var bits: Bytes?

    package init(version: Bytes, cipher: Bytes? = nil, bits: Bytes? = nil) {
        self.version = version
        self.cipher = cipher
        self.bits = bits
    }
}

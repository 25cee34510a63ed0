import NIOSSL

/// How a server on `tls://` is spoken to. TLS 1.2 is the oldest version that is taken.
public struct TLSOptions: Hashable, Sendable {
    /// What is checked of the server's certificate.
    public enum Verification: String, Hashable, Sendable, CaseIterable {
        /// That a trusted authority signed it, and that it is for this host.
        case full
        /// That a trusted authority signed it.
        case chain
        /// Nothing: anybody between us can read and answer.
        case none
    }

    /// What opens an encrypted key.
    public enum KeyPassword: Hashable, Sendable, CustomStringConvertible {
        /// The first line of this file.
        case file(String)
        /// The password itself.
        case text(String)

        /// The password is never shown.
        public var description: String {
            switch self {
            case .file(let path): "file \(path)"
            case .text: "(hidden)"
            }
        }
    }

    /// PEM file, or folder of such files, of the authorities to trust; nil: the system's.
    public var authorities: String?
    /// PEM file with our certificate and its chain; nil: we show none.
    public var certificate: String?
    /// PEM file with our key; nil: it stands in the certificate's file.
    public var key: String?
    /// What opens the key, if it is encrypted.
    public var keyPassword: KeyPassword?
    /// What is checked of the server's certificate.
    public var verification: Verification

    public init(
        authorities: String? = nil,
        certificate: String? = nil,
        key: String? = nil,
        keyPassword: KeyPassword? = nil,
        verification: Verification = .full
    ) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
        self.keyPassword = keyPassword
        self.verification = verification
    }
}

extension TLSOptions {
    /// Reads the files and makes what connections need. It reads files, so it is for starting and reloading.
    ///
    /// - Throws: ``SpamdError`` with `.invalidConfiguration` that names the file.
    func makeContext() throws(SpamdError) -> NIOSSLContext {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        switch verification {
        case .full: tls.certificateVerification = .fullVerification
        case .chain: tls.certificateVerification = .noHostnameVerification
        case .none: tls.certificateVerification = .none
        }
        if let authorities { tls.trustRoots = try Self.trustRoots(authorities) }
        if let certificate {
            tls.certificateChain = try Self.naming("certificate", certificate) {
                try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
            }
            tls.privateKey = .privateKey(try privateKey(file: key ?? certificate))
        } else if let key {
            throw SpamdError(.invalidConfiguration, text: "TLS key \(key): a key needs a certificate")
        }
        return try Self.naming("settings", certificate ?? authorities ?? "") { try NIOSSLContext(configuration: tls) }
    }

    private func privateKey(file: String) throws(SpamdError) -> NIOSSLPrivateKey {
        guard let password = try keyPassword?.bytes() else {
            return try Self.naming("key", file) { try NIOSSLPrivateKey(file: file, format: .pem) }
        }
        return try Self.naming("key", file) {
            try NIOSSLPrivateKey(file: file, format: .pem) { $0(password) }
        }
    }

    /// A file is read now, so that a wrong one is named; a folder is looked into by the TLS library when needed.
    private static func trustRoots(_ path: String) throws(SpamdError) -> NIOSSLTrustRoots {
        if isFolder(path) { return .file(path) }
        return try naming("authorities", path) { .certificates(try NIOSSLCertificate.fromPEMFile(path)) }
    }

    private static func naming<Value>(
        _ what: String,
        _ file: String,
        _ make: () throws -> Value
    ) throws(SpamdError) -> Value {
        // The TLS library would wait for a writer, and with it a reload, for ever.
        if isFIFO(file) {
            throw SpamdError(.invalidConfiguration, text: "TLS \(what) \(file): is a FIFO, expected a regular file")
        }
        do {
            return try make()
        } catch {
            throw SpamdError(.invalidConfiguration, text: "TLS \(what) \(file): \(error)")
        }
    }
}

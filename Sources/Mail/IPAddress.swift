import Glibc

/// An IPv4 or IPv6 address. An IPv4 address that was mapped into IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes in network order.
    package let bytes: Bytes

    /// From 4 or 16 bytes in network order; nil for any other count.
    package init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self.bytes = Bytes(bytes)
        case 16: self.bytes = Self.unmapped(Bytes(bytes))
        default: return nil
        }
    }

    /// From text such as `192.0.2.1`, `2001:db8::1` or `IPv6:2001:db8::1` (the spelling of RFC 5321 section 4.1.3).
    package init?(_ text: some StringProtocol) {
        let address = text.lowercased().hasPrefix("ipv6:") ? String(text.dropFirst(5)) : String(text)
        var raw = Bytes(repeating: 0, count: 16)
        if inet_pton(AF_INET, address, &raw) == 1 {
            bytes = Bytes(raw[..<4])
        } else if inet_pton(AF_INET6, address, &raw) == 1 {
            bytes = Self.unmapped(raw)
        } else {
            return nil
        }
    }

    package var isIPv6: Bool { bytes.count == 16 }

    /// Whether this is 127.0.0.0/8 or ::1.
    package var isLoopback: Bool { isIPv6 ? bytes == Bytes(repeating: 0, count: 15) + [1] : bytes[0] == 127 }

    package var description: String {
        String(unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { text in
            bytes.withUnsafeBytes { raw in
                text.withMemoryRebound(to: CChar.self) { text in
                    // It fails for an unknown family and for want of room only.
                    guard let start = text.baseAddress,
                        inet_ntop(isIPv6 ? AF_INET6 : AF_INET, raw.baseAddress, start, socklen_t(text.count)) != nil
                    else { return 0 }
                    return strnlen(start, text.count)
                }
            }
        }
    }

    private static func unmapped(_ bytes: Bytes) -> Bytes {
        let mappedPrefix = Bytes(repeating: 0, count: 10) + [0xFF, 0xFF]
        return bytes.starts(with: mappedPrefix) ? Bytes(bytes[12...]) : bytes
    }
}

/// A block of addresses in CIDR notation (RFC 4632): `127.0.0.0/8`, `2001:db8::/32`; a bare address is a block of one.
package struct Network: Hashable, Sendable, CustomStringConvertible {
    package let address: IPAddress
    package let prefixLength: Int

    /// Nil for text that is no address or block. Bits behind the prefix must be zero, as `10.0.0.1/8` is mostly a slip.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let width = address.bytes.count * 8
        guard let length = parts.count == 2 ? Self.decimal(parts[1]) : width, length <= width else { return nil }
        self.address = address
        prefixLength = length
        guard Self.masked(address, to: length) == address.bytes else { return nil }
    }

    /// Whether `address` lies in this block. An IPv4 address never lies in an IPv6 block.
    package func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == self.address.bytes.count
            && Self.masked(address, to: prefixLength) == self.address.bytes
    }

    package var description: String { "\(address)/\(prefixLength)" }

    private static func decimal(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } && text.utf8.count <= 3 ? Int(text) : nil
    }

    private static func masked(_ address: IPAddress, to length: Int) -> Bytes {
        address.bytes.enumerated().map { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return kept == 0 ? 0 : byte & (0xFF << UInt8(8 - kept))
        }
    }
}

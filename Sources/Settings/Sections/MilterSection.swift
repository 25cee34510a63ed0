import Mail

/// `milter`: how the MTA reaches the filter. All of it is fixed while the daemon runs.
package struct MilterSection: Equatable, Sendable {
    package var listen = MilterAddress.unix(path: "/run/tamis/milter.sock")
    /// The permissions of a unix socket.
    package var socketMode: UInt32 = 0o660
    /// The group that a unix socket is given to; nil leaves the daemon's own.
    package var socketGroup: String?

    package init() {}
}

extension MilterSection {
    static let schema = Schema<MilterSection>(
        [
            .value(
                "listen",
                \.listen,
                .milterAddress,
                "Where the MTA connects: unix:/path, or inet:HOST:PORT (inet:PORT@HOST is read too).",
                examples: ["inet:127.0.0.1:8897"],
                needsRestart: true
            ),
            .value(
                "socket-mode",
                \.socketMode,
                .fileMode,
                "Permissions of the unix socket, in octal digits.",
                needsRestart: true
            ),
            .value(
                "socket-group",
                \.socketGroup,
                .group,
                "Group of the unix socket, for set-ups without the shipped unit. A change that fails is an error.",
                examples: ["postfix"],
                needsRestart: true
            ),
        ],
        check: { section, given, key, reading in
            guard given.isSound("listen") else { return }
            switch section.listen {
            case .unix:
                guard section.socketMode & 0o002 != 0, let place = given["socket-mode"] else { return }
                reading.warn(place, "\(key).socket-mode", "every local user can talk to this socket")
            case .inet(let address):
                if let place = given["listen"], address.address?.isLoopback != true, address.host != "localhost" {
                    let text = "whoever reaches this port can use the filter; a milter knows no passwords"
                    reading.warn(place, "\(key).listen", text)
                }
                let isSet = [
                    "socket-mode": section.socketMode != MilterSection().socketMode,
                    "socket-group": section.socketGroup != nil,
                ]
                for (name, isSet) in isSet where isSet {
                    guard let place = given[name] else { continue }
                    reading.warn(place, "\(key).\(name)", "has no effect, since listen is no unix socket")
                }
            }
        }
    )
}

extension Form where Value == UInt32 {
    /// Permissions in three or four octal digits, the first of four being 0.
    static var fileMode: Form {
        .scalar(
            expected: "octal digits from 0000 to 0777 such as 0660",
            parse: { text throws(Refusal) in
                let digits = text.utf8
                guard digits.count == 3 || digits.count == 4, digits.allSatisfy({ (0x30...0x37).contains($0) }),
                    let mode = UInt32(text, radix: 8), mode <= 0o777
                else { throw .unlike(hint: text.hasPrefix("0o") ? "write 0\(text.dropFirst(2))" : nil) }
                return mode
            },
            write: { mode in
                let digits = String(mode, radix: 8)
                return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
            }
        )
    }
}

extension Form where Value == String? {
    /// The name or the number of a group; nothing stands for none.
    static var group: Form {
        .scalar(
            expected: "the name of a group such as postfix",
            parse: { text throws(Refusal) in
                let isName = text.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                    default: "._-".utf8.contains(byte)
                    }
                }
                guard isName, (1...32).contains(text.utf8.count), text.first != "-" else { throw .unlike() }
                return text
            },
            write: { $0 ?? "" }
        )
    }
}

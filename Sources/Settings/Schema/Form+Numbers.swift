extension Form where Value == Int {
    /// A whole number in decimal digits, without sign or leading zeros.
    static func integer(_ range: ClosedRange<Int>) -> Form {
        .scalar(
            expected: "a whole number such as \(min(20, range.upperBound))",
            range: "from \(range.lowerBound) to \(range.upperBound)",
            parse: { text throws(Refusal) in
                guard let number = wholeNumber(text) else { throw .unlike() }
                guard range.contains(number) else { throw .outOfRange }
                return number
            },
            write: { String($0) }
        )
    }

    /// A number of bytes with its unit: `512MiB`. Units are binary and none can be left out.
    static func size(_ range: ClosedRange<Int>) -> Form {
        .scalar(
            expected: "a size such as 2MiB",
            range: "from \(sizeText(range.lowerBound)) to \(sizeText(range.upperBound))",
            parse: { text throws(Refusal) in
                let (digits, unit) = split(text)
                guard let factor = sizeUnits.first(where: { $0.name == unit })?.bytes else {
                    throw .unlike(hint: sizeHint(digits, unit))
                }
                guard let number = wholeNumber(digits) else { throw .unlike() }
                let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: factor)
                guard !isTooLarge, range.contains(bytes) else { throw .outOfRange }
                return bytes
            },
            write: sizeText
        )
    }
}

extension Form where Value == Duration {
    /// A time with its unit: `40s`, `1.5m`. It must be whole milliseconds, and the unit cannot be left out.
    static func duration(_ range: ClosedRange<Duration>) -> Form {
        .scalar(
            expected: "a duration such as 40s",
            range: "from \(durationText(range.lowerBound)) to \(durationText(range.upperBound))",
            parse: { text throws(Refusal) in
                let (digits, unit) = split(text)
                guard let factor = durationUnits.first(where: { $0.name == unit })?.milliseconds else {
                    throw .unlike(hint: durationHint(digits, unit))
                }
                guard let milliseconds = milliseconds(digits, times: factor) else { throw .unlike() }
                let value = Duration.milliseconds(milliseconds)
                guard range.contains(value) else { throw .outOfRange }
                return value
            },
            write: durationText
        )
    }
}

private let sizeUnits = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]
    .map { (name: $0.0, bytes: $0.1) }

private let durationUnits = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
    .map { (name: $0.0, milliseconds: $0.1) }

/// The largest unit that gives a whole number, `1536MiB`.
func sizeText(_ bytes: Int) -> String {
    let unit = sizeUnits.last { bytes % $0.bytes == 0 && bytes >= $0.bytes } ?? sizeUnits[0]
    return "\(bytes / unit.bytes)\(unit.name)"
}

/// The largest unit that gives a whole number, `90s`.
func durationText(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    let unit = durationUnits.last { milliseconds % $0.milliseconds == 0 && milliseconds >= $0.milliseconds }
    return unit.map { "\(milliseconds / $0.milliseconds)\($0.name)" } ?? "0s"
}

/// Decimal digits without sign, blanks or leading zeros; nil for anything else and for more than 18 digits.
func wholeNumber(_ text: some StringProtocol) -> Int? {
    let digits = Array(text.utf8)
    guard (1...18).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.count > 1 && digits[0] == 0x30 ? nil : Int(text)
}

/// The leading digits and points, and the rest.
private func split(_ text: String) -> (Substring, Substring) {
    let end = text.utf8.firstIndex { !(0x30...0x39).contains($0) && $0 != 0x2E } ?? text.endIndex
    return (text[..<end], text[end...])
}

/// `1.5` times 60000: exactly, nil when it is no number or leaves a fraction.
private func milliseconds(_ digits: Substring, times factor: Int) -> Int? {
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = wholeNumber(parts[0]), whole < 1_000_000_000_000 else { return nil }
    guard parts.count == 2 else {
        let (value, isTooLarge) = whole.multipliedReportingOverflow(by: factor)
        return isTooLarge ? nil : value
    }
    guard (1...3).contains(parts[1].utf8.count), let fraction = Int(parts[1]), whole < 1_000_000 else { return nil }
    let thousandths = [100, 10, 1][parts[1].utf8.count - 1] * fraction * factor
    return thousandths % 1000 == 0 ? whole * factor + thousandths / 1000 : nil
}

private func durationHint(_ digits: Substring, _ unit: Substring) -> String? {
    guard !digits.isEmpty else { return nil }
    let meant: [String: String] = [
        "": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minutes": "m",
        "minute": "m", "hour": "h", "hours": "h", "day": "d", "days": "d", "msec": "ms", "millis": "ms",
    ]
    let bare = unit.lowercased().filter { $0 != " " }
    let name = durationUnits.map(\.name).first { $0 == bare } ?? meant[bare]
    return name.map { "did you mean \(digits)\($0)?" } ?? "units are ms, s, m, h and d"
}

private func sizeHint(_ digits: Substring, _ unit: Substring) -> String? {
    guard !digits.isEmpty else { return nil }
    let meant = ["": "B", "k": "KiB", "m": "MiB", "g": "GiB", "b": "B", "bytes": "B"]
    let bare = unit.lowercased().filter { $0 != " " }
    let name =
        meant[bare]
        ?? meant[String(bare.prefix(1))].flatMap { ["kb", "mb", "gb", "kib", "mib", "gib"].contains(bare) ? $0 : nil }
    return name.map { "did you mean \(digits)\($0)?" } ?? "units are B, KiB, MiB and GiB"
}

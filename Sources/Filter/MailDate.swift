import Mail

/// A point in time as mail writes it (RFC 5322 section 3.3), always in UTC: `Tue, 23 May 2006 13:06:35 +0000`.
package struct MailDate: Sendable, Hashable, CustomStringConvertible {
    /// Seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
    package let seconds: Int64

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    package var description: String {
        var text = Bytes()
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text to `bytes`.
    func append(to bytes: inout Bytes) {
        let days = seconds.floorDivided(by: 86_400)
        let second = seconds - days * 86_400
        let date = Self.civilDate(daysSinceEpoch: days)
        let weekday = Self.weekdays[Int((days + 4) - (days + 4).floorDivided(by: 7) * 7)]
        bytes.append(utf8: weekday)
        bytes.append(utf8: ", ")
        bytes.append(decimal: date.day)
        bytes.append(0x20)
        bytes.append(utf8: Self.months[date.month - 1])
        bytes.append(0x20)
        bytes.append(decimal: date.year)
        bytes.append(0x20)
        bytes.append(decimal: second / 3_600, width: 2)
        bytes.append(0x3A)
        bytes.append(decimal: second / 60 % 60, width: 2)
        bytes.append(0x3A)
        bytes.append(decimal: second % 60, width: 2)
        bytes.append(utf8: " +0000")
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The proleptic Gregorian date of a day, 0 being 1970-01-01. Years are counted from March, so that the day that a
    /// leap year adds is the last of its year.
    private static func civilDate(daysSinceEpoch: Int64) -> (year: Int64, month: Int, day: Int64) {
        let daysSinceMarch0000 = daysSinceEpoch + 719_468
        let era = daysSinceMarch0000.floorDivided(by: 146_097)
        let dayOfEra = daysSinceMarch0000 - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity, so that times before 1970 come out right.
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        self / divisor - (self % divisor < 0 ? 1 : 0)
    }
}

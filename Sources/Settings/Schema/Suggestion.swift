/// The name that was probably meant: the nearest one, if it is near enough; nil otherwise.
///
/// Case and `_` for `-` do not count. Otherwise up to a third of the letters may be added, left out, changed or swapped.
func suggestion(for word: String, among names: [String]) -> String? {
    guard (1...64).contains(word.utf8.count) else { return nil }
    let plain = normalized(word)
    let ranked = names.map { (name: $0, distance: distance(plain, normalized($0))) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
    return best.distance <= max(1, min(plain.count, best.name.utf8.count) / 3) ? best.name : nil
}

private func normalized(_ word: String) -> [UInt8] {
    word.lowercased().utf8.map { $0 == 0x5F ? 0x2D : $0 }
}

/// How many letters must be added, removed, changed or swapped with their neighbour (optimal string alignment).
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        for column in right.indices {
            let change = last[column] + (left[row] == right[column] ? 0 : 1)
            var cost = min(last[column + 1] + 1, current[column] + 1, change)
            let isSwap = row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
            if isSwap { cost = min(cost, beforeLast[column - 1] + 1) }
            current.append(cost)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}

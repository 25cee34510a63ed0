import FuzzDriver
import FuzzTargets
import Glibc

// fuzz TARGET [what libFuzzer takes]: one program for all targets.

// The library asks for this name; the driver below is given the same function.
@_cdecl("LLVMFuzzerTestOneInput")
func one(_ data: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    Chosen.target.run(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

enum Chosen {
    static let target: FuzzTarget = {
        guard let name = CommandLine.arguments.dropFirst().first, let target = FuzzTarget.named(name) else {
            tell("usage: fuzz TARGET [CORPUS..] [-max_total_time=60 ...]")
            for target in FuzzTarget.all { tell("  \(target.name)") }
            exit(64)
        }
        return target
    }()
}

_ = Chosen.target
let words = [CommandLine.arguments[0]] + CommandLine.arguments.dropFirst(2)
var count = Int32(words.count)
var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
let status = pointers.withUnsafeMutableBufferPointer { pointers in
    var start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = pointers.baseAddress
    return LLVMFuzzerRunDriver(&count, &start) { data, size in one(data, size) }
}
exit(status)

import CZlib
import NIOCore

// Bodies compressed by zlib (RFC 1950, not gzip). The only file that touches zlib.

/// The bytes compressed.
///
/// - Throws: ``SpamdError`` with `.invalidRequest` if there are 4 GiB or more, or zlib has no memory.
func deflated(_ plain: ByteBuffer) throws(SpamdError) -> ByteBuffer {
    guard plain.readableBytes < Int(UInt32.max) else { throw .invalidRequest("too large to compress") }
    var size = compressBound(uLong(plain.readableBytes))
    var packed = ByteBuffer()
    let code = packed.writeWithUnsafeMutableBytes(minimumWritableBytes: Int(size)) { target, code in
        code = plain.withUnsafeReadableBytes { source in
            compress2(
                target.bindMemory(to: Bytef.self).baseAddress,
                &size,
                source.bindMemory(to: Bytef.self).baseAddress,
                uLong(source.count),
                Z_DEFAULT_COMPRESSION
            )
        }
        return code == Z_OK ? Int(size) : 0
    }
    guard code == Z_OK else { throw .invalidRequest("zlib could not compress (\(code))") }
    return packed
}

/// The bytes uncompressed, which must be one whole zlib stream; what follows its end is dropped, as spamd does.
///
/// Memory is bounded by the limit: no more than that is ever written.
/// - Throws: ``SpamdError`` with `.limitExceeded` for more than `limit` bytes, `.malformedResponse` for anything but zlib.
func inflated(_ packed: ByteBuffer, limit: Int) throws(SpamdError) -> ByteBuffer {
    guard packed.readableBytes < Int(UInt32.max) else { throw .limit("compressed body") }
    var stream = z_stream()
    guard inflateInit_(&stream, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
        throw .malformed("zlib could not begin")
    }
    defer { inflateEnd(&stream) }
    var plain = ByteBuffer()
    let code = packed.withUnsafeReadableBytes { source in
        // zlib reads through this pointer and never writes.
        stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: Bytef.self).baseAddress)
        stream.avail_in = uInt(source.count)
        var code = Z_OK
        while code == Z_OK, plain.readableBytes <= limit {
            code = plain.inflateStep(&stream)
        }
        return code
    }
    guard plain.readableBytes <= limit else { throw .limit("inflated body of more than \(limit) bytes") }
    guard code == Z_STREAM_END else { throw .malformed("the compressed body is not a whole zlib stream") }
    return plain
}

extension ByteBuffer {
    /// Inflates up to 64 KiB more behind what is there. Z_BUF_ERROR means that the input has ended too early.
    fileprivate mutating func inflateStep(_ stream: inout z_stream) -> CInt {
        writeWithUnsafeMutableBytes(minimumWritableBytes: 64 << 10) { target, code in
            stream.next_out = target.bindMemory(to: Bytef.self).baseAddress
            stream.avail_out = uInt(min(target.count, 64 << 10))
            let room = stream.avail_out
            code = inflate(&stream, Z_NO_FLUSH)
            return Int(room - stream.avail_out)
        }
    }

    /// Writes by a body that also says how it went.
    fileprivate mutating func writeWithUnsafeMutableBytes(
        minimumWritableBytes: Int,
        _ body: (UnsafeMutableRawBufferPointer, inout CInt) -> Int
    ) -> CInt {
        var code: CInt = Z_OK
        writeWithUnsafeMutableBytes(minimumWritableBytes: minimumWritableBytes) { body($0, &code) }
        return code
    }
}

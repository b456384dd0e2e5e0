internal import CZlib

/// Decompression of gzip data that never makes more than it may.
enum Inflation: Hashable {
    case done([UInt8])
    case malformed
    case tooLarge

    /// Reads one gzip member (RFC 1952 §2.3) to its end; its checksum and length are zlib's to check.
    static func gzip(_ input: [UInt8], limit: Int) -> Inflation {
        var stream = z_stream()
        guard czlib_inflate_init_gzip(&stream) == Z_OK else { return .malformed }
        defer { inflateEnd(&stream) }
        var input = input
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = uInt(input.count)
            return inflate(&stream, limit: limit)
        }
    }

    private static func inflate(_ stream: inout z_stream, limit: Int) -> Inflation {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let (code, made) = chunk.withUnsafeMutableBufferPointer { chunk in
                stream.next_out = chunk.baseAddress
                stream.avail_out = uInt(chunk.count)
                let code = CZlib.inflate(&stream, Z_NO_FLUSH)
                return (code, chunk.count - Int(stream.avail_out))
            }
            guard code == Z_OK || code == Z_STREAM_END else { return .malformed }
            guard output.count + made <= limit else { return .tooLarge }
            output += chunk.prefix(made)
            if code == Z_STREAM_END { return stream.avail_in == 0 ? .done(output) : .malformed }
        }
    }
}

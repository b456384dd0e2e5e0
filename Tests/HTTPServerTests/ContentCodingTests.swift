import CZlib
import Testing

@testable import HTTPServer

@Suite struct ContentCodingTests {
    /// Data as `gzip` makes it.
    private static func gzip(_ input: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
                == Z_OK
        else { return [] }
        defer { deflateEnd(&stream) }
        var input = input
        var output = [UInt8](repeating: 0, count: input.count + 1024)
        let count = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = uInt(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = uInt(output.count)
                deflate(&stream, Z_FINISH)
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output.prefix(count))
    }

    private func status(_ bytes: [UInt8]) -> Int? {
        do throws(HTTPFailure) {
            _ = try ContentCoding("gzip").decode(bytes)
            return nil
        } catch { return error.status }
    }

    @Test("What was compressed comes back", arguments: [0, 1, 100, 100_000, 300_000])
    func roundTrip(count: Int) throws {
        var generator = SystemRandomNumberGenerator()
        let plain = (0..<count).map { _ in UInt8.random(in: 32...126, using: &generator) }
        #expect(try ContentCoding("GZip").decode(Self.gzip(plain)) == plain)
    }

    @Test("A body that grows more than a hundredfold, or past eight mebibytes, is 413")
    func bombs() {
        #expect(status(Self.gzip([UInt8](repeating: 32, count: 1 << 20))) == 413, "a ratio of about 1000")
        let blocks = (0..<90_000).flatMap { number in
            Array("\(number &* 2_654_435_761)".utf8) + [UInt8](repeating: 97, count: 90)
        }
        #expect(blocks.count > Limits.inflatedBytes)
        #expect(status(Self.gzip(blocks)) == 413)
    }

    @Test("What isn't one whole gzip member is 400")
    func malformed() {
        let whole = Self.gzip(Array("{\"justification\":\"x\"}".utf8))
        for bytes in [Array("{}".utf8), Array(whole.dropLast(6)), whole + whole, whole + [0], [0x1F, 0x8B]] {
            #expect(status(bytes) == 400)
        }
    }

    @Test("Another coding, or two, is 415", arguments: ["br", "deflate", "gzip, gzip", "identity, gzip", "*"])
    func otherCodings(header: String) {
        #expect(throws: HTTPFailure.self) { try ContentCoding(header) }
    }
}

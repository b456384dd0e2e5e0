import EDM
import JSON
import Testing

@Suite struct InstantTests {
    @Test(
        "Every spelling that clients send is read",
        arguments: [
            ("2026-11-20T21:00:00Z", "2026-11-20T21:00:00.000000Z"),
            ("2026-11-20T10:00:00", "2026-11-20T10:00:00.000000Z"),
            ("2026-11-20T10:00:00+00:00", "2026-11-20T10:00:00.000000Z"),
            ("2026-11-20T23:30:00+02:30", "2026-11-20T21:00:00.000000Z"),
            ("2026-11-20T21:00:00-01:00", "2026-11-20T22:00:00.000000Z"),
            ("2026-11-20T21:00:00.1234567Z", "2026-11-20T21:00:00.123456Z"),
            ("2026-11-20", "2026-11-20T00:00:00.000000Z"), ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
            ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000000Z"),
        ])
    func read(text: String, canonical: String) throws {
        #expect(try Instant(text).description == canonical)
        #expect(try Instant(canonical).description == canonical)
    }

    @Test(
        "What is no instant is refused",
        arguments: [
            "", "2026", "2026-13-01", "2026-02-29T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T10:60:00Z",
            "2026-11-20T10",
            "2026-11-20T10:00:00ZZ", "2026-11-20T10:00:00.Z", "20261120T100000Z", "2026-11-20T10:00:00+1", "now",
        ])
    func refused(text: String) {
        #expect(throws: Invalid.self) { try Instant(text) }
    }

    @Test("The stored form and every other spelling of an instant are the same instant")
    func forms() throws {
        var seed: UInt64 = 7
        let (first, last) = (try Instant("0001-01-01").microseconds, try Instant("9999-12-31").microseconds)
        for _ in 0..<5000 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let instant = Instant(microseconds: first + Int64(seed >> 1) % (last - first))
            let text = instant.description
            #expect(text.utf8.count == 27)
            #expect(try Instant(text) == instant)
            #expect(try Instant(text.dropLast() + "+00:00") == instant)
        }
        #expect(throws: Invalid.self) { try Instant("2026-02-29T00:00:00.000000Z") }
        #expect(throws: Invalid.self) { try Instant("2026-02-28T00:00:60.000000Z") }
        #expect(throws: Invalid.self) { try Instant("2026-02-28T00:00:00.00000éZ") }
    }

    @Test("The text form sorts as time does")
    func order() throws {
        var instant = try Instant("1999-12-31T23:59:58.999999Z")
        for step in [1, 999_999, 60_000_000, 86_400_000_000, 31_536_000_000_000] {
            let next = Instant(microseconds: instant.microseconds + Int64(step))
            #expect(instant.description < next.description)
            #expect(try Instant(next.description) == next)
            instant = next
        }
    }
}

@Suite struct DurationTests {
    @Test(
        "ISO 8601 and the Python SDK's own spelling are read, ISO 8601 is written",
        arguments: [
            ("PT8H", "PT8H"), ("8:00:00", "PT8H"), ("1 day, 8:00:00", "P1DT8H"), ("2 days, 0:30:00", "P2DT30M"),
            ("P90D", "P90D"), ("P1M", "P30D"), ("P1Y", "P365D"), ("P1W", "P7D"), ("PT0S", "PT0S"), ("PT1.5S", "PT1.5S"),
            ("P1DT2H30M", "P1DT2H30M"), ("PT90M", "PT1H30M"), ("-PT5M", "-PT5M"), ("PT08H", "PT8H"),
        ])
    func read(text: String, canonical: String) throws {
        #expect(try Duration(iso8601: text).json == .string(canonical))
    }

    @Test(
        "What is no duration is refused",
        arguments: ["", "P", "PT", "8", "8:00", "PT8", "P8H", "PTH", "P1DT", "8:61:00", "PT99999999999999H"])
    func refused(text: String) {
        #expect(throws: Invalid.self) { try Duration(iso8601: text) }
    }
}

import EDM
import JSON
import Testing
import Text

@testable import Storage

@Suite("Events")
struct EventTests {
    private let event = Event(
        "operationApprovalRequest.approved", subject: Key("operationApprovalRequest", "r1"), actor: "user:u1",
        facts: ["z": 1, "a": ["€", nil, true], "n": -0], texts: ["justification": "For Zoë", "decider": "Ada"],
        audit: ["result": "success"])

    private func stored() throws -> StoredEvent {
        try event.stored(
            in: "t1", change: "01234567-89ab-7fff-bfff-ffffffffffff", at: Instant(microseconds: 1_795_208_400_000_001),
            kind: CoinEvent.kind, entropy: FixedEntropy(byte: 0xAB))
    }

    /// Computed by another program. A leaf can't be changed later: where this test fails, the code is wrong.
    @Test("The leaf of this event is this one, for ever")
    func golden() throws {
        let stored = try stored()
        #expect(String(decoding: stored.bytes, as: UTF8.self) == Self.bytes)
        #expect(stored.leaf.hex == Self.leaf)
        #expect(stored.id == "01a1fac2-4c80-7bab-abab-abababababab")
    }

    static let bytes =
        #"{"actor":"user:u1","at":"2026-11-20T21:00:00.000001Z","change":"01234567-89ab-7fff-bfff-ffffffffffff","#
        + #""commitments":{"decider":"2c3b45d2631484907e29cc63e43a5c81e5242832fed43f98b8131d255b0662f1","justification":"bb035fb220f51bab112017dec91fd37cc402d30166cf4e21ad589940543b4667"},"facts":{"a":["€",null,true],"n":0,"z":1},"#
        + #""id":"01a1fac2-4c80-7bab-abab-abababababab","schema":1,"subject":"operationApprovalRequest/r1","#
        + #""tenant":"t1","type":"operationApprovalRequest.approved"}"#
    static let leaf = "d0b5d08bb32fc5db26201c0a4da63c5ce9eee18214f594c2817a540e8151cbbb"

    @Test("People read the audit's members and the instant; salts and texts stay inside")
    func row() throws {
        let row = try stored().row
        #expect(
            String(decoding: row.document, as: UTF8.self)
                == #"{"id":"01a1fac2-4c80-7bab-abab-abababababab","activityDateTime":"2026-11-20T21:00:00.000001Z","#
                + #""result":"success"}"#)
        let salt = String(repeating: "ab", count: 16)
        #expect(
            String(decoding: row.internals, as: UTF8.self)
                == #"{"texts":{"decider":["\#(salt)","Ada"],"justification":["\#(salt)","For Zoë"]}}"#)
        #expect(row.columns == [.integer(1_795_208_400_000_001)])
    }

    @Test("No text is in the leaf, and equal texts with other salts have other commitments")
    func commitments() throws {
        let bytes = String(decoding: try stored().bytes, as: UTF8.self)
        #expect(!bytes.contains("Zoë") && !bytes.contains("Ada"))
        let one = Event.commitment(to: "Ada", salt: Array(repeating: 1, count: 16))
        #expect(one != Event.commitment(to: "Ada", salt: Array(repeating: 2, count: 16)))
        #expect(one.count == 64)
    }

    @Test("A leaf of more than 65,535 bytes is refused in words")
    func tooLong() throws {
        var event = event
        event.facts["long"] = .string(String(repeating: "x", count: 65_535))
        #expect {
            try event.stored(
                in: "t", change: "c", at: Instant(microseconds: 0), kind: CoinEvent.kind, entropy: FixedEntropy(byte: 0)
            )
        } throws: { error in
            if case StorageError.tooLarge(let text) = error { text.contains("65535") } else { false }
        }
    }

    @Test("An audit with a member that the log's kind doesn't declare is refused")
    func undeclared() throws {
        var event = event
        event.audit["secret"] = "s"
        #expect(throws: Invalid.self) {
            try event.stored(
                in: "t", change: "c", at: Instant(microseconds: 0), kind: CoinEvent.kind, entropy: FixedEntropy(byte: 0)
            )
        }
    }
}

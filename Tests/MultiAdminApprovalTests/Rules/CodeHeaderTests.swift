import Approvals
import MultiAdminApproval
import Testing

@Suite("The code header")
struct CodeHeaderTests {
    @Test(
        "a raw GUID is taken in either case",
        arguments: [Fixture.requestId, Fixture.requestId.uppercased(), " \(Fixture.requestId) "])
    func accepted(text: String) throws {
        #expect(try CodeHeader.id(from: text) == Fixture.requestId)
    }

    @Test(
        "68: anything else is refused",
        arguments: [
            "", "YWFiYjEyMzQtNTY3OC05MDEyLWFiY2QtZWYwMTIzNDU2Nzg5", "{\(Fixture.requestId)}",
            "aabb1234567890 12abcdef0123456789",
            "gabb1234-5678-9012-abcd-ef0123456789", "aabb1234-5678-9012-abcd-ef012345678",
            "aabb1234-5678-9012-abcd-ef01234567890",
            "aabb1234-5678-9012-abcd-ef012345678é", "-----", "@abb1234-5678-9012-abcd-ef0123456789",
        ])
    func refused(text: String) {
        let thrown = #expect(throws: Refusal.self) { try CodeHeader.id(from: text) }
        #expect(thrown?.reason.hasPrefix("Invalid approval header format, expected GUID format") == true)
        #expect(thrown?.kind == .invalid)
    }

    @Test("70: the code wins over a justification, which isn't looked at")
    func codeWins() throws {
        #expect(
            try ProtectedWrite(code: Fixture.requestId, justification: "not base64") == .complete(id: Fixture.requestId)
        )
        #expect(try ProtectedWrite(code: nil, justification: "YQ==") == .file(justification: "a"))
        #expect(throws: Refusal.self) { try ProtectedWrite(code: nil, justification: nil) }
        #expect(throws: Refusal.self) { try ProtectedWrite(code: "", justification: "YQ==") }
    }
}

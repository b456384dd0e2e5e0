import Approvals
import JSON
import MultiAdminApproval
import Testing

@Suite("Whole numbers in protected calls")
struct SafeIntegersTests {
    @Test(
        "whole numbers up to 2^53 pass, fractions and texts whatever they say; beyond it the answer names the place",
        arguments: [
            (#"{"a":9007199254740992,"b":-9007199254740992,"c":1.5e-3,"d":"9007199254740993","e":0.1}"#, nil),
            (#"{"a":9007199254740993}"#, "a"), (#"{"a":{"b":[1,{"c":-9007199254740993}]}}"#, "a/b[1]/c"),
            (#"{"a":1e17}"#, "a"), ("{}", nil),
        ] as [(String, String?)])
    func table(text: String, path: String?) throws {
        let body = try #require(try JSONReader.read(Array(text.utf8)).object)
        do throws(Refusal) {
            try SafeIntegers.check(body)
            #expect(path == nil)
        } catch {
            #expect(error.code == .safeIntegers && error.kind == .invalid)
            #expect(path.map { error.reason.contains($0) } == true, "\(error)")
            #expect(error.reason.contains("2^53"))
        }
    }
}

import Approvals
import MultiAdminApproval
import Testing

@Suite("The justification header")
struct JustificationHeaderTests {
    private func outcome(_ header: String?) -> Result<String, Refusal> {
        Result { () throws(Refusal) in try JustificationHeader.text(from: header) }
    }

    private func reason(_ header: String?) -> String? {
        if case .failure(let refusal) = outcome(header) { refusal.reason } else { nil }
    }

    static func base64(_ bytes: some Collection<UInt8>) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let group = rest.prefix(3)
            rest = rest.dropFirst(3)
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 { text.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : "=") }
        }
        return text
    }

    @Test(
        "Base64 of UTF-8 is decoded, with each length of padding",
        arguments: ["app only test", "a", "ab", "abc", "é😀", "¿?>>"])
    func decoded(text: String) {
        #expect(outcome(Self.base64(text.utf8)) == .success(text))
    }

    @Test("the sample of the specification")
    func sample() {
        #expect(outcome("YXBwIG9ubHkgdGVzdA==") == .success("app only test"))
        #expect(outcome("  YXBwIG9ubHkgdGVzdA== ") == .success("app only test"))
    }

    @Test(
        "4, 10: a missing, empty or blank justification is required", arguments: [nil, "", " ", base64(" \n\t".utf8)])
    func required(header: String?) {
        #expect(reason(header) == "Header 'x-msft-approval-justification' is required to request approval")
    }

    @Test(
        "5, 9: what isn't Base64 of UTF-8 is refused",
        arguments: [
            "I must create", "YXBwIG9ubHkgdGVzdA", "YXBw====", "====", "=AAA", "YX=w", "test", "_-8=", "w6k=w6k=", "é",
            "YQ==YQ==",
            base64([0xC3, 0x28]), base64([0xED, 0xA0, 0x80]), base64([0x61, 0x00]),
        ])
    func malformed(header: String) {
        #expect(
            reason(header)?.hasPrefix("'x-msft-approval-justification' must be a valid base64 encoded string.") == true)
    }

    @Test("6, 8: 1024 characters pass, however many bytes they take; one more doesn't")
    func length() {
        for character in ["x", "é", "語"] {
            let text = String(repeating: character, count: 1024)
            #expect(outcome(Self.base64(text.utf8)) == .success(text))
            #expect(
                reason(Self.base64((text + "x").utf8))
                    == "Decoded content of 'x-msft-approval-justification' header "
                    + "must be no greater than 1024 characters"
            )
        }
        #expect(reason(Self.base64(String(repeating: "😀", count: 513).utf8)) != nil)
    }
}

package import Approvals
internal import Text

/// Filing needs a justification: Base64 of UTF-8, at most 1024 characters, not blank. Clients look for the service's
/// texts. Characters are UTF-16 code units: the limit of the .NET service, and a bound on the bytes.
package enum JustificationHeader {
    package static let name = "x-msft-approval-justification"

    /// - Parameter header: the header's value, nil where it wasn't sent.
    package static func text(from header: String?) throws(Refusal) -> String {
        let encoded = (header ?? "").trimmed
        guard !encoded.isEmpty else { throw required }
        guard let bytes = Base64.decode(encoded) else { throw malformed("") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw malformed(" What it encodes is not UTF-8 text.")
        }
        guard !text.unicodeScalars.contains("\0") else { throw malformed(" What it encodes contains U+0000.") }
        guard !text.allSatisfy(\.isWhitespace) else { throw required }
        guard text.utf16.count <= JustificationLength.limit else {
            throw Refusal(
                .justificationHeader,
                "Decoded content of '\(name)' header must be no greater than \(JustificationLength.limit) characters")
        }
        return text
    }

    private static let required = Refusal(
        .justificationHeader, "Header '\(name)' is required to request approval")

    private static func malformed(_ detail: String) -> Refusal {
        Refusal(.justificationHeader, "'\(name)' must be a valid base64 encoded string.\(detail)")
    }
}

extension RefusalCode {
    package static let justificationHeader = RefusalCode("justificationHeader", .invalid)
}

package import Approvals
internal import Text

/// An approval code is a raw GUID in either case; Base64 of one isn't. Where both headers are sent the code wins, and
/// the justification isn't looked at.
package enum CodeHeader {
    package static let name = "x-msft-approval-code"

    /// - Returns: the request's id.
    package static func id(from text: String) throws(Refusal) -> String {
        let code = text.trimmed
        guard code.isGUID else {
            throw Refusal(
                .codeHeader,
                "Invalid approval header format, expected GUID format. Send the id of the request as it stands in "
                    + "'\(name)', not encoded.")
        }
        return code.lowercased()
    }
}

extension RefusalCode {
    package static let codeHeader = RefusalCode("codeHeader", .invalid)
}

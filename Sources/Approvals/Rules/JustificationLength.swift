/// A justification has at most 1024 characters, counted as UTF-16 code units, as the .NET service behind Graph counts
/// them (operationApprovalRequest: "Maximum length of justification is 1024 characters").
package enum JustificationLength {
    package static let limit = 1024

    package static func check(_ justification: String?) throws(Refusal) {
        let length = justification?.utf16.count ?? 0
        guard length > limit else { return }
        throw Refusal(
            .justificationLength,
            "The justification has \(length) characters; \(limit) is the most. Shorten it and send it again.")
    }
}

extension RefusalCode {
    package static let justificationLength = RefusalCode("justificationLength", .invalid)
}

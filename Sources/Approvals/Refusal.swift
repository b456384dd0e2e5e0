/// Why an event was refused. The machine that throws it is as it was before.
package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The rule that refused.
    package let code: RefusalCode
    /// What is wrong and what helps, as a sentence for a person.
    package let reason: String

    package init(_ code: RefusalCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var kind: Kind { code.kind }
    package var description: String { reason }

    /// What a protocol layer turns into a status.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// 403: this caller may not, whatever the state.
        case forbidden
        /// 409: the state doesn't allow it, whoever asks.
        case conflict
        /// 400: the input can't be accepted.
        case invalid
        /// 404: there is no such thing for this caller.
        case notFound
    }
}

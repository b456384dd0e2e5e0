package import Approvals
package import Directory

/// What breaks the rule of two pairs of eyes in an emergency, from the console only: with a reason, one open at a time, a
/// policy is suspended for an hour at most, and another person reviews it, which ends the suspension (R10).
package enum BreakGlass {
    package static let longestSuspension: Duration = .seconds(3600)

    package static func check(isAnotherOpen: Bool) throws(Refusal) {
        guard isAnotherOpen else { return }
        throw Refusal(
            .breakGlass,
            "Another break-glass is open. Have it reviewed first: countersign break-glass close --as SOMEBODY_ELSE --reason WHY."
        )
    }

    /// - Parameter text: a reason or a review.
    package static func check(reason text: String) throws(Refusal) {
        guard
            text.allSatisfy({
                $0.isWhitespace || $0.unicodeScalars.allSatisfy { $0.properties.isDefaultIgnorableCodePoint }
            })
        else { return }
        throw Refusal(.breakGlass, "Say why with --reason: others will read it.")
    }

    package static func check(suspension: Duration) throws(Refusal) {
        guard .zero < suspension, suspension <= longestSuspension else {
            throw Refusal(.breakGlass, "A policy is suspended for at most 60 minutes. Say --for 60m or less.")
        }
    }

    /// - Parameters:
    ///   - controllers: who can act as the reviewer.
    ///   - opener: who broke the glass.
    package static func check(reviewer controllers: Set<Principal>, opener: Set<Principal>) throws(Refusal) {
        guard !controllers.isDisjoint(with: opener) else { return }
        throw Refusal(.breakGlass, "Whoever broke the glass can't review it. Name another person with --as.")
    }
}

extension RefusalCode {
    package static let breakGlass = RefusalCode("breakGlass", .conflict)
}

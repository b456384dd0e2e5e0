package import EDM

/// Whether a system clock can be trusted, from what was seen of it before (security rule R24): so that one wrong step of
/// the time neither brings expired approvals back nor expires everything.
///
/// A value without a clock of its own: whoever holds it tells it both times. It refuses until the clock is right again, or
/// a person confirms that it is.
package struct ClockGuard: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        /// The store's time: the system's, or the mark where that is a little later.
        case trusted(Instant)
        /// The system's clock is this far behind what the store has already said.
        case behind(Duration)
        /// The system's clock is this far ahead of what has passed since it was last looked at.
        case ahead(Duration)
    }

    package static let toleratedStepBack = Duration.seconds(5)
    package static let toleratedStepAhead = Duration.seconds(600)

    /// The latest instant that the store has said; it never says an earlier one.
    package private(set) var mark: Instant
    /// What the next reading is compared with, nil after a person has confirmed the time.
    private var floor: Instant?
    /// The monotonic time of the last trusted reading; nil at start, when nobody knows how much has passed.
    private var seen: Duration?

    /// - Parameters:
    ///   - mark: the last committed instant.
    ///   - isConfirmed: whether a person has confirmed a system clock that is behind that mark.
    package init(mark: Instant, isConfirmed: Bool = false) {
        self.mark = mark
        floor = isConfirmed ? nil : mark
    }

    /// - Parameter monotonic: time that has passed since some fixed moment of this process, sleep included.
    package mutating func observe(system: Instant, monotonic: Duration) -> Verdict {
        if let floor {
            if system < floor - Self.toleratedStepBack { return .behind(floor - system) }
            if let seen {
                let expected = floor + (monotonic - seen)
                if system > expected + Self.toleratedStepAhead { return .ahead(system - expected) }
            }
        }
        floor = max(floor ?? system, system)
        seen = monotonic
        mark = max(mark, system)
        return .trusted(mark)
    }

    /// A person says that the system's clock is right as it is now. The store's time still never runs backwards: where the
    /// mark is later, it stands still until the system's clock has reached it.
    package mutating func confirm() { floor = nil }
}

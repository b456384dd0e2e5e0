#if DEBUG
    #if canImport(Glibc)
        internal import Glibc
    #endif
#endif

/// A fault that a test plants to prove that its guard catches it. Debug builds only: a release build has none, whatever the
/// environment says.
package enum PlantedFault: String, CaseIterable, Sendable {
    /// SQLite runs with `synchronous=OFF`.
    case synchronousOff
    /// The commit doesn't compare document versions.
    case skippedVersionCheck
    /// The commit doesn't compare stamps.
    case skippedStamp
    /// The commit doesn't compare its window with the clock.
    case skippedWindow
    /// An outcome is delivered before COMMIT.
    case outcomeBeforeCommit
    /// A deadline counts as reached one second late.
    case expiryOffByOne
    /// A party may decide.
    case selfDecisionAllowed
    /// A terminal request keeps its name.
    case nameNotReleased
    /// A change may leave a policy that nobody could use.
    case lockoutAllowed
    /// Whoever changes groups changes approver groups too.
    case protectedGroupOpen
    /// An excluded application may have got new owners.
    case pinsIgnored
    /// A change of a policy needs no approver of the policy as it is.
    case oldPolicyIgnored

    package var isPlanted: Bool {
        #if DEBUG
            Self.planted == self
        #else
            false
        #endif
    }

    #if DEBUG
        private static let planted: PlantedFault? = getenv("COUNTERSIGN_PLANTED_FAULT")
            .flatMap { PlantedFault(rawValue: String(cString: $0)) }
    #endif
}

#if DEBUG
    #if canImport(Glibc)
        internal import Glibc
    #endif
#endif

/// A fault that a test plants to prove that its guard catches it. Debug builds only: a release build has none, whatever the
/// environment says. Each is declared where the rule is that it breaks.
package struct PlantedFault: Hashable, Sendable {
    package let name: String

    package init(_ name: String) { self.name = name }

    package var isPlanted: Bool {
        #if DEBUG
            Self.planted == name
        #else
            false
        #endif
    }

    #if DEBUG
        private static let planted: String? = getenv("COUNTERSIGN_PLANTED_FAULT").map { String(cString: $0) }
    #endif
}

extension PlantedFault {
    /// Those of storage itself.
    package static let ofStorage = [
        synchronousOff, skippedVersionCheck, skippedStamp, skippedWindow, outcomeBeforeCommit,
    ]

    /// SQLite runs with `synchronous=OFF`.
    package static let synchronousOff = Self("synchronousOff")
    /// The commit doesn't compare document versions.
    package static let skippedVersionCheck = Self("skippedVersionCheck")
    /// The commit doesn't compare stamps.
    package static let skippedStamp = Self("skippedStamp")
    /// The commit doesn't compare its window with the clock.
    package static let skippedWindow = Self("skippedWindow")
    /// An outcome is delivered before COMMIT.
    package static let outcomeBeforeCommit = Self("outcomeBeforeCommit")
}

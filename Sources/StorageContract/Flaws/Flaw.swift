/// A mistake that an engine could make. Planted, each must break a promise: a guard is proven by a planted fault.
package enum Flaw: String, CaseIterable, Sendable {
    // What the commit doesn't compare.
    case skippedVersionCheck, skippedAbsenceCheck, skippedStampCheck, skippedNameCheck, skippedWindow,
        skippedChangeCheck
    // What the commit forgets to do.
    case nameNotReleased, removedEntryKept, deadlineKept, eventOfRefusalLost
    /// A conflict leaves the first of its documents behind.
    case tornCommit
    /// A conflict uses up a position.
    case positionGap
    /// A commit that has lost is acknowledged.
    case outcomeForLosingCommit
    /// A commit is acknowledged before it has happened.
    case outcomeBeforeCommit
    case tenantIgnored
    case clockRunsBack
    /// An instant counts as reached only after it.
    case settledLate
    case overdueUnordered
    /// Documents come back as JSON, not as bytes.
    case bytesRewritten
    case leafChanged
    case visibilityIgnored
    /// Text is compared without its case.
    case caseFolded
    /// Nothing can be said about null, as in SQL.
    case threeValuedLogic
    case nullsLast
    /// The id doesn't end the order.
    case tiesUnordered
    /// The count is that of the page.
    case countOfPage
    /// A session goes on in its snapshot when it has committed something.
    case snapshotKept
    /// The first session after a commit doesn't see it: what tells that something was committed is moved too late.
    case commitSeenLate
    /// What a fact was read from is checked in part, or not at all.
    case factKeptPastStamp, factKeptPastVersion, factKeptPastWindow, factNeverChecked
    /// What has been migrated isn't remembered.
    case migrationForgotten
    /// A reset keeps nothing.
    case resetOfEverything
}

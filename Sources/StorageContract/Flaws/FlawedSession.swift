internal import Storage

/// A sound session with one mistake.
final class FlawedSession: ReadSession, WrappingReading {
    let session: any ReadSession
    private let flaw: Flaw

    init(_ session: any ReadSession, _ flaw: Flaw) {
        self.session = session
        self.flaw = flaw
    }

    var reading: any Reading { session }
    var generation: UInt64 { session.generation }

    func rest(on basis: Basis) {
        switch flaw {
        case .factKeptPastStamp:
            var reads = basis.reads
            reads.guarded = [:]
            session.rest(on: basis.with(reads, basis.window))
        case .factKeptPastVersion:
            var reads = basis.reads
            reads.documents = [:]
            session.rest(on: basis.with(reads, basis.window))
        case .factKeptPastWindow: session.rest(on: basis.with(basis.reads, ChangeSet.Window()))
        case .factNeverChecked: break
        default: session.rest(on: basis)
        }
    }

    func check() async throws { try await session.check() }

    func end() {
        if flaw != .snapshotKept { session.end() }
    }
}

extension Basis {
    fileprivate func with(_ reads: ChangeSet.Reads, _ window: ChangeSet.Window) -> Basis {
        Basis(tenant: tenant, reads: reads, window: window, generation: 0)
    }
}

internal import Storage
internal import Synchronization

/// Questions that are all answered from one state: a copy, made with the first question.
final class MemorySnapshot: ReadSession, WrappingReading {
    private let engine: MemoryEngine
    private let session = Mutex<PlainSession?>(nil)
    private let bases = Mutex<[Basis]>([])

    init(_ engine: MemoryEngine) { self.engine = engine }

    var reading: any Reading { plain }

    private var plain: PlainSession {
        session.withLock { session in
            if let session { return session }
            // A closed engine says so itself.
            let new = PlainSession((try? engine.copy()) ?? engine)
            for basis in bases.withLock({ $0 }) { new.rest(on: basis) }
            session = new
            return new
        }
    }

    var generation: UInt64 { 0 }

    func rest(on basis: Basis) {
        bases.withLock { $0.append(basis) }
        session.withLock { $0?.rest(on: basis) }
    }

    func check() async throws { try await plain.check() }

    func end() { session.withLock { $0 = nil } }
}

internal import EDM

/// What an operator should know of, for everybody who asks. Finding out costs a walk over every policy and its approver
/// groups: so one walk runs at a time, and what it found holds for some seconds.
actor Warnings {
    static let lifetime: Duration = .seconds(5)

    private let lifetime: Duration
    private let clock: @Sendable () -> Instant
    private let find: @Sendable () async throws -> [String]
    private var found: (warnings: [String], at: Instant)?
    private var walk: Task<[String], any Error>?

    init(
        holding lifetime: Duration, clock: @escaping @Sendable () -> Instant,
        find: @escaping @Sendable () async throws -> [String]
    ) {
        self.lifetime = lifetime
        self.clock = clock
        self.find = find
    }

    /// - Throws: what the walk throws; the next who asks begins another.
    func current() async throws -> [String] {
        let (now, find) = (clock(), find)
        // A clock set back must not lengthen what holds.
        if let found, found.at <= now, now - found.at < lifetime { return found.warnings }
        if let walk { return try await walk.value }
        let walk = Task { try await find() }
        self.walk = walk
        defer { self.walk = nil }
        let warnings = try await walk.value
        found = (warnings, now)
        return warnings
    }
}

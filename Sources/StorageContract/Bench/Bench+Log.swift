internal import EDM
internal import JSON
internal import Storage

extension Bench {
    /// The log of a tenant, which must have `count` events. An event may lack its position for up to 1 s after its commit;
    /// this waits for it and for nothing else.
    func log(_ count: Int, in tenant: String = tenant, on engine: (any Engine)? = nil) async throws -> [PositionedEvent]
    {
        let engine = engine ?? self.engine
        let deadline = ContinuousClock.now + .seconds(3)
        var events = try await engine.events(tenant: tenant, from: 0, limit: 100_000)
        while events.count < count, .now < deadline {
            try await Task.sleep(for: .milliseconds(5))
            events = try await engine.events(tenant: tenant, from: 0, limit: 100_000)
        }
        try expect(events.map(\.position), equals: events.indices.map(Int64.init), "positions are dense from 0")
        try expect(
            zip(events, events.dropFirst()).allSatisfy { $0.at <= $1.at }, "commit times don't decrease along the log")
        try expect(Set(events.map(\.id)).count, equals: events.count, "no event is in the log twice")
        try expect(events.count, equals: count, "the number of events in the log")
        return events
    }

    /// The types of a tenant's events in the order of the log.
    func logTypes(_ count: Int, in tenant: String = tenant) async throws -> [String] {
        try await log(count, in: tenant).map { try $0.facts["type"]?.string ?? "" }
    }
}

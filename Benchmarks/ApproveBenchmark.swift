internal import Composition
internal import Directory
internal import MultiAdminApproval
internal import Storage
internal import Workflows

/// `approve` end to end in the process, against the same statements (its reads and its commit) on the same engine without
/// rules or JSON, and against those with one commit per request.
struct ApproveBenchmark {
    let engine: any Engine
    let operations: Int

    private struct Row {
        var approve: Measurement
        var statements: Measurement
        var single: Measurement
    }

    func run(clients: [Int]) async throws {
        let filling = Filling(engine: engine)
        // The first run warms caches and plans, and isn't counted.
        _ = try await row(filling, clients: clients.last ?? 1, operations: max(1, operations / 10))
        print(
            "                        approve             its statements alone             one commit each   approve:\n"
                + "clients        /s  p50 ms  p99 ms  cpu us        /s  p50 ms  p99 ms  cpu us        /s   statements")
        for count in clients {
            let row = try await row(filling, clients: count, operations: operations)
            print(
                [
                    padded("\(count)", 7), cells(row.approve), cells(row.statements),
                    padded(rounded(row.single.rate), 10),
                    padded(rounded(row.approve.rate / row.statements.rate, 2), 13),
                ].joined())
        }
    }

    private func cells(_ found: Measurement) -> String {
        padded(rounded(found.rate), 10) + padded(rounded(found.median, 2), 8) + padded(rounded(found.p99, 2), 8)
            + padded(rounded(found.cpu), 8)
    }

    private func row(_ filling: Filling, clients: Int, operations: Int) async throws -> Row {
        let governance = filling.governance
        let (engine, serial) = (engine, SerialEngine(engine))
        let approvals = try await filling.run(count: operations, sample: operations)
        let statements = try await capture(try await filling.run(count: operations, sample: operations))
        let single = try await capture(try await filling.run(count: operations, sample: operations))
        return Row(
            approve: try await measure(operations, clients: clients) { index in
                try await Filling.approve(approvals[index], governance)
            },
            statements: try await measure(operations, clients: clients) { index in
                try await statements[index].run(on: engine, tenant: DemoTenant.tenant) { await engine.commit($0) }
            },
            single: try await measure(operations, clients: clients) { index in
                try await single[index].run(on: engine, tenant: DemoTenant.tenant) { await serial.commit($0) }
            })
    }

    /// The statements of approving some requests, which stay as they are.
    private func capture(_ ids: [String]) async throws -> [CapturedCommand] {
        let capturing = CapturingEngine(engine)
        let governance = Governance(capturing, workloads: Registration.workloads)
        var captured: [CapturedCommand] = []
        for id in ids {
            try await Filling.approve(id, governance)
            captured.append(capturing.take())
        }
        return captured
    }
}

/// Commits one change set at a time, however many wait: what a server without group commit does.
actor SerialEngine {
    private let engine: any Engine
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ engine: any Engine) { self.engine = engine }

    func commit(_ changes: ChangeSet) async -> CommitOutcome {
        if isBusy { await withCheckedContinuation { waiting.append($0) } }
        isBusy = true
        let outcome = await engine.commit(changes)
        if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
        return outcome
    }
}

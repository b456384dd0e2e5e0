internal import EDM
internal import Storage

/// One line of `countersign doctor`: what was looked at and what was found.
package struct DoctorFinding: Hashable, Sendable {
    /// The invariant's number, or a word for what isn't one.
    package let check: String
    package let title: String
    package let isFine: Bool
    /// What is wrong with which objects, or how many were looked at.
    package let detail: String

    init(check: String, title: String, isFine: Bool, detail: String) {
        self.check = check
        self.title = title
        self.isFine = isFine
        self.detail = detail
    }
}

extension Governance {
    /// Looks at a live database. `deep` checks every invariant that the database can tell, by reading all of it.
    package func doctor(deep: Bool) async throws -> [DoctorFinding] {
        let engine = try inspectable()
        let now: Instant
        do { now = try await store.now() } catch {
            // Everything else is judged at an instant, and there is none.
            return [Self.clock(false, "\(String(describing: error)) Nothing else was examined.")]
        }
        var findings = try await timeFindings(now, engine)
        findings += try await examine(engine, isDeep: false).invariants.map { $0.examiner.finding($0.found) }
        findings.append(try await approverFinding(engine))
        guard deep else { return findings }
        var result = try await examine(engine, isDeep: true)
        if result.invariants.contains(where: { !$0.found.texts.isEmpty }) {
            // A server may be writing while this reads table after table: what is wrong is found twice, in the same words.
            let again = try await examine(engine, isDeep: true).invariants
            for index in again.indices { result.invariants[index].found.formIntersection(again[index].found) }
        }
        return findings + result.invariants.map { $0.examiner.finding($0.found) } + [singlePersonFinding(result.uses)]
    }

    /// What the examiners have found, and how often each thing was done that one person can do alone.
    private struct Examined {
        var invariants: [(examiner: Examiner, found: Violations)]
        var uses: [String: Int] = [:]
    }

    /// What every examiner finds over all tenants, in the order of the invariants' numbers.
    private func examine(_ engine: any Inspectable, isDeep: Bool) async throws -> Examined {
        var result = Examined(
            invariants: workloads.examiners.filter { $0.isDeep == isDeep }
                .sorted { Self.number($0.check) < Self.number($1.check) }
                .map { (examiner: $0, found: Violations()) })
        for tenant in try await engine.tenants() {
            let examination = try await Examination(
                engine, tenant: tenant, workloads: workloads, settings: settings, readsAll: isDeep)
            for index in result.invariants.indices {
                result.invariants[index].found.formUnion(
                    try await result.invariants[index].examiner.run(examination))
            }
            result.uses.merge(examination.singlePersonUse(), uniquingKeysWith: +)
        }
        return result
    }

    /// `V14` → 14; words come last.
    private static func number(_ check: String) -> Int { Int(check.dropFirst()) ?? .max }

    /// What one person can do alone, for whoever answers for it: nothing of it is wrong by itself. A closed list.
    private func singlePersonFinding(_ uses: [String: Int]) -> DoctorFinding {
        var powers: [String] = []
        for activity in workloads.activities {
            if let words = activity.alone, !powers.contains(words) { powers.append(words) }
        }
        return DoctorFinding(
            check: "V33", title: "What one person can do alone, with uses in 30 days", isFine: true,
            detail: powers.map { "\($0): \(uses[$0] ?? 0)" }.joined(separator: "; "))
    }

    /// A gate that nobody can open: what is filed under it waits until it expires (security rules R11, R34).
    private func approverFinding(_ engine: any Inspectable) async throws -> DoctorFinding {
        let (count, closed) = try await closedPolicies(engine)
        return DoctorFinding(
            check: "R11", title: "Every access policy has somebody who could approve", isFine: closed.isEmpty,
            detail: closed.isEmpty
                ? count == 0 ? "there is no access policy: every write runs at once" : "\(count) examined"
                : closed.joined(separator: ", ") + ". Add an enabled member to one of its approver groups.")
    }

    /// Everything that groups decide about, and what of it nobody could decide about.
    private func closedPolicies(_ engine: any Inspectable) async throws -> (count: Int, closed: [String]) {
        var closed: [String] = []
        var count = 0
        for tenant in try await engine.tenants() {
            let found = try await store.preview(in: tenant) { unit in
                var (count, without) = (0, [String]())
                for protector in workloads.protectors {
                    let objects = try await protector.all(&unit)
                    count += objects.count
                    for object in objects where try await !object.isUsable(in: &unit) {
                        without.append("'\(object.displayName)' (\(object.key.id))")
                    }
                }
                return (count, without)
            }
            count += found.0
            closed += found.1
        }
        return (count, closed)
    }

    /// What an operator should know of, as codes without detail: everybody who reaches the server may read them.
    package func warnings() async throws -> [String] {
        guard let engine = store.engine as? any Inspectable else { return [] }
        return try await closedPolicies(engine).closed.isEmpty ? [] : ["policyWithoutApprovers"]
    }

    private static func clock(_ isFine: Bool, _ detail: String) -> DoctorFinding {
        DoctorFinding(check: "clock", title: "The clock can be trusted", isFine: isFine, detail: detail)
    }

    /// Whether the clock runs, and whether what was due has been done.
    private func timeFindings(_ now: Instant, _ engine: any Inspectable) async throws -> [DoctorFinding] {
        let late = try await store.engine.overdue(at: now - .seconds(60), tenant: nil, kind: nil, limit: 20)
        return [
            (engine.timeAhead ?? .zero) <= ClockGuard.toleratedStepBack
                ? Self.clock(true, now.description)
                : Self.clock(
                    false,
                    "The store's time stands still at \(now): nothing expires until this machine's clock has reached it."
                ),
            DoctorFinding(
                check: "V19", title: "Nothing is overdue by more than a minute", isFine: late.isEmpty,
                detail: late.isEmpty
                    ? "nothing waits"
                    : late.map { "\($0.key) since \($0.settlesAt)" }.joined(separator: ", ")
                        + ". Start the server: it settles what is due."),
        ]
    }
}

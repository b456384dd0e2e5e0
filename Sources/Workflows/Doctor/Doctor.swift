internal import EDM
internal import JSON
internal import MultiAdminApproval
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

    init(_ check: String, _ title: String, _ violations: Violations) {
        self.init(check: check, title: title, isFine: violations.texts.isEmpty, detail: violations.detail)
    }
}

extension Governance {
    /// Looks at a live database. `deep` checks every invariant that the database can tell, by reading all of it.
    package func doctor(deep: Bool) async throws -> [DoctorFinding] {
        guard let engine = store.engine as? any Inspectable else {
            throw StorageError.incompatible("This storage engine can't be inspected.")
        }
        let now: Instant
        do { now = try await store.now() } catch {
            // Everything else is judged at an instant, and there is none.
            return [Self.clock(false, "\(String(describing: error)) Nothing else was examined.")]
        }
        var findings = try await timeFindings(now, engine)
        findings.append(try await breakGlassFinding(engine))
        findings.append(try await approverFinding(engine))
        guard deep else { return findings }
        var invariants = try await examine(engine)
        if invariants.contains(where: { !$0.found.texts.isEmpty }) {
            // A server may be writing while this reads table after table: what is wrong is found twice, in the same words.
            let again = try await examine(engine)
            for index in invariants.indices {
                // None: the database has been reset in between.
                let second = again.first { $0.title == invariants[index].title }
                invariants[index].found.formIntersection(second?.found ?? Violations())
            }
        }
        return findings + invariants.map { DoctorFinding($0.check, $0.title, $0.found) }
            + [try await singlePersonFinding(engine)]
    }

    /// What one person can do alone, for whoever answers for it: nothing of it is wrong by itself.
    private func singlePersonFinding(_ engine: any Inspectable) async throws -> DoctorFinding {
        var uses: [String: Int] = [:]
        for tenant in try await engine.tenants() {
            let examination = try await Examination(engine, tenant: tenant, settings: settings)
            uses.merge(examination.singlePersonUse(), uniquingKeysWith: +)
        }
        return DoctorFinding(
            check: "V33", title: "What one person can do alone, with uses in 30 days", isFine: true,
            detail: Examination.singlePersonPowers.map { "\($0.words): \(uses[$0.words] ?? 0)" }.joined(separator: "; ")
        )
    }

    /// Every invariant over all tenants.
    private func examine(
        _ engine: any Inspectable
    ) async throws -> [(check: String, title: String, found: Violations)] {
        var invariants: [(check: String, title: String, found: Violations)] = []
        for tenant in try await engine.tenants() {
            let examination = try await Examination(engine, tenant: tenant, settings: settings)
            for (index, invariant) in try await examination.run().enumerated() {
                if index < invariants.count {
                    invariants[index].found.formUnion(invariant.found)
                } else {
                    invariants.append(invariant)
                }
            }
        }
        return invariants
    }

    /// A broken glass stays a finding until another person has reviewed it (security rule R10).
    private func breakGlassFinding(_ engine: any Inspectable) async throws -> DoctorFinding {
        var open: [String] = []
        for tenant in try await engine.tenants() {
            try await Examination.each(Kinds.breakGlass.name, engine, tenant) { row in
                let record = try Document<BreakGlassRecord>(json: JSONReader.read(row.row.document, limits: .stored))
                guard record.closedDateTime == nil else { return }
                open.append("\(record.action) \(record.subjectId) by \(record.openedBy) at \(record.openedDateTime)")
            }
        }
        return DoctorFinding(
            check: "R10", title: "No break-glass waits for its review", isFine: open.isEmpty,
            detail: open.isEmpty
                ? "none"
                : open.joined(separator: "; ") + ". Review it: countersign break-glass close --as SOMEBODY_ELSE.")
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

    private func closedPolicies(_ engine: any Inspectable) async throws -> (count: Int, closed: [String]) {
        var closed: [String] = []
        var count = 0
        for tenant in try await engine.tenants() {
            let found = try await store.preview(in: tenant) { unit in
                let policies = try await unit.policies()
                var without: [String] = []
                for policy in policies where try await !unit.hasApprover(policy.document, besides: []) {
                    without.append("'\(policy.document.displayName)' (\(policy.id))")
                }
                return (policies.count, without)
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

/// What one invariant found wrong, by object.
struct Violations {
    private(set) var texts: [String] = []
    private(set) var examined = 0

    mutating func examine(_ subject: @autoclosure () -> String, _ holds: Bool, _ reason: @autoclosure () -> String) {
        examined += 1
        if !holds { texts.append("\(subject()): \(reason())") }
    }

    mutating func formUnion(_ other: Violations) {
        texts += other.texts
        examined += other.examined
    }

    /// Keeps what was found both times.
    mutating func formIntersection(_ other: Violations) {
        let also = Set(other.texts)
        texts.removeAll { !also.contains($0) }
    }

    var detail: String {
        if texts.isEmpty { return "\(examined) examined" }
        let more = texts.count > 10 ? "; and \(texts.count - 10) more" : ""
        return texts.prefix(10).joined(separator: "; ") + more
    }
}

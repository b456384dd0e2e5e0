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

    init(_ check: String, _ title: String, _ violations: Violations) {
        self.init(check: check, title: title, isFine: violations.texts.isEmpty, detail: violations.detail)
    }
}

extension Governance {
    /// Looks at a live database. `deep` checks every invariant that the database can tell, by reading all of it.
    package func doctor(deep: Bool) async throws -> [DoctorFinding] {
        let findings = [await clockFinding(), try await overdueFinding()]
        guard deep else { return findings }
        guard let engine = store.engine as? any Inspectable else {
            throw StorageError.incompatible("This storage engine can't be inspected.")
        }
        var invariants: [(check: String, title: String, found: Violations)] = []
        for tenant in try await engine.tenants() {
            for (index, invariant) in try await Examination(engine, tenant: tenant, settings: settings).run()
                .enumerated()
            {
                if index < invariants.count {
                    invariants[index].found.formUnion(invariant.found)
                } else {
                    invariants.append(invariant)
                }
            }
        }
        return findings + invariants.map { DoctorFinding($0.check, $0.title, $0.found) }
    }

    private func clockFinding() async -> DoctorFinding {
        do {
            let now = try await store.now()
            return DoctorFinding(
                check: "clock", title: "The clock can be trusted", isFine: true, detail: now.description)
        } catch {
            return DoctorFinding(
                check: "clock", title: "The clock can be trusted", isFine: false, detail: String(describing: error))
        }
    }

    private func overdueFinding() async throws -> DoctorFinding {
        let now = try await store.now()
        let late = try await store.engine.overdue(at: now - .seconds(60), tenant: nil, kind: nil, limit: 20)
        return DoctorFinding(
            check: "V19", title: "Nothing is overdue by more than a minute", isFine: late.isEmpty,
            detail: late.isEmpty
                ? "nothing waits"
                : late.map { "\($0.key) since \($0.settlesAt)" }.joined(separator: ", ")
                    + ". Start the server: it settles what is due.")
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

    var detail: String {
        if texts.isEmpty { return "\(examined) examined" }
        let more = texts.count > 10 ? "; and \(texts.count - 10) more" : ""
        return texts.prefix(10).joined(separator: "; ") + more
    }
}

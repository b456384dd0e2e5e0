/// One thing that a checker looks at in a tenant, by the number of the invariant.
package struct Examiner: Sendable {
    /// The invariant's number, or a word for what isn't one.
    let check: String
    let title: String
    /// Whether all of the database is read for it: only when asked to look deeply.
    let isDeep: Bool
    /// What it looks at in the log. Where there is such an event, having looked at nothing is a fault of its own.
    let examines: @Sendable (AuditEntry.Activity) -> Bool
    /// What is said where nothing is wrong, and what helps where something is.
    let fine: @Sendable (_ examined: Int) -> String
    let remedy: String
    let examine: @Sendable (Examination) async throws -> Violations

    package init(
        _ check: String, _ title: String, isDeep: Bool = true,
        examines: @escaping @Sendable (AuditEntry.Activity) -> Bool,
        fine: @escaping @Sendable (_ examined: Int) -> String = { "\($0) examined" }, remedy: String = "",
        _ examine: @escaping @Sendable (Examination) async throws -> Violations
    ) {
        self.check = check
        self.title = title
        self.isDeep = isDeep
        self.examines = examines
        self.fine = fine
        self.remedy = remedy
        self.examine = examine
    }

    package init(
        _ check: String, _ title: String, isDeep: Bool = true, examines: [AuditEntry.Activity] = [],
        fine: @escaping @Sendable (_ examined: Int) -> String = { "\($0) examined" }, remedy: String = "",
        _ examine: @escaping @Sendable (Examination) async throws -> Violations
    ) {
        self.init(
            check, title, isDeep: isDeep, examines: { examines.contains($0) }, fine: fine, remedy: remedy, examine)
    }

    /// What it finds, and whether it looked at all.
    func run(_ examination: Examination) async throws -> Violations {
        var found = try await examine(examination)
        let seen = examination.log.count { event in !event.isRefusal && event.activity.map(examines) ?? false }
        if found.examined == 0, seen > 0 {
            found.add("Nothing was examined, though the log of \(examination.tenant) holds \(seen) events of the kind.")
        }
        return found
    }

    func finding(_ found: Violations) -> DoctorFinding {
        DoctorFinding(
            check: check, title: title, isFine: found.texts.isEmpty,
            detail: found.texts.isEmpty ? fine(found.examined) : found.detail + remedy)
    }
}

/// What one invariant found wrong, by object.
package struct Violations: Sendable {
    package private(set) var texts: [String] = []
    package private(set) var examined = 0

    package init() {}

    package mutating func examine(
        _ subject: @autoclosure () -> String, _ holds: Bool, _ reason: @autoclosure () -> String
    ) {
        examined += 1
        if !holds { texts.append("\(subject()): \(reason())") }
    }

    /// Something is wrong, in words.
    package mutating func add(_ text: String) { texts.append(text) }

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
        let more = texts.count > 10 ? "; and \(texts.count - 10) more" : ""
        return texts.prefix(10).joined(separator: "; ") + more
    }
}

/// The name of a refusal: `noSelfDecision` is declared and thrown in `Rules/NoSelfDecision.swift`. docs/rules.md has a row for
/// each. Two codes are equal by their names.
package struct RefusalCode: Hashable, Sendable {
    /// What events and logs call it; never changed once it has been written.
    package let name: String
    package let kind: Refusal.Kind
    /// The workload's own status and code on the wire; nil where the kind says enough.
    package let wire: (status: Int, code: String)?
    /// Whether the log keeps that somebody was refused (M4). Those of right and of state are outcomes; input that can't be
    /// read isn't, nor is what leads nowhere.
    package let isRecorded: Bool

    /// - Parameter isRecorded: where the kind alone doesn't tell, as of a 400 by which a policy refuses.
    package init(
        _ name: String, _ kind: Refusal.Kind, wire: (status: Int, code: String)? = nil, isRecorded: Bool? = nil
    ) {
        self.name = name
        self.kind = kind
        self.wire = wire
        self.isRecorded = isRecorded ?? (kind == .forbidden || kind == .conflict)
    }

    package static func == (lhs: RefusalCode, rhs: RefusalCode) -> Bool { lhs.name == rhs.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

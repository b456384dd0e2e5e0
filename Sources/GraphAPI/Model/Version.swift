/// A root below which paths are resolved: Graph's two versions, and what Graph has no words for.
package enum Version: String, CaseIterable, Sendable {
    case v1 = "v1.0"
    case beta
    case countersign = "countersign/v1"
}

extension Set<Version> {
    /// Both of Graph's versions.
    package static let graph: Set<Version> = [.v1, .beta]
}

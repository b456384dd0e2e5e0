internal import Storage
internal import Workflows

extension Governance {
    /// A kind of the database by its name.
    func kind(_ name: String) -> (any AnyKind)? { workloads.catalog[name] }
}

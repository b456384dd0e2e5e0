package import GraphAPI
package import Workflows

/// A workload that has moved in, with what it shows of Graph.
package struct Registration: Sendable {
    package let workload: Workload
    package let surface: Surface

    package init(_ workload: Workload, _ surface: Surface) {
        self.workload = workload
        self.surface = surface
    }

    /// Everything that this build serves, a line each.
    package static let all = [
        Registration(.directory, .directory),
        Registration(.deviceManagement, .deviceManagement),
        Registration(.multiAdminApproval, .multiAdminApproval),
    ]
}

extension [Registration] {
    /// What follows from the list for the house.
    package var workloads: Workloads { Workloads(map(\.workload)) }

    /// The tree of everything that is served.
    /// - Throws: what is wrong with a surface.
    package func model() throws(GraphModel.Mistake) -> GraphModel { try GraphModel(map(\.surface), workloads) }
}

package import Workflows

/// A workload that has moved in.
package struct Registration: Sendable {
    package let workload: Workload

    package init(_ workload: Workload) { self.workload = workload }

    /// Everything that this build serves, a line each.
    package static let all = [
        Registration(.directory),
        Registration(.deviceManagement),
        Registration(.multiAdminApproval),
    ]

    /// What follows from the list of everything.
    package static let workloads = Workloads(all.map(\.workload))
}

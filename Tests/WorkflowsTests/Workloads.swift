import Workflows

extension Workloads {
    /// Everything that the tests run on, with what they plant.
    static let tested = Workloads([.directory, .deviceManagement, .multiAdminApproval, .planted])
}

extension Workload {
    fileprivate static let planted: Workload = {
        var workload = Workload("planted")
        workload.activities = ["test.planted"].map {
            AuditEntry.Activity($0, "Test", category: "Test")
        }
        return workload
    }()
}

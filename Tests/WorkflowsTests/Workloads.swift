import EDM
import JSON
import Storage
import Workflows

extension Workloads {
    /// Everything that the tests run on, with what they plant.
    static let tested = Workloads([.directory, .deviceManagement, .multiAdminApproval, .planted])
}

extension Workload {
    /// What tests record behind the rules' back, and work that counts down.
    static let planted: Workload = {
        var workload = Workload("planted")
        workload.activities = [.planted]
        workload.work = [countdown]
        return workload
    }()

    /// Runs as often as its cursor says, an hour apart.
    static let countdown = WorkCommand("countdown") { unit, work, _ in
        var entry = AuditEntry(.planted, subject: nil)
        entry.facts["left"] = work.cursor.json
        guard let left = work.cursor.flatMap(Int.init), left > 1 else { return .done(entry) }
        return .again(at: unit.now + .hours(1), cursor: String(left - 1), entry)
    }
}

extension AuditEntry.Activity {
    static let planted = Self("test.planted", "Plant", category: "Test")
}

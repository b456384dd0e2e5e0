package import Approvals

/// One request per entity is active, waiting or approved; a create locks nothing (V18).
package enum OneActiveRequest {
    /// The service's own words, which clients look for.
    package static let message = "An active Approval Request already exists for this entity"

    package static func check(hasActiveRequest: Bool) throws(Refusal) {
        guard hasActiveRequest else { return }
        throw Refusal(
            .oneActiveRequest,
            "\(message). Wait until it is completed, rejected or expired, or have it cancelled.")
    }
}

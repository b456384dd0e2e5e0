package import Approvals

/// One request per entity is active, waiting or approved; a create locks nothing (V18).
package enum OneActiveRequest {
    /// The service's own words, which clients look for.
    package static let message = "An active Approval Request already exists for this entity"

    /// - Parameters:
    ///   - wanted: what the operation locks; none for a create.
    ///   - held: what active requests hold.
    package static func check(_ wanted: [EntityLock], held: Set<EntityLock>) throws(Refusal) {
        guard !held.isDisjoint(with: wanted) else { return }
        throw Refusal(
            .oneActiveRequest,
            "\(message). Wait until it is completed, rejected or expired, or have it cancelled.")
    }
}

extension RefusalCode {
    package static let oneActiveRequest = RefusalCode("oneActiveRequest", .conflict)
}

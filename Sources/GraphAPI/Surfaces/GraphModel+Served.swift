internal import Workflows

extension GraphModel {
    /// What this server serves.
    package static let served: GraphModel = {
        do throws(Mistake) {
            return try GraphModel(
                [.directory, .deviceManagement, .multiAdminApproval, .requests], catalog: Kinds.catalog)
        } catch { preconditionFailure(error.description) }
    }()
}

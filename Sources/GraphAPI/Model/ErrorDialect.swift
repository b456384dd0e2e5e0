package import Approvals
internal import Directory
internal import OData

/// How the service behind a part of Graph words its failures, and how large its pages are.
package struct ErrorDialect: Sendable {
    /// `error.code` where nothing is found for the caller.
    let notFound: String
    /// `error.code` where a token, or the person behind it, may not.
    let forbidden: String
    /// Why a token isn't let in, from the permissions any of which would do.
    let denied: @Sendable (_ wanted: [String], _ requestID: String) -> String
    /// `error.code` of refusals that have none of their own.
    let refused: @Sendable (Refusal.Kind) -> (status: Int, code: String)
    /// Whether `errorEnvelope: intune` concerns it.
    let isIntune: Bool
    /// The most that a page holds.
    let maximumPageSize: Int
    /// The most that `$expand` shows of a relationship.
    let maximumExpanded: Int

    package init(
        notFound: String, forbidden: String, isIntune: Bool = false, maximumPageSize: Int = 100,
        maximumExpanded: Int = 100,
        denied: @escaping @Sendable (_ wanted: [String], _ requestID: String) -> String = Self.insufficientPrivileges,
        refused: @escaping @Sendable (Refusal.Kind) -> (status: Int, code: String)
    ) {
        self.notFound = notFound
        self.forbidden = forbidden
        self.isIntune = isIntune
        self.maximumPageSize = maximumPageSize
        self.maximumExpanded = maximumExpanded
        self.denied = denied
        self.refused = refused
    }

    package static func insufficientPrivileges(_ wanted: [String], _: String) -> String {
        "Insufficient privileges to complete the operation. The token needs one of: "
            + wanted.joined(separator: ", ") + "."
    }

    /// Microsoft Entra's directory (`Request_*`, `Authorization_*`).
    package static let directory = ErrorDialect(
        notFound: "Request_ResourceNotFound", forbidden: "Authorization_RequestDenied", maximumPageSize: 999,
        maximumExpanded: 20,
        refused: { kind in
            switch kind {
            case .invalid: (400, "Request_BadRequest")
            case .forbidden: (403, "Authorization_RequestDenied")
            case .notFound: (404, "Request_ResourceNotFound")
            case .conflict: (409, "Conflict")
            }
        })

    /// Intune's, and what is ours.
    package static let intune = ErrorDialect(
        notFound: "ResourceNotFound", forbidden: "Forbidden", isIntune: true, denied: notAuthorized, refused: plain)
    package static let countersign = ErrorDialect(
        notFound: "ResourceNotFound", forbidden: "Forbidden", denied: notAuthorized, refused: plain)

    private static let notAuthorized: @Sendable ([String], String) -> String = { wanted, requestID in
        "Application is not authorized to perform this operation. Application must have one of the "
            + "following scopes: \(wanted.joined(separator: ", ")) - Operation ID (for customer support): "
            + "00000000-0000-0000-0000-000000000000 - Activity ID: \(requestID)"
    }

    private static let plain: @Sendable (Refusal.Kind) -> (status: Int, code: String) = { kind in
        switch kind {
        case .invalid: (400, "BadRequest")
        case .forbidden: (403, "Forbidden")
        case .notFound: (404, "ResourceNotFound")
        case .conflict: (409, "Conflict")
        }
    }
}

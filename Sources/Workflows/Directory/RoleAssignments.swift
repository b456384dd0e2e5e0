internal import Approvals
package import Directory
package import EDM
internal import JSON
@_spi(Decisions) package import Storage

extension Stored where Entity == UnifiedRoleAssignment {
    /// A new assignment, with who wrote it and when (rule R2).
    package init(
        _ document: Document<UnifiedRoleAssignment>, writtenBy writer: Principal, at instant: Instant
    ) {
        self.init(
            Kinds.roleAssignments, id: document.id, document,
            internals: ["writtenBy": .string(writer.text), "writtenAt": instant.json], settlesAt: nil)
    }

    /// Whether it is for the whole tenant. What has no scope of the directory has another one.
    var isTenantWide: Bool { document.directoryScopeId == "/" }

    /// Who wrote it and when.
    var written: (by: Principal, at: Instant) {
        get throws(StorageError) {
            do throws(Invalid) {
                return (
                    try Principal(text: internals["writtenBy"]?.string ?? ""),
                    try Instant(json: internals["writtenAt"] ?? .null)
                )
            } catch { throw .corrupt(key, error.description) }
        }
    }
}

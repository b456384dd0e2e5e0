package import Approvals

/// What a protected write asks for by its headers.
package enum ProtectedWrite: Hashable, Sendable {
    case complete(id: String)
    case file(justification: String)

    package init(code: String?, justification: String?) throws(Refusal) {
        if let code {
            self = .complete(id: try CodeHeader.id(from: code))
        } else {
            self = .file(justification: try JustificationHeader.text(from: justification))
        }
    }
}

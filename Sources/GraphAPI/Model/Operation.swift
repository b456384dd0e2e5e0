package import OData

/// An action, a function, or a write on a resource itself.
package struct Operation: Sendable {
    package enum Binding: Sendable {
        /// The set, the container or the singleton.
        case resource
        /// One entity of a set.
        case entity
    }

    package typealias Run = @Sendable (Invocation) async throws -> GraphResponse

    /// Empty for a write on the bound resource itself (POST to a set; PATCH, PUT, DELETE of an entity).
    let name: String
    /// Older names of the same operation.
    let aliases: [String]
    let method: String
    let binding: Binding
    let parameters: [Parameter]
    /// Nil: those of the resource.
    let versions: Set<Version>?
    /// Whether a function answers a collection, behind which `/$count` can stand.
    let isCollection: Bool
    let run: Run

    package init(
        _ method: String, _ name: String = "", aliases: [String] = [], on binding: Binding,
        parameters: [Parameter] = [], versions: Set<Version>? = nil, isCollection: Bool = false, run: @escaping Run
    ) {
        self.name = name
        self.aliases = aliases
        self.method = method
        self.binding = binding
        self.parameters = parameters
        self.versions = versions
        self.isCollection = isCollection
        self.run = run
    }
}

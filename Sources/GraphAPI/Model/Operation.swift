package import EDM
internal import JSON
internal import OData

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

/// A parameter of a function, as its signature declares it.
package struct Parameter: Sendable {
    let name: String
    let type: EdmType
    let isOptional: Bool
    private let canonical: @Sendable (JSONValue) throws(Invalid) -> JSONValue

    package init<Value: EdmValue>(_ name: String, _ type: Value.Type, optional isOptional: Bool = false) {
        self.name = name
        self.type = type.edm
        self.isOptional = isOptional
        canonical = { json throws(Invalid) in try Value.canonical(json) }
    }

    /// An argument's text as a value of the type.
    /// - Throws: 400 that names the parameter.
    func value(of text: String) throws(ODataError) -> JSONValue {
        do throws(Invalid) {
            switch type.underlying {
            case .primitive(.boolean):
                guard let flag = ["true": true, "false": false][text.lowercased()] else {
                    throw Invalid(reason: "must be true or false.")
                }
                return .bool(flag)
            case .primitive(.int32), .primitive(.int64):
                guard let number = Int64(text) else { throw Invalid(reason: "must be a whole number.") }
                return try canonical(.integer(number))
            default: return try canonical(.string(text))
            }
        } catch {
            throw .badRequest("The parameter \(error.inside(name).description)")
        }
    }
}

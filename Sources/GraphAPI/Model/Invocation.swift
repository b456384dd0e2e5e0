package import Directory
package import EDM
package import JSON
package import OData
internal import Storage
package import Workflows

/// A call of an operation, resolved and admitted.
package struct Invocation: Sendable {
    let service: GraphService
    package let request: GraphRequest
    package let version: Version
    package internal(set) var caller: Caller
    let endpoint: Endpoint
    /// The keys of the path in its order, those of singletons among them; the last one is the bound entity's, where one is
    /// bound.
    package let keys: [String]
    /// The property whose value the last key is, where that isn't the id.
    let keyProperty: String?
    package let query: ODataQuery
    /// The arguments of a function by declared name, checked against its signature; what is null or left out isn't there.
    package let arguments: [String: JSONValue]
    /// The house, for this one call: of a read the session in which its questions are one, of a write what `If-Match` asks.
    package internal(set) var governance: Governance

    var place: Place { endpoint.place }
    package var resource: Resource { endpoint.place.resource }
    var dialect: ErrorDialect { endpoint.place.dialect }
    /// The key of the bound entity.
    package var id: String? { keys.last }

    /// The kind of the bound resource.
    /// - Precondition: it is no container.
    var kind: any AnyKind {
        guard let kind = resource.kind else { preconditionFailure("\(resource.name) has no entities") }
        return kind
    }

    /// What the directory says about the caller now.
    package func facts() async throws -> CallerFacts { try await governance.facts(of: caller) }

    /// A function's argument; nil where it is left out.
    package func argument<Value: EdmValue>(_ name: String, as type: Value.Type = Value.self) -> Value? {
        arguments[name].map { Value(checked: $0) }
    }

    /// The same call bound to something else of the same version: to a relationship's target.
    func bound(to place: Place, keys: [String]) -> Invocation {
        Invocation(
            service: service, request: request, version: version, caller: caller,
            endpoint: Endpoint("GET", at: place, access: endpoint.access, run: endpoint.run), keys: keys,
            keyProperty: nil, query: query, arguments: [:], governance: governance)
    }
}

internal import Directory
internal import OData

/// A resource at its place in one version's tree.
final class Place: Sendable {
    enum Segment: Hashable, Sendable {
        case name(String)
        case key
        /// The key of a singleton, which its path doesn't show.
        case hiddenKey
    }

    let resource: Resource
    let version: Version
    let dialect: ErrorDialect
    let segments: [Segment]
    /// Of what contains it.
    let parent: Place?
    /// The path below the version root as contexts write it, where no key is in it.
    private let plainPath: String?

    init(
        _ resource: Resource, _ version: Version, _ surface: Surface,
        below parent: (segments: [Segment], place: Place)?
    ) {
        self.resource = resource
        self.version = version
        dialect = surface.dialect
        self.parent = parent?.place
        var segments = (parent?.segments ?? []) + [.name(resource.name(in: version))]
        if case .singleton = resource.form { segments.append(.hiddenKey) }
        self.segments = segments
        plainPath = resource.contextPath ?? (segments.contains(.key) ? nil : Self.path(segments, []))
    }

    /// The path below the version root with its keys, as contexts and links write it: `packages('1')/questions`.
    func path(_ keys: [String]) -> String { plainPath ?? Self.path(segments, keys) }

    private static func path(_ segments: [Segment], _ keys: [String]) -> String {
        var path = ""
        var keys = keys[...]
        for segment in segments {
            switch segment {
            case .name(let name): path += (path.isEmpty ? "" : "/") + name
            case .key: path += "('\(keys.popFirst() ?? "")')"
            case .hiddenKey: _ = keys.popFirst()
            }
        }
        return path
    }

    /// The keys of a path with those of the singletons in it, in their order.
    func keys(_ given: [String], of caller: Caller) throws -> [String] {
        guard segments.contains(.hiddenKey) else { return given }
        var singletons: [(Caller) throws -> String] = []
        var place: Place? = self
        while let here = place {
            if case .singleton(let key) = here.resource.form { singletons.insert(key, at: 0) }
            place = here.parent
        }
        var given = given[...]
        var keys: [String] = []
        for segment in segments {
            switch segment {
            case .name: continue
            case .key: if let key = given.popFirst() { keys.append(key) }
            case .hiddenKey: keys.append(try singletons.removeFirst()(caller))
            }
        }
        return keys + given
    }
}

/// What a method does at a node of the tree, with the row that lets callers in.
final class Endpoint: Sendable {
    let method: String
    let place: Place
    let access: Access
    /// Of an action or a function.
    let name: String
    let parameters: [Parameter]
    /// Whether `/$count` stands behind a function.
    let countsOnly: Bool
    let run: Operation.Run

    init(
        _ method: String, at place: Place, access: Access, name: String = "", parameters: [Parameter] = [],
        countsOnly: Bool = false,
        run: @escaping Operation.Run
    ) {
        self.method = method
        self.place = place
        self.access = access
        self.name = name
        self.parameters = parameters
        self.countsOnly = countsOnly
        self.run = run
    }
}

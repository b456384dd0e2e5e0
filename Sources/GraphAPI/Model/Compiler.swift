internal import EDM
internal import Storage

/// Puts surfaces into one tree. What can't be served is a mistake of the program, found when it starts.
struct Compiler {
    private(set) var trie = GraphTrie()
    private(set) var homes: [String: GraphModel.Home] = [:]
    private let catalog: Catalog

    init(_ catalog: Catalog) {
        self.catalog = catalog
        // The template of a path begins below the version.
        for version in Version.allCases { trie.restart(templateAt: Self.root(of: version, in: &trie)) }
    }

    private static func root(of version: Version, in trie: inout GraphTrie) -> Int {
        version.rawValue.split(separator: "/").reduce(GraphTrie.root) { trie.node(String($1), below: $0) }
    }

    mutating func add(_ surface: Surface) throws(GraphModel.Mistake) {
        var rows = Rows(surface.permissions)
        for version in Version.allCases {
            let root = Self.root(of: version, in: &trie)
            for resource in surface.resources {
                try add(resource, below: root, nil, version, surface, &rows)
            }
        }
        if let row = rows.unused {
            throw Self.mistake("The permission row '\(row)' belongs to no operation.")
        }
    }

    /// The permission rows of a surface, and which of them an operation has asked for.
    private struct Rows {
        private var rows: [String: PermissionTable.Row] = [:]
        private var asked: Set<String> = []

        init(_ table: PermissionTable) {
            for row in table.rows { rows[Self.key(row.version, row.method, row.path)] = row }
        }

        private static func key(_ version: Version?, _ method: String, _ path: String) -> String {
            (version.map { "\($0.rawValue) " } ?? "") + "\(method) \(path)"
        }

        mutating func access(_ version: Version, _ method: String, _ path: String) throws(GraphModel.Mistake) -> Access
        {
            for key in [Self.key(version, method, path), Self.key(nil, method, path)] {
                guard let row = rows[key] else { continue }
                asked.insert(key)
                return row.access
            }
            throw Compiler.mistake("The operation '\(method) \(path)' of \(version.rawValue) has no permission row.")
        }

        var unused: String? { rows.keys.filter { !asked.contains($0) }.min() }
    }

    private static func mistake(_ text: String) -> GraphModel.Mistake { GraphModel.Mistake(description: text) }

    // MARK: Resources

    private mutating func add(
        _ resource: Resource, below node: Int, _ parent: (segments: [Place.Segment], place: Place)?, _ version: Version,
        _ surface: Surface, _ rows: inout Rows
    ) throws(GraphModel.Mistake) {
        guard resource.versions.contains(version), !resource.isContainer || Self.isShown(resource, version) else {
            return
        }
        if let kind = resource.kind, catalog[kind.name] == nil {
            throw Self.mistake("'\(resource.name)' shows the kind '\(kind.name)', which no workload declares.")
        }
        let here = trie.node(resource.name(in: version), below: node)
        let place = Place(resource, version, surface, below: parent)
        if let known = trie.nodes[here].place {
            guard resource.isContainer, known.resource.isContainer else {
                throw Self.mistake("\(version.rawValue)\(trie.nodes[here].template) is served twice.")
            }
        } else if !trie.nodes[here].endpoints.isEmpty {
            throw Self.mistake("\(version.rawValue)\(trie.nodes[here].template) is served twice.")
        } else {
            trie.set(place, at: here)
        }
        switch resource.form {
        case .container:
            for inner in resource.contained {
                try add(inner, below: here, (place.segments, place), version, surface, &rows)
            }
            try operations(.resource, of: place, at: here, &rows)
        case .set:
            let access = try rows.access(version, "GET", trie.nodes[here].template)
            try endpoint(Endpoint("GET", at: place, access: access, run: resource.reads?.list ?? Reads.list), at: here)
            let count = trie.node("$count", below: here)
            try endpoint(
                Endpoint("GET", at: place, access: access, run: resource.reads?.count ?? Reads.count), at: count)
            try operations(.resource, of: place, at: here, &rows)
            try entity(place, at: trie.keyed(below: here), parent: place.segments + [.key], .entity, surface, &rows)
        case .singleton:
            try entity(place, at: here, parent: place.segments, .resource, surface, &rows)
        }
    }

    /// Whether a container leads to anything in a version.
    private static func isShown(_ resource: Resource, _ version: Version) -> Bool {
        !resource.operations.filter { $0.versions?.contains(version) ?? true }.isEmpty
            || resource.contained.contains {
                $0.versions.contains(version) && (!$0.isContainer || isShown($0, version))
            }
    }

    private mutating func entity(
        _ place: Place, at node: Int, parent segments: [Place.Segment], _ binding: Operation.Binding,
        _ surface: Surface,
        _ rows: inout Rows
    ) throws(GraphModel.Mistake) {
        let access = try rows.access(place.version, "GET", trie.nodes[node].template)
        try endpoint(
            Endpoint("GET", at: place, access: access, run: place.resource.reads?.get ?? Reads.get), at: node)
        if let kind = place.resource.kind, place.version != .countersign, homes[kind.name] == nil,
            case .set = place.resource.form
        {
            homes[kind.name] = GraphModel.Home(place: place, access: access)
        }
        try operations(binding, of: place, at: node, &rows)
        for relation in place.resource.relations { try add(relation, of: place, below: node, &rows) }
        for inner in place.resource.contained {
            try add(inner, below: node, (segments, place), place.version, surface, &rows)
        }
    }

    // MARK: Operations

    private mutating func operations(
        _ binding: Operation.Binding, of place: Place, at node: Int, _ rows: inout Rows
    ) throws(GraphModel.Mistake) {
        for operation in place.resource.operations
        where operation.binding == binding && operation.versions?.contains(place.version) ?? true {
            let here = operation.name.isEmpty ? node : trie.node(operation.name, below: node)
            let access = try rows.access(place.version, operation.method, trie.nodes[here].template)
            try endpoint(
                Endpoint(
                    operation.method, at: place, access: access, name: operation.name,
                    parameters: operation.parameters, run: operation.run),
                at: here)
            for alias in operation.aliases where !trie.alias(alias, from: node, to: here) {
                throw Self.mistake("\(trie.nodes[node].template)/\(alias) is served twice.")
            }
            guard operation.isCollection else { continue }
            try endpoint(
                Endpoint(
                    "GET", at: place, access: access, name: operation.name, parameters: operation.parameters,
                    countsOnly: true,
                    run: operation.run), at: trie.node("$count", below: here))
        }
    }

    private mutating func endpoint(_ endpoint: Endpoint, at node: Int) throws(GraphModel.Mistake) {
        guard !trie.nodes[node].endpoints.contains(where: { $0.method == endpoint.method }) else {
            throw Self.mistake(
                "\(endpoint.method) \(endpoint.place.version.rawValue)\(trie.nodes[node].template) is served twice.")
        }
        trie.add(endpoint, at: node)
    }

    private mutating func add(
        _ relation: Relation, of place: Place, below node: Int, _ rows: inout Rows
    ) throws(GraphModel.Mistake) {
        let here = trie.node(relation.name, below: node)
        let access = try rows.access(place.version, "GET", trie.nodes[here].template)
        try walk(relation, nil, of: place, access, at: here)
        for type in relation.casts.map({ $0.edmName }) + relation.emptyCasts {
            try walk(relation, type, of: place, access, at: trie.node("graph.\(type)", below: here))
        }
        if relation.isCollection, case .documents = relation.elements {
            try endpoint(
                Endpoint("GET", at: place, access: access) { try await Reads.related(relation, call: $0) },
                at: trie.keyed(below: here))
        }
        guard let links = relation.links else { return }
        let all = trie.node("$ref", below: here)
        let one = trie.node("$ref", below: trie.keyed(below: here))
        try endpoint(
            Endpoint(
                "POST", at: place, access: try rows.access(place.version, "POST", trie.nodes[all].template),
                run: links.addNamed), at: all)
        let removing = try rows.access(place.version, "DELETE", trie.nodes[one].template)
        try endpoint(Endpoint("DELETE", at: place, access: removing, run: links.removeNamed), at: all)
        try endpoint(Endpoint("DELETE", at: place, access: removing, run: links.removeKeyed), at: one)
    }

    private mutating func walk(
        _ relation: Relation, _ type: String?, of place: Place, _ access: Access, at node: Int
    ) throws(GraphModel.Mistake) {
        try endpoint(
            Endpoint("GET", at: place, access: access) { try await Reads.navigate(relation, as: type, $0) }, at: node)
        guard relation.isCollection else { return }
        try endpoint(
            Endpoint("GET", at: place, access: access, countsOnly: true) {
                try await Reads.navigate(relation, as: type, $0)
            }, at: trie.node("$count", below: node))
    }
}

internal import Directory
internal import EDM
internal import OData
internal import Storage
package import Workflows

/// What is served of Graph: every surface, compiled once.
package struct GraphModel: Sendable {
    let trie: GraphTrie
    let surfaces: [Surface]
    /// Where documents of a kind are at home: the first set of it, whose visibility counts wherever a relationship leads.
    private let homes: [String: Home]
    /// The protocol's request headers, of all surfaces.
    package let headers: [String]

    /// A kind's own set, with the row that lets callers read one of it.
    struct Home: Sendable {
        let place: Place
        let access: Access
    }

    /// A surface that can't be served; the text says what is wrong with it.
    package struct Mistake: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Throws: on two equal paths, a kind that no workload declares, an operation without a permission row, and a row
    ///   without an operation.
    package init(_ surfaces: [Surface], _ workloads: Workloads) throws(Mistake) {
        var compiler = Compiler(workloads.catalog)
        for surface in surfaces { try compiler.add(surface) }
        let requests = workloads.requests.compactMap { kind in
            compiler.homes[kind.kind.name].map { (kind, $0.access) }
        }
        try compiler.add(.requests(of: requests.map(\.0), access: requests.map(\.1)))
        trie = compiler.trie
        homes = compiler.homes
        self.surfaces = surfaces
        headers = surfaces.reduce(into: []) { headers, surface in
            headers += surface.headers.filter { !headers.contains($0) }
        }
    }

    func home(of kind: String) -> Home? { homes[kind] }

    /// Whether a caller's token may read entities of a kind by themselves.
    func admits(_ caller: Caller, toRead kind: String) -> Bool { homes[kind]?.access.admits(caller) ?? false }

    /// Every path and method that is served, with the version, as permission rows write them; for pages and tests.
    package var operations: [(version: Version, method: String, path: String)] {
        trie.nodes.flatMap { node in node.endpoints.map { ($0.place.version, $0.method, node.template) } }
    }

    // MARK: Resolving

    /// Where a request's path leads.
    struct Target {
        let version: Version
        let node: GraphTrie.Node
        /// The keys in the path, decoded.
        var keys: [String] = []
        /// The last key where the path names a property for it: `catalogs(uniqueName='x')`.
        var namedKey: (name: String, value: String)?
        /// The segment of a function, whose parentheses hold its arguments.
        var function: PathSegment?
    }

    /// - Parameter target: path and query as sent, beginning with the version.
    /// - Throws: 400 in Graph's words for the segment that leads nowhere, 501 where Graph has something there.
    func resolve(_ target: String, _ path: Substring, version: Version, query: ODataQuery) throws(ODataError) -> Target
    {
        if let plain = plainly(target, version) { return plain }
        return try read(try ODataPath(String(path)).segments, version, query)
    }

    /// Whether a plainly written path leads to something that is served, by the way that every request takes first.
    package func serves(_ target: String) -> Bool {
        var keys = GraphTrie.Keys()
        return followed(target, keys: &keys) != nil
    }

    /// How many entity sets are served, each in each of its versions.
    package var setCount: Int { trie.nodes.count { $0.keyed >= 0 && $0.place != nil } }

    /// The node of something that is served, where the path needs no grammar.
    private func followed(_ target: String, keys: inout GraphTrie.Keys) -> Int? {
        let node = target.utf8.withContiguousStorageIfAvailable { trie.follow($0, keys: &keys) } ?? nil
        return node.flatMap { trie.nodes[$0].endpoints.isEmpty ? nil : $0 }
    }

    /// A path that needs no grammar.
    func plainly(_ target: String, _ version: Version) -> Target? {
        var keys = GraphTrie.Keys()
        guard let node = followed(target, keys: &keys) else { return nil }
        var found = Target(version: version, node: trie.nodes[node])
        guard keys.count > 0 else { return found }
        found.keys.reserveCapacity(keys.count)
        for index in 0..<keys.count {
            let utf8 = target.utf8
            let start = utf8.index(utf8.startIndex, offsetBy: keys[index].lowerBound)
            let end = utf8.index(start, offsetBy: keys[index].count)
            found.keys.append(GraphService.normalized(String(target[start..<end])))
        }
        return found
    }

    /// A path in every tolerated spelling (protocol: keys as segment or in parentheses, functions with and without `()`,
    /// namespaces, any case).
    func read(_ segments: [PathSegment], _ version: Version, _ query: ODataQuery) throws(ODataError) -> Target {
        guard !segments.isEmpty else {
            throw .badRequest("The URL names no resource. Begin with a collection such as /\(version.rawValue)/users.")
        }
        var node = root(of: version)
        var target = Target(version: version, node: trie.nodes[node])
        for (index, segment) in segments.enumerated() {
            guard target.namedKey == nil || segment == segments.last else { throw .segmentNotFound(segment) }
            let name = segment.isQualified ? "graph." + segment.unqualifiedName : segment.name
            let child =
                trie.child(of: node, named: name)
                ?? (segment.isQualified ? trie.child(of: node, named: segment.unqualifiedName) : nil)
            if let child {
                node = child
                guard segment.arguments != nil else { continue }
                if trie.nodes[child].keyed >= 0 {
                    try Self.key(segment, at: trie.nodes[child].place, query, into: &target)
                    node = Int(trie.nodes[child].keyed)
                } else {
                    guard trie.nodes[child].place == nil else { throw .segmentNotFound(segment) }
                    target.function = segment
                }
                continue
            }
            guard trie.nodes[node].keyed >= 0, !segment.text.hasPrefix("$"), !segment.isMalformed, !segment.isQualified
            else {
                throw UnservedPaths.refusal(
                    segment, after: trie.nodes[node].template, in: version, rest: segments.dropFirst(index + 1))
            }
            target.keys.append(GraphService.normalized(segment.text))
            node = Int(trie.nodes[node].keyed)
        }
        guard !trie.nodes[node].endpoints.isEmpty else {
            throw .badRequest(
                "Resource '\(segments.map(\.text).joined(separator: "/"))' can't be read by itself. Name one of its "
                    + "collections.")
        }
        var found = Target(version: version, node: trie.nodes[node])
        (found.keys, found.namedKey, found.function) = (target.keys, target.namedKey, target.function)
        return found
    }

    /// A key in parentheses: of the id, or of a property that the set names for that.
    private static func key(
        _ segment: PathSegment, at place: Place?, _ query: ODataQuery, into target: inout Target
    ) throws(ODataError) {
        if let key = segment.key(in: query) {
            target.keys.append(GraphService.normalized(key))
            return
        }
        let names = place?.resource.namedKeys ?? []
        guard let resource = place?.resource, !names.isEmpty,
            let key = try segment.key([["id"]] + names.map { [$0] }, in: query)?.first
        else { throw .segmentNotFound(segment) }
        let property = resource.kind?.entity.property(named: key.key)?.name ?? key.key
        target.keys.append(GraphService.normalized(key.value))
        if property != "id" { target.namedKey = (property, key.value) }
    }

    private func root(of version: Version) -> Int {
        version.rawValue.split(separator: "/").reduce(GraphTrie.root) { node, segment in
            trie.child(of: node, named: String(segment)) ?? node
        }
    }

    /// The dialect of the deepest part of a path that is known, for failures before an operation is found.
    func dialect(of segments: [PathSegment], version: Version) -> ErrorDialect? {
        var node = root(of: version)
        var dialect: ErrorDialect?
        for segment in segments {
            guard
                let next = trie.child(of: node, named: segment.name)
                    ?? (trie.nodes[node].keyed >= 0 ? Int(trie.nodes[node].keyed) : nil)
            else { break }
            node = next
            dialect = trie.nodes[node].place?.dialect ?? dialect
        }
        return dialect
    }
}

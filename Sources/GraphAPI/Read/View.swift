internal import EDM
internal import JSON
internal import OData
internal import Storage

/// What a call wants to see of each document: `$select` and `$expand`.
struct View {
    private let select: BoundSelect?
    /// Embedded relationships that weren't asked for.
    private let hidden: [String]
    private let shown: [String]

    /// Whether only type and id are shown.
    private let isReference: Bool

    init(
        _ call: Invocation, of entity: (any EntityType.Type)? = nil, isReference: Bool = false
    ) throws(ODataError) {
        self.isReference = isReference
        let type = entity ?? call.set.kind.entity
        let aliases = entity == nil ? call.set.aliases : [:]
        let embedded = entity == nil ? call.set.embedded : []
        let expanded = try BoundExpand.bind(call.query.expand, on: type, aliases: aliases) { type, name in
            type.isOpen ? name : nil
        }.map(\.navigation.name)
        let named = call.query.expand.map(\.name)
        if let other = expanded.first(where: { name in
            !embedded.contains(name) && named.contains { $0.equalsIgnoringCase(name) }
        }) {
            throw .badRequest("$expand=\(other) isn't supported here. Read …/\(other) by itself.")
        }
        if let items = call.query.select {
            select = try BoundSelect(items, on: type, aliases: aliases) { type.isOpen ? $0 : nil }
        } else {
            select = nil
        }
        hidden = embedded.filter { !expanded.contains($0) }
        shown = embedded.filter(expanded.contains)
    }

    /// The list of a projection, as contexts write it: `(id,status)`.
    var selection: String {
        guard let select, !select.all, !select.paths.isEmpty else { return "" }
        return "(" + select.paths.map { $0.joined(separator: "/") }.joined(separator: ",") + ")"
    }

    /// The members of a document that are wanted; annotations stay. Stored bytes pass through where nothing is to be left
    /// out.
    func project(_ document: [UInt8]) throws -> [UInt8] {
        let isWhole = select?.all ?? true
        guard !isWhole || !hidden.isEmpty || !shown.isEmpty || isReference else { return document }
        let members = try JSONReader.read(document, limits: .stored).object ?? JSONObject()
        var projected = JSONObject()
        for name in shown where members[name] == nil { projected.append(name, []) }
        for member in members.members where !hidden.contains(member.name) {
            if isReference, !["@odata.type", "id"].contains(member.name) { continue }
            let paths = select?.paths.filter { $0.first == member.name } ?? []
            if isWhole || member.name.hasPrefix("@") || shown.contains(member.name)
                || paths.contains(where: { $0.count == 1 })
            {
                projected.append(member.name, member.value)
            } else if !paths.isEmpty, let inner = member.value.object {
                let names = Set(paths.compactMap { $0.dropFirst().first })
                projected.append(
                    member.name,
                    .object(JSONObject(inner.members.filter { names.contains($0.name) }.map { ($0.name, $0.value) })))
            } else if !paths.isEmpty {
                projected.append(member.name, member.value)
            }
        }
        return projected.bytes
    }
}

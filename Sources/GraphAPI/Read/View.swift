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

    init(_ call: Invocation, of entity: (any EntityType.Type)? = nil) throws(ODataError) {
        let type = entity ?? call.set.kind.entity
        let aliases = entity == nil ? call.set.aliases : [:]
        let embedded = entity == nil ? call.set.embedded : []
        let expanded = try BoundExpand.bind(call.query.expand, on: type, aliases: aliases).map(\.navigation.name)
        if let items = call.query.select {
            select = try BoundSelect(items, on: type, aliases: aliases)
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
        guard !isWhole || !hidden.isEmpty else { return document }
        let members = try JSONReader.read(document, limits: .stored).object ?? JSONObject()
        var projected = JSONObject()
        for member in members.members where !hidden.contains(member.name) {
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

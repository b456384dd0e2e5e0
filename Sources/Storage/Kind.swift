package import EDM
package import JSON

/// A kind of document: its entity type, and what engines make from it: a table, real columns, index entries.
package protocol AnyKind: Sendable {
    /// The kind's name, which is also its table's.
    var name: String { get }
    var entity: any EntityType.Type { get }
    /// Real columns, computed once from the document and bound by the engine.
    var columns: [Column] { get }
    /// Composite indexes over columns by name; each is led by the tenant and ended by the id.
    var orderings: [[String]] { get }
    var indexes: [AnyIndex] { get }
    /// Whether grants, requests and references stand on documents of this kind: then none is deleted before the unit of
    /// work has asked what stands on it.
    var canBeStoodOn: Bool { get }
    /// The index entries of a document.
    /// - Throws: `Invalid` where the stored bytes don't follow the declaration.
    func entries(document: JSONObject, internals: JSONObject) throws(Invalid) -> Set<IndexValue>
    /// - Throws: `Invalid` where the document doesn't follow the declaration, or holds a member that the type lacks.
    func check(_ document: JSONObject) throws(Invalid)
}

/// The declaration of a kind of documents of one entity type.
package struct Kind<Entity: EntityType>: AnyKind {
    package let name: String
    package let columns: [Column]
    package let orderings: [[String]]
    package let typedIndexes: [Index<Entity>]
    package let canBeStoodOn: Bool

    /// - Parameters:
    ///   - columns: property paths, such as `requestor/user/id`, that become real columns.
    ///   - orderings: composite indexes over those paths, most significant first.
    /// - Precondition: every path is declared by the entity type and has a primitive or enumeration type.
    package init(
        _ name: String, columns: [String] = [], orderings: [[String]] = [], indexes: [Index<Entity>] = [],
        canBeStoodOn: Bool = false
    ) {
        self.name = name
        self.columns = columns.map { Column($0, of: Entity.self) }
        self.orderings = orderings.map { $0.map { Column($0, of: Entity.self).name } }
        self.typedIndexes = indexes
        self.canBeStoodOn = canBeStoodOn
    }

    package var entity: any EntityType.Type { Entity.self }
    package var indexes: [AnyIndex] { typedIndexes.map { AnyIndex(name: $0.name, isGuarded: $0.isGuarded) } }

    package func entries(document: JSONObject, internals: JSONObject) throws(Invalid) -> Set<IndexValue> {
        entries(try Document<Entity>(document), internals)
    }

    package func entries(_ document: Document<Entity>, _ internals: JSONObject) -> Set<IndexValue> {
        var entries: Set<IndexValue> = []
        for index in typedIndexes {
            for value in index.values(document, internals) { entries.insert(IndexValue(index.name, value)) }
        }
        return entries
    }

    package func check(_ document: JSONObject) throws(Invalid) { _ = try checked(document) }

    /// The document, every member of which is declared and canonical.
    func checked(_ document: JSONObject) throws(Invalid) -> Document<Entity> {
        let checked = try Document<Entity>(document)
        try Entity.checkMembers(of: document)
        return checked
    }
}

extension AnyKind {
    /// What keeps a row's bytes from being read as a document of this kind; nil where they can be.
    package func flaw(in row: StoredRow) -> String? {
        do throws(Invalid) {
            guard let document = try JSONReader.read(row.document, limits: .stored).object,
                let internals = try JSONReader.read(row.internals, limits: .stored).object
            else { throw Invalid(reason: "It is no object.") }
            _ = try entries(document: document, internals: internals)
            return nil
        } catch { return error.description }
    }
}

extension EntityType {
    /// - Throws: `Invalid` where an object, or one inside it, holds a member that its type neither declares nor allows.
    fileprivate static func checkMembers(of object: JSONObject) throws(Invalid) {
        for member in object.members {
            if let property = properties.first(where: { $0.name == member.name }) {
                do throws(Invalid) { try property.edm.checkMembers(of: member.value) } catch {
                    throw error.inside(member.name)
                }
            } else if !isOpen, !member.name.hasPrefix("@") {
                throw Invalid(path: member.name, reason: "is not declared by \(edmName).")
            }
        }
    }
}

extension EdmType {
    fileprivate func checkMembers(of value: JSONValue) throws(Invalid) {
        switch (underlying, value) {
        case (.complex(let type), .object(let object)): try type.checkMembers(of: object)
        case (.collection(let type), .array(let elements)):
            for element in elements { try type.checkMembers(of: element) }
        default: return
        }
    }
}

/// A multi-valued index of one kind: which values a document is found under.
///
/// A *guarded* index promises more: the engine moves a value's stamp whenever a commit adds a document under it or takes
/// one away, so that "these are all" and "there is none" can be relied upon by a decision.
package struct Index<Entity: EntityType>: Sendable {
    package let name: String
    package let isGuarded: Bool
    let values: @Sendable (Document<Entity>, JSONObject) -> [String]

    /// - Parameter name: unique in the house unless several kinds share the index on purpose (`standsOn`).
    package init(
        _ name: String, guarded: Bool,
        values: @escaping @Sendable (Document<Entity>, _ internals: JSONObject) -> [String]
    ) {
        self.name = name
        isGuarded = guarded
        self.values = values
    }

    /// One of its values, as decisions look it up.
    package func value(_ value: String) -> IndexValue { IndexValue(name, value) }
}

package struct AnyIndex: Hashable, Sendable {
    package let name: String
    package let isGuarded: Bool
}

/// A value that an engine binds.
package enum SQLValue: Hashable, Sendable {
    case null
    case text(String)
    case integer(Int64)

    package static func == (lhs: SQLValue, rhs: SQLValue) -> Bool {
        switch (lhs, rhs) {
        case (.null, .null): true
        case (.text(let a), .text(let b)): a.isExactly(b)
        case (.integer(let a), .integer(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .text(let value): value.hashExactly(into: &hasher)
        case .integer(let value): hasher.combine(value)
        }
    }
}

/// How a property's values are stored in a column and compared in a query.
package enum FieldType: Hashable, Sendable {
    /// Strings, GUIDs and enumeration members: compared by bytes.
    case text
    case integer
    case boolean
    /// Microseconds in a column, the fixed-width text in a document.
    case instant

    /// - Returns: nil for types that can't be compared.
    package init?(_ type: EdmType) {
        switch type.underlying {
        case .primitive(.string), .enumeration, .primitive(.duration): self = .text
        case .primitive(.int32), .primitive(.int64): self = .integer
        case .primitive(.boolean): self = .boolean
        case .primitive(.dateTimeOffset): self = .instant
        case .complex, .collection, .nullable: return nil
        }
    }
}

/// A property that is also a real column.
package struct Column: Hashable, Sendable {
    /// The column's name: the path with `_` between its names.
    package let name: String
    package let path: [String]
    package let type: FieldType

    init<Entity: EntityType>(_ path: String, of entity: Entity.Type) {
        let names = path.split(separator: "/").map(String.init)
        guard let resolved = try? Entity.resolve(names[...]), let type = FieldType(resolved.type) else {
            preconditionFailure("\(Entity.edmName) has no comparable property \(path)")
        }
        self.path = resolved.path
        self.type = type
        name = resolved.path.joined(separator: "_")
    }

    /// The column's value in a document that follows its declaration.
    package func value(in document: JSONObject) -> SQLValue {
        Field(path: path, type: type).columnValue(in: document)
    }
}

/// All kinds of a database, by name.
package struct Catalog: Sendable {
    package let kinds: [any AnyKind]
    /// The kind under whose name the log is read. Its table has columns of the engine's own besides: the event's canonical
    /// bytes, leaf, position and instant.
    package let events: any AnyKind
    /// The types of events that the log may hold; nil for any.
    let eventTypes: Set<String>?
    private let byName: [String: any AnyKind]

    /// - Parameters:
    ///   - kinds: the house's kinds; `Work`, `Delivery` and `MigrationRecord`, which storage needs itself, are
    ///     added.
    ///   - eventTypes: every type of event that a command may record; nil for any.
    package init(_ kinds: [any AnyKind], events: any AnyKind, eventTypes: Set<String>? = nil) {
        self.kinds = kinds + [Work.kind, Delivery.kind, MigrationRecord.kind]
        self.events = events
        self.eventTypes = eventTypes
        byName = Dictionary(uniqueKeysWithValues: (self.kinds + [events]).map { ($0.name, $0) })
        precondition(events.indexes.isEmpty, "\(events.name): events have no index entries")
        let indexes = Set(self.kinds.flatMap(\.indexes))
        let names = Set(indexes.map(\.name))
        precondition(indexes.count == names.count, "an index is guarded in one kind and not in another")
    }

    package subscript(name: String) -> (any AnyKind)? { byName[name] }

    /// What stays through a reset: the named kinds, and what has been done to the database's documents.
    package func kept(_ kinds: Set<String>) -> Set<String> { kinds.union([MigrationRecord.kind.name]) }
}

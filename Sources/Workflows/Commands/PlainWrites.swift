internal import Approvals
package import Directory
package import EDM
package import JSON
@_spi(Decisions) package import Storage

/// The create, update, replacement and deletion of a kind's entities that nothing but their declaration decides, with a hook
/// for what their workload adds.
package struct PlainWrites<Entity: EntityType>: Sendable {
    /// What a workload checks or sets: `old` is nil for a new entity, `new` for one that goes. What `@odata.bind` and deep
    /// inserts say is in `new`.
    package typealias Hook =
        @Sendable (inout UnitOfWork, ActingCaller, _ old: Document<Entity>?, _ new: inout Draft<Entity>?) async throws
        -> Void

    let kind: Kind<Entity>
    /// What a caller may see: what isn't visible can't be changed.
    let visibility: @Sendable (CallerFacts) -> Visibility
    package let activities: Activities
    let hook: Hook

    /// What the log calls each write.
    package struct Activities: Sendable {
        let create, update, delete: AuditEntry.Activity

        /// - Parameters:
        ///   - name: the entity's in words, such as `catalog`.
        ///   - type: the beginning of the events' types, such as `accessPackageCatalog`.
        package init(_ type: String, _ name: String, category: String) {
            create = .init("\(type).created", "Create \(name)", category: category, operation: "Add")
            update = .init("\(type).updated", "Update \(name)", category: category)
            delete = .init("\(type).deleted", "Delete \(name)", category: category, operation: "Delete")
        }

        /// For a workload's list.
        package var all: [AuditEntry.Activity] { [create, update, delete] }
    }

    package init(
        _ kind: Kind<Entity>, _ activities: Activities,
        visibility: @escaping @Sendable (CallerFacts) -> Visibility = { _ in .all },
        hook: @escaping Hook = { _, _, _, _ in }
    ) {
        self.kind = kind
        self.activities = activities
        self.visibility = visibility
        self.hook = hook
    }
}

extension Governance {
    /// Creates an entity under a new id. Read-only `createdDateTime`, `lastModifiedDateTime` and `modifiedDateTime` are set
    /// here, the latter two by changes too.
    /// - Parameters:
    ///   - parent: the property that holds the key of the entity in which it is contained, with the key.
    /// - Throws: `Invalid` for a body that doesn't follow the declaration; what the hook throws.
    package func create<Entity>(
        _ writes: PlainWrites<Entity>, _ body: JSONObject, _ reader: BodyReader,
        parent: (name: String, key: String)? = nil,
        as caller: Caller
    ) async throws -> Document<Entity> {
        try await command(as: caller, writes.activities.create) { unit, actor, entry in
            let id = unit.newRandomID()
            let draft = try Draft<Entity>(creating: body, reader) { document in
                document[open: "id"] = .string(id)
                document.stamp(["createdDateTime", "lastModifiedDateTime", "modifiedDateTime"], unit.now)
                if let parent { document[open: parent.name] = .string(parent.key) }
            }
            return try await put(writes, nil, draft, actor, &entry, in: &unit)
        }
    }

    /// Changes the members of an entity that the body names, or replaces it by the body.
    /// - Throws: `ResourceNotFound` where the caller sees none; `Invalid`; what the hook throws.
    package func update<Entity>(
        _ writes: PlainWrites<Entity>, _ id: String, _ body: JSONObject, _ reader: BodyReader, replacing: Bool = false,
        parent: (name: String, key: String)? = nil, as caller: Caller
    ) async throws -> Document<Entity> {
        try await command(as: caller, writes.activities.update) { unit, actor, entry in
            let stored = try await visible(writes, id, parent, to: caller, in: &unit)
            entry.subject = stored.key
            let now = unit.now
            let stamp = { (document: inout Document<Entity>) in
                document.stamp(["lastModifiedDateTime", "modifiedDateTime"], now)
            }
            let draft =
                replacing
                ? try Draft(replacing: stored.document, with: body, reader, stamp)
                : try Draft(patching: body, over: stored.document, reader, stamp)
            return try await put(writes, stored, draft, actor, &entry, in: &unit)
        }
    }

    /// Deletes an entity that nothing stands on.
    /// - Throws: `ResourceNotFound` where the caller sees none; `Refusal` where something relies on it; what the hook throws.
    package func delete<Entity>(
        _ writes: PlainWrites<Entity>, _ id: String, parent: (name: String, key: String)? = nil, as caller: Caller
    ) async throws {
        try await command(as: caller, writes.activities.delete) { unit, actor, entry in
            let stored = try await visible(writes, id, parent, to: caller, in: &unit)
            entry.subject = stored.key
            entry.targetName = Self.name(of: stored.document)
            var none: Draft<Entity>?
            try await writes.hook(&unit, actor, stored.document, &none)
            try Footing.check(
                stored.key.description, dependents: try await unit.standing(on: stored.key).map(\.key.description))
            unit.delete(stored)
            try unit.record(entry.event)
        }
    }

    private func put<Entity>(
        _ writes: PlainWrites<Entity>, _ old: Stored<Entity>?, _ draft: Draft<Entity>, _ actor: ActingCaller,
        _ entry: inout AuditEntry, in unit: inout UnitOfWork
    ) async throws -> Document<Entity> {
        var new: Draft<Entity>? = draft
        try await writes.hook(&unit, actor, old?.document, &new)
        let document = (new ?? draft).document
        var stored = old ?? Stored(writes.kind, id: document.members["id"]?.string ?? "", document)
        stored.document = document
        entry.subject = stored.key
        entry.targetName = Self.name(of: document)
        for member in document.members.members where old?.document.members[member.name] != member.value {
            // What has changed, not what it holds: values may be long, or personal.
            if old != nil { entry.changes.append((member.name, nil, nil)) }
        }
        try unit.put(stored)
        try unit.record(entry.event)
        return document
    }

    /// What isn't visible isn't there.
    private func visible<Entity>(
        _ writes: PlainWrites<Entity>, _ id: String, _ parent: (name: String, key: String)?, to caller: Caller,
        in unit: inout UnitOfWork
    ) async throws -> Stored<Entity> {
        guard let stored = try await unit.get(writes.kind, id),
            parent.map({ stored.document.members[$0.name]?.string == $0.key }) ?? true
        else { throw ResourceNotFound(id: id) }
        let facts = try await unit.callerFacts(caller)
        let entries = writes.kind.entries(stored.document, stored.internals)
        guard writes.visibility(facts).filter.matches(stored.document.json, entries: entries) else {
            throw ResourceNotFound(id: id)
        }
        return stored
    }

    private static func name<Entity>(of document: Document<Entity>) -> String? {
        (document.members["displayName"] ?? document.members["name"])?.string
    }
}

extension Document {
    /// Sets those of Graph's usual members that the type has as the server's own.
    fileprivate mutating func stamp(_ names: [String], _ now: Instant) {
        for property in Entity.type(of: members).properties
        where names.contains(property.name) && property.traits.contains(.readOnly) {
            self[open: property.name] = now.json
        }
    }
}

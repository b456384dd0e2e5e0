package import EDM
package import JSON

/// A document as a decision holds it.
package struct Stored<Entity: EntityType>: Sendable {
    package let kind: Kind<Entity>
    package let id: String
    /// The id of the change set that wrote it; nil for a new one.
    package let version: String?
    /// What every reader of the entity may see.
    package var document: Document<Entity>
    /// What only rules need: snapshots, digests, original payloads, secrets' hashes. A file that reads them says so with
    /// `@_spi(Decisions) import Storage`.
    @_spi(Decisions) public var internals: JSONObject
    /// When the document changes by itself: its next deadline.
    package var settlesAt: Instant?

    package var key: Key { Key(kind.name, id) }

    /// A new document.
    @_spi(Decisions) public init(
        _ kind: Kind<Entity>, id: String, _ document: Document<Entity>, internals: JSONObject, settlesAt: Instant?
    ) {
        self.init(kind, id: id, version: nil, document, internals: internals, settlesAt: settlesAt)
    }

    /// A new document that no rule adds anything to.
    package init(_ kind: Kind<Entity>, id: String, _ document: Document<Entity>, settlesAt: Instant? = nil) {
        self.init(kind, id: id, version: nil, document, internals: JSONObject(), settlesAt: settlesAt)
    }

    private init(
        _ kind: Kind<Entity>, id: String, version: String?, _ document: Document<Entity>, internals: JSONObject,
        settlesAt: Instant?
    ) {
        self.kind = kind
        self.id = id
        self.version = version
        self.document = document
        self.internals = internals
        self.settlesAt = settlesAt
    }

    /// A document from its bytes.
    /// - Throws: `StorageError.corrupt` where they don't follow the declaration.
    package init(_ kind: Kind<Entity>, _ row: StoredRow) throws(StorageError) {
        do throws(Invalid) {
            let document = try JSONReader.read(row.document, limits: .stored)
            let internals = try JSONReader.read(row.internals, limits: .stored).object ?? JSONObject()
            self.init(
                kind, id: row.key.id, version: row.version, try Document(json: document), internals: internals,
                settlesAt: row.settlesAt)
        } catch { throw .corrupt(row.key, error.description) }
    }
}

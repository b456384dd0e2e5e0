internal import EDM
internal import JSON
internal import OData

/// One request of a batch (Graph: "Combine multiple HTTP requests using JSON batching").
struct BatchItem: Sendable {
    let id: String
    let method: String
    let url: String
    let headers: [(name: String, value: String)]
    let body: JSONValue?
    let dependsOn: [String]

    static let limit = 20

    /// The items in the order given.
    /// - Throws: `Invalid` for what makes the whole batch unusable: no list, too many, ids that are missing or equal, items
    ///   that depend on none of the batch or on each other.
    static func all(_ envelope: JSONObject) throws(Invalid) -> [BatchItem] {
        guard let values = envelope.member(ignoringCase: "requests")?.value.array else {
            throw Invalid(path: "requests", reason: "is required: the list of requests.")
        }
        guard values.count <= limit else {
            throw Invalid(path: "requests", reason: "has \(values.count) requests. A batch takes \(limit) at most.")
        }
        var items: [BatchItem] = []
        for (index, value) in values.enumerated() {
            do throws(Invalid) {
                let item = try BatchItem(value)
                guard !items.contains(where: { $0.id.equalsIgnoringCase(item.id) }) else {
                    throw Invalid(path: "id", reason: "is '\(item.id)' more than once.")
                }
                items.append(item)
            } catch { throw error.inside(index: index).inside("requests") }
        }
        return try ordered(items)
    }

    private init(_ value: JSONValue) throws(Invalid) {
        guard let object = value.object else { throw Invalid(reason: "must be an object.") }
        func text(_ name: String) throws(Invalid) -> String {
            guard let text = object.member(ignoringCase: name)?.value.string, !text.isEmpty else {
                throw Invalid(path: name, reason: "is required and must be a text.")
            }
            return text
        }
        guard let id = object.member(ignoringCase: "id").flatMap({ Self.id($0.value) }) else {
            throw Invalid(path: "id", reason: "is required and must be a text or a whole number.")
        }
        self.id = id
        method = try text("method").uppercased()
        url = try text("url")
        var headers: [(name: String, value: String)] = []
        for field in object.member(ignoringCase: "headers")?.value.object?.members ?? [] {
            guard let value = field.value.string else {
                throw Invalid(path: "headers/\(field.name)", reason: "must be a text.")
            }
            headers.append((field.name, value))
        }
        self.headers = headers
        let body = object.member(ignoringCase: "body")?.value
        self.body = body?.isNull == true ? nil : body
        // The Python client's core writes it so, also where it is empty.
        let names = (object.member(ignoringCase: "dependsOn") ?? object.member(ignoringCase: "depends_on"))?.value
        let ids = names?.array?.map(Self.id)
        guard names?.isNull ?? true || ids?.allSatisfy({ $0 != nil }) == true else {
            throw Invalid(path: "dependsOn", reason: "must be a list of ids.")
        }
        dependsOn = ids?.compactMap(\.self) ?? []
    }

    /// An id as a text: clients that count their items number them (IntuneCD, PowerShell loops).
    private static func id(_ value: JSONValue) -> String? {
        if let text = value.string { return text.isEmpty ? nil : text }
        return value.integer.map(String.init)
    }

    /// Each after those that it depends on, otherwise in the order given.
    private static func ordered(_ items: [BatchItem]) throws(Invalid) -> [BatchItem] {
        for item in items {
            for name in item.dependsOn where !items.contains(where: { $0.id.equalsIgnoringCase(name) }) {
                throw Invalid(path: "requests", reason: "has no request '\(name)', on which '\(item.id)' depends.")
            }
        }
        var rest = items
        var done: [BatchItem] = []
        while !rest.isEmpty {
            let ready = rest.firstIndex { item in
                item.dependsOn.allSatisfy { name in done.contains { $0.id.equalsIgnoringCase(name) } }
            }
            guard let ready else {
                throw Invalid(path: "requests", reason: "has requests that depend on each other in a circle.")
            }
            done.append(rest.remove(at: ready))
        }
        return done
    }
}

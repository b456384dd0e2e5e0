internal import OData

/// One Graph request as a value, wherever it came from: a socket, a `$batch` item, a page, a test.
package struct GraphRequest: Sendable {
    package var method: String
    /// Path and query as sent, still percent-encoded, beginning with `/beta` or `/v1.0`.
    package var target: String
    package var headers: GraphHeaders
    /// The body after content decoding.
    package var body: [UInt8]
    /// A UUID, unique per request; answered as `request-id` and kept in events as their correlation.
    package var requestID: String

    package init(
        _ method: String, _ target: String, headers: GraphHeaders = GraphHeaders(), body: [UInt8] = [],
        requestID: String
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.requestID = requestID
    }
}

/// The answer to a Graph request.
package struct GraphResponse: Sendable {
    package var status: Int
    package var headers: GraphHeaders
    package var body: [UInt8]

    package init(status: Int, headers: GraphHeaders = GraphHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Header fields in order; names compare ignoring case.
package struct GraphHeaders: Sendable, ExpressibleByDictionaryLiteral {
    package private(set) var fields: [(name: String, value: String)]

    package init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

    package init(dictionaryLiteral elements: (String, String)...) {
        fields = []
        // With room for what every answer adds.
        fields.reserveCapacity(elements.count + 2)
        for element in elements { fields.append((element.0, element.1)) }
    }

    /// Every value of a field.
    package func all(_ name: String) -> [String] {
        var values: [String] = []
        for index in fields.indices where fields[index].name.equalsIgnoringCase(name) {
            values.append(fields[index].value)
        }
        return values
    }

    /// Where the first of a name is.
    private func index(_ name: String) -> Int? { fields.indices.first { fields[$0].name.equalsIgnoringCase(name) } }

    /// The first value of a field; setting replaces all.
    package subscript(name: String) -> String? {
        get { index(name).map { fields[$0].value } }
        set {
            if index(name) != nil { fields.removeAll { $0.name.equalsIgnoringCase(name) } }
            if let newValue { fields.append((name, newValue)) }
        }
    }
}

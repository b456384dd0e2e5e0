internal import Text

extension SystemOptions {
    func filter(_ limits: ODataLimits) throws(ODataError) -> FilterExpression? {
        guard let text = self[.filter] else { return nil }
        return try FilterExpression(text, option: title(.filter), limits: limits) { alias in
            custom.first { $0.name.equalsIgnoringCase(alias) }?.value
        }
    }

    /// `$top` and `$skip` (OData 4.01 URL conventions §5.1.5); how much is too much is for the server to say.
    func wholeNumber(_ name: Name) throws(ODataError) -> Int? {
        guard let text = self[name] else { return nil }
        guard text.utf8.allSatisfy(\.isDigit), let value = Int(text) else {
            throw .badRequest(
                "Invalid value '\(text)' for $\(name) query option found\(place.suffix). "
                    + "Give a whole number, 0 or more."
            )
        }
        return value
    }

    /// `$count` (OData 4.01 URL conventions §5.1.6).
    func flag(_ name: Name) throws(ODataError) -> Bool {
        switch self[name]?.asciiLowercased {
        case nil, "false": return false
        case "true": return true
        case let text?:
            throw .badRequest(
                "Invalid value '\(text)' for $\(name) query option found\(place.suffix). Give true or false.")
        }
    }

    /// `path [asc|desc], …` (OData 4.01 URL conventions §5.1.4).
    func orderBy(_ limits: ODataLimits) throws(ODataError) -> [OrderItem] {
        guard let text = self[.orderby] else { return [] }
        var items: [OrderItem] = []
        for part in Punctuated.split(text, at: UInt8(ascii: ",")) {
            let words = part.split { $0 == " " || $0 == "\t" }.map(String.init)
            let direction = words.count == 2 ? words[1].asciiLowercased : "asc"
            guard words.count == 1 || words.count == 2, ["asc", "desc"].contains(direction),
                let path = Self.path(words[0])
            else {
                throw .badRequest(
                    "The query option '\(title(.orderby))' can't be read at '\(part)'. "
                        + "Write properties with commas between them, each with asc or desc if wanted.")
            }
            items.append(OrderItem(path: path, descending: direction == "desc"))
        }
        guard items.count <= limits.orderItems else {
            throw .badRequest("The query option '\(title(.orderby))' names more than \(limits.orderItems) properties.")
        }
        return items
    }

    /// `path, path, *` (OData 4.01 URL conventions §5.1.3).
    func select() throws(ODataError) -> [[String]]? {
        guard let text = self[.select] else { return nil }
        var paths: [[String]] = []
        for part in Punctuated.split(text, at: UInt8(ascii: ",")) {
            let item = part.trimmingBlanks
            guard let path = item == "*" ? ["*"] : Self.path(item) else {
                throw .badRequest(
                    "The query option '\(title(.select))' can't be read at '\(item)'. "
                        + "Write properties with commas between them, such as id,requestor/user.")
            }
            paths.append(path)
        }
        return paths
    }

    /// `name(options), …, *` (OData 4.01 URL conventions §5.1.2).
    func expand(_ limits: ODataLimits, depth: Int) throws(ODataError) -> [ExpandItem] {
        guard let text = self[.expand] else { return [] }
        guard depth < limits.expandDepth else {
            throw .badRequest("The query option '$expand' is nested deeper than \(limits.expandDepth) levels.")
        }
        var items: [ExpandItem] = []
        for part in Punctuated.split(text, at: UInt8(ascii: ",")) {
            items.append(try expandItem(part.trimmingBlanks, limits, depth: depth))
        }
        guard items.reduce(0, { $0 + $1.size }) <= limits.expandItems else {
            throw .badRequest(
                "The query option '\(title(.expand))' names more than \(limits.expandItems) relationships, "
                    + "those inside others included.")
        }
        return items
    }

    private func expandItem(_ text: String, _ limits: ODataLimits, depth: Int) throws(ODataError) -> ExpandItem {
        let bytes = Array(text.utf8)
        let open = bytes.firstIndex(of: UInt8(ascii: "("))
        let name = String(bytes[..<(open ?? bytes.count)]).trimmingBlanks
        let isClosed = open == nil || (bytes.last == UInt8(ascii: ")") && Punctuated.isBalanced(text))
        guard name == "*" || name.isIdentifier, isClosed else {
            throw .badRequest(
                "The query option '\(title(.expand))' can't be read at '\(text)'. "
                    + "Write relationships with commas between them, such as accessPackage($select=id;$expand=catalog)."
            )
        }
        let inner = open.map { String(bytes[($0 + 1)..<(bytes.count - 1)]) } ?? ""
        let options = try SystemOptions(QueryOption.splitNested(inner), within: .expand(name))
        return ExpandItem(
            name: name, query: try ODataQuery(text: inner, options, limits: limits, depth: depth + 1))
    }

    /// A path of identifiers and casts, nil for anything else.
    private static func path(_ text: String) -> [String]? {
        let segments = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return segments.allSatisfy(\.isQualifiedIdentifier) ? segments : nil
    }
}

extension ExpandItem {
    /// Itself and everything inside it.
    fileprivate var size: Int { query.expand.reduce(1) { $0 + $1.size } }
}

extension Punctuated {
    /// Whether the first opening parenthesis is closed by the last character.
    static func isBalanced(_ text: String) -> Bool {
        var depth = 0
        var quote: UInt8?
        var closedAt: Int?
        for (index, byte) in text.utf8.enumerated() {
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0, closedAt == nil { closedAt = index }
            default: break
            }
        }
        return depth == 0 && quote == nil && closedAt == text.utf8.count - 1
    }
}

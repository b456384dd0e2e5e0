internal import Text

/// The options of a query by their meaning, each given once, their values still text.
struct SystemOptions {
    enum Name: String, CaseIterable {
        case filter, orderby, top, skip, count, select, expand, search, skiptoken, deltatoken, format, id
    }

    /// Where the options stand: in the URL, or in the parentheses of `$expand` items.
    enum Place: Equatable {
        case url
        case expand(String)

        var names: [Name] {
            switch self {
            case .url: Name.allCases
            case .expand: [.filter, .orderby, .top, .skip, .count, .select, .expand, .search]
            }
        }

        /// The end of an option's name in messages.
        var suffix: String {
            switch self {
            case .url: ""
            case .expand(let name): " in $expand=\(name)"
            }
        }
    }

    /// OData's options that nothing here answers (OData 4.01 URL conventions §5.1): ignored, they would give another
    /// answer than the one that was asked for.
    private static let unserved: Set = ["apply", "compute", "index", "levels", "schemaversion"]

    let place: Place
    let custom: [QueryOption]
    private let values: [Name: String]

    init(_ options: [QueryOption], within place: Place) throws(ODataError) {
        var marked: [Name: String] = [:]
        var unmarked: [Name: String] = [:]
        var custom: [QueryOption] = []
        var aliases: Set<String> = []
        for option in options {
            let lower = option.name.asciiLowercased
            if lower.utf8.first == UInt8(ascii: "$") {
                guard let name = Name(rawValue: String(lower.dropFirst())), place.names.contains(name) else {
                    throw Self.unsupported(option.name, at: place)
                }
                try Self.insert(option, as: name, into: &marked, at: place)
            } else if let name = Name(rawValue: lower), name != .id, place.names.contains(name) {
                try Self.insert(option, as: name, into: &unmarked, at: place)
            } else if Self.unserved.contains(lower) {
                throw Self.unsupported(option.name, at: place)
            } else if lower.utf8.first == UInt8(ascii: "@") {
                guard aliases.insert(lower).inserted else { throw Self.repeated(option.name, at: place) }
                custom.append(option)
            } else {
                guard place == .url else { throw Self.unsupported(option.name, at: place) }
                custom.append(option)
            }
        }
        self.place = place
        self.custom = custom
        values = marked.merging(unmarked) { marked, _ in marked }
    }

    subscript(name: Name) -> String? { values[name] }

    /// The option's name as messages spell it.
    func title(_ name: Name) -> String { "$" + name.rawValue + place.suffix }

    private static func insert(
        _ option: QueryOption, as name: Name, into values: inout [Name: String], at place: Place
    ) throws(ODataError) {
        guard values[name] == nil else { throw repeated(option.name, at: place) }
        guard !option.value.isEmpty else {
            throw .badRequest(
                "The query option '\(option.name)\(place.suffix)' has no value. Give it one, or leave it out.")
        }
        values[name] = option.value
    }

    private static func repeated(_ name: String, at place: Place) -> ODataError {
        .badRequest("The query option '\(name)\(place.suffix)' appears more than once. Give it once.")
    }

    private static func unsupported(_ name: String, at place: Place) -> ODataError {
        let names = place.names.map { "$" + $0.rawValue }.joined(separator: ", ")
        return .badRequest("The query option '\(name)\(place.suffix)' is not supported. Supported are: \(names).")
    }
}

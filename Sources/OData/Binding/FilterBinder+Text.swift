internal import EDM
internal import Text

/// A string property, perhaps inside `tolower` or `toupper`.
struct TextProperty {
    enum Folding { case lower, upper }

    var property: ResolvedPath
    var folding: Folding?

    /// A folded property never matches a text that isn't folded the same way.
    func matching(_ function: BoundFilter.TextFunction, _ text: String) -> BoundFilter {
        switch folding {
        case nil: property.seen(.text(function, path: property.path, text, ignoringCase: false))
        case .lower where text != text.asciiLowercased, .upper where text != text.asciiUppercased: .constant(false)
        case .lower, .upper: property.seen(.text(function, path: property.path, text, ignoringCase: true))
        }
    }
}

extension FilterBinder {
    /// A function call that is a condition by itself.
    func call(_ function: FilterFunction, _ arguments: [FilterExpression]) throws(ODataError) -> BoundFilter {
        let matching: BoundFilter.TextFunction
        switch function {
        case .contains: matching = .contains
        case .startswith: matching = .startswith
        case .endswith: matching = .endswith
        case .length, .tolower, .toupper:
            throw .invalidFilter("\(function)(…) is a value, not a condition. Compare it with another value.")
        }
        let property = try textProperty(arguments[0], of: function)
        guard let text = arguments[1].constantText else {
            throw .invalidFilter("the second argument of \(function) must be a text in single quotes.")
        }
        return property.matching(matching, text)
    }

    func textProperty(_ expression: FilterExpression, of function: FilterFunction) throws(ODataError) -> TextProperty {
        switch expression {
        case .path(let path):
            let resolved = try scope.resolve(path)
            guard case .value(let type) = resolved.target, case .primitive(.string) = type.underlying else {
                throw .invalidFilter("\(function) needs a text property, which '\(resolved.name)' isn't.")
            }
            return TextProperty(property: resolved)
        case .call(.tolower, let arguments):
            return TextProperty(property: try textProperty(arguments[0], of: .tolower).property, folding: .lower)
        case .call(.toupper, let arguments):
            return TextProperty(property: try textProperty(arguments[0], of: .toupper).property, folding: .upper)
        default:
            throw .invalidFilter("\(function) takes a text property, as in: \(function.example).")
        }
    }
}

extension FilterFunction {
    fileprivate var example: String {
        switch self {
        case .contains, .endswith, .startswith: "\(self)(displayName,'text')"
        case .tolower, .toupper: "contains(\(self)(displayName),'text')"
        case .length: "length(displayName) gt 0"
        }
    }
}

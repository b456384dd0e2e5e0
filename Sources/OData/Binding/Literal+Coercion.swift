internal import EDM
internal import JSON
internal import Text

extension Literal {
    /// The literal as a value of the property.
    ///
    /// Quotes are forgiven where the property's type tells what is meant: identifiers, dates, durations and members of
    /// enumerations come with and without them from real scripts.
    /// - Parameter name: the property's path, as messages name it.
    init(_ literal: FilterLiteral, for name: String, _ type: EdmType) throws(ODataError) {
        if case .null = literal {
            self = .null
            return
        }
        let problem = "the value \(literal.text) doesn't fit '\(name)'."
        switch type.underlying {
        case .primitive(.string):
            guard let text = literal.string(forPropertyNamed: name) else {
                throw .invalidFilter("\(problem) Write it as text in single quotes.")
            }
            self = .string(text)
        case .primitive(.boolean):
            guard case .bool(let value) = literal else {
                throw .invalidFilter("\(problem) Write true or false, without quotes.")
            }
            self = .bool(value)
        case .primitive(.int32), .primitive(.int64):
            guard let value = literal.wholeNumber else {
                throw .invalidFilter("\(problem) Write a whole number, without quotes.")
            }
            self = .integer(value)
        case .primitive(.dateTimeOffset):
            guard let text = literal.dateTimeText, let value = try? Instant(text) else {
                throw .invalidFilter("\(problem) Write a date and time such as 2026-11-20T21:00:00Z.")
            }
            self = .instant(value)
        case .primitive(.duration):
            guard let text = literal.durationText, let value = try? Duration(iso8601: text) else {
                throw .invalidFilter("\(problem) Write a duration such as duration'PT8H'.")
            }
            self = .duration(value)
        case .enumeration(let enumeration, let members, _):
            guard let member = literal.memberText(of: enumeration).flatMap(type.member(named:)) else {
                let names = members.filter { $0 != "unknownFutureValue" }.map { "'\($0)'" }.joined(separator: ", ")
                throw .invalidFilter("\(problem) Use a member of microsoft.graph.\(enumeration): \(names).")
            }
            self = .string(member)
        case .complex, .nullable:
            throw .invalidFilter("'\(name)' is an object. Compare one of its properties, or the whole with null.")
        case .collection:
            throw .invalidFilter("'\(name)' is a collection. Write \(name)/any(x:x eq …).")
        }
    }
}

extension FilterLiteral {
    /// Identifiers are GUIDs in lower case, so a GUID is folded where it is written as one or the property holds
    /// identifiers.
    fileprivate func string(forPropertyNamed name: String) -> String? {
        switch self {
        case .guid(let text): text.asciiLowercased
        case .string(let text): text.isGUID && name.asciiLowercased.hasSuffix("id") ? text.asciiLowercased : text
        default: nil
        }
    }

    /// `4.0` counts as 4.
    fileprivate var wholeNumber: Int64? {
        switch self {
        case .integer(let value): value
        case .decimal(let text):
            Double(text).flatMap { $0.magnitude <= 9_007_199_254_740_992 ? Int64(exactly: $0) : nil }
        default: nil
        }
    }

    fileprivate var dateTimeText: String? {
        switch self {
        case .dateTime(let text), .string(let text): text
        default: nil
        }
    }

    fileprivate var durationText: String? {
        switch self {
        case .duration(let text), .string(let text): text
        default: nil
        }
    }

    fileprivate func memberText(of enumeration: String) -> String? {
        switch self {
        case .string(let text): text
        case .enumeration(let type, let member): PathSegment(type).matches(enumeration) ? member : nil
        default: nil
        }
    }
}

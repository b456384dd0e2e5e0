package import EDM

/// A filter whose names and values are known to fit an entity type: what storage can run.
///
/// Paths and enumeration members are in canonical spelling. Logic is two-valued: an absent property counts as null,
/// `ne` is the negation of `eq` (so null differs from every value), order comparisons and functions of null are false.
package indirect enum BoundFilter: Hashable, Sendable {
    case constant(Bool)
    /// `type` says how to compare; for `.complex` the only literal is null. Order comparisons never meet null, booleans
    /// or enumerations.
    case compare(path: [String], type: ScalarType, FilterOperator, Literal)
    case `in`(path: [String], type: ScalarType, [Literal])
    /// With `ignoringCase`, ASCII letters match in either case. The text is data: nothing in it is a pattern.
    case text(TextFunction, path: [String], String, ignoringCase: Bool)
    /// The number of characters of a string.
    case length(path: [String], FilterOperator, Int64)
    /// Whether an element of a collection fits, or without a filter whether there is one. Inner paths are relative to
    /// the element, and empty where elements are primitive.
    case any(path: [String], BoundFilter?)
    case all(path: [String], BoundFilter)
    /// Whether the relationship leads to an entity, and that entity fits.
    case related(Navigation, BoundFilter)
    /// Whether one of the entities that the relationship leads to fits, or without a filter whether there is one.
    case anyRelated(Navigation, BoundFilter?)
    case allRelated(Navigation, BoundFilter)
    case and([BoundFilter])
    case or([BoundFilter])
    case not(BoundFilter)

    package enum TextFunction: String, Hashable, Sendable {
        case equals, startswith, endswith, contains
    }

    /// - Parameters:
    ///   - version: whose names count; nil for names as they are declared.
    ///   - aliases: paths that aren't declared and what they stand for, in any case:
    ///     `["requestId": "id", "accessPackage/id": "accessPackageId"]`. One may be the beginning of a longer path.
    /// - Throws: 400 where a name is unknown, a value doesn't fit its property or an operation isn't supported.
    package init(
        _ expression: FilterExpression, on type: any EntityType.Type, in version: GraphVersion? = nil,
        aliases: [String: String] = [:]
    ) throws(ODataError) {
        self = try FilterBinder(scope: PropertyScope(type, in: version, aliases: aliases)).bind(expression)
    }

    /// Whether a document, or the object at a path in it, is of a type: what `isof` and casts ask for.
    /// - Parameter declared: the declared type of what is asked, of which `type` is one or an extension.
    package static func isOf(
        _ type: any EntityType.Type, declared: any EntityType.Type, at path: [String] = []
    ) -> BoundFilter {
        if declared.isKind(of: type), path.isEmpty || !declared.isAbstract {
            return path.isEmpty ? .constant(true) : .compare(path: path, type: .complex, .ne, .null)
        }
        // Whatever isn't of the declared type itself says what it is.
        let names = type.family.filter { !$0.isAbstract }.map { Literal.string($0.typeAnnotation) }
        let member = path + ["@odata.type"]
        return names.count == 1
            ? .compare(path: member, type: .string, .eq, names[0]) : .in(path: member, type: .string, names)
    }
}

/// A value in the form in which documents and columns hold it.
package enum Literal: Hashable, Sendable {
    case null
    /// Text, an identifier or an enumeration's member in canonical spelling.
    case string(String)
    case bool(Bool)
    case integer(Int64)
    case instant(Instant)
    case duration(Duration)
}

/// How the values of a property compare.
package enum ScalarType: Hashable, Sendable {
    case string, boolean, integer, instant, duration, enumeration, complex

    /// Nil for collections.
    init?(_ type: EdmType) {
        switch type.underlying {
        case .primitive(.string): self = .string
        case .primitive(.boolean): self = .boolean
        case .primitive(.int32), .primitive(.int64): self = .integer
        case .primitive(.dateTimeOffset): self = .instant
        case .primitive(.duration): self = .duration
        case .enumeration: self = .enumeration
        case .complex, .nullable: self = .complex
        case .collection: return nil
        }
    }

    /// Whether `gt`, `ge`, `lt` and `le` mean anything.
    var isOrdered: Bool {
        switch self {
        case .string, .integer, .instant, .duration: true
        case .boolean, .enumeration, .complex: false
        }
    }
}

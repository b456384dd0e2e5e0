internal import EDM

/// What a path of an expression leads to, and what it passes on the way.
struct ResolvedPath {
    enum Step {
        /// A relationship to one entity: what follows is of that entity.
        case navigation(Navigation)
        /// A cast to a type that not every entity is of: what follows is null for all others.
        case cast(BoundFilter)
    }

    enum Target {
        case value(EdmType)
        case navigation(Navigation)
    }

    var steps: [Step] = []
    /// From the last relationship on, in canonical spelling and without casts; empty for a relationship and for an
    /// element itself.
    var path: [String] = []
    var target: Target

    /// As messages name it.
    var name: String {
        let walked = steps.compactMap { if case .navigation(let navigation) = $0 { navigation.name } else { nil } }
        guard case .navigation(let navigation) = target else { return (walked + path).joined(separator: "/") }
        return (walked + [navigation.name]).joined(separator: "/")
    }

    /// Goes on from the one entity that a relationship leads to, where the path leads to one so far.
    mutating func pass() {
        guard case .navigation(let navigation) = target, !navigation.isCollection else { return }
        steps.append(.navigation(navigation))
        path = []
        target = .value(.complex(navigation.target))
    }

    /// The filter seen from where the path begins.
    /// - Parameter holdsForNull: whether the filter is true where the path leads to nothing.
    func seen(_ filter: BoundFilter, holdsForNull: Bool = false) -> BoundFilter {
        steps.reversed().reduce(filter) { filter, step in
            switch step {
            case .cast(let isOfType): holdsForNull ? .or([isOfType.negated, filter]) : .and([isOfType, filter])
            case .navigation(let navigation):
                holdsForNull
                    ? .not(.related(navigation, filter.negated)) : .related(navigation, filter)
            }
        }
    }
}

// MARK: Collections

extension ResolvedPath {
    /// Whether an element of the collection fits, or without a condition whether there is one.
    func any(_ condition: BoundFilter?) -> BoundFilter {
        guard case .navigation(let navigation) = target else { return seen(.any(path: path, condition)) }
        return seen(.anyRelated(navigation, condition))
    }

    /// Whether every element of the collection fits; so it is where there is none.
    func all(_ condition: BoundFilter) -> BoundFilter {
        guard case .navigation(let navigation) = target else {
            return seen(.all(path: path, condition), holdsForNull: true)
        }
        return seen(.allRelated(navigation, condition), holdsForNull: true)
    }
}

extension BoundFilter {
    /// The opposite, said as simply as it goes.
    var negated: BoundFilter {
        switch self {
        case .constant(let value): .constant(!value)
        case .not(let filter): filter
        case .compare(let path, let type, .eq, let value): .compare(path: path, type: type, .ne, value)
        case .compare(let path, let type, .ne, let value): .compare(path: path, type: type, .eq, value)
        default: .not(self)
        }
    }
}

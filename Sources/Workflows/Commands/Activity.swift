extension AuditEntry {
    /// Something that is done, as an event's type and in words. Every event of the house is of an activity that its
    /// workload lists.
    package struct Activity: Sendable {
        package let type: String
        package let displayName: String
        package let category: String
        package let operationType: String
        package let tags: Tags
        /// What one person can do alone by it, for whoever answers for it (V33).
        package let alone: String?

        /// What checkers take an event for, whatever its workload calls it.
        package struct Tags: OptionSet, Sendable {
            package let rawValue: Int
            package init(rawValue: Int) { self.rawValue = rawValue }

            /// A request begins.
            package static let filing = Tags(rawValue: 1 << 0)
            /// A person decides about a request, or takes a decision back.
            package static let decision = Tags(rawValue: 1 << 1)
            /// A decision that ends its stage.
            package static let outcome = Tags(rawValue: 1 << 2)
            /// What the house does for itself; readers of the log are shown no target.
            package static let untargeted = Tags(rawValue: 1 << 3)

            /// For programs that read the log.
            package var names: [String] {
                [(Tags.filing, "filing"), (.decision, "decision"), (.outcome, "outcome"), (.untargeted, "untargeted")]
                    .filter { contains($0.0) }.map(\.1)
            }
        }

        package init(
            _ type: String, _ displayName: String, category: String, operation: String = "Update", tags: Tags = [],
            alone: String? = nil
        ) {
            self.type = type
            self.displayName = displayName
            self.category = category
            operationType = operation
            self.tags = tags
            self.alone = alone
        }

        /// The same in other words.
        func worded(_ displayName: String) -> Activity {
            Activity(
                type, displayName, category: category, operation: operationType, tags: tags, alone: alone)
        }
    }
}

extension AuditEntry.Activity: Equatable {
    /// By type: its words may be those of what it was done to.
    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.type == rhs.type }
}

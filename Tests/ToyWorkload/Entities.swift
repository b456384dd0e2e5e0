package import Directory
package import EDM

/// What somebody asks of a help desk, and what waits for the approval of the queue's group.
package struct Ticket: EntityType {
    package static let schema = Self(), properties = reflect(schema), navigations = relations(schema)
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let title = Property<String>("title", [.required, .immutable])
    package let queueId = Property<String>("queueId", [.required, .immutable])
    package let ticketState = Property<TicketState>("ticketState", v1: "state", [.readOnly, .required])
    package let requestor = Property<Document<IdentitySet>?>("requestor", .readOnly)
    package let createdDateTime = Property<Instant>("createdDateTime", [.readOnly, .required])
    package let expirationDateTime = Property<Instant>("expirationDateTime", v1: .omitted, [.readOnly, .required])
    package let closedDateTime = Property<Instant?>("closedDateTime", .readOnly)
    package let queue = Navigation("queue", to: Queue.self)
}

package enum TicketState: String, EdmEnumeration {
    /// Valid transitions: granted, denied, cancelled, expired.
    case waiting
    /// Valid transitions: none.
    case granted, denied, cancelled, expired
}

/// In which role the caller has to do with a ticket.
package enum TicketFilterByCurrentUserOptions: String, EdmEnumeration { case requestor, approver }

/// Where tickets wait, and whose group approves them.
package struct Queue: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let displayName = Property<String>("displayName", v1: "name", .required) {
        $0.isEmpty || $0.count > 64 ? "must have 1 to 64 characters." : nil
    }
    package let approverGroupId = Property<String>("approverGroupId", .required)
    package let isOpen = Property<Bool?>("isOpen")
    package let createdDateTime = Property<Instant>("createdDateTime", [.readOnly, .required])
}

/// What tickets of a queue can be marked with; contained in it.
package struct Label: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let queueId = Property<String>("queueId", [.readOnly, .required])
    package let displayName = Property<String>("displayName", .required)
}

/// The help desk's own settings.
package struct HelpDeskSettings: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let greeting = Property<String?>("greeting")
}

package import EDM

/// Something to be done at an instant that no document's own state asks for: a continuation (due at once, with a cursor)
/// or the deadline of an attempt. A document like any other, so that of two nodes that run it one wins.
package struct Work: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let isOpen = true
    package static let kind = Kind<Work>("work")

    package let id = Property<String>("id", [.key, .required])
    /// The command that does it.
    package let name = Property<String>("name", .required)
    package let subject = Property<String?>("subject")
    /// How far it has come; a command's own form.
    package let cursor = Property<String?>("cursor")
}

/// A message for the outside, written in the change set that causes it and sent later, in order per stream.
package struct Delivery: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let isOpen = true
    package static let kind = Kind<Delivery>(
        "delivery", columns: ["stream", "createdDateTime", "number"],
        orderings: [["stream", "createdDateTime", "number"]])

    /// The delivery's id, the same at every attempt.
    package let id = Property<String>("id", [.key, .required])
    package let stream = Property<String>("stream", .required)
    package let createdDateTime = Property<Instant>("createdDateTime", .required)
    /// Its place among the deliveries of its change set.
    package let number = Property<Int64>("number", .required)
    package let type = Property<String>("type", .required)
}

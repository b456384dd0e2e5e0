import OData
import Testing

@Suite struct FilterRefusalTests {
    @Test(
        "what doesn't fit the type is refused with a remedy",
        arguments: [
            ("isJunk eq true", "Could not find a property named 'isJunk' on type 'microsoft.graph.ticket'."),
            (
                "status eq 'bogus'",
                "Invalid filter clause: the value 'bogus' doesn't fit 'status'. "
                    + "Use a member of microsoft.graph.ticketStatus: 'needsApproval', 'approved', 'completed'."
            ),
            (
                "createdDateTime ge 'yesterday'",
                "Invalid filter clause: the value 'yesterday' doesn't fit 'createdDateTime'. "
                    + "Write a date and time such as 2026-11-20T21:00:00Z."
            ),
            (
                "displayName eq 5",
                "Invalid filter clause: the value 5 doesn't fit 'displayName'. Write it as text in single quotes."
            ),
            (
                "priority eq '5'",
                "Invalid filter clause: the value '5' doesn't fit 'priority'. Write a whole number, without quotes."
            ),
            (
                "status gt 'approved'",
                "Invalid filter clause: 'gt' doesn't apply to 'status', whose values have no order. Use eq, ne or in."
            ),
            ("priority gt null", "Invalid filter clause: 'gt' can't compare 'priority' with null. Use eq or ne."),
            (
                "not status eq 'approved'",
                "Invalid filter clause: 'not' binds tighter than 'eq'. Write not (property eq 'approved')."
            ),
            (
                "tags eq 'x'",
                "Invalid filter clause: 'tags' is a collection. Write tags/any(x:x eq …), or tags/$count eq 0."
            ),
            (
                "answers/any(a:id eq 'x')",
                "Invalid filter clause: 'id' stands inside any() or all(), where each property begins with the "
                    + "variable: write a/…, and conditions on anything else outside."
            ),
            (
                "displayName",
                "Invalid filter clause: 'displayName' stands where a condition is expected. "
                    + "Compare it with a value: displayName eq …"
            ),
            (
                "displayName eq id",
                "Invalid filter clause: 'eq' needs a value on one side; comparing two properties isn't supported."
            ),
            (
                "answers/$count gt 2",
                "Invalid filter clause: $count can only be asked for 'eq 0' and 'ne 0', not for 'gt 2'."
            ),
        ])
    func messages(filter: String, message: String) {
        #expect(refusal { try bound(filter) } == message)
    }

    @Test(
        "every other misfit is refused too",
        arguments: [
            "isUrgent gt true", "isUrgent eq 'true'", "maximum eq 5", "maximum eq 'long'",
            "createdDateTime eq 2026-02-30",
            "createdDateTime eq 10000-01-01", "priority eq 1.5", "priority eq 99999999999999999999", "priority eq true",
            "status eq 1", "status eq 'unknownFutureValue'", "status eq microsoft.graph.other'approved'",
            "status eq approved",
            "requestor eq 'x'", "requestor/nope eq 'x'", "id/x eq 'x'", "answers/key eq 'x'",
            "displayName/any(x:x eq 'a')",
            "tags/any(t:t/x eq 'a')", "tags/any(t:t eq 1)", "answers/any(a:a eq 'x')", "answers/any(a:a)",
            "tags/any(t:'x')",
            "answers/any(a:a/notes/any(b:a/key eq 'x'))", "answers/any(a:$it/id eq 'x')", "contains(status,'x')",
            "contains('x',displayName)", "contains(displayName,null)", "contains(displayName,id)", "contains(tags,'x')",
            "contains(length(displayName),'x')", "length(displayName)", "length(displayName) eq 'x'",
            "length(priority) eq 1",
            "length(tolower(displayName)) eq 1", "tolower(displayName) gt 'a'", "tolower(displayName) eq 1",
            "tolower(displayName)",
            "displayName has 'x'", "'x' has 'x'", "requestor/graph.other/mail eq 'x'", "id/$count eq 0",
            "answers/$count",
            "'x'", "null", "1 lt 2", "(status eq 'approved') eq 'x'", "(status eq 'approved') gt true",
            "requestor in ('x')", "displayName in ('x',5)", "accessPackage/name eq 'x'",
        ])
    func refused(filter: String) {
        #expect(!refusal { try bound(filter) }.isEmpty)
    }
}

import EDM
import OData
import Testing

@Suite struct BoundFilterTests {
    private static func status(_ comparison: FilterOperator = .eq, _ member: String = "needsApproval") -> BoundFilter {
        .compare(path: ["status"], type: .enumeration, comparison, .string(member))
    }

    @Test(
        "an enumeration is matched in any case, quoted or qualified, and comes out in canonical spelling",
        arguments: [
            "status eq 'needsApproval'", "status eq microsoft.graph.ticketStatus'needsApproval'",
            "Status EQ 'NEEDSAPPROVAL'",
            "'needsApproval' eq status", "status has 'needsApproval'",
        ])
    func enumerations(filter: String) throws {
        #expect(try bound(filter) == Self.status())
    }

    @Test("values take the type of their property")
    func coercion() throws {
        let instant = try Instant("2026-01-01T00:00:00Z")
        for text in [
            "2026-01-01T00:00:00Z", "2026-01-01", "'2026-01-01'", "2026-01-01T05:30:00+05:30",
            "2026-01-01T00:00:00.0000000Z",
        ] {
            #expect(
                try bound("createdDateTime ge \(text)")
                    == .compare(path: ["createdDateTime"], type: .instant, .ge, .instant(instant)), "\(text)")
        }
        for text in ["duration'PT8H'", "'PT8H'", "'8:00:00'"] {
            #expect(
                try bound("maximum lt \(text)")
                    == .compare(path: ["maximum"], type: .duration, .lt, .duration(.hours(8))))
        }
        #expect(try bound("priority eq 4.0") == .compare(path: ["priority"], type: .integer, .eq, .integer(4)))
        #expect(try bound("5 lt priority") == .compare(path: ["priority"], type: .integer, .gt, .integer(5)))
        #expect(try bound("isUrgent") == .compare(path: ["isUrgent"], type: .boolean, .eq, .bool(true)))
        #expect(try bound("requestor eq null") == .compare(path: ["requestor"], type: .complex, .eq, .null))
        #expect(
            try bound("displayName in (null,'x')") == .in(path: ["displayName"], type: .string, [.null, .string("x")]))
    }

    @Test("GUIDs are compared in lower case where they are written as GUIDs or the property holds identifiers")
    func guids() throws {
        let upper = "A0B1C2D3-1234-5678-9ABC-DEF012345678"
        for filter in ["id eq \(upper)", "id eq '\(upper)'", "requestId eq '\(upper)'", "id eq guid'\(upper)'"] {
            #expect(
                try bound(filter) == .compare(path: ["id"], type: .string, .eq, .string(upper.lowercased())),
                "\(filter)")
        }
        #expect(
            try bound("displayName eq '\(upper)'")
                == .compare(path: ["displayName"], type: .string, .eq, .string(upper)))
    }

    @Test("aliases lead to the declared path, in any case")
    func aliasedPaths() throws {
        #expect(
            try bound("accesspackage/ID eq 'p' and Requestor/microsoft.graph.person/MAIL eq 'm'")
                == .and([
                    .compare(path: ["accessPackageId"], type: .string, .eq, .string("p")),
                    .compare(path: ["requestor", "mail"], type: .string, .eq, .string("m")),
                ]))
    }

    @Test("text functions match literally, and ignore case inside tolower and toupper")
    func text() throws {
        func text(_ function: BoundFilter.TextFunction, _ text: String, ignoringCase: Bool = false) -> BoundFilter {
            .text(function, path: ["displayName"], text, ignoringCase: ignoringCase)
        }
        #expect(try bound("contains(displayName,'%_[\\''--')") == text(.contains, "%_[\\'--"))
        #expect(try bound("startsWith(displayname,'a') eq true") == text(.startswith, "a"))
        #expect(try bound("endswith(displayName,'a') eq false") == .not(text(.endswith, "a")))
        #expect(try bound("contains(tolower(displayName),'ab')") == text(.contains, "ab", ignoringCase: true))
        #expect(
            try bound("contains(tolower(displayName),tolower('AB'))") == text(.contains, "ab", ignoringCase: true))
        #expect(try bound("contains(tolower(displayName),'AB')") == .constant(false))
        #expect(try bound("toupper(displayName) eq 'AB'") == text(.equals, "AB", ignoringCase: true))
        #expect(try bound("tolower(displayName) ne 'ab'") == .not(text(.equals, "ab", ignoringCase: true)))
        #expect(
            try bound("tolower(displayName) in ('a',null)")
                == .or([
                    text(.equals, "a", ignoringCase: true), .compare(path: ["displayName"], type: .string, .eq, .null),
                ]))
        #expect(try bound("length(displayName) gt 3") == .length(path: ["displayName"], .gt, 3))
    }

    @Test("lambdas bind their paths to the element, nested and with shadowed variables too")
    func lambdas() throws {
        let isX = BoundFilter.compare(path: [], type: .string, .eq, .string("x"))
        #expect(try bound("tags/any(t:t eq 'x')") == .any(path: ["tags"], isX))
        #expect(try bound("tags/any()") == .any(path: ["tags"], nil))
        #expect(
            try bound("tags/any(t:contains(t,'x'))")
                == .any(path: ["tags"], .text(.contains, path: [], "x", ignoringCase: false)))
        #expect(try bound("requestor/roles/all(r:r eq 'x')") == .all(path: ["requestor", "roles"], isX))
        #expect(
            try bound("answers/any(a:a/KEY eq 'k' and a/notes/any(a:a/id eq 'x'))")
                == .any(
                    path: ["answers"],
                    .and([
                        .compare(path: ["key"], type: .string, .eq, .string("k")),
                        .any(path: ["notes"], .compare(path: ["id"], type: .string, .eq, .string("x"))),
                    ])))
        #expect(try bound("answers/$count eq 0") == .not(.any(path: ["answers"], nil)))
        #expect(try bound("answers/$count ne 0") == .any(path: ["answers"], nil))
        #expect(try bound("1 le answers/$count") == .any(path: ["answers"], nil))
    }

    @Test("logic is kept as written")
    func logic() throws {
        #expect(
            try bound("not isUrgent or true and 'a' eq 'a'")
                == .or([
                    .not(.compare(path: ["isUrgent"], type: .boolean, .eq, .bool(true))),
                    .and([.constant(true), .constant(true)]),
                ]))
        #expect(try bound("(status eq 'approved') eq false") == .not(Self.status(.eq, "approved")))
        #expect(try bound("1 ne 1") == .constant(false))
    }
}

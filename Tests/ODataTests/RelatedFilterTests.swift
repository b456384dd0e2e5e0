import EDM
import OData
import Testing

/// Filters through relationships, casts and types.
@Suite struct RelatedFilterTests {
    private static let target = Assignment.schema.target
    private static let approvers = Assignment.schema.approvers

    private static func text(_ path: String, _ comparison: FilterOperator = .eq, _ value: String = "x") -> BoundFilter {
        .compare(path: [path], type: .string, comparison, .string(value))
    }

    private static let isNoUser = BoundFilter.compare(
        path: ["@odata.type"], type: .string, .ne, .string("#microsoft.graph.userPrincipal"))
    private static let isNoQuery = BoundFilter.compare(
        path: ["scope", "@odata.type"], type: .string, .ne, .string("#microsoft.graph.queryScope"))
    private static let isUser = BoundFilter.compare(
        path: ["@odata.type"], type: .string, .eq, .string("#microsoft.graph.userPrincipal"))
    private static let isQuery = BoundFilter.compare(
        path: ["scope", "@odata.type"], type: .string, .eq, .string("#microsoft.graph.queryScope"))
    private static func query(_ comparison: FilterOperator, _ value: Literal) -> BoundFilter {
        .compare(path: ["scope", "query"], type: .string, comparison, value)
    }

    @Test(
        "a path through a relationship to one is a condition on what it leads to",
        arguments: [
            ("target/ID eq 'x'", .related(target, text("id"))),
            ("'x' eq Target/id", .related(target, text("id"))),
            ("target/displayName ne 'x'", .not(.related(target, text("displayName")))),
            (
                "target/displayName eq null",
                .not(.related(target, .compare(path: ["displayName"], type: .string, .ne, .null)))
            ),
            (
                "target/displayName ne null",
                .related(target, .compare(path: ["displayName"], type: .string, .ne, .null))
            ),
            ("target/displayName gt 'x'", .related(target, text("displayName", .gt))),
            (
                "target/displayName in ('x','y')",
                .related(target, .in(path: ["displayName"], type: .string, [.string("x"), .string("y")]))
            ),
            (
                "target/displayName in ('x',null)",
                .not(.related(target, .not(.in(path: ["displayName"], type: .string, [.string("x"), .null]))))
            ),
            ("target/manager/id eq 'x'", .related(target, .related(Principal.schema.manager, text("id")))),
            (
                "startswith(target/displayName,'x')",
                .related(target, .text(.startswith, path: ["displayName"], "x", ignoringCase: false))
            ),
            (
                "not startswith(target/displayName,'x')",
                .not(.related(target, .text(.startswith, path: ["displayName"], "x", ignoringCase: false)))
            ),
            (
                "tolower(target/displayName) eq 'x'",
                .related(target, .text(.equals, path: ["displayName"], "x", ignoringCase: true))
            ),
            (
                "tolower(target/displayName) ne 'x'",
                .not(.related(target, .text(.equals, path: ["displayName"], "x", ignoringCase: true)))
            ),
            ("package/id eq 'x'", .related(Assignment.schema.policy, text("id"))),
        ] as [(String, BoundFilter)])
    func toOne(filter: String, expected: BoundFilter) throws {
        #expect(try assignments(filter) == expected)
    }

    @Test(
        "a relationship to many is asked with any and all only",
        arguments: [
            ("approvers/any()", .anyRelated(approvers, nil)),
            ("approvers/any(a:a/id eq 'x')", .anyRelated(approvers, text("id"))),
            ("approvers/all(a:a/id ne 'x')", .allRelated(approvers, text("id", .ne))),
            ("approvers/$count eq 0", .not(.anyRelated(approvers, nil))),
            (
                "approvers/any(a:a/manager/id eq 'x')",
                .anyRelated(approvers, .related(Principal.schema.manager, text("id")))
            ),
            ("approvers/any(a:isof(a,microsoft.graph.userPrincipal))", .anyRelated(approvers, isUser)),
            (
                "approvers/any(a:a/microsoft.graph.userPrincipal/roles/any(r:r eq 'x'))",
                .anyRelated(
                    approvers,
                    .and([isUser, .any(path: ["roles"], .compare(path: [], type: .string, .eq, .string("x")))]))
            ),
        ] as [(String, BoundFilter)])
    func toMany(filter: String, expected: BoundFilter) throws {
        #expect(try assignments(filter) == expected)
    }

    @Test(
        "a cast holds for documents of that type; for all others what follows is null",
        arguments: [
            ("scope/microsoft.graph.queryScope/query eq 'x'", .and([isQuery, query(.eq, .string("x"))])),
            ("scope/graph.QUERYSCOPE/query ne 'x'", .or([isNoQuery, query(.ne, .string("x"))])),
            ("scope/microsoft.graph.queryScope/query eq null", .or([isNoQuery, query(.eq, .null)])),
            ("microsoft.graph.assignment/id eq 'x'", text("id")),
            (
                "microsoft.graph.grant/grantor/mail eq 'x'",
                .and([
                    .compare(path: ["@odata.type"], type: .string, .eq, .string("#microsoft.graph.grant")),
                    .compare(path: ["grantor", "mail"], type: .string, .eq, .string("x")),
                ])
            ),
            ("target/microsoft.graph.userPrincipal/mail eq 'x'", .related(target, .and([isUser, text("mail")]))),
            (
                "target/microsoft.graph.userPrincipal/mail ne 'x'",
                .not(.related(target, .not(.or([isNoUser, text("mail", .ne)]))))
            ),
        ] as [(String, BoundFilter)])
    func casts(filter: String, expected: BoundFilter) throws {
        #expect(try assignments(filter) == expected)
    }

    @Test(
        "isof asks for the type that a document says",
        arguments: [
            ("isof(microsoft.graph.assignment)", .constant(true)),
            (
                "isof('microsoft.graph.grant')",
                .compare(path: ["@odata.type"], type: .string, .eq, .string("#microsoft.graph.grant"))
            ),
            ("isof(scope,graph.queryScope)", isQuery),
            (
                "isof(scope,scope)",
                .in(
                    path: ["scope", "@odata.type"], type: .string,
                    [.string("#microsoft.graph.queryScope"), .string("#microsoft.graph.groupScope")])
            ),
            ("not isof(target,microsoft.graph.userPrincipal)", .not(.related(target, isUser))),
            ("isof(target,microsoft.graph.principal)", .related(target, .constant(true))),
            ("isof(catalogId,Edm.String)", .compare(path: ["catalogId"], type: .string, .ne, .null)),
            ("isof(catalogId,Edm.Int32)", .constant(false)),
            (
                "isof(package,'microsoft.graph.win32LobApp')",
                .related(
                    Assignment.schema.policy,
                    .text(.equals, path: ["@odata.type"], "#microsoft.graph.win32lobapp", ignoringCase: true))
            ),
        ] as [(String, BoundFilter)])
    func types(filter: String, expected: BoundFilter) throws {
        #expect(try assignments(filter) == expected)
    }

    @Test("the names of a version are its own, in paths and through relationships")
    func versions() throws {
        let isApproved = BoundFilter.compare(path: ["assignmentState"], type: .enumeration, .eq, .string("approved"))
        #expect(try assignments("STATE eq 'Approved'", in: .v1) == isApproved)
        #expect(try assignments("assignmentState eq 'approved'", in: .beta) == isApproved)
        #expect(try assignments("tolower(state) eq 'approved'", in: .v1) == isApproved)
        #expect(try assignments("policy/id eq 'x'", in: .v1) == .related(Assignment.schema.policy, Self.text("id")))
        for filter in ["assignmentState eq 'approved'", "catalogId eq 'x'", "accessPackagePolicy/id eq 'x'"] {
            #expect(refusal { try assignments(filter, in: .v1) }.hasPrefix("Could not find a property named "))
        }
    }

    @Test(
        "what a relationship, a cast or a type can't be asked is refused",
        arguments: [
            (
                "target eq 'x'",
                "Invalid filter clause: 'target' is a relationship. Compare a property of what it leads to: target/id eq …"
            ),
            (
                "approvers/id eq 'x'",
                "Invalid filter clause: 'approvers' leads to many. Write approvers/any(x:x/id …)."
            ),
            (
                "approvers eq null",
                "Invalid filter clause: 'approvers' leads to many. Write approvers/any(x:x/… eq …), or approvers/$count eq 0."
            ),
            (
                "target/any(t:t/id eq 'x')",
                "Invalid filter clause: 'target' is not a collection, so any() and all() don't apply to it."
            ),
            ("target/nope eq 'x'", "Could not find a property named 'nope' on type 'microsoft.graph.principal'."),
            ("scope/query eq 'x'", "Could not find a property named 'query' on type 'microsoft.graph.scope'."),
            (
                "scope/microsoft.graph.queryScope/groupId eq 'x'",
                "Could not find a property named 'groupId' on type 'microsoft.graph.queryScope'."
            ),
            (
                "scope/microsoft.graph.queryScope/microsoft.graph.groupScope/groupId eq 'x'",
                "The cast to 'microsoft.graph.groupScope' isn't supported here. Leave it out of the path."
            ),
            (
                "microsoft.graph.person/id eq 'x'",
                "The cast to 'microsoft.graph.person' isn't supported here. Leave it out of the path."
            ),
            (
                "isof(microsoft.graph.person)",
                "Invalid filter clause: isof asks for 'microsoft.graph.person', which nothing here can be. Use one of: "
                    + "microsoft.graph.assignment, microsoft.graph.timedAssignment, microsoft.graph.grant."
            ),
            (
                "isof(approvers,microsoft.graph.userPrincipal)",
                "Invalid filter clause: 'approvers' leads to many, and isof asks for the type of one."
            ),
            (
                "isof(microsoft.graph.grant) eq 'x'",
                "Invalid filter clause: a condition can't be compared with 'x'. Join conditions with and, or."
            ),
        ])
    func refusals(filter: String, message: String) {
        #expect(refusal { try assignments(filter) } == message)
    }
}

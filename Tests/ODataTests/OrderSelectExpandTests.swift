import EDM
import OData
import Testing

@Suite struct OrderSelectExpandTests {
    private func order(_ text: String) throws -> [BoundOrder] {
        try BoundOrder.bind(ODataQuery("$orderby=" + text).orderBy, on: Ticket.self, aliases: aliases)
    }

    private func select(_ text: String) throws -> BoundSelect {
        try BoundSelect(ODataQuery("$select=" + text).select ?? [], on: Ticket.self, aliases: aliases)
    }

    private func expand(_ text: String) throws -> [BoundExpand] {
        try BoundExpand.bind(
            ODataQuery("$expand=" + text).expand, on: Ticket.self, aliases: ["package": "accessPackage"])
    }

    @Test("an order names declared values, once each")
    func orders() throws {
        #expect(
            try order("CREATEDDATETIME desc,requestor/mail asc, requestId") == [
                BoundOrder(path: ["createdDateTime"], type: .instant, descending: true),
                BoundOrder(path: ["requestor", "mail"], type: .string), BoundOrder(path: ["id"], type: .string),
            ])
        #expect(refusal { try order("id,Id desc") } == "$orderby names 'id' more than once. Name it once.")
        #expect(refusal { try order("tags") } == "$orderby can't sort by 'tags', which is no single value.")
        for text in ["nope", "desc desc", "requestor", "requestor/nope", "answers/key"] {
            #expect(!refusal { try order(text) }.isEmpty, "\(text)")
        }
    }

    @Test("a selection names declared properties and relationships; repeating one is no error")
    func selections() throws {
        let some = try select("ID,id,requestor/Mail,requestor,AccessPackage")
        #expect(some.paths == [["id"], ["requestor", "mail"], ["requestor"]])
        #expect(some.navigations == ["accessPackage"])
        #expect(!some.all)
        #expect(try select("*,id").all)
        #expect(
            refusal { try select("id,nope") }
                == "Could not find a property named 'nope' on type 'microsoft.graph.ticket'.")
        #expect(
            try BoundSelect([["package"]], on: Ticket.self, aliases: ["Package": "accessPackage"]).navigations
                == ["accessPackage"])
    }

    @Test("a selection also names members of derived types, and what stored documents have, as they spell it")
    func undeclared() throws {
        func select(_ text: String, _ type: any EntityType.Type, in version: GraphVersion? = nil) throws -> BoundSelect
        {
            try BoundSelect(ODataQuery("$select=" + text).select ?? [], on: type, in: version) { name in
                name.equalsIgnoringCase("filename") ? "fileName" : nil
            }
        }
        #expect(try select("ID,FILENAME", Package.self).paths == [["id"], ["fileName"]])
        #expect(
            try select("MAXIMUM,microsoft.graph.grant/grantor/Mail,grantor", Assignment.self).paths
                == [["maximum"], ["grantor", "mail"], ["grantor"]])
        let v1 = try select("State,scope/microsoft.graph.queryScope/query,POLICY", Assignment.self, in: .v1)
        #expect(v1.paths == [["assignmentState"], ["scope", "query"]])
        #expect(v1.navigations == ["accessPackagePolicy"])
        #expect(
            refusal { try select("anything", Package.self) }
                == "Could not find a property named 'anything' on type 'microsoft.graph.package'.", "open or not")
        for text in ["scope/query", "target/id", "microsoft.graph.person/mail", "fileName/x", "microsoft.graph.grant"] {
            #expect(!refusal { try select(text, Assignment.self) }.isEmpty, "\(text)")
        }
        #expect(!refusal { try select("assignmentState", Assignment.self, in: .v1) }.isEmpty)
        #expect(!refusal { try select("catalogId", Assignment.self, in: .v1) }.isEmpty)
    }

    @Test("an expansion names declared relationships; * is all that aren't named")
    func expansions() throws {
        #expect(try expand("AccessPackage($select=id)").map(\.navigation.name) == ["accessPackage"])
        #expect(try expand("package").map(\.navigation.name) == ["accessPackage"])
        #expect(try expand("*").map(\.navigation.name) == ["accessPackage", "decisions"])
        #expect(try expand("decisions($top=1),*").map(\.top) == [1, nil])
        #expect(
            refusal { try expand("status") }
                == "'status' is a property of 'microsoft.graph.ticket', not a relationship. Use $select for it.")
        #expect(
            refusal { try expand("nope") }
                == "Could not find a relationship named 'nope' on type 'microsoft.graph.ticket'. "
                + "Use one of: accessPackage, decisions.")
        #expect(!refusal { try expand("decisions,Decisions") }.isEmpty)
    }

    private func bind(_ text: String, in version: GraphVersion? = nil) throws -> [BoundExpand] {
        try BoundExpand.bind(
            ODataQuery("$expand=" + text).expand, on: Assignment.self, in: version,
            aliases: ["package": "accessPackagePolicy"]
        ) { type, name in type == Package.self ? name : nil }
    }

    @Test(
        "options are bound against what a relationship leads to, with or without their $, nested",
        arguments: [
            "approvers($select=ID,displayName;$filter=displayName eq 'a;b';$orderby=displayName desc;$top=2;$skip=1;$count=true;$expand=manager($select=id))",
            "Approvers( select = id,displayName ; FILTER=DisplayName eq 'a;b';orderby=displayName desc ;top=2;skip=1;count=true;expand=manager(select=id))",
        ])
    func options(text: String) throws {
        let expand = try #require(try bind(text).first)
        #expect(expand.navigation.name == "approvers")
        #expect(expand.select?.paths == [["id"], ["displayName"]])
        #expect(expand.filter == .compare(path: ["displayName"], type: .string, .eq, .string("a;b")))
        #expect(expand.orderBy == [BoundOrder(path: ["displayName"], type: .string, descending: true)])
        #expect(expand.top == 2)
        #expect(expand.skip == 1)
        #expect(expand.count)
        #expect(expand.expand.map(\.navigation.name) == ["manager"])
        #expect(expand.expand.first?.select?.paths == [["id"]])
    }

    @Test("relationships go by their version's names and aliases; an open target keeps undeclared members")
    func names() throws {
        #expect(try bind("policy,target", in: .v1).map(\.navigation.name) == ["accessPackagePolicy", "target"])
        #expect(try bind("package($select=anything)").first?.select?.paths == [["anything"]])
        #expect(try bind("*", in: .v1).map(\.navigation.name) == ["target", "accessPackagePolicy", "approvers"])
        #expect(try bind("target(select=mail)").first?.select?.paths == [["mail"]], "a derived type has it")
    }

    @Test(
        "what doesn't fit a relationship or its target is refused",
        arguments: [
            ("target($top=1)", "'$top' doesn't apply to 'target', which leads to one. Leave it out."),
            ("target(filter=id eq 'x')", "'$filter' doesn't apply to 'target', which leads to one. Leave it out."),
            ("approvers($search=x)", "$search isn't supported inside $expand. Use $filter."),
            ("approvers($select=nope)", "Could not find a property named 'nope' on type 'microsoft.graph.principal'."),
            (
                "approvers($filter=nope eq 1)",
                "Could not find a property named 'nope' on type 'microsoft.graph.principal'."
            ),
            (
                "approvers($orderby=manager/id)",
                "'manager/id' isn't a property of the entity itself. Use $expand for relationships."
            ),
            (
                "target($expand=nope)",
                "Could not find a relationship named 'nope' on type 'microsoft.graph.principal'. Use one of: manager."
            ),
            ("*($select=id)", "'*' in $expand takes no options and comes once. Name relationships to say more."),
            ("target($expand=manager,Manager)", "$expand names 'Manager' more than once. Name it once."),
        ])
    func misfits(text: String, message: String) {
        #expect(refusal { try bind(text) } == message)
    }

    @Test("a version's other names are unknown", arguments: ["accessPackagePolicy", "nope"])
    func otherNames(name: String) {
        #expect(refusal { try bind(name, in: .v1) }.hasSuffix("Use one of: target, policy, approvers."))
    }
}

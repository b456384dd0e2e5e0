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
        #expect(try BoundSelect([["anything"]], on: Package.self).paths == [["anything"]], "the type is open")
    }

    @Test("an expansion names declared relationships; * is all that aren't named")
    func expansions() throws {
        #expect(try expand("AccessPackage($select=id)").map(\.navigation.name) == ["accessPackage"])
        #expect(try expand("package").map(\.navigation.name) == ["accessPackage"])
        #expect(try expand("*").map(\.navigation.name) == ["accessPackage", "decisions"])
        #expect(try expand("decisions($top=1),*").map(\.query.top) == [1, nil])
        #expect(
            refusal { try expand("status") }
                == "'status' is a property of 'microsoft.graph.ticket', not a relationship. Use $select for it.")
        #expect(
            refusal { try expand("nope") }
                == "Could not find a relationship named 'nope' on type 'microsoft.graph.ticket'. "
                + "Use one of: accessPackage, decisions.")
        #expect(!refusal { try expand("decisions,Decisions") }.isEmpty)
    }
}

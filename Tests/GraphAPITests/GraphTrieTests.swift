import Directory
import EDM
import OData
import Storage
import Testing
import Workflows

@testable import GraphAPI

@Suite("The tree of paths") struct GraphTrieTests {
    /// Every path that is served, with a key for each `{id}`.
    private static func paths(of model: GraphModel) -> [String] {
        Set(
            model.operations.map { "/\($0.version.rawValue)\($0.path)".replacing("{id}", with: "5ba2cf92-key") }
        ).sorted()
    }

    private func read(_ model: GraphModel, _ target: String) throws -> GraphModel.Target {
        let (version, path, query) = try GraphService.split(target)
        return try model.read(try ODataPath(String(path)).segments, version, query)
    }

    @Test("A plain path leads where the grammar leads it, with the same keys")
    func agreement() throws {
        let model = GraphModel.tested
        for path in Self.paths(of: model) {
            let (version, _, _) = try GraphService.split(path)
            let plain = try #require(model.plainly(path, version), "\(path)")
            let read = try read(model, path)
            #expect(plain.node.template == read.node.template, "\(path)")
            #expect(plain.keys == read.keys, "\(path)")
        }
    }

    @Test(
        "Every tolerated spelling leads to the same place",
        arguments: [
            "/beta/deviceManagement/operationApprovalRequests/A/approve",
            "/beta//deviceManagement///operationApprovalRequests/A/approve/",
            "/BETA/devicemanagement/OPERATIONAPPROVALREQUESTS/A/Approve",
            "/beta/deviceManagement/operationApprovalRequests('A')/approve",
            "/beta/deviceManagement/operationApprovalRequests(A)/microsoft.graph.approve",
            "/beta/deviceManagement/operationApprovalRequests(%27A%27)/graph.approve",
            "/beta/%64eviceManagement/operationApprovalRequests/%41/approve()",
        ])
    func spellings(target: String) throws {
        let (version, path, query) = try GraphService.split(target)
        let found = try GraphModel.tested.resolve(target, path, version: version, query: query)
        #expect(found.node.template == "/deviceManagement/operationApprovalRequests/{id}/approve")
        #expect(found.keys == ["A"])
        #expect(found.node.endpoints.map(\.method) == ["POST"])
    }

    @Test(
        "What leads nowhere is 400, what Graph has there is 501",
        arguments: [
            ("/beta/", 400), ("/beta/deviceManagement", 400), ("/beta/nothing", 400), ("/beta/users/1/nothing", 400),
            ("/v1.0/deviceManagement/operationApprovalRequests", 400), ("/beta/me/memberOf/1/2", 400),
            ("/beta/users(", 400), ("/beta/deviceManagement('x')", 400),
            ("/beta/groups/1/members/graph.operationApprovalRequest", 400),
            ("/beta/organization", 501), ("/v1.0/devices", 501), ("/beta/groups/1/transitiveMembers", 501),
            ("/beta/me/transitiveMemberOf", 501), ("/beta/users/1/checkMemberGroups", 501),
            ("/beta/directoryObjects/getByIds", 501), ("/beta/users/1/manager", 501),
            ("/beta/deviceManagement/auditEvents", 501), ("/beta/deviceManagement/roleScopeTags", 501),
            ("/beta/deviceManagement/deviceConfigurations", 501), ("/beta/deviceManagement/roleAssignments", 501),
        ])
    func nowhere(target: String, status: Int) throws {
        let (version, path, query) = try GraphService.split(target)
        let error = #expect(throws: ODataError.self) {
            try GraphModel.tested.resolve(target, path, version: version, query: query)
        }
        #expect(error?.status == status)
    }

    // MARK: Mistakes

    private func mistake(
        _ surfaces: [Surface]
    ) -> String? {
        let workloads = Workloads([.directory])
        do throws(GraphModel.Mistake) { _ = try GraphModel(surfaces, workloads) } catch { return error.description }
        return nil
    }

    private func surface(_ rows: String, _ resources: [Resource]) -> Surface {
        Surface(.countersign, permissions: PermissionTable(rows), resources)
    }

    private static let rows = "GET /things /things/{id}\n    Thing.Read.All\n"
    private static let things = Resource.set("things", Kinds.users, visibility: { _ in .all })

    @Test("A surface that can't be served is found when the tree is made, in words")
    func mistakes() {
        #expect(mistake([surface(Self.rows, [Self.things])]) == nil)
        #expect(
            mistake([surface("GET /things\n    Thing.Read.All\n", [Self.things])])
                == "The operation 'GET /things/{id}' of beta has no permission row.")
        #expect(
            mistake([surface(Self.rows + "PUT /things/{id}\n    Thing.Read.All\n", [Self.things])])
                == "The permission row 'PUT /things/{id}' belongs to no operation.")
        #expect(
            mistake([surface(Self.rows, [Self.things]), surface(Self.rows, [Self.things])])
                == "beta/things is served twice.")
        let unknown = Resource.set("things", Kind<User>("nobody's"), visibility: { _ in .all })
        #expect(
            mistake([surface(Self.rows, [unknown])])
                == "'things' shows the kind 'nobody's', which no workload declares.")
        let twice = Resource.set(
            "things", Kinds.users, visibility: { _ in .all },
            operations: [
                Operation("POST", "act", on: .entity) { _ in GraphResponse(status: 204) },
                Operation("POST", "act", on: .entity) { _ in GraphResponse(status: 204) },
            ])
        #expect(
            mistake([surface(Self.rows + "POST /things/{id}/act\n    Thing.Act\n", [twice])])
                == "POST beta/things/{id}/act is served twice.")
    }

    @Test("Rows read alternatives, what is needed together, whose they are, and a version's own")
    func permissions() throws {
        let table = PermissionTable(
            """
            GET,POST /a /b/{id}
                One Two+Three
                Four | -
            v1.0 GET /a
                Five
            """)
        #expect(table.rows.count == 5)
        #expect(table.rows[0].access == Access(delegated: [["One"], ["Two", "Three"], ["Four"]], application: []))
        #expect(table.rows[4].version == .v1)
        #expect(table.rows[4].access == Access(delegated: [["Five"]], application: [["Five"]]))
        let user = Caller(tenant: "t", principal: Principal(.user, "u"), permissions: ["Two"])
        let both = Caller(tenant: "t", principal: Principal(.user, "u"), permissions: ["Two", "Three"])
        #expect(!table.rows[0].access.admits(user))
        #expect(table.rows[0].access.admits(both))
    }

    // MARK: Depth

    @Test("Several keys in one path, keys by name, singletons within, and functions with typed arguments")
    func depth() throws {
        let questions = Resource.set("questions", Kinds.groups, visibility: { _ in .all }, parent: "description")
        let policies = Resource.set(
            "policies", Kinds.groups, visibility: { _ in .all }, namedKeys: ["uniqueName"], parent: "description",
            contained: [questions])
        let function = Operation(
            "GET", "find", on: .resource,
            parameters: [
                Parameter("on", OperationResult.edm), Parameter("all", Bool.edm, isOptional: true),
                Parameter("count", Int32.edm, isOptional: true),
            ], isCollection: true
        ) { _ in GraphResponse(status: 200) }
        let model = try GraphModel(
            [
                surface(
                    """
                    GET /box/things /box/things/{id} /box/find
                        P
                    GET /box/things/{id}/policies /box/things/{id}/policies/{id}
                        P
                    GET /box/things/{id}/policies/{id}/questions /box/things/{id}/policies/{id}/questions/{id}
                        P
                    """,
                    [
                        .container(
                            "box", operations: [function],
                            [.set("things", Kinds.users, visibility: { _ in .all }, contained: [policies])])
                    ])
            ], Workloads([.directory]))
        let deep = try read(model, "/beta/box/things/1/policies('2')/questions(3)")
        #expect(deep.keys == ["1", "2", "3"])
        #expect(deep.node.template == "/box/things/{id}/policies/{id}/questions/{id}")
        let named = try read(model, "/beta/box/things/1/policies(uniqueName='x')")
        #expect(named.keys == ["1", "x"])
        #expect(named.namedKey?.name == "uniqueName")
        for bad in ["policies(other='x')", "policies(uniqueName='x',id='1')", "policies()", "policies('a','b')"] {
            #expect(throws: ODataError.self, "\(bad)") { try read(model, "/beta/box/things/1/\(bad)") }
        }
        let place = try #require(deep.node.place ?? deep.node.endpoints.first?.place)
        #expect(place.path(["1", "2"]) == "box/things('1')/policies('2')/questions")
        for path in ["find(on='Success',all=true,count=3)", "find(all=true,on='success')", "find(on='success')/$count"]
        {
            #expect(try read(model, "/beta/box/\(path)").node.endpoints.map(\.method) == ["GET"])
        }
    }
}

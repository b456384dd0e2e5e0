import EDM
import JSON
import Testing

@Suite struct VersionNamesTests {
    private let v1 = VersionNames(Catalog.self, in: .v1)

    @Test("a version that shows a type as it is declared has no names of its own")
    func nothing() {
        #expect(VersionNames(Catalog.self, in: .beta) == nil)
        #expect(VersionNames(Member.self, in: .v1) == nil)
        #expect(VersionNames(ExpirationRule.self, in: .v1) == nil)
        #expect(VersionNames(Rule.self, in: .v1) != nil, "one of its family differs")
    }

    @Test(
        "members are renamed, left out and put in another case, in all that a document holds",
        arguments: [
            (
                #"{"id":"1","requestState":"PendingApproval","uniqueName":"u","tags":["requestState"]}"#,
                #"{"id":"1","state":"pendingApproval","tags":["requestState"]}"#
            ),
            (#"{"requestState":null,"scope":null}"#, #"{"state":null,"scope":null}"#),
            (
                #"{"scope":{"isBackup":true,"parent":{"isBackup":true,"parent":null}}}"#,
                #"{"scope":{"within":{"within":null}}}"#
            ),
            (
                ##"{"rules":[{"@odata.type":"#microsoft.graph.approvalRule","isRequired":true},{"isRequired":true}]}"##,
                ##"{"rules":[{"@odata.type":"#microsoft.graph.approvalRule","isApprovalRequired":true},{"isRequired":true}]}"##
            ),
            (#"{"accessPackageOwner":{"requestState":1},"members":[]}"#, #"{"owner":{"requestState":1},"members":[]}"#),
        ])
    func shown(document: String, expected: String) throws {
        let v1 = try #require(v1)
        #expect(JSONValue.object(v1.shown(try object(document))).text == expected)
    }

    @Test("what a version shows is read back as it was, but for what it hides")
    func backAndForth() throws {
        let v1 = try #require(v1)
        let old = try Document<Catalog>(
            object(
                #"{"id":"1","displayName":"n","uniqueName":"u","requestState":"Delivered","modifiedDateTime":"2026-01-01","#
                    + #""tags":[],"scope":{"parent":{"parent":null}},"rules":[{"@odata.type":"#
                    + ##""#microsoft.graph.approvalRule","id":"r","isRequired":true}]}"##))
        #expect(try Draft(patching: v1.shown(old.members), over: old, BodyReader(in: .v1)).document == old)
    }

    @Test("paths are resolved by a version's names, and spelled in them")
    func paths() throws {
        #expect(try Catalog.resolve(["STATE"], in: .v1).path == ["requestState"])
        #expect(try Catalog.resolve(["scope", "within", "Within"], in: .v1).path == ["scope", "parent", "parent"])
        #expect(Catalog.navigation(named: "OWNER", in: .v1)?.name == "accessPackageOwner")
        #expect(Catalog.navigation(named: "accessPackageOwner", in: .v1) == nil)
        for path in [["requestState"], ["uniqueName"], ["scope", "isBackup"], ["scope", "parent"]] {
            #expect(throws: Invalid.self, "\(path)") { try Catalog.resolve(path[...], in: .v1) }
            #expect(try Catalog.resolve(path[...], in: .beta).path == path)
        }
        #expect(Catalog.spelled(["scope", "parent", "isBackup"], in: .v1) == ["scope", "within", "isBackup"])
        #expect(Catalog.spelled(["accessPackageOwner", "mail"], in: .v1) == ["owner", "mail"])
        #expect(Catalog.spelled(["rules", "x"], in: .v1) == ["rules", "x"])
    }

    @Test(
        "a member of an enumeration is known in any case, flags in any order; the sentinel never",
        arguments: [
            ("DELIVERED", false, "Delivered"), ("pendingapproval", false, "PendingApproval"), ("nope", false, nil),
            ("unknownFutureValue", false, nil), ("Delivered,PendingApproval", false, nil), ("", false, nil),
            ("b, A", true, "a,b"), ("none,b", true, "b"), ("NONE", true, "none"), ("none,none", true, "none"),
            ("a,nope", true, nil), ("", true, nil), ("a,unknownFutureValue", true, nil),
        ] as [(String, Bool, String?)])
    func members(text: String, isFlags: Bool, expected: String?) {
        let flags = EdmType.enumeration("flags", members: ["none", "a", "b", "unknownFutureValue"], isFlags: true)
        #expect((isFlags ? flags : State?.edm).member(named: text) == expected)
        #expect(EdmType.primitive(.string).member(named: text) == nil)
    }

    @Test("inherited properties come first, and a type knows its family")
    func families() {
        #expect(ExpirationRule.properties.map(\.name) == ["id", "maximumDuration"])
        #expect(Rule.member(ofFamily: "#Microsoft.Graph.approvalRule") == ApprovalRule.self)
        #expect(Rule.member(ofFamily: "rule") == Rule.self)
        #expect(ApprovalRule.member(ofFamily: "rule") == nil)
        #expect(ApprovalRule.isKind(of: Rule.self))
        #expect(!Rule.isKind(of: ApprovalRule.self))
    }
}

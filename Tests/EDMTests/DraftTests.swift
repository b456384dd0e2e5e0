import EDM
import JSON
import Testing

@Suite struct DraftTests {
    private static let now = "2026-01-02T00:00:00.000000Z"

    private func created(_ body: String, in version: GraphVersion? = nil, _ mode: BodyMode = .lenient) throws
        -> Draft<Catalog>
    {
        let now = try Instant(Self.now)
        return try Draft(creating: object(body), BodyReader(in: version, mode: mode)) {
            $0.id = "1"
            $0.modifiedDateTime = now
        }
    }

    private func old() throws -> Document<Catalog> {
        try created(#"{"displayName":"n","uniqueName":"u","tags":["t"],"description":"d"}"#).document
    }

    private func patched(_ body: String, in version: GraphVersion? = nil, _ mode: BodyMode = .lenient) throws
        -> Draft<Catalog>
    {
        try Draft(patching: object(body), over: old(), BodyReader(in: version, mode: mode))
    }

    private func complaint(_ work: () throws -> Any) -> String {
        do { return "no complaint: \(try work())" } catch { return "\(error)" }
    }

    @Test("a new document has its type, every nullable member and collection, and what the server sets")
    func creation() throws {
        #expect(
            try created(#"{"DisplayName":"n"}"#).document.json.text
                == ##"{"@odata.type":"#microsoft.graph.catalog","id":"1","displayName":"n","description":null,"##
                + ##""uniqueName":null,"requestState":null,"modifiedDateTime":"\##(Self.now)","tags":[],"scope":null,"##
                + ##""rules":[]}"##)
        #expect(
            try Document<Catalog>(creating: object(#"{"displayName":"n"}"#)) {
                $0.id = "2"
                $0.modifiedDateTime = Instant(microseconds: 0)
            }.id == "2")
    }

    @Test(
        "members of a body, in any case and spelling, come out as declared",
        arguments: [
            (#"{"REQUESTSTATE":"pendingapproval"}"#, nil, "requestState", #""PendingApproval""#),
            (#"{"state":"pendingApproval"}"#, .v1, "requestState", #""PendingApproval""#),
            (#"{"requestState":"delivered"}"#, .v1, "requestState", #""Delivered""#),
            (#"{"tags":null}"#, nil, "tags", "[]"),
            (
                ##"{"scope":{"@odata.type":"#x","IsBackup":true,"stamp":"2026-01-01","no":1}}"##, .beta, "scope",
                #"{"isBackup":true}"#
            ),
            (#"{"scope":{"Within":{"within":null}}}"#, .v1, "scope", #"{"parent":{"parent":null}}"#),
            (
                #"{"rules":[{"@odata.type":"graph.EXPIRATIONRULE","id":"r","MaximumDuration":"8:00:00"}]}"#, nil,
                "rules",
                ##"[{"@odata.type":"#microsoft.graph.expirationRule","id":"r","maximumDuration":"PT8H"}]"##
            ),
            (#"{"id":"other","ModifiedDateTime":"2020-01-01"}"#, nil, "id", #""1""#),
            (
                ##"{"@odata.type":"#microsoft.graph.other","displayName@odata.type":"x"}"##, nil, "@odata.type",
                ##""#microsoft.graph.catalog""##
            ),
        ] as [(String, GraphVersion?, String, String)])
    func spellings(body: String, version: GraphVersion?, member: String, value: String) throws {
        let named = body.replacing("{", with: #"{"displayName":"n","#, maxReplacements: 1)
        #expect(try created(named, in: version).document.members[member]?.text == value)
    }

    @Test(
        "what can't be created is refused by the name that the client used",
        arguments: [
            ("{}", nil, "'displayName' is required."),
            (#"{"displayName":null}"#, nil, "'displayName' must be a string."),
            (#"{"displayName":"n","state":"nope"}"#, .v1, "'state' has the value 'nope'"),
            (
                #"{"displayName":"n","state":"delivered","RequestState":"delivered"}"#, .v1,
                "'RequestState' is the same member as 'state'. Give it once."
            ),
            (
                #"{"displayName":"n","scope":{"within":{"stamp":1,"within":{"within":3}}}}"#, .v1,
                "'scope/within/within/within' must be an object."
            ),
            (
                #"{"displayName":"n","scope":{"parent":1,"within":2}}"#, .v1,
                "'scope/within' is the same member as 'parent'. Give it once."
            ),
            (#"{"displayName":"n","tags":["a",1]}"#, nil, "'tags[1]' must be a string."),
            (
                #"{"displayName":"n","rules":[{"id":"r"}]}"#, nil,
                "'rules[0]/@odata.type' is required. Use one of: #microsoft.graph.expirationRule, "
                    + "#microsoft.graph.approvalRule."
            ),
            (
                ##"{"displayName":"n","rules":[{"@odata.type":"#microsoft.graph.rule","id":"r"}]}"##, nil,
                "'rules[0]/@odata.type' names '#microsoft.graph.rule', which doesn't fit here."
            ),
            (
                ##"{"displayName":"n","rules":[{"@odata.type":"#microsoft.graph.approvalRule","id":"r"}]}"##, nil,
                "'rules[0]/isRequired' is required."
            ),
            (
                #"{"displayName":"n","nope@odata.bind":"x"}"#, nil,
                "'nope@odata.bind' names no relationship of type 'microsoft.graph.catalog'."
            ),
            (
                #"{"displayName":"n","members@odata.bind":"x"}"#, nil,
                "'members@odata.bind' must be an array of URLs."
            ),
            (
                #"{"displayName":"n","members@odata.bind":["x",1]}"#, nil,
                "'members@odata.bind' must be an array of URLs."
            ),
            (#"{"displayName":"n","owner@odata.bind":["x"]}"#, .v1, "'owner@odata.bind' must be one URL."),
        ] as [(String, GraphVersion?, String)])
    func refusals(body: String, version: GraphVersion?, message: String) {
        let found = complaint { try created(body, in: version) }
        #expect(found.hasPrefix(message), "\(found)")
    }

    @Test("links and values of relationships are handed back; a null says nothing")
    func relationships() throws {
        let draft = try created(
            #"{"displayName":"n","Owner@odata.bind":"a","MEMBERS@odata.bind":["b","c"],"members":[{"id":"d"}],"owner":null}"#,
            in: .v1)
        #expect(draft.binds.map(\.navigation.name) == ["accessPackageOwner", "members"])
        #expect(draft.binds.map(\.urls) == [["a"], ["b", "c"]])
        #expect(draft.relations.map(\.navigation.name) == ["members"])
        #expect(draft.relations.map(\.value) == [[["id": "d"]]])
        #expect(draft.document.members["members"] == nil)
        for body in [#"{"displayName":"n","owner":{}}"#, #"{"displayName":"n","owner@odata.bind":"x"}"#] {
            #expect(
                complaint { try Document<Catalog>(patching: object(body), over: old(), BodyReader(in: .v1)) }
                    == "'owner' is a relationship, which can't be set here. Leave it out.")
        }
        #expect(
            try Document<Catalog>(patching: object(#"{"owner":null,"description":"e"}"#), over: old()).description
                == "e")
    }

    @Test("a patch changes what it names, keeps the rest and the order, and sets to null")
    func patch() throws {
        let draft = try patched(#"{"Description":null,"TAGS":[],"state":"delivered"}"#, in: .v1)
        var expected = try old()
        expected.description = nil
        expected.tags = []
        expected.requestState = .Delivered
        #expect(draft.document == expected)
        #expect(draft.document.members.names == expected.members.names)
        #expect(complaint { try patched(#"{"displayName":null}"#) } == "'displayName' must be a string.")
    }

    @Test(
        "an object that was read and is sent back changes nothing, in either mode",
        arguments: [.lenient, .strict] as [BodyMode])
    func roundTrip(mode: BodyMode) throws {
        let old = try old()
        #expect(try Draft(patching: old.members, over: old, BodyReader(mode: mode)).document == old)
    }

    @Test(
        "what was created immutable never changes; the same value again is fine",
        arguments: [
            (#"{"uniqueName":"u"}"#, .lenient, ""),
            (#"{"uniqueName":"v"}"#, .lenient, "'uniqueName' can't be changed."),
            (#"{"UniqueName":null}"#, .lenient, "'uniqueName' can't be changed."),
            (#"{"id":"2"}"#, .lenient, ""), (#"{"id":"2"}"#, .strict, "'id' is read-only."),
            (#"{"id":"1","modifiedDateTime":"2026-01-02"}"#, .strict, ""),
            (#"{"nope":1}"#, .lenient, ""),
            (
                #"{"scope":{"no":1}}"#, .strict,
                "'scope/no' does not exist on type 'microsoft.graph.scope'. Leave it out."
            ),
            (#"{"nope":1}"#, .strict, "'nope' does not exist on type 'microsoft.graph.catalog'. Leave it out."),
            (##"{"@odata.type":"#microsoft.graph.other"}"##, .lenient, ""),
            (
                ##"{"@odata.type":"#microsoft.graph.other"}"##, .strict,
                "'@odata.type' names '#microsoft.graph.other', which doesn't fit here. Use one of: #microsoft.graph.catalog."
            ),
        ] as [(String, BodyMode, String)])
    func changes(body: String, mode: BodyMode, message: String) throws {
        if message.isEmpty {
            #expect(try patched(body, mode).document == old())
        } else {
            #expect(complaint { try patched(body, mode) } == message)
        }
    }

    private func patched(_ body: String, _ mode: BodyMode) throws -> Draft<Catalog> { try patched(body, in: nil, mode) }

    @Test("a replacement keeps only what a client can't change")
    func replacement() throws {
        let draft = try Draft(replacing: old(), with: object(#"{"displayName":"m"}"#))
        #expect(draft.document.json.text.hasPrefix(##"{"@odata.type":"#microsoft.graph.catalog","id":"1","##))
        #expect(draft.document.displayName == "m")
        #expect(draft.document.uniqueName == "u")
        #expect(draft.document.description == nil)
        #expect(draft.document.members["description"] == .null)
        #expect(draft.document.tags.isEmpty)
        #expect(complaint { try Draft(replacing: old(), with: object("{}")) } == "'displayName' is required.")
    }

    @Test("an operator's body also says what the server else decides")
    func trusted() throws {
        let body = try object(
            #"{"ID":"7","displayName":"n","modifiedDateTime":"2020-01-01","nope":1,"scope":{"stamp":"2020-01-02","no":1}}"#
        )
        let document = try Document<Catalog>(creating: body, BodyReader(mode: .trusted))
        #expect(document.id == "7")
        #expect(try document.modifiedDateTime == Instant("2020-01-01"))
        #expect(document.members["scope"] == ["stamp": "2020-01-02T00:00:00.000000Z"])
        #expect(document.members["nope"] == nil)
        let changed = try Document<Catalog>(
            patching: object(#"{"uniqueName":"other"}"#), over: old(), BodyReader(mode: .trusted))
        #expect(changed.uniqueName == "other")
        #expect(complaint { try Document<Catalog>(creating: object(#"{"displayName":"n"}"#)) } == "'id' is required.")
    }

    @Test("an open type keeps members that it doesn't declare, once each whatever their case, and its own type")
    func open() throws {
        let new = try Document<Member>(
            creating: object(##"{"@odata.type":"#microsoft.graph.user","FileName":"a","x@odata.y":1,"ID":"1"}"##))
        #expect(new.json.text == ##"{"@odata.type":"#microsoft.graph.user","id":"1","mail":null,"FileName":"a"}"##)
        let patched = try Document<Member>(
            patching: object(#"{"filename":null,"Mail":"m","more":{"x@y":1}}"#), over: new)
        #expect(
            patched.json.text
                == ##"{"@odata.type":"#microsoft.graph.user","id":"1","mail":"m","FileName":null,"more":{"x@y":1}}"##)
        #expect(
            complaint { try Document<Member>(patching: object(#"{"id":"2"}"#), over: new) } == "'id' can't be changed.")
        #expect(
            complaint { try Document<Member>(patching: ["a": 1, "A": 2], over: new) }
                == "'A' is the same member as 'a'. Give it once.")
    }

    @Test("a document of a derived type is checked as such, and keeps its type")
    func derived() throws {
        let rule = try Document<Rule>(
            creating: object(#"{"@odata.type":"microsoft.graph.approvalRule","ID":"r","isApprovalRequired":true}"#),
            BodyReader(in: .v1))
        #expect(
            rule.json.text == ##"{"@odata.type":"#microsoft.graph.approvalRule","id":"r","isRequired":true}"##)
        #expect(rule.cast(to: ApprovalRule.self)?.isRequired == true)
        #expect(rule.cast(to: ExpirationRule.self) == nil)
        let typed = try Document<ExpirationRule>(creating: object(#"{"id":"s"}"#))
        #expect(typed.members["@odata.type"] == "#microsoft.graph.expirationRule")
        #expect(typed.cast(to: Rule.self)?.id == "s")
        #expect(
            complaint {
                try Document(
                    patching: object(##"{"@odata.type":"#microsoft.graph.expirationRule"}"##), over: rule)
            } == "'@odata.type' can't be changed: it is '#microsoft.graph.approvalRule'.")
        #expect(
            complaint { try Document<Rule>(stored: Array(##"{"@odata.type":"#x.approvalRule","id":"r"}"##.utf8)) }
                == "'isRequired' is required.")
        #expect(
            try Document<Rule>(patching: object(#"{"IsRequired":false}"#), over: rule).json.text.hasSuffix("false}"))
    }
}

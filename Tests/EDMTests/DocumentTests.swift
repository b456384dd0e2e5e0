import EDM
import JSON
import Testing

private enum Colour: String, EdmEnumeration { case red, darkBlue, unknownFutureValue }

private struct Inner: EntityType {
    static let schema = Self(), properties = reflect(schema)
    let name = Property<String?>("name")
}

private struct Sample: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let namesItsType = true
    let id = Property<String>("id", [.key, .required])
    let colour = Property<Colour>("colour", .required)
    let when = Property<Instant?>("when")
    let inner = Property<Document<Inner>?>("inner")
    let tags = Property<[String]>("tags")
    let text = Property<String?>("text") { ($0?.count ?? 0) > 4 ? "is longer than 4 characters." : nil }
}

@Suite struct DocumentTests {
    private func read(_ text: String) throws -> Document<Sample> {
        try Document(json: JSONReader.read(Array(text.utf8)))
    }

    @Test("Declared members come out in canonical form, unknown ones and the order are kept")
    func canonical() throws {
        let document = try read(
            #"{"x":1,"colour":"DARKBLUE","id":"a","when":"2026-01-02","inner":{"name":"n","y":[]}}"#)
        #expect(
            document.json.text
                == #"{"x":1,"colour":"darkBlue","id":"a","when":"2026-01-02T00:00:00.000000Z","inner":{"name":"n","y":[]}}"#
        )
        #expect(document.colour == .darkBlue)
        #expect(document.inner?.name == "n")
        #expect(document[open: "x"] == 1)
    }

    @Test(
        "What doesn't follow the declaration is refused with its path",
        arguments: [
            (#"{"colour":"red"}"#, "'id' is required."),
            (#"{"id":"a","colour":"green"}"#, "'colour' has the value 'green'"),
            (#"{"id":"a","colour":3}"#, "'colour' must be the name"),
            (#"{"id":"a","colour":"unknownFutureValue"}"#, "'colour' has the value"),
            (#"{"id":"a","colour":"red","when":"soon"}"#, "'when' must be a date"),
            (#"{"id":"a","colour":"red","inner":{"name":1}}"#, "'inner/name' must be a string."),
            (#"{"id":"a","colour":"red","tags":["a",1]}"#, "'tags[1]' must be a string."),
            (#"{"id":"a","colour":"red","text":"12345"}"#, "'text' is longer than 4 characters."),
            (#"{"id":null,"colour":"red"}"#, "'id' must be a string."), ("[]", "must be an object."),
        ])
    func refused(text: String, complaint: String) {
        let error = #expect(throws: Invalid.self) { try read(text) }
        #expect(error?.description.hasPrefix(complaint) == true, "\(error?.description ?? "")")
    }

    @Test("A new document has every nullable member, in declared order, after its type")
    func fresh() throws {
        let document = try Document<Sample> {
            $0.colour = .red
            $0.id = "a"
        }
        #expect(
            document.json.text
                == ##"{"@odata.type":"#microsoft.graph.sample","id":"a","colour":"red","when":null,"inner":null,"tags":[],"text":null}"##
        )
        #expect(throws: Invalid.self) { try Document<Sample> { $0.id = "a" } }
    }

    @Test("Paths resolve ignoring case to their canonical spelling and type")
    func paths() throws {
        #expect(try Sample.resolve(["INNER", "Name"]).path == ["inner", "name"])
        let error = #expect(throws: Invalid.self) { try Sample.resolve(["nope"]) }
        #expect(error?.reason == "Could not find a property named 'nope' on type 'microsoft.graph.sample'.")
        #expect(throws: Invalid.self) { try Sample.resolve(["id", "x"]) }
    }
}

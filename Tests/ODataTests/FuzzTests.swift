import OData
import Testing

/// Hostile input only ever throws: each test would end the process if anything trapped.
@Suite struct FuzzTests {
    private static let filters = [
        "status eq 'needsApproval' and createdDateTime ge 2026-01-01T00:00:00Z",
        "not (startswith(tolower(displayName),'a') or endswith(displayName,'it''s'))",
        "answers/any(a:a/key eq 'k' and a/notes/any(n:n/id eq 'x')) or tags/$count eq 0",
        "id in ('a',a0b1c2d3-1234-5678-9abc-def012345678,null) and maximum lt duration'PT8H' and priority eq -5.0e1",
        "requestor/microsoft.graph.person/mail ne null and length(displayName) gt 3 and isUrgent",
        "status has microsoft.graph.ticketStatus'approved' and displayName eq @p",
    ]
    private static let queries = [
        "$expand=accessPackage($select=id;$expand=b($filter=x eq 'a;b)';$top=2)),*&$count=true&$orderby=id%20desc,tags",
        "%24filter=id+eq+%27%C3%A9%27&$top=5&$skip=0&$search=%22a+b%22&@p='x''y'&on=p&$select=id,requestor/mail",
    ]
    private static let paths = [
        "a//b/weird%20id%2F%C3%A9/f(accessPackageId='A'incompatibleAccessPackageId='B')/microsoft.graph.approve",
        "f(transitive=@transitivedirectoryScopeType='@d',id='a'b')/set(42)/$count/('x')/g(a=graph.x'y')",
    ]
    private static let fragments: [[UInt8]] = [
        "'", "''", "(", ")", "/", ",", ";", ":", "=", "@", "$", "%", "%00", "%2", "&", "+", "-", ".", " ", "not ",
        " eq ", "any(",
        "$count", "null", "9999999999", "\u{301}", "é", "\u{0}", "2026-13-99T", "a0b1c2d3-1234-5678-9abc-def012345678",
    ].map { Array($0.utf8) }

    private func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let start = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 0...6, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeSubrange(start..<end)
            case 1: bytes.insert(contentsOf: Self.fragments.randomElement(using: &random) ?? [], at: start)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: start)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Runs `work` on mutations of the seeds and on noise; anything but an `ODataError` of status 400 or 414 is a
    /// failure.
    private func fuzz(_ seeds: [String], seed: UInt64, _ work: (String) throws -> Void) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<4000 {
            let noise = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let text =
                round % 8 == 0
                ? String(decoding: noise, as: UTF8.self)
                : mutated(seeds.randomElement(using: &random) ?? "", &random)
            do { try work(text) } catch {
                let status = (error as? ODataError)?.status
                #expect(status == 400 || status == 414, "seed \(seed), round \(round): \(error) for \(text)")
            }
        }
    }

    @Test("no filter traps, parsed or bound", arguments: [1, 2, 3] as [UInt64])
    func filters(seed: UInt64) {
        fuzz(Self.filters, seed: seed) { _ = try bound($0) }
    }

    @Test("no query traps", arguments: [1, 2, 3] as [UInt64])
    func queries(seed: UInt64) {
        fuzz(Self.queries, seed: seed) { text in
            let query = try ODataQuery(text)
            // Whatever was read means the same in its own link.
            #expect(try ODataQuery(query.text(withSkipToken: "t"), limits: .batch).meaning == query.meaning, "\(text)")
            _ = try BoundOrder.bind(query.orderBy, on: Ticket.self)
            _ = try BoundSelect(query.select ?? [], on: Ticket.self)
            _ = try BoundExpand.bind(query.expand, on: Ticket.self)
        }
    }

    @Test("no header traps, and no filter through relationships and casts", arguments: [1, 2, 3] as [UInt64])
    func headers(seed: UInt64) {
        fuzz(
            [
                "return=minimal;a=\"b\\\"c\", odata.maxpagesize=5",
                "application/json;q=0.5;odata.metadata=full, */*;q=0",
            ], seed: seed
        ) {
            _ = Preferences([$0])
            _ = try Acceptance([$0])
        }
        fuzz(Self.related, seed: seed) { _ = try assignments($0) }
    }

    private static let related = [
        "isof(scope,microsoft.graph.queryScope) and scope/microsoft.graph.queryScope/query ne 'x'",
        "target/manager/id in ('x',null) or approvers/any(a:isof(a,graph.userPrincipal)) and package/id eq 'p'",
    ]

    @Test("no path traps", arguments: [1, 2, 3] as [UInt64])
    func paths(seed: UInt64) throws {
        let query = try ODataQuery("@d='x'&transitive=true")
        fuzz(Self.paths, seed: seed) { text in
            for segment in try ODataPath(text).segments {
                _ = segment.key(in: query)
                _ = try? segment.key([["id"], ["accessPackageId"]], in: query)
                _ = try? segment.cast(from: Ticket.self)
                _ = try segment.parameters(["id", "accessPackageId"], in: query)
            }
        }
    }
}

import Foundation
import OData
import Testing

/// OASIS's own cases for the grammar of URLs: what they call valid is read, what they call invalid is refused.
@Suite(.enabled(if: ConformanceCase.file != nil, "no shared/conformance beside the repository; set COUNTERSIGN_SHARED"))
struct OASISConformanceTests {
    @Test("every valid case of what we support is read")
    func valid() throws {
        var run = 0
        for testCase in try ConformanceCase.all() where testCase.failAt == nil && Self.isOurs(testCase) {
            run += 1
            do { try Self.read(testCase) } catch {
                Issue.record("OASIS calls this valid: \(testCase.name): \(testCase): \(error)")
            }
        }
        print("OASIS: \(run) valid cases read")
        #expect(run >= 200)
    }

    @Test("every invalid case is refused, but for those that we tolerate on purpose")
    func invalid() throws {
        var run = 0
        for testCase in try ConformanceCase.all()
        where testCase.failAt != nil && ConformanceScope.rules.contains(testCase.rule) {
            let reason = ConformanceScope.tolerated.first { $0.input == testCase.input }?.reason
            run += 1
            do {
                try Self.read(testCase)
                if reason == nil { Issue.record("OASIS calls this invalid: \(testCase.name): \(testCase)") }
            } catch {
                if let reason { Issue.record("no longer tolerated (\(reason)): \(testCase): \(error)") }
            }
        }
        print("OASIS: \(run) invalid cases refused or tolerated by name")
        #expect(run >= 25)
    }

    @Test("no entry of the lists of exceptions is idle")
    func exceptions() throws {
        let inputs = try ConformanceCase.all().filter { ConformanceScope.rules.contains($0.rule) }.map(\.input)
        for (pattern, reason) in ConformanceScope.unsupported {
            #expect(inputs.contains { $0.contains(pattern) }, "\(pattern) (\(reason))")
        }
        for (input, reason) in ConformanceScope.tolerated { #expect(inputs.contains(input), "\(input) (\(reason))") }
    }

    private static func isOurs(_ testCase: ConformanceCase) -> Bool {
        ConformanceScope.rules.contains(testCase.rule)
            && !ConformanceScope.unsupported.contains { testCase.input.contains($0.pattern) }
    }

    private static func read(_ testCase: ConformanceCase) throws {
        let input = testCase.input
        switch testCase.rule {
        case "boolCommonExpr", "boolcommonExpr", "commonExpr", "notExpr", "firstMemberExpr", "isofExpr":
            _ = try FilterExpression(PercentEncoding.decode(input))
        case "anyExpr":
            _ = try FilterExpression("Products/" + input)
        case "stringLiteral", "enumLiteral", "durationLiteral", "guid", "primitiveLiteral", "int32Literal",
            "int64Literal",
            "decimalLiteral", "dateTimeOffsetLiteral", "null":
            _ = try FilterExpression("Name eq " + PercentEncoding.decode(input))
        case "odataRelativeUri", "resourcePath", "odataUri":
            try readURL(input.replacing(/^https?:\/\/[^\/]+/, with: ""))
        default:
            _ = try ODataQuery(input)
        }
    }

    private static func readURL(_ url: String) throws {
        let pieces = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        if let segment = try ODataPath(String(pieces[0])).segments.first(where: \.isMalformed) {
            throw ODataError.segmentNotFound(segment)
        }
        if pieces.count > 1 { _ = try ODataQuery(String(pieces[1])) }
    }
}

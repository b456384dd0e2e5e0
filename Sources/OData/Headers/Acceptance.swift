internal import Text

/// Which answers a client takes (RFC 9110 §12.5.1).
package struct Acceptance: Hashable, Sendable {
    /// How much a JSON answer says of itself (OData 4.01 JSON §3.1).
    package enum Metadata: String, Hashable, Sendable, CaseIterable {
        case minimal
        case omitted = "none"
        case full
    }

    /// The level in which JSON is wanted; nil where JSON isn't taken at all.
    package private(set) var json: Metadata?
    /// Whether `text/plain` is taken.
    package let takesText: Bool

    /// - Parameters:
    ///   - fields: every `Accept` of the request; none means that anything is taken.
    ///   - format: the value of `$format`, which wins.
    /// - Throws: 400 for a `$format` other than JSON.
    package init(_ fields: [String], format: String? = nil) throws(ODataError) {
        self = Self.read(fields)
        if let format { json = try Self.metadata(ofFormat: format) }
    }

    private init(json: Metadata?, takesText: Bool) {
        self.json = json
        self.takesText = takesText
    }

    private static func read(_ fields: [String]) -> Acceptance {
        // What nearly every client sends is answered without reading it as a list.
        if fields.count <= 1 {
            switch fields.first {
            case nil, "*/*": return Acceptance(json: .minimal, takesText: true)
            case "application/json": return Acceptance(json: .minimal, takesText: false)
            default: break
            }
        }
        let ranges = HeaderElement.elements(of: fields).map(MediaRange.init)
        guard !ranges.isEmpty else { return Acceptance(json: .minimal, takesText: true) }
        var best: (level: Metadata, match: MediaRange.Match)?
        for level in Metadata.allCases {
            let match = ranges.compactMap { $0.match(json: level) }.max { $0.specificity < $1.specificity }
            guard let match, match.quality > 0 else { continue }
            if let found = best?.match, found >= match { continue }
            best = (level, match)
        }
        let text = ranges.compactMap(\.matchOfText).max { $0.specificity < $1.specificity }
        return Acceptance(json: best?.level, takesText: (text?.quality ?? 0) > 0)
    }

    private static func metadata(ofFormat format: String) throws(ODataError) -> Metadata {
        let range = HeaderElement.elements(of: [format]).first.map(MediaRange.init)
        guard let range, ["json", "application/json"].contains(range.type),
            let level = range.metadata.map(Metadata.init(rawValue:)) ?? .minimal
        else { throw .badRequest("$format is '\(format)', and only json is served. Leave it out.") }
        return level
    }
}

/// One element of `Accept`.
private struct MediaRange {
    let type: String
    /// The value of `odata.metadata`, which 4.01 also calls `metadata`.
    let metadata: String?
    /// In thousandths.
    let quality: Int

    /// How well a range fits: the most specific one decides on an answer, the quality among answers.
    struct Match: Comparable {
        let quality: Int
        let specificity: Int

        static func < (lhs: Match, rhs: Match) -> Bool {
            (lhs.quality, lhs.specificity) < (rhs.quality, rhs.specificity)
        }
    }

    init(_ element: HeaderElement) {
        func parameter(_ names: [String]) -> String? { element.parameters.first { names.contains($0.name) }?.value }
        type = element.name
        metadata = parameter(["odata.metadata", "metadata"])?.asciiLowercased
        // What can't be read is taken as if it weren't there.
        quality = parameter(["q"]).flatMap(Double.init).map { Int(min(max($0, 0), 1) * 1000) } ?? 1000
    }

    func match(json level: Acceptance.Metadata) -> Match? {
        switch (type, metadata) {
        case ("application/json", level.rawValue): Match(quality: quality, specificity: 3)
        case ("application/json", nil): Match(quality: quality, specificity: 2)
        case ("application/*", _): Match(quality: quality, specificity: 1)
        case ("*/*", _): Match(quality: quality, specificity: 0)
        default: nil
        }
    }

    var matchOfText: Match? {
        switch type {
        case "text/plain": Match(quality: quality, specificity: 2)
        case "text/*": Match(quality: quality, specificity: 1)
        case "*/*": Match(quality: quality, specificity: 0)
        default: nil
        }
    }
}

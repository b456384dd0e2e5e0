internal import Text

/// Reads what stands between the parentheses of a path segment.
///
/// Two spellings that no grammar allows come from a real client (Python SDK, `std-uritemplate` 2.0.12) and are
/// accepted: pairs without a comma (`a='x'b='y'`) and quotes that aren't doubled (`'a'b'`). The grammar comes first:
/// where a text can be read with doubled quotes, it is, so that a correctly escaped value never turns into a second
/// argument.
struct SegmentArguments {
    private enum Quotes { case doubled, stray }

    private let bytes: [UInt8]
    private let quotes: Quotes
    private var position = 0

    /// The arguments, nil where the text can't be read.
    static func parse(_ bytes: [UInt8]) -> [PathSegment.Argument]? {
        for quotes in [Quotes.doubled, .stray] {
            var parser = SegmentArguments(bytes: bytes, quotes: quotes)
            if let arguments = parser.all() { return arguments }
        }
        return nil
    }

    private init(bytes: [UInt8], quotes: Quotes) {
        self.bytes = bytes
        self.quotes = quotes
    }

    private mutating func all() -> [PathSegment.Argument]? {
        var arguments: [PathSegment.Argument] = []
        skipSpace()
        guard position < bytes.count else { return [] }
        while true {
            guard let argument = argument() else { return nil }
            arguments.append(argument)
            skipSpace()
            guard position < bytes.count else { return arguments }
            if bytes[position] == UInt8(ascii: ",") {
                position += 1
                skipSpace()
            } else if name(at: position) == nil {
                return nil
            }
        }
    }

    private mutating func argument() -> PathSegment.Argument? {
        let name = name(at: position)
        if let name {
            position = name.end
            skipSpace()
        }
        guard position < bytes.count else { return nil }
        let label = name.map { String(bytes[$0.range]) }
        if bytes[position].isQuote {
            return quoted().map { PathSegment.Argument(name: label, value: $0, isQuoted: true) }
        }
        return unquoted(label: label)
    }

    /// An identifier with its `=`, where there is one.
    private func name(at start: Int) -> (range: Range<Int>, end: Int)? {
        var end = start
        while end < bytes.count, bytes[end].isIdentifierPart { end += 1 }
        guard end > start, bytes[start].isIdentifierStart, end < bytes.count, bytes[end] == UInt8(ascii: "=") else {
            return nil
        }
        return (start..<end, end + 1)
    }

    private mutating func quoted() -> String? {
        var value: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte.isQuote else {
                value.append(byte)
                continue
            }
            switch quotes {
            case .doubled:
                guard position < bytes.count, bytes[position].isQuote else { return String(value[...]) }
                value.append(byte)
                position += 1
            case .stray:
                if endsArgument(at: position) { return String(value[...]) }
                value.append(byte)
                if position + 1 < bytes.count, bytes[position].isQuote, !endsArgument(at: position + 1) {
                    position += 1
                }
            }
        }
        return nil
    }

    /// Whether nothing follows, or `, name=`, or `name=` with the comma left out.
    private func endsArgument(at start: Int) -> Bool {
        var next = start
        while next < bytes.count, bytes[next].isSpace { next += 1 }
        if next == bytes.count { return true }
        if bytes[next] == UInt8(ascii: ",") {
            next += 1
            while next < bytes.count, bytes[next].isSpace { next += 1 }
            return name(at: next) != nil
        }
        guard let end = name(at: next)?.end, end < bytes.count else { return false }
        return bytes[end].isQuote || bytes[end] == UInt8(ascii: "@")
    }

    private mutating func unquoted(label: String?) -> PathSegment.Argument? {
        let start = position
        while position < bytes.count, bytes[position].isPartOfBareValue { position += 1 }
        guard position > start else { return nil }
        let value = String(bytes[start..<position])
        if position < bytes.count, bytes[position].isQuote {
            // `microsoft.graph.someEnum'member'`, `duration'PT8H'`: the type is known from the parameter.
            return quoted().map { PathSegment.Argument(name: label, value: $0, isQuoted: true) }
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: "="), let label {
            // `transitive=@transitivedirectoryScopeType=…`: an alias named as its parameter, and the next pair without
            // a comma.
            guard value.asciiLowercased.hasPrefix("@" + label.asciiLowercased) else { return nil }
            position = start + 1 + label.utf8.count
            guard name(at: position) != nil else { return nil }
            return PathSegment.Argument(name: label, value: "@" + label, isQuoted: false)
        }
        guard position == bytes.count || bytes[position] == UInt8(ascii: ",") || bytes[position].isSpace else {
            return nil
        }
        return PathSegment.Argument(name: label, value: value, isQuoted: false)
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position].isSpace { position += 1 }
    }
}

extension UInt8 {
    fileprivate var isPartOfBareValue: Bool {
        switch self {
        case UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "="), UInt8(ascii: ";"): false
        default: !isSpace && !isQuote
        }
    }
}

internal import Text

/// Cuts a filter into tokens. Space only separates; what a word means is the parser's business.
struct FilterLexer {
    private let bytes: [UInt8]
    private let option: String
    private var position = 0

    static func tokens(_ text: String, option: String) throws(ODataError) -> [FilterToken] {
        var lexer = FilterLexer(bytes: Array(text.utf8), option: option)
        var tokens: [FilterToken] = []
        repeat { tokens.append(try lexer.next()) } while tokens.last?.kind != .end
        return tokens
    }

    private init(bytes: [UInt8], option: String) {
        self.bytes = bytes
        self.option = option
    }

    private mutating func next() throws(ODataError) -> FilterToken {
        while position < bytes.count, bytes[position].isSpace { position += 1 }
        let start = position
        return FilterToken(kind: try kind(), offset: start)
    }

    private mutating func kind() throws(ODataError) -> FilterToken.Kind {
        guard position < bytes.count else { return .end }
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "("): return punctuation(.open)
        case UInt8(ascii: ")"): return punctuation(.close)
        case UInt8(ascii: ","): return punctuation(.comma)
        case UInt8(ascii: ":"): return punctuation(.colon)
        case UInt8(ascii: "'"): return .literal(.string(try string()))
        case UInt8(ascii: "@"), UInt8(ascii: "$"): return try word()
        case _ where bytes.isGUID(at: position) && !continuesWord(at: position + 36):
            return .literal(.guid(take(36)))
        case _ where byte.isDigit, UInt8(ascii: "-"), UInt8(ascii: "+"): return .literal(try number())
        case _ where byte.isIdentifierStart: return try word()
        default: throw complaint("the character '\(character)' has no meaning here", at: position)
        }
    }

    private mutating func punctuation(_ kind: FilterToken.Kind) -> FilterToken.Kind {
        position += 1
        return kind
    }

    private mutating func take(_ count: Int) -> String {
        defer { position += count }
        return String(bytes[position..<(position + count)])
    }

    private func continuesWord(at index: Int) -> Bool {
        index < bytes.count && (bytes[index].isIdentifierPart || bytes[index] == UInt8(ascii: "-"))
    }

    private mutating func string() throws(ODataError) -> String {
        let start = position
        var value: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte.isQuote {
                guard position < bytes.count, bytes[position].isQuote else { return String(value[...]) }
                position += 1
            }
            value.append(byte)
        }
        throw complaint("the quote is never closed. Double a quote inside a text: 'it''s'", at: start)
    }

    /// A number (OData ABNF `decimalValue`), or a date and time, which begins like one.
    private mutating func number() throws(ODataError) -> FilterLiteral {
        let start = position
        if isDate(at: position) {
            position += 10
            while position < bytes.count, bytes[position].isPartOfTime { position += 1 }
            return .dateTime(String(bytes[start..<position]))
        }
        if !bytes[position].isDigit { position += 1 }
        try digits(from: start)
        let hasFraction = try fraction(from: start)
        let hasExponent = try exponent(from: start)
        guard position == bytes.count || !(bytes[position].isIdentifierPart || bytes[position] == UInt8(ascii: "."))
        else {
            throw complaint("a value can't be read. Put text in single quotes", at: start)
        }
        let text = String(bytes[start..<position])
        if !hasFraction, !hasExponent, let value = Int64(text) { return .integer(value) }
        return .decimal(text)
    }

    private mutating func digits(from start: Int) throws(ODataError) {
        let first = position
        while position < bytes.count, bytes[position].isDigit { position += 1 }
        guard position > first else { throw complaint("a number can't be read", at: start) }
    }

    private mutating func fraction(from start: Int) throws(ODataError) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return false }
        position += 1
        try digits(from: start)
        return true
    }

    private mutating func exponent(from start: Int) throws(ODataError) -> Bool {
        guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return false }
        position += 1
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
            position += 1
        }
        try digits(from: start)
        return true
    }

    private func isDate(at start: Int) -> Bool {
        guard start + 10 <= bytes.count else { return false }
        return (0..<10).allSatisfy { offset in
            offset == 4 || offset == 7 ? bytes[start + offset] == UInt8(ascii: "-") : bytes[start + offset].isDigit
        }
    }

    /// A word, an alias, or a literal that begins with its type: `duration'PT8H'`.
    private mutating func word() throws(ODataError) -> FilterToken.Kind {
        let start = position
        position += 1
        while position < bytes.count, bytes[position].isPartOfPath { position += 1 }
        let word = String(bytes[start..<position])
        if position < bytes.count, bytes[position].isQuote { return .literal(try typed(word, at: start)) }
        return word.hasPrefix("@") ? .alias(word) : .word(word)
    }

    private mutating func typed(_ prefix: String, at start: Int) throws(ODataError) -> FilterLiteral {
        let text = try string()
        switch prefix.asciiLowercased {
        case "duration": return .duration(text)
        case "guid" where text.isGUID: return .guid(text)
        case "datetime", "datetimeoffset": return .dateTime(text)
        case _ where prefix.utf8.contains(UInt8(ascii: ".")): return .enumeration(type: prefix, member: text)
        default: throw complaint("a literal of type '\(prefix)' isn't supported", at: start)
        }
    }

    private var character: String { String(bytes[position...]).first.map(String.init) ?? "" }

    func complaint(_ reason: String, at offset: Int) -> ODataError {
        .unreadable(option, reason, after: bytes[..<min(offset, bytes.count)])
    }
}

extension ODataError {
    /// An option whose text can't be read, with the position counted in characters from 1.
    static func unreadable(_ option: String, _ reason: String, after start: ArraySlice<UInt8>) -> ODataError {
        .badRequest("The query option '\(option)' can't be read at position \(String(start).count + 1): \(reason).")
    }
}

extension UInt8 {
    fileprivate var isPartOfTime: Bool {
        switch self {
        case UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"): true
        default: isIdentifierPart
        }
    }

    fileprivate var isPartOfPath: Bool {
        switch self {
        case UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "$"), UInt8(ascii: "@"): true
        default: isIdentifierPart
        }
    }
}

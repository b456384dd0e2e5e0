/// A lexical element of a filter.
struct FilterToken {
    enum Kind: Hashable {
        case end, open, close, comma, colon
        case literal(FilterLiteral)
        /// A keyword, a function or a path with its slashes.
        case word(String)
        /// A parameter alias with its `@`.
        case alias(String)
    }

    var kind: Kind
    /// Where it begins, in bytes.
    var offset: Int

    /// As messages name it.
    var text: String {
        switch kind {
        case .end: "the end"
        case .open: "'('"
        case .close: "')'"
        case .comma: "','"
        case .colon: "':'"
        case .literal(let literal): literal.text
        case .word(let word), .alias(let word): "'\(word)'"
        }
    }
}

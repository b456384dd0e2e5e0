/// A statement and what is bound to it.
struct Statement: Sendable {
    let text: String
    let parameters: [Parameter]
    /// Whether the text is one of a fixed few, so that a connection that may keep statements prepares it once. A query that
    /// a reader composed isn't: it is planned with its values.
    let isKept: Bool

    init(_ text: String, _ parameters: [Parameter] = [], isKept: Bool = true) {
        self.text = text
        self.parameters = parameters
        self.isKept = isKept
    }

    /// The name under which a connection keeps the statement: 128 bits of FNV-1a. A connection compares the text as well.
    var digestName: String {
        var low: UInt64 = 0xCBF2_9CE4_8422_2325
        var high: UInt64 = 0x6C62_272E_07BB_0142
        for byte in text.utf8 {
            low = (low ^ UInt64(byte)) &* 0x100_0000_01B3
            high = (high ^ UInt64(byte)) &* 0x100_0000_01B3 &+ 1
        }
        return "cs_" + String(low, radix: 36) + "_" + String(high, radix: 36)
    }
}

/// An identifier as a statement's text has it.
func quoted(_ identifier: String) -> String {
    "\"" + identifier.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}

/// A constant of our own as a statement's text has it. Values that people wrote are bound instead.
func literal(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
}

internal import EDM

/// The caps on what one request may bring (Countersign's protocol page, "Limits"): everything above is refused before work
/// is done for it.
enum Limits {
    /// Names and values of all header fields.
    static let headerBytes = 32 * 1024
    /// Longer filters go through `$batch`, whose URLs are in the body.
    static let targetBytes = 16 * 1024
    static let bodyBytes = 4 * 1024 * 1024
    static let inflatedBytes = 8 * 1024 * 1024
    /// How many times its size a body may grow when it is decompressed.
    static let inflationRatio = 100
    /// What the parser itself cuts off: past the exact caps, so that those can be told apart in words.
    static let parserBytes = 96 * 1024
    static let headerFields = 256
    static let requestsInFlight = 1024
    static let connections = 4096
    static let idle: Duration = .seconds(60)
}

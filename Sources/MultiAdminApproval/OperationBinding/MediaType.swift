internal import Text

/// The part of a Content-Type that an approval binds: the type and the charset, which is UTF-8 unless told.
struct MediaType: Hashable {
    let essence: String
    let charset: String

    init(_ header: String) {
        let parts = header.split(separator: ";", omittingEmptySubsequences: false).map(\.trimmed)
        essence = parts[0].lowercased()
        var charset = "utf-8"
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map(\.trimmed)
            if pair.count == 2, pair[0].lowercased() == "charset" {
                charset = pair[1].filter { $0 != "\"" }.lowercased()
            }
        }
        self.charset = charset
    }
}

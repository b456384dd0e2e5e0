internal import JSON

/// Intune's way to put an error's message: a JSON text in it, with the answer's headers as a text in that
/// (observed by authors of clients: microsoft/Microsoft365DSC issue 7236, microsoft/Intune-PowerShell-SDK issue 51).
enum IntuneEnvelope {
    static func message(
        _ text: String, _ headers: GraphHeaders, _ request: GraphRequest, _ publicURL: String
    ) -> String {
        let mark = " - Operation ID (for customer support): "
        let details =
            text.contains(mark)
            ? "" : "\(mark)00000000-0000-0000-0000-000000000000 - Activity ID: \(request.requestID)"
        let shown = JSONObject(
            headers.fields.filter { $0.name == "x-msft-approval-code" }.map { ($0.name, .string($0.value)) })
        let members: [(String, JSONValue)] = [
            ("_version", .integer(3)), ("Message", .string("\(text)\(details) - Url: \(publicURL)\(request.target)")),
            ("CustomApiErrorPhrase", ""), ("RetryAfter", nil), ("ErrorSourceService", ""),
            ("HttpHeaders", .string(JSONValue.object(shown).text)),
        ]
        // Line by line, as the service writes it.
        return "{\r\n" + members.map { "  \"\($0.0)\": \($0.1.text)" }.joined(separator: ",\r\n") + "\r\n}"
    }
}

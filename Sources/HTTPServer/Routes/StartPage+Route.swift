internal import GraphAPI

extension Route {
    /// `/`, until the portal is there: where things are, in plain HTML without a script or a style of anybody else's.
    static func startPage(publicURL: String, lines: [String]) -> Route {
        Route("GET", "/") { _ in
            let address = publicURL.escapedForHTML
            var page = """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>Countersign</title></head>
                <body>
                <h1>Countersign</h1>
                <p>Microsoft Graph's request, approval and grant APIs are served under
                <code>\(address)/beta</code> and <code>\(address)/v1.0</code>.</p>
                <p>For monitors: <a href="/livez">/livez</a>, <a href="/readyz">/readyz</a>, \
                <a href="/version">/version</a>.</p>

                """
            if !lines.isEmpty {
                page += "<pre>\n" + lines.joined(separator: "\n").escapedForHTML + "\n</pre>\n"
            }
            page += "</body>\n</html>\n"
            return GraphResponse(
                status: 200,
                headers: [
                    "Content-Type": "text/html; charset=utf-8", "Referrer-Policy": "no-referrer",
                    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
                    "X-Content-Type-Options": "nosniff",
                ], body: Array(page.utf8))
        }
    }
}

extension String {
    /// The one encoder for text and attributes in HTML (security rule R30).
    var escapedForHTML: String {
        reduce(into: "") { text, character in
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.append(character)
            }
        }
    }
}

internal import ArgumentParser
internal import EDM

/// `HOST:PORT`, with an IPv6 address in brackets.
struct ListenAddress: ExpressibleByArgument, Hashable {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...])
        else {
            return nil
        }
        var host = argument[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = Int(port)
    }

    var defaultValueDescription: String { "\(host):\(port)" }
    var isLoopback: Bool { Loopback.contains(host) }
}

enum Loopback {
    static func contains(_ host: String) -> Bool {
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return ["localhost", "::1", "[::1]"].contains(host.lowercased())
            || octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }
}

/// An origin such as `https://approvals.example`: no path, no query, nobody's name.
struct Origin: ExpressibleByArgument, Hashable {
    let scheme: String
    let authority: String

    init?(argument: String) {
        guard let separator = argument.firstRange(of: "://") else { return nil }
        scheme = argument[..<separator.lowerBound].lowercased()
        var rest = argument[separator.upperBound...]
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard ["http", "https"].contains(scheme), !rest.isEmpty,
            rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !rest.contains(where: { "/?#@\"'<>\\".contains($0) })
        else { return nil }
        authority = rest.lowercased()
    }

    var text: String { "\(scheme)://\(authority)" }
    var host: String {
        authority.hasPrefix("[")
            ? String(authority.dropFirst().prefix { $0 != "]" }) : String(authority.prefix { $0 != ":" })
    }
    var isLoopback: Bool { Loopback.contains(host) }
}

/// How long a token lives: `30m`, `8h`, `7d`, or ISO 8601.
struct Lifetime: ExpressibleByArgument, Hashable {
    let duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        if let last = argument.last, let unit = units[last], let count = Int64(argument.dropLast()) {
            guard (1...100_000_000).contains(count) else { return nil }
            duration = .seconds(count * unit)
        } else if let duration = try? Duration(iso8601: argument), duration > .zero {
            self.duration = duration
        } else {
            return nil
        }
    }

    var defaultValueDescription: String {
        let seconds = duration.components.seconds
        return seconds % 3600 == 0 ? "\(seconds / 3600)h" : "\(seconds / 60)m"
    }
}

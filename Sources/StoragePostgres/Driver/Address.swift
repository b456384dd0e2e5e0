internal import CLibPQ
internal import Storage

/// Where the database is, from the operator's URL: our own parameters taken out, the rest left to libpq.
///
/// The URL holds a password, so no text of it, and no message of libpq's about it, goes into an error.
struct Address: Sendable {
    /// The URL without our parameters, as libpq reads it.
    let conninfo: String
    private(set) var connections: Int
    /// Whether statements may be kept on a connection: not behind a pooler that gives each transaction another session.
    let keepsStatements: Bool
    private let password: String?

    static let maximumConnections = 64

    /// - Throws: `StorageError.incompatible`, in words, without the URL.
    init(_ url: String) throws(StorageError) {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw .incompatible("The database's address must begin with postgres:// or postgresql://.")
        }
        let authority = url.firstIndex(of: "@") ?? url.startIndex
        let mark = url[authority...].firstIndex(of: "?") ?? url.firstIndex(of: "?") ?? url.endIndex
        var kept: [Substring] = []
        var connections = 8
        var keepsStatements = true
        for parameter in url[mark...].dropFirst().split(separator: "&") {
            if parameter.hasPrefix("pool=") {
                guard let count = Int(parameter.dropFirst(5)), (1...Self.maximumConnections).contains(count) else {
                    throw .incompatible("'pool' in the database's address must be a number from 1 to 64.")
                }
                connections = count
            } else if parameter.hasPrefix("pooler=") {
                guard parameter == "pooler=transaction" else {
                    throw .incompatible("'pooler' in the database's address can only be 'transaction'.")
                }
                keepsStatements = false
            } else {
                kept.append(parameter)
            }
        }
        self.connections = connections
        self.keepsStatements = keepsStatements
        conninfo = url[..<mark] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
        password = try Self.password(in: conninfo)
    }

    /// The same with one connection.
    var single: Address {
        var address = self
        address.connections = 1
        return address
    }

    /// What libpq makes of the URL; its own complaint may quote the password, so it's replaced.
    private static func password(in conninfo: String) throws(StorageError) -> String? {
        var complaint: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(complaint) }
        guard let options = PQconninfoParse(conninfo, &complaint) else {
            throw .incompatible(
                "The database's address isn't one that PostgreSQL's client can read: "
                    + "postgres://user:password@host:port/database, with special characters as %XX.")
        }
        defer { PQconninfoFree(options) }
        var option = options
        while let keyword = option.pointee.keyword {
            if String(cString: keyword) == "password" { return option.pointee.val.map { String(cString: $0) } }
            option += 1
        }
        return nil
    }

    /// A message of the client or the server, on one line and without the password.
    func redacted(_ message: String) -> String {
        let line = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let password, !password.isEmpty else { return line }
        return line.replacing(password, with: "***")
    }
}

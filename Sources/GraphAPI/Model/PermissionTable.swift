internal import Directory

/// Who may call an operation, as far as a token can tell: any one of the alternatives that fit the kind of token.
package struct Access: Hashable, Sendable {
    /// Alternatives; each is a set of permissions that are needed together.
    let delegated: [[String]]
    let application: [[String]]

    func alternatives(for caller: Caller) -> [[String]] { caller.isApplication ? application : delegated }

    func admits(_ caller: Caller) -> Bool {
        alternatives(for: caller).contains { $0.allSatisfy { caller.permissions.contains($0) } }
    }
}

/// The permission rows of a surface as text (security rule R21: an operation exists only if a row names it).
///
/// A row is one line of methods and paths, and indented lines of permissions below it:
///
///     GET /users /users/{id}
///         User.Read.All User.ReadWrite.All
///     v1.0 POST /deviceManagement/managedDevices/{id}/wipe
///         A.Privileged A.ReadWrite
///     GET /me
///         User.Read | -
///
/// Alternatives stand beside each other, `A+B` needs both; what stands behind `|` is an application's, `-` nobody's; without
/// `|` both kinds of tokens take the same. A version before the method limits the row to it. `{id}` stands for a key. A row
/// of `$count` or of a cast isn't needed: they are the collection's.
package struct PermissionTable: Sendable {
    struct Row: Sendable {
        let version: Version?
        let method: String
        let path: String
        let access: Access
    }

    let rows: [Row]

    init(_ rows: [Row]) { self.rows = rows }

    /// - Precondition: the text has the form above. It is the program's own, so a mistake is a programming error.
    package init(_ text: String) {
        var rows: [Row] = []
        var heads: [(version: Version?, method: String, path: String)] = []
        var permissions = ""
        func close() {
            precondition(heads.isEmpty || !permissions.isEmpty, "The row of \(heads) names no permission.")
            for head in heads {
                rows.append(
                    Row(version: head.version, method: head.method, path: head.path, access: Self.access(permissions)))
            }
            (heads, permissions) = ([], "")
        }
        for line in text.split(separator: "\n") where line.contains(where: { $0 != " " }) {
            guard line.first != " " else {
                permissions += line
                continue
            }
            close()
            heads = Self.heads(String(line))
        }
        close()
        self.rows = rows
    }

    private static func heads(_ line: String) -> [(version: Version?, method: String, path: String)] {
        var words = line.split(separator: " ").map(String.init)
        let version = words.first.flatMap(Version.init(rawValue:))
        if version != nil { words.removeFirst() }
        let methods = words.first?.split(separator: ",").map(String.init) ?? []
        let paths = words.dropFirst()
        precondition(!paths.isEmpty && paths.allSatisfy { $0.hasPrefix("/") }, "'\(line)' is no row of permissions.")
        return methods.flatMap { method in paths.map { (version, method, $0) } }
    }

    private static func access(_ text: String) -> Access {
        let sides = text.split(separator: "|", omittingEmptySubsequences: false).map { side in
            side.split(separator: " ").filter { $0 != "-" }.map { $0.split(separator: "+").map(String.init) }
        }
        return Access(delegated: sides[0], application: sides.count > 1 ? sides[1] : sides[0])
    }
}

internal import Glibc
internal import Storage

/// The file of a database, after the checks of security rule R20's row 88: it holds every request and every decision, so
/// whoever can read it reads all, and whoever can replace it forges all.
struct DatabasePath {
    /// Absolute, and without symbolic links in its directory.
    let path: String
    let exists: Bool

    var log: String { path + "-wal" }
    var sharedMemory: String { path + "-shm" }
    var lock: String { path + "-lock" }

    /// - Throws: `StorageError.incompatible` with the remedy.
    init(_ given: String) throws {
        let slash = given.lastIndex(of: "/")
        let name = slash.map { String(given[given.index(after: $0)...]) } ?? given
        let directory = slash.map { $0 == given.startIndex ? "/" : String(given[..<$0]) } ?? "."
        guard !name.isEmpty, name != ".", name != ".." else {
            throw StorageError.incompatible("'\(given)' is not the name of a file.")
        }
        guard let resolved = realpath(directory, nil) else {
            throw StorageError.incompatible(
                "The directory '\(directory)' can't be used (\(Self.reason)). Create it first.")
        }
        defer { free(resolved) }
        let parent = String(cString: resolved)
        path = parent == "/" ? "/" + name : parent + "/" + name
        exists = try Self.check(path)
        for companion in [path + "-wal", path + "-shm", path + "-lock"] { _ = try Self.check(companion) }
    }

    /// Makes an empty file that only its owner may read; SQLite gives the log and the shared memory the same mode. (The
    /// process's umask can only take rights away, and is not touched: other threads create files too.)
    func create() throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StorageError.unavailable("The database '\(path)' can't be created: \(Self.reason).")
        }
        Glibc.close(descriptor)
    }

    /// Looks at a file without opening it: closing a descriptor of a database takes away all locks that SQLite holds on it
    /// in this process (POSIX advisory locks).
    /// - Returns: whether the file exists.
    private static func check(_ path: String) throws -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else {
                throw StorageError.incompatible("'\(path)' can't be examined: \(reason).")
            }
            return false
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK:
            throw StorageError.incompatible(
                "'\(path)' is a symbolic link. Name the file itself, so that nobody can point the link elsewhere.")
        default: throw StorageError.incompatible("'\(path)' is not a regular file.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw StorageError.incompatible(
                "'\(path)' can be used by other accounts of this computer. Take that away first: chmod 600 \(path)")
        }
        return true
    }

    static var reason: String { String(cString: strerror(errno)) }
}

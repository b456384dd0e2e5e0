internal import Glibc
internal import Storage
internal import Synchronization

/// Where `:memory:` lives: a fresh directory of this account's on the computer's memory file system. SQLite's own memory
/// databases know no write-ahead log and no second connection.
struct MemoryDirectory {
    let path: String
    let lock: FileLock

    var database: String { path + "/" + Self.name }

    private static let name = "countersign.db"
    private static let prefix = "countersign-"

    init() throws {
        var parents = ["/dev/shm"]
        if let set = getenv("TMPDIR") { parents.append(String(cString: set)) }
        parents.append("/tmp")
        for parent in parents {
            Self.sweep(parent)
            guard let (made, held) = Self.make(in: parent) else { continue }
            path = made
            lock = held
            Self.removeAtExit(path)
            return
        }
        throw StorageError.unavailable(
            "No directory for a database in memory: neither /dev/shm nor /tmp can be written.")
    }

    /// A new directory with its lock; nil where none can be made.
    private static func make(in parent: String) -> (path: String, lock: FileLock)? {
        for _ in 0..<10 {
            var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
            // mkdtemp makes it 0700.
            guard mkdtemp(&template) != nil else { return nil }
            let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let lock = "\(path)/\(name)-lock"
            guard let held = try? FileLock(lock) else { continue }
            // Between the file's making and its locking, another process's sweep may have taken it for a dead one's.
            if access(lock, F_OK) == 0 { return (path, held) }
            held.release()
        }
        return nil
    }

    func remove() {
        Self.delete(path)
        lock.release()
        Self.living.withLock { _ = $0.remove(path) }
    }

    /// Directories to delete when the process ends without closing its databases.
    private static let living = Mutex<Set<String>>([])
    private static let exitHandler: Void = {
        atexit { MemoryDirectory.living.withLock { $0 }.forEach(MemoryDirectory.delete) }
    }()

    private static func removeAtExit(_ path: String) {
        _ = exitHandler
        living.withLock { _ = $0.insert(path) }
    }

    /// Deletes what killed processes have left: directories of this account whose lock nobody holds. (A directory without
    /// a lock may be one that is just being made.)
    private static func sweep(_ parent: String) {
        for entry in entries(of: parent) where entry.hasPrefix(prefix) {
            let path = "\(parent)/\(entry)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
                access("\(path)/\(name)-lock", F_OK) == 0, let lock = try? FileLock("\(path)/\(name)-lock")
            else { continue }
            delete(path)
            lock.release()
        }
    }

    private static func delete(_ path: String) {
        for entry in entries(of: path) { unlink("\(path)/\(entry)") }
        rmdir(path)
    }

    private static func entries(of path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

internal import Glibc
internal import Storage

/// Keeps a second server away from a database: two would not corrupt it, but each has its own clock, and each thinks that
/// what it read is what it last committed.
///
/// A file of its own, because an advisory lock on the database would mix with SQLite's. It stays when the lock is gone:
/// whoever deleted it could let two in. The system releases the lock when the process ends, however it ends.
struct FileLock {
    private let descriptor: Int32

    /// - Throws: `StorageError.unavailable` where another process, or this one, has it.
    init(_ path: String) throws {
        descriptor = open(path, O_CREAT | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StorageError.unavailable("'\(path)' can't be created: \(DatabasePath.reason).")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var text = [UInt8](repeating: 0, count: 20)
            let count = max(0, pread(descriptor, &text, text.count, 0))
            Glibc.close(descriptor)
            let holder = String(decoding: text.prefix(count), as: UTF8.self)
            throw StorageError.unavailable(
                "Another server\(holder.isEmpty ? "" : " (process \(holder))") uses this database. "
                    + "Stop it first, or give this one another file.")
        }
        let holder = Array(String(getpid()).utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, holder, holder.count, 0) }
    }

    func release() { Glibc.close(descriptor) }
}

import EDM
import Foundation
import JSON
import Testing

@testable import Storage
@testable import StorageSQLite

@Suite("Opening a database")
struct OpeningTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing was thrown"
        } catch { return "\(error)" }
    }

    @Test("A commit is forced to the disk: write-ahead log, synchronous = FULL, no checkpoint in the writer")
    func durability() async throws {
        let engine = try SQLiteEngine.open(.file(House.path()), catalog: House.catalog, stamp: .production)
        let pragmas = try await engine.perform { group in
            let connection = group.writer.connection
            return [
                try connection.first("PRAGMA journal_mode") { $0.text(0) },
                try connection.first("PRAGMA synchronous") { $0.text(0) },
                try connection.first("PRAGMA wal_autocheckpoint") { $0.text(0) },
                try connection.first("PRAGMA trusted_schema") { $0.text(0) },
            ]
        }
        #expect(pragmas == ["wal", "2", "0", "0"])
        await engine.close()
    }

    @Test("No statement can write to the schema's own table")
    func defensive() async throws {
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        await #expect(throws: StorageError.self) {
            try await engine.perform { group in
                try group.writer.connection.run("PRAGMA writable_schema = ON")
                try group.writer.connection.run("DELETE FROM sqlite_schema WHERE name = 'ticket'")
            }
        }
        await engine.close()
    }

    @Test("The database, its log and its shared memory belong to their owner alone, whatever the umask")
    func modes() async throws {
        let path = House.path()
        let before = umask(0)
        defer { umask(before) }
        let engine = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production)
        try await House.store(engine).add("a")
        for suffix in ["", "-wal", "-shm", "-lock"] { #expect(try mode(path + suffix) == 0o600, "\(suffix)") }
        await engine.close()
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }

    @Test("A file that others may use is refused with the remedy", arguments: ["", "-wal", "-lock"])
    func openFile(suffix: String) async throws {
        let path = House.path()
        try await SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production).close()
        if suffix == "-wal" { try Data().write(to: URL(filePath: path + suffix)) }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path + suffix)
        let text = message { _ = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production) }
        #expect(text.contains("chmod 600 \(path)\(suffix)"), "\(text)")
    }

    @Test("A symbolic link is refused, as a database and as its log")
    func symbolicLinks() async throws {
        let path = House.path()
        try await SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production).close()
        let link = path + ".link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(message { _ = try SQLiteEngine.stamp(ofFile: link) }.contains("symbolic link"))
        try FileManager.default.createSymbolicLink(atPath: path + "-wal", withDestinationPath: path + ".other")
        #expect(
            message { _ = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production) }
                .contains("symbolic link"))
    }

    @Test("A second server of the same file is refused in words; inspecting beside the first is allowed")
    func oneServer() async throws {
        let path = House.path()
        let engine = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production)
        try await House.store(engine).add("a")
        let text = message { _ = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production) }
        #expect(text.contains("Another server (process \(ProcessInfo.processInfo.processIdentifier))"), "\(text)")
        let inspector = try SQLiteEngine.open(
            .file(path), catalog: House.catalog, stamp: try SQLiteEngine.stamp(ofFile: path), access: .inspect)
        #expect(try await inspector.get(Key("ticket", "a"), tenant: House.tenant) != nil)
        guard case .unavailable = await inspector.commit(change("c", puts: "b")) else {
            Issue.record("an inspector has committed")
            return
        }
        await inspector.close()
        try await House.store(engine).add("b")
        await engine.close()
        try await SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production).close()
    }

    @Test("What was committed is there after a restart, and can be inspected without a server")
    func restart() async throws {
        let path = House.path()
        let first = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production)
        try await House.store(first).add("a")
        let log = try await first.events(tenant: House.tenant, from: 0, limit: 10)
        await first.close()
        let inspector = try SQLiteEngine.open(
            .file(path), catalog: House.catalog, stamp: .production, access: .inspect)
        #expect(try await inspector.events(tenant: House.tenant, from: 0, limit: 10) == log)
        await inspector.close()
        let second = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production)
        try await House.store(second).add("b")
        #expect(try await second.events(tenant: House.tenant, from: 0, limit: 10).map(\.position) == [0, 1])
        await second.close()
    }

    @Test("A database made for one mode isn't opened for another")
    func stamps() async throws {
        let path = House.path()
        try await SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .emulator).close()
        #expect(try SQLiteEngine.stamp(ofFile: path) == .emulator)
        let text = message { _ = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production) }
        #expect(text.contains("made for 'emulator'"), "\(text)")
    }

    @Test("Files of others, and of newer releases, are refused in words and left as they are")
    func foreign() async throws {
        let text = House.path()
        try Data(String(repeating: "not a database\n", count: 100).utf8).write(to: URL(filePath: text))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: text)
        #expect(
            message { _ = try SQLiteEngine.open(.file(text), catalog: House.catalog, stamp: .production) }
                .contains("is not a database"))

        let other = House.path()
        try DatabasePath(other).create()
        let connection = try Connection.writer(other)
        try connection.run("CREATE TABLE theirs (a)")
        connection.close()
        #expect(
            message { _ = try SQLiteEngine.open(.file(other), catalog: House.catalog, stamp: .production) }
                .contains("another program"))

        let newer = House.path()
        let engine = try SQLiteEngine.open(.file(newer), catalog: House.catalog, stamp: .production)
        try await engine.perform { group in
            try group.writer.connection.setMeta(.schemaVersion, .integer(9))
            try group.writer.connection.setMeta(.compatibleFrom, .integer(8))
        }
        await engine.close()
        #expect(
            message { _ = try SQLiteEngine.open(.file(newer), catalog: House.catalog, stamp: .production) }
                .contains("newer release"))
    }

    @Test("A newer release's database is opened where that release says that it may be")
    func compatible() async throws {
        let path = House.path()
        let engine = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production)
        try await engine.perform { try $0.writer.connection.setMeta(.schemaVersion, .integer(9)) }
        await engine.close()
        try await SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production).close()
    }

    @Test("A database in memory has a directory of its own, which is gone when it is closed")
    func memory() async throws {
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        let directory = String(engine.path[..<(engine.path.lastIndex(of: "/") ?? engine.path.endIndex)])
        #expect(try mode(directory) == 0o700)
        #expect(try mode(engine.path) == 0o600)
        try await House.store(engine).add("a")
        await engine.close()
        #expect(!FileManager.default.fileExists(atPath: directory))
        await #expect(throws: StorageError.unavailable("The database is closed.")) {
            try await engine.get(Key("ticket", "a"), tenant: House.tenant)
        }
    }

    @Test("Databases in memory that are opened at once don't take each other for a dead process's")
    func atOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
                    try await House.store(engine).add("a")
                    await engine.close()
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("The next database in memory removes what a killed process has left")
    func sweep() async throws {
        let left = "/dev/shm/countersign-left\(UUID().uuidString.prefix(6))"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: false)
        for name in ["countersign.db-lock", "countersign.db"] { try Data().write(to: URL(filePath: "\(left)/\(name)")) }
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        #expect(!FileManager.default.fileExists(atPath: left))
        let second = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        try await House.store(engine).add("a")
        try await House.store(second).add("a")
        await engine.close()
        await second.close()
    }
}

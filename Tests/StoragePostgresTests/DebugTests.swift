import Testing
@testable import Storage
@testable import StoragePostgres
@Suite struct DebugTests {
  @Test func hold() throws {
    let c = Connection(try Address(try #require(TestServer.url)))
    try c.hold([Statement("CREATE TABLE IF NOT EXISTS dbg(x int)", isKept: false)])
    print("1", c.run([Statement("SELECT txid_current_if_assigned()::text, (SELECT count(*) FROM pg_locks WHERE pid=pg_backend_pid())", isKept: false)]))
    c.close()
  }
}

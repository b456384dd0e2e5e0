import EDM
import Foundation

enum SystemClock {
    @Sendable static func now() -> Instant { Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
}

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where ids, salts and pauses get their randomness, so that a simulation can replay them.
package protocol Entropy: Sendable {
    func bytes(_ count: Int) -> [UInt8]
}

/// The system's cryptographic generator.
package struct SystemEntropy: Entropy {
    package init() {}

    package func bytes(_ count: Int) -> [UInt8] { Self.reserve.withLock { $0.take(count) } }

    private static let reserve = Mutex(Reserve())

    /// Bytes of the generator that nobody has had yet: asking it costs the same for ten as for all that it gives at once.
    private struct Reserve {
        private var bytes: [UInt8] = []
        /// The process that drew them: one that was forked off must not use them too.
        private var owner: UInt64 = 0

        mutating func take(_ count: Int) -> [UInt8] {
            if bytes.count < count || owner != ProcessNumber.current {
                owner = ProcessNumber.current
                bytes = SystemEntropy.drawn(max(count, SystemEntropy.most))
            }
            defer { bytes.removeLast(count) }
            return Array(bytes.suffix(count))
        }
    }

    /// What `getentropy` gives at most.
    private static let most = 256

    /// Bytes from the system itself.
    fileprivate static func drawn(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { bytes, initialized in
            var generator = SystemRandomNumberGenerator()
            for start in stride(from: 0, to: count, by: most) {
                let part = UnsafeMutableBufferPointer(rebasing: bytes[start..<min(start + most, count)])
                guard getentropy(part.baseAddress, part.count) != 0 else { continue }
                // A sandbox may not know the call. Swift's generator then reads the device.
                for index in part.indices { part[index] = UInt8.random(in: 0...255, using: &generator) }
            }
            initialized = count
        }
    }
}

/// A number that is drawn once for a process, and anew in one that was forked off.
enum ProcessNumber {
    static var current: UInt64 {
        _ = isWatched
        return number.load(ordering: .relaxed)
    }

    private static let number = Atomic(UInt64.random(in: 0 ... .max))

    private static let isWatched: Bool = {
        // Drawn first: the child may find nothing half done.
        _ = number.load(ordering: .relaxed)
        return pthread_atfork(nil, nil) { ProcessNumber.drawAnew() } == 0
    }()

    private static func drawAnew() { number.store(UInt64.random(in: 0 ... .max), ordering: .relaxed) }
}

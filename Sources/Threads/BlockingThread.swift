internal import Glibc

/// A thread of the house's own, for work that blocks: on a small machine Swift's cooperative pool has two threads, and two
/// that wait for a disk stop the server.
package struct BlockingThread: Sendable {
    private let handle: pthread_t

    private final class Start {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    /// Starts a thread that ends with `body`. Whoever starts it joins it.
    /// - Returns: nil where the system gives no more threads.
    package init?(_ body: sending @escaping () -> Void) {
        var handle = pthread_t()
        let start = Unmanaged.passRetained(Start(body))
        let status = pthread_create(
            &handle, nil,
            { argument in
                if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            return nil
        }
        self.handle = handle
    }

    /// Starts a thread that nobody waits for.
    /// - Precondition: the system gives one; without it nothing can be served.
    package static func detached(_ body: sending @escaping () -> Void) {
        guard let thread = BlockingThread(body) else {
            preconditionFailure("the system gives no thread; raise the limit of processes")
        }
        pthread_detach(thread.handle)
    }

    /// Waits for the ends of threads without holding one of those that tasks share.
    package static func join(_ threads: [BlockingThread]) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let waiter = BlockingThread {
                for thread in threads { thread.join() }
                continuation.resume()
            }
            guard let waiter else {
                for thread in threads { thread.join() }
                return continuation.resume()
            }
            pthread_detach(waiter.handle)
        }
    }

    /// Waits for the thread's end.
    package func join() { pthread_join(handle, nil) }
}

/// What the calling thread has worked, waiting for a processor or a disk aside.
package enum ThreadTime {
    package static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

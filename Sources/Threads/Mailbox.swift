/// What dedicated threads wait for: messages in the order in which they were sent.
package struct Mailbox<Message: Sendable>: Sendable {
    private struct State: Sendable {
        var messages: [Message] = []
        var isClosed = false
    }

    private let monitor = Monitor(State())

    package init() {}

    /// - Parameter limit: how many may be waiting already.
    /// - Returns: whether the message will be taken.
    package func send(_ message: Message, limit: Int = .max) -> Bool {
        monitor.change { state in
            guard !state.isClosed, state.messages.count < limit else { return false }
            state.messages.append(message)
            return true
        }
    }

    /// Waits for messages.
    /// - Returns: up to `count` of those that wait; none after `close`, when all have been taken.
    package func take(_ count: Int) -> [Message] {
        monitor.wait { state in
            guard !state.messages.isEmpty else { return state.isClosed ? [] : nil }
            let taken = Array(state.messages.prefix(count))
            state.messages.removeFirst(taken.count)
            return taken
        }
    }

    /// How many messages wait.
    package var count: Int { monitor.withLock { $0.messages.count } }

    /// What waits now.
    package func takeWaiting() -> [Message] {
        monitor.change { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    /// Takes no more messages; those that wait are still to be taken.
    package func close() { monitor.change { $0.isClosed = true } }
}

/// Values that are kept for a while, bounded by their number and by their bytes. When it is full, what hasn't been asked for
/// since the hand last passed goes first, one by one (the clock algorithm): a scan never throws out everything.
package struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        let key: Key
        var value: Value
        var bytes: Int
        var isRecent = false
    }

    private let maximumEntries: Int
    private let maximumBytes: Int
    private var places: [Key: Int] = [:]
    private var slots: [Slot?] = []
    private var free: [Int] = []
    private var hand = 0
    /// Of everything that is kept.
    package private(set) var bytes = 0

    package init(entries: Int, bytes: Int = .max) {
        maximumEntries = entries
        maximumBytes = bytes
    }

    package var count: Int { places.count }

    package subscript(key: Key) -> Value? {
        mutating get {
            guard let place = places[key] else { return nil }
            slots[place]?.isRecent = true
            return slots[place]?.value
        }
    }

    /// - Parameter bytes: what the value takes. One that is larger than everything together may be isn't kept.
    package mutating func insert(_ value: Value, for key: Key, bytes: Int = 0) {
        guard bytes <= maximumBytes, maximumEntries > 0 else { return remove(key) }
        if let place = places[key] {
            self.bytes += bytes - (slots[place]?.bytes ?? 0)
            slots[place] = Slot(key: key, value: value, bytes: bytes, isRecent: true)
            // It may be the largest by far, and is the last to go.
            while self.bytes > maximumBytes { evictOne() }
            return
        }
        while places.count >= maximumEntries || self.bytes > maximumBytes - bytes { evictOne() }
        let slot = Slot(key: key, value: value, bytes: bytes)
        if let place = free.popLast() {
            slots[place] = slot
            places[key] = place
        } else {
            places[key] = slots.count
            slots.append(slot)
        }
        self.bytes += bytes
    }

    package mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        bytes -= slots[place]?.bytes ?? 0
        slots[place] = nil
        free.append(place)
    }

    package mutating func removeAll() { self = Self(entries: maximumEntries, bytes: maximumBytes) }

    private mutating func evictOne() {
        while true {
            hand = hand + 1 < slots.count ? hand + 1 : 0
            guard let slot = slots[hand] else { continue }
            if !slot.isRecent { return remove(slot.key) }
            slots[hand]?.isRecent = false
        }
    }
}

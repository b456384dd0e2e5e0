/// Values that are kept for a while, bounded by their number and by their bytes. When it is full, what hasn't been asked for
/// since the hand last passed goes first, one by one (the clock algorithm): a scan never throws out everything.
package struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let maximumEntries: Int
    private let maximumBytes: Int
    private var places: [Key: Int] = [:]
    // Apart, so that a look at a value touches nothing else: a place's key, nil where it's free, its value and its size.
    private var keys: [Key?] = []
    private var values: [Value?] = []
    private var sizes: [Int] = []
    private var isRecent: [Bool] = []
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
            isRecent[place] = true
            return values[place]
        }
    }

    /// - Parameter bytes: what the value takes. One that is larger than everything together may be isn't kept.
    package mutating func insert(_ value: Value, for key: Key, bytes: Int = 0) {
        guard bytes <= maximumBytes, maximumEntries > 0 else { return remove(key) }
        if let place = places[key] {
            self.bytes += bytes - sizes[place]
            values[place] = value
            sizes[place] = bytes
            isRecent[place] = true
            // It may be the largest by far, and is the last to go.
            while self.bytes > maximumBytes { evictOne() }
            return
        }
        while places.count >= maximumEntries || self.bytes > maximumBytes - bytes { evictOne() }
        if let place = free.popLast() {
            keys[place] = key
            values[place] = value
            sizes[place] = bytes
            places[key] = place
        } else {
            places[key] = keys.count
            keys.append(key)
            values.append(value)
            sizes.append(bytes)
            isRecent.append(false)
        }
        self.bytes += bytes
    }

    package mutating func remove(_ key: Key) {
        guard let place = places.removeValue(forKey: key) else { return }
        bytes -= sizes[place]
        keys[place] = nil
        values[place] = nil
        isRecent[place] = false
        free.append(place)
    }

    package mutating func removeAll() { self = Self(entries: maximumEntries, bytes: maximumBytes) }

    private mutating func evictOne() {
        while true {
            hand = hand + 1 < keys.count ? hand + 1 : 0
            guard let key = keys[hand] else { continue }
            if !isRecent[hand] { return remove(key) }
            isRecent[hand] = false
        }
    }
}

import Testing

@testable import Storage

@Suite("A cache that is bounded")
struct BoundedCacheTests {
    @Test("It never holds more than it may, and gives back what it holds")
    func bounds() {
        var cache = BoundedCache<Int, String>(entries: 10, bytes: 100)
        for number in 0..<1000 {
            cache.insert("\(number)", for: number % 37, bytes: number % 23)
            #expect(cache.count <= 10)
            #expect(cache.bytes <= 100)
            #expect(cache[number % 37] == "\(number)")
            if number.isMultiple(of: 5) {
                cache.remove(number % 11)
                #expect(cache[number % 11] == nil)
            }
        }
        cache.removeAll()
        #expect(cache.count == 0)
        #expect(cache.bytes == 0)
    }

    @Test("A scan throws out other things of the scan, not what is asked for all the time")
    func scan() {
        var cache = BoundedCache<Int, Int>(entries: 8)
        cache.insert(1, for: -1)
        for number in 0..<1000 {
            #expect(cache[-1] == 1, "after \(number)")
            cache.insert(number, for: number)
        }
        #expect(cache.count == 8)
    }

    @Test("What is larger than everything may be isn't kept, and what it would replace is gone")
    func large() {
        var cache = BoundedCache<Int, Int>(entries: 8, bytes: 10)
        cache.insert(1, for: 1, bytes: 5)
        cache.insert(2, for: 1, bytes: 11)
        #expect(cache[1] == nil)
        #expect(cache.bytes == 0)
    }
}

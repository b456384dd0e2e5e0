internal import OData
internal import Text

/// The paths of all surfaces, compiled into nodes and one table of edges. A path is followed byte by byte, without copying a
/// part of it: its cost is that of its length, whatever else is served.
struct GraphTrie: Sendable {
    struct Node: Sendable {
        /// Where a key leads from here; -1: nowhere.
        var keyed: Int32 = -1
        var endpoints: [Endpoint] = []
        /// What is here, where that isn't an operation.
        var place: Place?
        /// The path from the version's root, as permission rows write it.
        var template = ""
    }

    /// An edge of the table: open addressing, a power of two in length.
    private struct Edge: Sendable {
        var hash: UInt64 = 0
        var from: Int32 = -1
        var to: Int32 = -1
        var name: Range<Int32> = 0..<0
    }

    private(set) var nodes: [Node] = [Node()]
    private var edges: [Edge] = Array(repeating: Edge(), count: 64)
    private var count = 0
    /// Every edge's name in lower case, one after the other.
    private var names: [UInt8] = []

    static let root = 0

    // MARK: Building

    /// The node that a name leads to, made where there is none.
    mutating func node(_ name: String, below node: Int) -> Int {
        if let known = child(of: node, named: name) { return known }
        nodes.append(Node(template: nodes[node].template + "/" + name))
        insert(name, from: node, to: nodes.count - 1)
        return nodes.count - 1
    }

    /// Another name for a node.
    /// - Returns: whether the name was free.
    mutating func alias(_ name: String, from node: Int, to other: Int) -> Bool {
        if let known = child(of: node, named: name) { return known == other }
        insert(name, from: node, to: other)
        return true
    }

    /// The node that any key leads to, made where there is none.
    mutating func keyed(below node: Int) -> Int {
        if nodes[node].keyed < 0 {
            nodes.append(Node(template: nodes[node].template + "/{id}"))
            nodes[node].keyed = Int32(nodes.count - 1)
        }
        return Int(nodes[node].keyed)
    }

    mutating func set(_ place: Place, at node: Int) { nodes[node].place = place }
    mutating func restart(templateAt node: Int) { nodes[node].template = "" }
    mutating func add(_ endpoint: Endpoint, at node: Int) { nodes[node].endpoints.append(endpoint) }

    private mutating func insert(_ name: String, from: Int, to: Int) {
        if count * 2 >= edges.count { grow() }
        let start = Int32(names.count)
        names += name.utf8.map(\.asciiLowercased)
        put(
            Edge(
                hash: Self.hash(name.utf8, from: from), from: Int32(from), to: Int32(to),
                name: start..<Int32(names.count)))
        count += 1
    }

    private mutating func grow() {
        let old = edges
        edges = Array(repeating: Edge(), count: old.count * 2)
        for edge in old where edge.to >= 0 { put(edge) }
    }

    private mutating func put(_ edge: Edge) {
        var slot = Int(truncatingIfNeeded: edge.hash) & (edges.count - 1)
        while edges[slot].to >= 0 { slot = (slot + 1) & (edges.count - 1) }
        edges[slot] = edge
    }

    // MARK: Following

    func child(of node: Int, named name: String) -> Int? {
        var name = name
        return name.withUTF8 { bytes in
            child(of: node, bytes, 0..<bytes.count, hash: Self.hash(bytes, from: node))
        }
    }

    private func child(of node: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, hash: UInt64) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & (edges.count - 1)
        while edges[slot].to >= 0 {
            let edge = edges[slot]
            if edge.hash == hash, edge.from == node, edge.name.count == range.count {
                var isEqual = true
                for offset in 0..<range.count
                where names[Int(edge.name.lowerBound) + offset] != bytes[range.lowerBound + offset].asciiLowercased {
                    isEqual = false
                    break
                }
                if isEqual { return Int(edge.to) }
            }
            slot = (slot + 1) & (edges.count - 1)
        }
        return nil
    }

    /// FNV-1a over the name in lower case and the node that it leads from.
    private static func hash(_ name: some Sequence<UInt8>, from node: Int) -> UInt64 {
        var hash = seed(node)
        for byte in name { hash = mixed(hash, byte) }
        return finished(hash)
    }

    private static func seed(_ node: Int) -> UInt64 { 0xCBF2_9CE4_8422_2325 ^ UInt64(node) &* 0x9E37_79B9_7F4A_7C15 }
    private static func mixed(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte.asciiLowercased)) &* 0x0000_0100_0000_01B3
    }
    private static func finished(_ hash: UInt64) -> UInt64 { hash ^ hash >> 29 }

    /// The keys of a path as places in it.
    struct Keys: Sendable {
        private var bounds = SIMD16<UInt32>()
        private(set) var count = 0

        static let maximum = 8

        mutating func append(_ range: Range<Int>) {
            bounds[2 * count] = UInt32(range.lowerBound)
            bounds[2 * count + 1] = UInt32(range.upperBound)
            count += 1
        }

        subscript(index: Int) -> Range<Int> { Int(bounds[2 * index])..<Int(bounds[2 * index + 1]) }
    }

    /// Follows a path that is written plainly: names and keys, nothing escaped, no parentheses.
    /// - Parameters:
    ///   - target: path and query as sent.
    ///   - keys: filled with the places of the path's keys.
    /// - Returns: the node, or nil where the path isn't plain or leads nowhere: then `GraphModel` reads it by the grammar,
    ///   which decides.
    func follow(_ target: UnsafeBufferPointer<UInt8>, keys: inout Keys) -> Int? {
        var node = Self.root
        var position = 0
        while position < target.count {
            var byte = target[position]
            if byte == UInt8(ascii: "?") { break }
            if byte == UInt8(ascii: "/") {
                position += 1
                continue
            }
            let start = position
            var hash = Self.seed(node)
            var isName = true
            while true {
                switch byte {
                // Escapes, parentheses and quotes are for the grammar.
                case UInt8(ascii: "%"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "'"): return nil
                // A key may hold a dot; a name with one is a version, a cast or has a namespace.
                case UInt8(ascii: "."), UInt8(ascii: "$"): isName = false
                default: break
                }
                hash = Self.mixed(hash, byte)
                position += 1
                guard position < target.count else { break }
                byte = target[position]
                if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") { break }
            }
            if let next = child(of: node, target, start..<position, hash: Self.finished(hash)) {
                node = next
            } else if nodes[node].keyed >= 0, isName, keys.count < Keys.maximum {
                keys.append(start..<position)
                node = Int(nodes[node].keyed)
            } else {
                return nil
            }
        }
        return node
    }
}

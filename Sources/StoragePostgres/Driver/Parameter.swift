/// A value that is bound to a statement. Nothing that a person wrote is ever part of a statement's text.
enum Parameter: Sendable {
    case null
    case text(String)
    /// UTF-8 that is bound as text.
    case utf8([UInt8])
    case integer(Int64)
    /// A `bytea`.
    case binary([UInt8])
    /// A `text[]`.
    case texts([String?])
    /// A `bigint[]`.
    case integers([Int64])

    init(_ text: String?) { self = text.map(Parameter.text) ?? .null }
    init(_ integer: Int64?) { self = integer.map(Parameter.integer) ?? .null }

    /// The value as libpq sends it: its bytes, without the ending zero, and whether they are binary.
    var wire: (bytes: [UInt8]?, isBinary: Bool) {
        switch self {
        case .null: (nil, false)
        case .text(let text): (Array(text.utf8), false)
        case .utf8(let bytes): (bytes, false)
        case .integer(let value): (Array(String(value).utf8), false)
        case .binary(let bytes): (bytes, true)
        case .texts(let values): (Self.array(values), false)
        case .integers(let values): (Array(("{" + values.map(String.init).joined(separator: ",") + "}").utf8), false)
        }
    }

    /// The type's OID (pg_type.dat), 0 where the statement decides. A composed query may bind what it then doesn't use.
    var type: UInt32 {
        switch self {
        case .null: 0
        case .text, .utf8: 25
        case .integer: 20
        case .binary: 17
        case .texts: 1009
        case .integers: 1016
        }
    }

    /// PostgreSQL ends a text at a zero byte and stores none, so such a value must be refused before it is cut short.
    var holdsZero: Bool {
        if case .binary = self { false } else { wire.bytes?.contains(0) ?? false }
    }

    /// An array's literal (PostgreSQL §8.15.6): every element quoted, so that none can be read as NULL or as a brace.
    private static func array(_ values: [String?]) -> [UInt8] {
        var literal: [UInt8] = [UInt8(ascii: "{")]
        for (index, value) in values.enumerated() {
            if index > 0 { literal.append(UInt8(ascii: ",")) }
            guard let value else {
                literal += Array("NULL".utf8)
                continue
            }
            literal.append(UInt8(ascii: "\""))
            for byte in value.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { literal.append(UInt8(ascii: "\\")) }
                literal.append(byte)
            }
            literal.append(UInt8(ascii: "\""))
        }
        return literal + [UInt8(ascii: "}")]
    }
}

/// What libpq wants of a statement's parameters, valid inside `body` only.
func withWire<Result>(
    _ parameters: [Parameter],
    _ body: (
        _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
        _ formats: UnsafePointer<Int32>?
    ) -> Result
) -> Result {
    var storage: [UInt8] = []
    var offsets: [Int?] = []
    var lengths: [Int32] = []
    var formats: [Int32] = []
    for parameter in parameters {
        let (bytes, isBinary) = parameter.wire
        offsets.append(bytes.map { _ in storage.count })
        lengths.append(Int32(bytes?.count ?? 0))
        formats.append(isBinary ? 1 : 0)
        storage += bytes ?? []
        storage.append(0)
    }
    return storage.withUnsafeBytes { memory in
        let base = memory.baseAddress?.assumingMemoryBound(to: CChar.self)
        let pointers = offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress, lengths, formats) }
    }
}

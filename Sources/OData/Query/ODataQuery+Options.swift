/// Which system options a query has (OData 4.01 URL conventions §5.1).
package struct ODataOptions: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let count = ODataOptions(rawValue: 1)
    package static let deltaToken = ODataOptions(rawValue: 2)
    package static let expand = ODataOptions(rawValue: 4)
    package static let filter = ODataOptions(rawValue: 8)
    package static let orderBy = ODataOptions(rawValue: 16)
    package static let search = ODataOptions(rawValue: 32)
    package static let select = ODataOptions(rawValue: 64)
    package static let skip = ODataOptions(rawValue: 128)
    package static let skipToken = ODataOptions(rawValue: 256)
    package static let top = ODataOptions(rawValue: 512)

    /// As URLs write them, in the order of the bits.
    private static let names = [
        "$count", "$deltatoken", "$expand", "$filter", "$orderby", "$search", "$select", "$skip", "$skiptoken", "$top",
    ]

    /// As URLs write them.
    package var names: [String] {
        Self.names.indices.compactMap { rawValue & 1 << $0 == 0 ? nil : Self.names[$0] }
    }
}

extension ODataQuery {
    /// The options that are given and ask for something; `$count=false` doesn't.
    package var options: ODataOptions {
        var options: ODataOptions = []
        if count { options.insert(.count) }
        if deltaToken != nil { options.insert(.deltaToken) }
        if !expand.isEmpty { options.insert(.expand) }
        if filter != nil { options.insert(.filter) }
        if !orderBy.isEmpty { options.insert(.orderBy) }
        if search != nil { options.insert(.search) }
        if select != nil { options.insert(.select) }
        if skip != nil { options.insert(.skip) }
        if skipToken != nil { options.insert(.skipToken) }
        if top != nil { options.insert(.top) }
        return options
    }

    /// Options that a resource doesn't take are refused, never ignored.
    /// - Throws: 400 that names the first of them.
    package func refuse(_ refused: ODataOptions) throws(ODataError) {
        guard let name = options.intersection(refused).names.first else { return }
        throw .badRequest("The query option '\(name)' isn't supported here. Leave it out.")
    }
}

internal import OData

extension ODataQuery {
    /// The options that only collections take, and whether each is there.
    var readOptions: [String: Bool] {
        [
            "$filter": filter != nil, "$top": top != nil, "$skip": skip != nil, "$orderby": !orderBy.isEmpty,
            "$search": search != nil, "$count": count, "$deltatoken": deltaToken != nil,
        ]
    }
}

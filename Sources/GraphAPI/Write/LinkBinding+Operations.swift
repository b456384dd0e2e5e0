internal import EDM
internal import JSON
internal import OData

// Links of a relationship (OData 4.01 Protocol §11.4.6): POST …/$ref adds one, DELETE …/{key}/$ref removes one.
extension LinkBinding {
    /// The operation that the method chooses.
    /// - Parameter member: the key of the link; nil for the collection of links.
    func operation(_ method: String, _ member: String?) throws -> Operation {
        switch (method, member) {
        case ("POST", nil):
            return Operation("POST", on: .entity, access: access) { call in
                try await add(call, call.id ?? "", try reference(in: try call.object()))
                return GraphResponse(status: 204)
            }
        case ("DELETE", let member?):
            return Operation("DELETE", on: .entity, access: access) { call in
                try await remove(call, call.id ?? "", GraphService.normalized(member))
                return GraphResponse(status: 204)
            }
        case ("DELETE", nil): throw ODataError.badRequest("Name the link that ends: …/$ref?@id=URL, or …/ID/$ref.")
        default: throw MethodNotAllowed(allowed: [member == nil ? "POST" : "DELETE"])
        }
    }

    /// The key that `@odata.id` leads to.
    private func reference(in body: JSONObject) throws -> String {
        guard let reference = body["@odata.id"]?.string, !reference.isEmpty else {
            throw Invalid(
                path: "@odata.id", reason: "is required: the URL of the object, such as …/v1.0/directoryObjects/{id}.")
        }
        return GraphService.normalized(GraphModel.lastKey(of: String(reference.prefix { $0 != "?" })))
    }
}

/// Graph's answer for an id that leads nowhere; the same for what the caller may not see.
package struct ResourceNotFound: Error {
    package let id: String

    package init(id: String) { self.id = id }
}

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Ends the process without running anything more, not even what closes files in order.
func immediateExit(_ code: Int32) -> Never { _exit(code) }

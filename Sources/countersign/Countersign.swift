import AsyncHTTPClient
import ArgumentParser
import Logging
import NIOCore
import ServiceLifecycle
@main struct Countersign { static func main() {} }

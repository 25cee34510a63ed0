//! Teach spamd what a message is. It must have been started with --allow-tell.

// snippet.hide
import NIOCore
import Spamd

let message = ByteBuffer(string: "From: a@example.net\r\nSubject: hello\r\n\r\nHello.\r\n")
// snippet.show
let client = try SpamdClient(configuration: .init(user: "mary"))

let told = try await client.tell(message, .learn(.spam))
print(told.didSet.contains(.local) ? "learned" : "known already")

// Any lawful combination; one that spamd would refuse, or silently learn as ham, cannot be made.
try await client.tell(message, Tell(.ham, set: [.local], remove: [.remote]))

// Anything that has no name here: the same request by hand.
var request = Request(.check, body: message)
try request.headers.append(HeaderField(name: "X-Mine", value: "1"))
print(try await client.send(request).response.headers)

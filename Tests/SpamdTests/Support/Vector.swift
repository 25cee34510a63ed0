import Foundation
import NIOCore

@testable import Spamd

/// One recorded conversation: the bytes of both sides and what they mean.
struct Vector: CustomStringConvertible {
    struct Meaning: Decodable {
        struct Expectation: Decodable {
            var outcome: String
            var error: String?
            var status_code: Int?
            var protocol_version: String?
            var message: String?
            var headers: [[String]]?
            var is_spam: Bool?
            var score: Double?
            var threshold: Double?
            var symbols: [String]?
            var did_set: [String]?
            var did_remove: [String]?
            var body_length: Int?
        }

        struct Sent: Decodable {
            var verb: String?
            var version: String?
            var headers: [[String]]?
            var body_length: Int?
        }

        struct Delivery: Decodable { var end: String }

        var verb: String?
        var request: Sent?
        var delivery: Delivery
        var expect: Expectation
    }

    let name: String
    let meaning: Meaning
    let request: [UInt8]
    let response: [UInt8]

    init(_ name: String) throws {
        self.name = name
        meaning = try JSONDecoder().decode(Meaning.self, from: Data(SharedCorpus.bytes("\(name).json")))
        request = try SharedCorpus.bytes("\(name).request")
        response = try SharedCorpus.bytes("\(name).response")
    }

    var description: String { name }

    var verb: Verb { meaning.verb.flatMap(Verb.init) ?? .check }

    /// What the parser makes of the answer when it comes in pieces of this many bytes.
    func outcome(inPiecesOf size: Int) -> Result<Response, SpamdError> {
        var parser = ResponseParser(answering: verb, requestVersion: meaning.request?.version ?? "1.5")
        do throws(SpamdError) {
            var rest = response[...]
            while !rest.isEmpty {
                try parser.consume(ByteBuffer(bytes: rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            let response = try parser.finish(meaning.delivery.end.lowercased() == "rst" ? .reset : .closed)
            return .success(response)
        } catch {
            return .failure(error)
        }
    }
}

extension SpamdError.Reason {
    /// The names that the vectors use.
    var vectorName: String {
        switch self {
        case .serverStatus: "serverStatus"
        case .malformedResponse: "malformedResponse"
        case .truncatedResponse: "truncatedResponse"
        case .bodyLengthMismatch: "bodyLengthMismatch"
        case .emptyResponse: "emptyResponse"
        case .limitExceeded: "limitExceeded"
        default: "another"
        }
    }
}

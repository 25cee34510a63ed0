import Pyzor

/// A question that `tamis pyzor` asks about each digest.
enum PyzorQuestion: Sendable {
    case check
    case info
    case pong
    case report
    case whitelist

    var operation: PyzorRequest.Operation {
        switch self {
        case .check: .check
        case .info: .info
        case .pong: .pong
        case .report: .report
        case .whitelist: .whitelist
        }
    }

    /// Asks all servers about one subject, at once; a line for each, in the order of the servers.
    ///
    /// The digest of nothing is never asked, except for `pong`, which asks nothing.
    func ask(_ subject: PyzorSubject, of file: String, with client: PyzorClient) async -> [PyzorLine] {
        let digest: String
        switch subject.digest {
        case .success(let text): digest = text
        case .failure(let error): return [PyzorLine(file: file, failure: PyzorFailure(error))]
        }
        if digest == MessageDigest.empty.description, operation != .pong {
            return [PyzorLine(file: file, digest: digest, failure: PyzorFailure(PyzorError.emptyDigest))]
        }
        do {
            let request = try PyzorRequest.opaque(operation, [digest])
            return await Self.send(request, with: client).map { line in
                var line = line
                line.file = file
                line.digest = digest
                return line
            }
        } catch {
            return [PyzorLine(file: file, digest: digest, failure: PyzorFailure(error))]
        }
    }

    /// Sends a request to all servers at once.
    static func send(_ request: PyzorRequest, with client: PyzorClient) async -> [PyzorLine] {
        let servers = client.configuration.servers
        return await withTaskGroup(of: (Int, PyzorLine).self) { group in
            for (index, server) in servers.enumerated() {
                group.addTask { (index, await send(request, to: server, with: client)) }
            }
            var lines = Array(repeating: PyzorLine(), count: servers.count)
            for await (index, line) in group { lines[index] = line }
            return lines
        }
    }

    private static func send(
        _ request: PyzorRequest,
        to server: PyzorServer,
        with client: PyzorClient
    ) async -> PyzorLine {
        do {
            let reply = try await client.send(request, to: server)
            let failure = reply.isOK ? nil : PyzorFailure(server, refusal: reply)
            return PyzorLine(server: server, reply: reply, failure: failure)
        } catch {
            return PyzorLine(server: server, failure: PyzorFailure(error))
        }
    }
}

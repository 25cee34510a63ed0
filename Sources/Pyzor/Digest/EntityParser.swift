/// One part of a message, as the parser found it.
struct Entity {
    var type: EntityType
    var contentType: Range<Int>?
    var transferEncoding: Range<Int>?
    /// A line that stood among the headers and was pushed back into the body (see ``EntityHeaders``).
    var pushedBack: Range<Int>?
    var body: Range<Int>?
    /// Whether other parts are in it; then it has no text of its own.
    var isContainer = false
}

/// Splits a message into its parts, line by line, as Python's `email.feedparser` does.
///
/// Lines end with LF, CRLF or a bare CR. A line is first held against the boundaries of all multiparts around, and
/// the outermost that knows it wins; parts within end there, closed or not. There is no recursion: what is open
/// stands in `frames`. The parts come out in the order in which they begin, which is the order of `Message.walk()`.
///
/// QUIRK: RFC 2046 5.1.1 is bent in many places (missing boundaries, boundary lines in a row, a closing line that
/// comes first); the comments at the states say how.
struct EntityParser {
    private(set) var entities: [Entity] = []
    private var frames: [Frame] = []
    private var boundaries = OpenBoundaries()
    /// The outermost frame that waits for an empty line (message/delivery-status).
    private var emptyLineStops: [Int] = []
    private var pushedBack: [Range<Int>] = []
    /// The entity whose text loses its last line end when the part under way ends.
    private var last = 0
    private let limits: DigestLimits

    private struct Frame {
        let entity: Int
        var state: State
        var headers = EntityHeaders()
        var boundary: [UInt8]?
    }

    private enum State {
        /// Reading header lines.
        case headers
        /// Reading text up to the end.
        case body
        /// A multipart before its first boundary line. If none comes, what was read is its text.
        case preamble
        /// A multipart behind a boundary line; more of them in a row, closing ones too, are eaten.
        case separator
        /// A multipart with a part under way.
        case part
        /// A multipart behind its closing boundary, or anything else that nobody looks at.
        case ignored
        /// message/* with its message under way.
        case message
        /// message/delivery-status with a block under way.
        case block
        /// message/delivery-status; the empty line behind a block is next.
        case blockEnd
        /// message/delivery-status; if there is one more line, a block begins.
        case nextBlock
    }

    init(limits: DigestLimits) {
        self.limits = limits
    }

    /// All parts of a message, the message itself first.
    static func parts(of message: Span<UInt8>, limits: DigestLimits) throws(DigestError) -> [Entity] {
        var parser = EntityParser(limits: limits)
        try parser.parse(message)
        return parser.entities
    }

    private mutating func parse(_ message: Span<UInt8>) throws(DigestError) {
        try open(in: nil)
        var at = 0
        while at < message.count {
            if frames.count == 1, frames[0].state == .body {
                extendBody(frames[0].entity, at..<message.count)
                break
            }
            let end = message.endOfLine(from: at)
            try take(message, at..<end)
            at = end
        }
        while !frames.isEmpty { try finishTop(message) }
    }

    // MARK: - Lines

    /// Takes a line of the message, and after it what it pushed back.
    private mutating func take(_ message: Span<UInt8>, _ line: Range<Int>) throws(DigestError) {
        if let level = stop(message, line) {
            while frames.count - 1 > level { try finishTop(message) }
            if frames[level].state == .part {
                closeOrSeparate(message, line)
            } else {
                frames[level].state = .nextBlock
            }
        } else {
            try deliver(message, line)
        }
        while let line = pushedBack.popLast() { try deliver(message, line) }
    }

    /// The outermost frame for which a line ends what is open within it.
    private func stop(_ message: Span<UInt8>, _ line: Range<Int>) -> Int? {
        let first = message[line.lowerBound]
        if first == 0x2D { return boundaries.outermost(message, line) }
        return first == 0x0A || first == 0x0D ? emptyLineStops.first : nil
    }

    /// Hands a line that stops nothing to the innermost frame.
    private mutating func deliver(_ message: Span<UInt8>, _ line: Range<Int>) throws(DigestError) {
        let top = frames.count - 1
        switch frames[top].state {
        case .headers:
            if EntityHeaders.accepts(message, line) {
                frames[top].headers.take(message, line)
            } else {
                let first = message[line.lowerBound]
                if first != 0x0A, first != 0x0D { pushedBack.append(line) }
                try endHeaders(message)
            }
        case .preamble:
            if isBoundary(message, line) {
                closeOrSeparate(message, line)
            } else {
                extendBody(frames[top].entity, line)
            }
        case .separator:
            if !isBoundary(message, line) {
                try openPart()
                try deliver(message, line)
            }
        case .nextBlock:
            try openBlock()
            try take(message, line)
        case .body: extendBody(frames[top].entity, line)
        case .blockEnd: frames[top].state = .nextBlock
        case .ignored, .part, .message, .block: break
        }
    }

    private func isBoundary(_ message: Span<UInt8>, _ line: Range<Int>) -> Bool {
        guard let boundary = frames.last?.boundary else { return false }
        return BoundaryLine(message, line)?.matches(message, boundary) != nil
    }

    /// Acts on a line that is the innermost multipart's own boundary.
    private mutating func closeOrSeparate(_ message: Span<UInt8>, _ line: Range<Int>) {
        let top = frames.count - 1
        guard let boundary = frames[top].boundary,
            let closes = BoundaryLine(message, line)?.matches(message, boundary)
        else { return }
        // A closing line that comes first ends the preamble, which then is the text of the multipart.
        frames[top].state = closes ? .ignored : .separator
        if !closes { entities[frames[top].entity].isContainer = true }
    }

    private mutating func extendBody(_ entity: Int, _ line: Range<Int>) {
        guard let body = entities[entity].body else {
            entities[entity].body = line
            return
        }
        if body.upperBound == line.lowerBound {
            entities[entity].body = body.lowerBound..<line.upperBound
        } else {
            entities[entity].pushedBack = body
            entities[entity].body = line
        }
    }

    // MARK: - Opening

    private mutating func open(in parent: EntityType?) throws(DigestError) {
        guard frames.count < limits.depth else { throw .tooDeep(limits.depth) }
        guard entities.count < limits.parts else { throw .tooManyParts(limits.parts) }
        last = entities.count
        frames.append(Frame(entity: entities.count, state: .headers))
        entities.append(Entity(type: parent == .multipartDigest ? .message : .text))
    }

    private mutating func openPart() throws(DigestError) {
        let top = frames.count - 1
        frames[top].state = .part
        if let boundary = frames[top].boundary { boundaries.open(boundary, frame: top) }
        try open(in: entities[frames[top].entity].type)
    }

    private mutating func openBlock() throws(DigestError) {
        frames[frames.count - 1].state = .block
        emptyLineStops.append(frames.count - 1)
        try open(in: nil)
    }

    /// Ends the headers of the innermost frame and decides what its body is.
    private mutating func endHeaders(_ message: Span<UInt8>) throws(DigestError) {
        let top = frames.count - 1
        let entity = frames[top].entity
        if let line = frames[top].headers.end(message) { pushedBack.append(line) }
        entities[entity].contentType = frames[top].headers.contentType
        entities[entity].transferEncoding = frames[top].headers.transferEncoding
        if let value = frames[top].headers.contentType {
            entities[entity].type = EntityType(HeaderText(header: message, value))
        }
        switch entities[entity].type {
        case .message:
            frames[top].state = .message
            entities[entity].isContainer = true
            try open(in: .message)
        case .deliveryStatus:
            entities[entity].isContainer = true
            try openBlock()
        case .multipart, .multipartDigest:
            frames[top].boundary = try entities[entity].boundary(message)
            frames[top].state = frames[top].boundary == nil ? .body : .preamble
        case .text, .html, .other: frames[top].state = .body
        }
    }

    // MARK: - Ending

    /// Tells the innermost frame that there is nothing more for it.
    private mutating func finishTop(_ message: Span<UInt8>) throws(DigestError) {
        switch frames[frames.count - 1].state {
        case .headers:
            try endHeaders(message)
            while let line = pushedBack.popLast() { try deliver(message, line) }
        case .separator: try openPart()
        case .body, .preamble, .part, .ignored, .message, .block, .blockEnd, .nextBlock: close(message)
        }
    }

    private mutating func close(_ message: Span<UInt8>) {
        frames.removeLast()
        guard let top = frames.indices.last else { return }
        switch frames[top].state {
        case .part:
            endPart(message)
            if let boundary = frames[top].boundary { boundaries.close(boundary, frame: top) }
            last = frames[top].entity
        case .block:
            frames[top].state = .blockEnd
            emptyLineStops.removeLast()
        default: break
        }
    }

    /// The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1).
    private mutating func endPart(_ message: Span<UInt8>) {
        guard !entities[last].type.isMultipart, let body = entities[last].body else { return }
        var end = body.upperBound
        if message[end - 1] == 0x0A {
            end -= end - 2 >= body.lowerBound && message[end - 2] == 0x0D ? 2 : 1
        } else if message[end - 1] == 0x0D {
            end -= 1
        }
        entities[last].body = end > body.lowerBound ? body.lowerBound..<end : nil
    }
}

extension Span<UInt8> {
    /// The index behind the line that begins at an index, its line end (LF, CRLF, CR) included.
    fileprivate func endOfLine(from start: Int) -> Int {
        var at = start
        while at < count {
            let byte = self[at]
            at += 1
            if byte == 0x0A { return at }
            if byte == 0x0D { return at < count && self[at] == 0x0A ? at + 1 : at }
        }
        return at
    }
}

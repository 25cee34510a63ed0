import CYAML

/// What libyaml found next in a text.
struct YAMLEvent: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case streamStart
        case documentStart
        case scalar(String, isPlain: Bool)
        case alias(String)
        case sequenceStart
        case mappingStart
        /// Of the innermost sequence or mapping.
        case collectionEnd
        case documentEnd
        case streamEnd
    }

    let kind: Kind
    /// Where it begins; a node with an anchor or tag begins there.
    let place: Place
    /// `x` of `&x`.
    let anchor: String?
    /// The tag as it was resolved, such as `tag:yaml.org,2002:str` for `!!str`.
    let tag: String?
}

/// libyaml as a source of values: the one file that holds its pointers.
///
/// Events come one at a time, so whoever reads them can stop at its own limit of depth or number before libyaml's memory
/// grows. The first error ends the stream; libyaml cannot go on behind one.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// libyaml keeps a pointer to its input, so the bytes need an address of their own until the end.
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let source: SourceText

    init(_ source: SourceText) throws(SyntaxProblem) {
        parser = .allocate(capacity: 1)
        input = .allocate(capacity: source.bytes.count)
        self.source = source
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            input.deallocate()
            throw SyntaxProblem(nil, "out of memory")
        }
        _ = input.initialize(from: source.bytes)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; the last one is `streamEnd`.
    mutating func next() throws(SyntaxProblem) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        return Self.value(of: event)
    }

    private func problem() -> SyntaxProblem {
        guard parser.pointee.error != YAML_MEMORY_ERROR, let problem = parser.pointee.problem else {
            return SyntaxProblem(nil, "out of memory")
        }
        let complaint = YAMLComplaint(
            problem: String(cString: problem),
            place: Place(parser.pointee.problem_mark),
            context: parser.pointee.context.map { String(cString: $0) } ?? "",
            contextPlace: Place(parser.pointee.context_mark)
        )
        return complaint.explained(by: source)
    }

    private static func value(of event: yaml_event_t) -> YAMLEvent {
        let place = Place(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT: return scalar(event, at: place)
        case YAML_ALIAS_EVENT: return YAMLEvent(.alias(string(event.data.alias.anchor) ?? ""), place)
        case YAML_SEQUENCE_START_EVENT:
            let (anchor, tag) = (event.data.sequence_start.anchor, event.data.sequence_start.tag)
            return YAMLEvent(kind: .sequenceStart, place: place, anchor: string(anchor), tag: string(tag))
        case YAML_MAPPING_START_EVENT:
            let (anchor, tag) = (event.data.mapping_start.anchor, event.data.mapping_start.tag)
            return YAMLEvent(kind: .mappingStart, place: place, anchor: string(anchor), tag: string(tag))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return YAMLEvent(.collectionEnd, place)
        case YAML_STREAM_START_EVENT: return YAMLEvent(.streamStart, place)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(.documentStart, place)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(.documentEnd, place)
        default: return YAMLEvent(.streamEnd, place)
        }
    }

    private static func scalar(_ event: yaml_event_t, at place: Place) -> YAMLEvent {
        let scalar = event.data.scalar
        let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
        let kind = YAMLEvent.Kind.scalar(String(decoding: text, as: UTF8.self), isPlain: isPlain)
        return YAMLEvent(kind: kind, place: place, anchor: string(scalar.anchor), tag: string(scalar.tag))
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }
}

extension YAMLEvent {
    fileprivate init(_ kind: Kind, _ place: Place) {
        self.init(kind: kind, place: place, anchor: nil, tag: nil)
    }
}

extension Place {
    /// libyaml counts lines and columns from 0.
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }
}

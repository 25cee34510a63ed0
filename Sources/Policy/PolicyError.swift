/// Why a part of the policy makes no sense. Found when settings are read; judging a message never fails.
package enum PolicyError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownAction(String)
    case addressMissing(String)
    case address(String)
    case noAction
    case standsAlone(ActionKind)
    case twice(ActionKind)
    case notTogether(ActionKind, ActionKind)
    case lossNotAccepted(ActionKind)
    case replyClass(ActionKind, expected: Int)
    case replyWithoutRefusal
    case sameThreshold(Step.Threshold)
    case glob(String)
    case userName(String)
    case subjectTag(String)
    case headerName(String)
    case ownHeader(String)
    case templateVariable(String)
    case templateBrace(String)
    case templateCharacters
    case templateBlank
    case templateLength(Int)

    package var description: String {
        switch self {
        case .unknownAction(let found):
            "expected one of tag, copy:ADDRESS, redirect:ADDRESS, delete-recipient, quarantine, tempfail, reject, discard;"
                + " found \"\(found)\""
        case .addressMissing(let word): "expected an address behind \(word), as in \"\(word):spam@example.org\""
        case .address(let found): "expected an address such as spam@example.org, found \"\(found)\""
        case .noAction: "expected at least one action"
        case .standsAlone(let kind):
            "\(kind.rawValue) stands alone: nothing of the message is kept that another action could work on"
        case .twice(let kind): "\(kind.rawValue) stands there twice"
        case .notTogether(let one, let other):
            "\(one.rawValue) and \(other.rawValue) cannot stand together: both take the recipients away"
        case .lossNotAccepted(let kind):
            "\(kind.rawValue) loses mail and nobody is told: if that is meant, add \"discard-confirmed: true\" to this step"
        case .replyClass(let kind, let expected):
            "the reply of \(kind.rawValue) must begin with \(expected)"
        case .replyWithoutRefusal: "a reply is given only by reject and tempfail"
        case .sameThreshold(let threshold): "two steps begin at \(threshold)"
        case .glob(let found):
            "expected an address pattern such as *@example.org (1 to 320 characters), found \"\(found)\""
        case .userName(let found):
            "expected a user name of letters, digits and . _ - + = @ (not \"..\", a letter, digit or _ first),"
                + " found \"\(found)\""
        case .subjectTag(let found):
            "expected a subject tag of at most 100 visible ASCII characters and blanks, found \"\(found)\""
        case .headerName(let found): "expected a header name such as X-Filter, found \"\(found)\""
        case .ownHeader(let found): "\(found) is written by its own setting, or is not ours to write"
        case .templateVariable(let found):
            "unknown variable {\(found)}; known are \(HeaderTemplate.Variable.allNames)"
        case .templateBrace(let found):
            "expected a variable such as {score} at \"\(found)\"; a brace itself is written {{ or }}"
        case .templateCharacters: "expected only visible ASCII characters and blanks in a header template"
        case .templateBlank: "expected a header template that says something"
        case .templateLength(let found): "expected a header template of at most 900 characters, found \(found)"
        }
    }
}

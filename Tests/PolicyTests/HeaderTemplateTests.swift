import Mail
import Testing

@testable import Policy

struct HeaderTemplateTests {
    @Test(arguments: [
        ("plain", "plain"), ("{score}", "<score>"), ("{score}/{required}", "<score>/<required>"),
        ("a {{b}} {tests}", "a {b} <tests>"), ("{{{score}}}", "{<score>}"), ("100%", "100%"), ("{{", "{"), ("}}", "}"),
    ])
    func `variables are put in and doubled braces are braces`(template: String, expected: String) throws {
        #expect(try HeaderTemplate(template).text { "<\($0.rawValue)>" } == expected)
    }

    @Test(
        arguments: [
            ("{nope}", .templateVariable("nope")), ("{}", .templateVariable("")),
            ("{Score}", .templateVariable("Score")),
            ("{score", .templateBrace("{score")), ("a}b", .templateBrace("}")),
            ("{ score}", .templateVariable(" score")),
            ("a\nb", .templateCharacters), ("ü", .templateCharacters), ("", .templateBlank), ("  ", .templateBlank),
            (String(repeating: "x", count: 901), .templateLength(901)),
        ] as [(String, PolicyError)]
    )
    func `what cannot be filled in is refused when the settings are read`(template: String, expected: PolicyError) {
        #expect(error { () throws(PolicyError) in _ = try HeaderTemplate(template) } == expected)
    }

    @Test func `an unknown variable's error names those that exist`() {
        let text = PolicyError.templateVariable("nope").description
        for variable in HeaderTemplate.Variable.allCases { #expect(text.contains("{\(variable.rawValue)}")) }
    }

    @Test(
        arguments: [
            ("X-Filter", nil), ("X-Spam-Pyzor", nil), ("x-spam-status", .ownHeader("x-spam-status")),
            ("Subject", .ownHeader("Subject")), ("content-type", .ownHeader("content-type")),
            ("X Y", .headerName("X Y")), ("X:", .headerName("X:")), ("", .headerName("")),
        ] as [(String, PolicyError?)]
    )
    func `an extra header has a name of its own`(name: String, expected: PolicyError?) throws {
        let template = try HeaderTemplate("x")
        #expect(error { () throws(PolicyError) in _ = try ExtraHeader(name: name, template: template) } == expected)
    }

    @Test func `each variable has its value on scanned mail`() throws {
        var stage = Stage()
        let all = HeaderTemplate.Variable.allCases.map { "\($0.rawValue)={\($0.rawValue)}" }.joined(separator: " ")
        stage.configuration.headers.extra = [
            try ExtraHeader(name: "X-All", template: try HeaderTemplate(all))
        ]
        stage.findings.spamd = spamd("6.4", ["B", "A"])
        stage.findings.pyzor = pyzor(20, 3)
        let expected =
            "verdict=spam score=8.4 required=5.0 level=******** tests=A,B,PYZOR_CHECK spamd-score=6.4 pyzor-count=20 "
            + "pyzor-wl=3 pyzor-points=2.0 digest=0123abcd skipped=- unscanned=- queue-id=4F2A1B host=mx1.example.org "
            + "version=0.1.0"
        #expect(stage.inserted("X-All")?.description == expected)
    }

    @Test func `what is not known is a dash`() throws {
        var stage = Stage()
        let template = try HeaderTemplate(
            "{verdict} {score} {level} {tests} {spamd-score} {pyzor-count} {digest} {unscanned}"
        )
        stage.configuration.headers.extra = [try ExtraHeader(name: "X-All", template: template)]
        stage.findings = .silent(.busy)
        #expect(stage.inserted("X-All")?.description == "unscanned - - - - - - spamd:busy,pyzor:busy")
    }
}

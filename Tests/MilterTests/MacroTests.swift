import Milter
import Testing

struct MacroTests {
    @Test(arguments: ["i", "j", "_", "{client_addr}", "{i}", "{daemon_name}"])
    func `a letter and a braced name are macros`(text: String) {
        #expect(Macro(text)?.name == text)
    }

    @Test(arguments: ["", "ij", "{}", "{", "}", "{a b}", "{a}b", "client_addr", "{\u{e4}}", " ", "{a\n}"])
    func `anything else is none`(text: String) {
        #expect(Macro(text) == nil)
    }

    @Test func `a wrong literal asks for nothing`() {
        #expect(("client_addr" as Macro).name == "{}")
    }
}

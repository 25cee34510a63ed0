#!/usr/bin/python3
"""Writes the charset tables of Sources/Pyzor/Digest from what Debian's Python 3.11 decodes.

    scripts/make-charset-tables.py single > Sources/Pyzor/Digest/SingleByteTables.swift

A table is a text of tokens, one for each cell or stretch of cells in the order of the codes. DIGITS counts in 64s:
    xyz        a character, by its number
    ~xyznn     nn characters, numbered on from xyz
    !nn        nn codes that are no character
    ^xyzxyz    two characters for one code
"""
import sys

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-"

SINGLE = """cp037 cp1006 cp1026 cp1125 cp1140 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp273 cp424
cp437 cp500 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869 cp874
cp875 hp_roman8 iso8859_10 iso8859_11 iso8859_13 iso8859_14 iso8859_15 iso8859_16 iso8859_2 iso8859_3 iso8859_4
iso8859_5 iso8859_6 iso8859_7 iso8859_8 iso8859_9 koi8_r koi8_t koi8_u kz1048 mac_arabic mac_croatian mac_cyrillic
mac_farsi mac_greek mac_iceland mac_latin2 mac_roman mac_romanian mac_turkish palmos ptcp154 tis_620""".split()


def digits(number, count):
    return "".join(DIGITS[number >> 6 * place & 63] for place in reversed(range(count)))


def tokens(cells):
    """The tokens of a list of cells: None, or a text of one or two characters."""
    out, at = [], 0
    while cells and cells[-1] is None:
        cells.pop()
    while at < len(cells):
        end = at
        if cells[at] is None:
            while cells[end] is None and end - at < 4095:
                end += 1
            out.append("!" + digits(end - at, 2))
        elif len(cells[at]) == 2:
            end += 1
            out.append("^" + digits(ord(cells[at][0]), 3) + digits(ord(cells[at][1]), 3))
        else:
            first = ord(cells[at])
            while end < len(cells) and end - at < 4095 and cells[end] == chr(first + end - at):
                end += 1
            if end - at < 3:
                end = at + 1
                out.append(digits(first, 3))
            else:
                out.append("~" + digits(first, 3) + digits(end - at, 2))
        at = end
    return out


def literal(name, cells, indent):
    lines, line = [], ""
    for token in tokens(cells):
        if len(line) + len(token) > 110 - indent:
            lines.append(line)
            line = ""
        line += token
    lines.append(line)
    pad = " " * indent
    return '%s"""\n%s\n%s    """' % (name, "\\\n".join(pad + "    " + x for x in lines), pad)


def decoded(codec, data):
    try:
        return data.decode(codec)
    except UnicodeError:
        return None


def single():
    print("// Made by scripts/make-charset-tables.py. Do not edit.")
    print()
    print("enum SingleByteTables {")
    print("    /// The codecs of one byte a character, in Python's spelling; the tables stand in the same order.")
    print("    static let names = [")
    for name in SINGLE:
        print('        "%s",' % name)
    print("    ]")
    print()
    print("    static let tables: [StaticString] = [")
    for name in SINGLE:
        print("        // %s" % name)
        print(literal("        ", [decoded(name, bytes([x])) for x in range(256)], 8) + ",")
    print("    ]")
    print("}")


if __name__ == "__main__":
    {"single": single}[sys.argv[1]]()

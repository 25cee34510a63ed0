#!/usr/bin/python3
"""Writes the charset tables of Sources/Pyzor/Digest from what Debian's Python 3.11 decodes.

    scripts/make-charset-tables.py single > Sources/Pyzor/Digest/SingleByteTables.swift
    scripts/make-charset-tables.py chinese > Sources/Pyzor/Digest/ChineseTables.swift
    scripts/make-charset-tables.py japanese > Sources/Pyzor/Digest/JapaneseTables.swift
    scripts/make-charset-tables.py korean > Sources/Pyzor/Digest/KoreanTables.swift

A table is a text of tokens, one for each cell or stretch of cells in the order of the codes. DIGITS counts in 64s:
    xyz        a character, by its number
    ~xyznn     nn characters, numbered on from xyz
    !nn        nn codes that are no character
    =nn        nn codes as in the table that this one is based on
    ^xyzxyz    two characters for one code
    #          a code that is no character, and of which the decoder skips both bytes

The cells of a table of two bytes are those from 0x8000 on. One of three bytes (behind 0x8F) has 128 cells in a row.
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


def tokens(cells, base=()):
    """The tokens of a list of cells: None, "" for an error of two bytes, or a text of one or two characters."""
    out, at, cells = [], 0, list(cells)
    based = bool(base)
    base = list(base) if based else [None] * len(cells)
    while cells and cells[-1] is None:
        cells.pop()
    while at < len(cells):
        end = at
        while end < len(cells) and end - at < 4095 and based and cells[end] == base[end]:
            end += 1
        if end - at > (0 if cells[at] else 2):
            out.append("=" + digits(end - at, 2))
            at = end
            continue
        end = at
        if cells[at] is None:
            while end < len(cells) and cells[end] is None and end - at < 4095 and (
                    end == at or not based or cells[end:end + 9] != base[end:end + 9]):
                end += 1
            out.append("!" + digits(end - at, 2))
        elif cells[at] == "":
            end += 1
            out.append("#")
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


def literal(cells, indent, base=()):
    lines, line = [], ""
    for token in tokens(cells, base):
        if len(line) + len(token) > 110 - indent:
            lines.append(line)
            line = ""
        line += token
    lines.append(line)
    pad = " " * indent
    return '"""\n%s\n%s    """' % ("\\\n".join(pad + "    " + x for x in lines), pad)


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
        print("        " + literal([decoded(name, bytes([x])) for x in range(256)], 8).replace("\n            ", "\n        ") + ",")
    print("    ]")
    print("}")


def pair(codec, first, second):
    """What two bytes are: one character (or two that belong together), None, "" for an error of both bytes."""
    if decoded(codec, bytes([first])) is not None:
        return None
    try:
        return bytes([first, second]).decode(codec)
    except UnicodeDecodeError as error:
        return "" if (error.start, error.end) == (0, 2) and first != 0x8F else None


def double(name, comment, tables):
    """Writes an enum of tables. Each is (name, cells, name of its base)."""
    print("// Made by scripts/make-charset-tables.py. Do not edit.")
    print()
    print("/// %s, as Python 3.11 decodes them." % comment)
    print("enum %s {" % name)
    done = {}
    for number, (title, cells, base) in enumerate(tables):
        if number:
            print()
        print("    static let %s: StaticString = %s" % (title, literal(list(cells), 4, done.get(base, ()))))
        done[title] = cells
    print("}")


def singles(codec):
    return [decoded(codec, bytes([x])) for x in range(256)]


def pairs(codec):
    return [pair(codec, first, second) for first in range(0x80, 0x100) for second in range(256)]


def triples(codec):
    return [decoded(codec, bytes([0x8F, second, third])) for second in range(0x80, 0x100) for third in range(0x80, 0x100)]


def four_bytes():
    """The codes of four bytes of GB 18030 up to U+FFFF."""
    for first in range(0x81, 0x85):
        for second in range(0x30, 0x3A):
            for third in range(0x81, 0xFF):
                for fourth in range(0x30, 0x3A):
                    yield decoded("gb18030", bytes([first, second, third, fourth]))


def iso(codec, escape):
    """A set of two bytes as ISO 2022 designates it, 128 cells in a row."""
    return [decoded(codec, escape + bytes([first, second])) if first > 32 and second > 32 else None
            for first in range(128) for second in range(128)]


def chinese():
    double("ChineseTables", "Codes of GB 2312 and its successors, and of Big 5", [
        ("gb18030", pairs("gb18030"), None),
        ("gb18030FourBytes", list(four_bytes()), None),
        ("gbk", pairs("gbk"), "gb18030"),
        ("gb2312", pairs("gb2312"), "gbk"),
        ("big5", pairs("big5"), None),
        ("cp950", pairs("cp950"), "big5"),
        ("big5hkscs", pairs("big5hkscs"), "big5"),
    ])


def japanese():
    double("JapaneseTables", "Codes of JIS X 0208, 0212 and 0213", [
        ("shiftJISSingle", singles("shift_jis"), None),
        ("shiftJIS", pairs("shift_jis"), None),
        ("cp932Single", singles("cp932"), "shiftJISSingle"),
        ("cp932", pairs("cp932"), "shiftJIS"),
        ("shiftJIS2004Single", singles("shift_jis_2004"), "shiftJISSingle"),
        ("shiftJIS2004", pairs("shift_jis_2004"), "shiftJIS"),
        ("shiftJISX0213", pairs("shift_jisx0213"), "shiftJIS2004"),
        ("eucJIS2004", pairs("euc_jis_2004"), None),
        ("eucJIS2004Triple", triples("euc_jis_2004"), None),
        ("eucJISX0213", pairs("euc_jisx0213"), "eucJIS2004"),
        ("eucJISX0213Triple", triples("euc_jisx0213"), "eucJIS2004Triple"),
        ("iso2022Plane2", iso("iso2022_jp_2004", b"\x1b$(P"), "eucJIS2004Triple"),
        ("eucJP", pairs("euc_jp"), "eucJIS2004"),
        ("eucJPTriple", triples("euc_jp"), None),
    ])


def korean():
    double("KoreanTables", "Codes of KS X 1001", [
        ("cp949", pairs("cp949"), None),
        ("eucKR", pairs("euc_kr"), "cp949"),
        ("johab", pairs("johab"), None),
    ])


if __name__ == "__main__":
    {"single": single, "chinese": chinese, "japanese": japanese, "korean": korean}[sys.argv[1]]()

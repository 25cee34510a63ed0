#!/usr/bin/python3
"""Writes Sources/Pyzor/Digest/CharacterNameTable.swift: the names of Unicode characters that are a single word.

    scripts/make-character-names.py /usr/share/perl/5.36/unicore/Name.pl > Sources/Pyzor/Digest/CharacterNameTable.swift

The list of Perl 5.36 knows the aliases that Python does not list (both follow Unicode 14); Python has the last word.
"""
import re
import sys
import unicodedata

names = set()
with open(sys.argv[1], encoding="utf8", errors="replace") as handle:
    names.update(re.findall(r"\n[0-9A-F]{4,6}(?: [0-9A-F]{4,6})*\n([^\n]+)", handle.read()))
names.update(unicodedata.name(chr(point), "") for point in range(0x110000))

words = []
for name in sorted(names):
    if not name or " " in name:
        continue
    try:
        text = ("\\N{%s}" % name).encode().decode("unicode_escape")
    except UnicodeError:
        continue
    words.append("%s:%X" % (name, ord(text)))

lines, line = [], ""
for word in words:
    if len(line) + len(word) + 1 > 110:
        lines.append(line)
        line = ""
    line += word + " "
lines.append(line)

print("// Made by scripts/make-character-names.py. Do not edit.")
print()
print("extension CharacterNames {")
print("    /// `NAME:CODE`, the code in hexadecimal.")
print('    static let table: StaticString = """')
print("\\\n".join("        " + line for line in lines))
print('        """')
print("}")

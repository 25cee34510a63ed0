#!/usr/bin/python3
"""Writes Sources/Pyzor/Digest/HTMLEntityTable.swift: the named character references of HTML 5, from Python's own list.

    scripts/make-html-entities.py > Sources/Pyzor/Digest/HTMLEntityTable.swift
"""
from html.entities import html5

names = {}
for name, text in html5.items():
    bare = name.rstrip(";")
    entry = names.setdefault(bare, [text, False, False])
    assert entry[0] == text
    entry[1 if name.endswith(";") else 2] = True
assert all(entry[1] for entry in names.values())

words = []
for name in sorted(names):
    text, _, alone = names[name]
    words.append("%s%s%s" % (name, "=" if alone else ":", "+".join("%X" % ord(c) for c in text)))

lines, line = [], ""
for word in words:
    if len(line) + len(word) + 1 > 110:
        lines.append(line)
        line = ""
    line += word + " "
lines.append(line)

print("// Made by scripts/make-html-entities.py. Do not edit.")
print()
print("extension HTMLEntities {")
print("    /// `NAME:CODE` for a name that needs its semicolon, `NAME=CODE` for one that does not; sorted by bytes. A code is")
print("    /// hexadecimal; two of them are joined by `+`.")
print('    static let names: StaticString = """')
print("\\\n".join("        " + line for line in lines))
print('        """')
print("}")

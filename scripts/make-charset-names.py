#!/usr/bin/python3
"""Writes Sources/Pyzor/Digest/CharsetNameTable.swift: which names Python knows for which text codec.

    scripts/make-charset-names.py > Sources/Pyzor/Digest/CharsetNameTable.swift

Run it with Debian's Python 3.11: other versions know other names.
"""
import codecs
import encodings.aliases
import pkgutil


def codec(name):
    """The codec's own name; None for one that is not text, or is not there on this system."""
    try:
        info = codecs.lookup(name)
    except LookupError:
        return None
    return info.name.replace("-", "_") if info._is_text_encoding else None


words = []
for alias, module in sorted(encodings.aliases.aliases.items()):
    if alias == alias.lower() and codec(module):
        words.append("%s=%s" % (alias, codec(module)))
for module in sorted(info.name for info in pkgutil.iter_modules(encodings.__path__)):
    if module not in encodings.aliases.aliases and codec(module):
        words.append("%s:%s" % (module, codec(module)))

lines, line = [], ""
for word in words:
    if len(line) + len(word) + 1 > 110:
        lines.append(line)
        line = ""
    line += word + " "
lines.append(line)

print("// Made by scripts/make-charset-names.py. Do not edit.")
print()
print("extension CharsetName {")
print("    /// `ALIAS=CODEC` for a name of Python's list of aliases, `MODULE:CODEC` for one that only names a codec's module.")
print('    static let table: StaticString = """')
print("\\\n".join("        " + line for line in lines))
print('        """')
print("}")

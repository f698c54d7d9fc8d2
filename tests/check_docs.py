# SPDX-License-Identifier: EUPL-1.2
"""What is written is true: public prototypes are explained, versions agree, links lead somewhere."""

import os
import re
import sys
from pathlib import Path

TOP = Path(os.environ["top_srcdir"])
ROOMS = ("tiler", "styles", "server")

PROTOTYPE = re.compile(r"^(?!typedef|#|struct \w+;|static|extern)[A-Za-z][\w\s*]*?\b(\w+)\(", re.M)
END_OF_PAIR = re.compile(r"_(free|release|unref|close|unload)$")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def undocumented(text):
    """Names of the prototypes without a comment in their paragraph; the end of a new/free pair
    needs no words."""
    for paragraph in re.split(r"\n[ \t]*\n", text):
        code = re.sub(r"/\*.*?\*/", "", paragraph, flags=re.S)
        for match in PROTOTYPE.finditer(code):
            if "/*" not in paragraph and not END_OF_PAIR.search(match.group(1)):
                yield match.group(1)


def check_prototypes():
    for room in ROOMS:
        for header in sorted((TOP / room).glob("*.h")):
            for name in undocumented(header.read_text()):
                yield f"{header.relative_to(TOP)}: {name} has no comment above it"


def check_version():
    version = re.search(r"AC_INIT\(\[tuilerie\], \[([^]]+)\]", (TOP / "configure.ac").read_text()).group(1)
    if f"## [{version}]" not in (TOP / "CHANGELOG.md").read_text():
        yield f"CHANGELOG.md has no section for version {version}"


def pages():
    yield from sorted(TOP.glob("*.md"))
    for room in (*ROOMS, "fixtures", "tests"):
        for page in sorted((TOP / room).rglob("*.md")):
            if "node_modules" not in page.parts:
                yield page


def check_links():
    for page in pages():
        for target in LINK.findall(page.read_text()):
            if not (page.parent / target).exists():
                yield f"{page.relative_to(TOP)}: {target} does not exist"


def main():
    bad = 0
    for check in (check_prototypes, check_version, check_links):
        for text in check():
            bad += 1
            print(text)
    print(f"{bad} to mend")
    return 1 if bad else 0


sys.exit(main())

# SPDX-License-Identifier: EUPL-1.2
"""What is written is true: public prototypes are explained, versions agree, links lead somewhere,
README and manual page know the options and commands of the program and no others.

`TUILERIE=... top_srcdir=... check_docs.py --write` puts the tables of options into their pages."""

import os
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(os.environ["top_srcdir"])
ROOMS = ("tiler", "styles", "server")

PROTOTYPE = re.compile(r"^(?!typedef|#|struct \w+;|static|extern)[A-Za-z][\w\s*]*?\b(\w+)\(", re.M)
END_OF_PAIR = re.compile(r"_(free|release|unref|close|unload)$")
SETTINGS = re.compile(r"(<!-- settings: begin -->\n).*?(<!-- settings: end -->)", re.S)
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


def program(*arguments):
    return subprocess.run(
        [os.environ["TUILERIE"], *arguments], capture_output=True, text=True, check=True
    ).stdout


def readme_with_settings(readme):
    table = program("--print-config=markdown")
    return SETTINGS.sub(lambda match: match.group(1) + table + match.group(2), readme)


THEMES = re.compile(r"(<!-- themes: begin -->\n).*?(<!-- themes: end -->)", re.S)


def page_with_theme_options(page):
    table = program("--print-config=themes")
    return THEMES.sub(lambda match: match.group(1) + table + match.group(2), page)


def check_theme_options():
    page = (TOP / "server/docs/configuration.md").read_text()
    if not THEMES.search(page):
        yield "server/docs/configuration.md has no place for what can be said of themes"
    elif page_with_theme_options(page) != page:
        yield "server/docs/configuration.md: its table is not that of --print-config=themes (--write mends it)"


def check_settings():
    readme = (TOP / "README.md").read_text()
    if not SETTINGS.search(readme):
        yield "README.md has no place for the table of options"
    elif readme_with_settings(readme) != readme:
        yield "README.md: the table of options is not that of --print-config=markdown (--write mends it)"


def check_manual():
    """The manual page has every command and option, and none that is not."""
    manual = (TOP / "server/tuilerie.1").read_text().replace("\\-", "-")
    commands = re.findall(r"^  (\w+)  +\w", program("--help"), re.M)
    known = set(re.findall(r"--[a-z][a-z-]*", program("--help")))
    for command in commands:
        known.update(re.findall(r"--[a-z][a-z-]*", program(command, "--help")))
        if not re.search(rf"\b{command}\b", manual):
            yield f"server/tuilerie.1 does not know the command {command}"
    written = set(re.findall(r"--[a-z][a-z-]*", manual))
    for option in sorted(known - written):
        yield f"server/tuilerie.1 does not know {option}"
    for option in sorted(written - known):
        yield f"server/tuilerie.1 has {option}, the program has not"
    for variable in set(re.findall(r"\bTUILERIE_[A-Z_]+", manual)):
        if variable not in program("--print-config=markdown"):
            yield f"server/tuilerie.1 has {variable}, the program has not"
    if not commands:
        yield "tuilerie --help lists no command: this check is broken"


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
    if "--write" in sys.argv:
        readme = TOP / "README.md"
        readme.write_text(readme_with_settings(readme.read_text()))
        page = TOP / "server/docs/configuration.md"
        page.write_text(page_with_theme_options(page.read_text()))
        return 0
    bad = 0
    for check in (check_prototypes, check_version, check_settings, check_theme_options, check_manual, check_links):
        for text in check():
            bad += 1
            print(text)
    print(f"{bad} to mend")
    return 1 if bad else 0


sys.exit(main())

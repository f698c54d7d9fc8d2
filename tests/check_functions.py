# SPDX-License-Identifier: EUPL-1.2
"""Functions fit a screen: none over 100 lines or 30 ways through; those over 60 or 20 are listed."""

import os
import re
import sys
from pathlib import Path

LINES_MOST, LINES_SHOWN = 100, 60
PATHS_MOST, PATHS_SHOWN = 30, 20

NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
BRANCH = re.compile(r"\b(?:if|for|while|case)\b|&&|\|\||\?")
NAME = re.compile(r"(\w+)\(")


def without_noise(text):
    """Comments and literals blanked; lines stay where they are."""
    return NOISE.sub(lambda match: "\n" * match.group().count("\n"), text)


def functions(text):
    """(name, first line, line count, ways through) of each function: in this layout its braces
    are the only ones in the first column."""
    lines = without_noise(text).split("\n")
    start = None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
            while start and re.match(r"[\w\s*]", lines[start - 1]) and lines[start - 1].strip():
                start -= 1
        elif line == "}" and start is not None:
            body = "\n".join(lines[start : number + 1])
            name = NAME.search(body)
            yield name.group(1) if name else "?", start + 1, number - start + 1, 1 + len(BRANCH.findall(body))
            start = None


def main():
    top = Path(os.environ["top_srcdir"])
    seen = bad = 0
    for room in ("tiler", "styles", "server", "fixtures", "tests"):
        for path in sorted((top / room).rglob("*.[ch]")):
            if "node_modules" in path.parts:
                continue
            for name, line, lines, ways in functions(path.read_text()):
                seen += 1
                too_much = lines > LINES_MOST or ways > PATHS_MOST
                bad += too_much
                if too_much or lines > LINES_SHOWN or ways > PATHS_SHOWN:
                    print(
                        f"{path.relative_to(top)}:{line}: {name}: {lines} lines, {ways} ways through"
                        + (" - TOO MUCH" if too_much else "")
                    )
    print(f"{seen} functions, {bad} over {LINES_MOST} lines or {PATHS_MOST} ways through")
    if not seen:
        print("no function found: this check is broken")
    return 1 if bad or not seen else 0


sys.exit(main())

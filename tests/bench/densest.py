# SPDX-License-Identifier: EUPL-1.2
"""The densest tile of every zoom of the biggest themes: how large it is, and what it costs to make.

    densest.py DATA [STATE]

Prepares DATA (a folder or file), exports each of the ten themes with most features to zoom 14, and asks a
server without caches for the largest tile of each zoom. A cell says kB gzipped and milliseconds of the
server's processor time; ! marks more than 200 kB or 50 ms. Exits with 77 where there is nothing to
measure."""

import contextlib
import json
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

from served import TUILERIE, Served

THEMES, ZOOMS, RUNS = 10, range(15), 9
BYTES_MOST, MS_MOST = 200_000, 50


def biggest(state):
    found = [json.loads(path.read_text("utf-8")) for path in Path(state).glob("themes/*/*/theme.json")]
    found.sort(key=lambda document: -document["feature_count"])
    return [(document["theme"], document["feature_count"]) for document in found[:THEMES] if document["feature_count"]]


def largest_tiles(path):
    """(zoom, x, y, bytes) of the largest tile of each zoom."""
    with contextlib.closing(sqlite3.connect(path)) as tiles:
        return [(zoom, x, 2**zoom - 1 - row, size) for zoom, x, row, size in tiles.execute(
            "select zoom_level, tile_column, tile_row, max(length(tile_data)) from tiles group by zoom_level")]


def cpu_ms(pid):
    fields = Path(f"/proc/{pid}/schedstat").parent.glob("task/*/schedstat")
    return sum(int(path.read_text().split()[0]) for path in fields) / 1e6


class Server(Served):
    def __init__(self, data, state):
        super().__init__([data], state, "--cache-memory", "0", "--cache-disk", "0")

    def cost(self, theme, place):
        """The median of a few answers' processor time, all threads of the server together."""
        times = []
        for _ in range(RUNS):
            before = cpu_ms(self.process.pid)
            self.ask(f"/tiles/{urllib.parse.quote(theme, safe='')}/{place}", Accept_Encoding="gzip")
            times.append(cpu_ms(self.process.pid) - before)
        return sorted(times)[RUNS // 2]


def main():
    if len(sys.argv) < 2:
        sys.exit(77)
    data = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        state = sys.argv[2] if len(sys.argv) > 2 else folder + "/state"
        subprocess.run([TUILERIE, "prepare", "--quiet", data, "--state", state])
        server = Server(data, state)
        print("| theme | features | " + " | ".join(f"z{zoom}" for zoom in ZOOMS) + " |")
        print("| --- " * (2 + len(ZOOMS)) + "|")
        for number, (theme, features) in enumerate(biggest(state)):
            path = f"{folder}/{number}.mbtiles"
            subprocess.run([TUILERIE, "export", "--quiet", data, theme, "--state", state, "--zoom",
                            f"{ZOOMS[0]}-{ZOOMS[-1]}", "-o", path], check=True)
            cells = dict.fromkeys(ZOOMS, "")
            for zoom, x, y, size in largest_tiles(path):
                ms = server.cost(theme, f"{zoom}/{x}/{y}")
                mark = " !" if size > BYTES_MOST or ms > MS_MOST else ""
                cells[zoom] = f"{size / 1000:.0f} kB {ms:.0f} ms{mark}"
            print(f"| {theme} | {features:,} | " + " | ".join(cells.values()) + " |", flush=True)
        server.stop()


main()

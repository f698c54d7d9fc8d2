# SPDX-License-Identifier: EUPL-1.2
"""What a server keeps in memory, beyond the files it has mapped, with every theme of a portal and many cold tiles behind it.

usage: memory.py [--tiles N] [--cache BYTES] [--state FOLDER] DATA...

N tiles (10,000) of random themes, zooms and places are asked one after the other. The anonymous memory is then split
as the kernel does: allocated by malloc (the heaps of all threads), of libraries and the program, stacks, other. Once with
no cache in memory, where the answer is the program's own, and once with the one in use, which may fill up to its bound."""

import argparse
import collections
import gzip
import json
import math
import random
import re
import subprocess
import sys
import tempfile
import time

from served import TUILERIE, Served

MARKS = (0, 1_000, 10_000)


def status(pid):
    with open(f"/proc/{pid}/status") as file:
        return {name: int(kilobytes) / 1024 for name, kilobytes in re.findall(r"(Rss\w+|VmHWM):\s+(\d+) kB", file.read())}


def kinds(pid):
    """MB of anonymous memory by what it is in."""
    sums, kind = collections.Counter(), None
    with open(f"/proc/{pid}/smaps") as file:
        for line in file:
            head = re.match(r"[0-9a-f]+-[0-9a-f]+ (\S+) \S+ \S+ \S+\s*(.*)", line)
            if head:
                name = head[2]
                kind = "stack" if "stack" in name else "heap" if not name or name == "[heap]" else "programs"
            elif line.startswith("Anonymous:"):
                sums[kind] += int(line.split()[1]) / 1024
    return sums


class Server(Served):
    def __init__(self, data, state, cache):
        super().__init__(data, state, "--cache-memory", cache, "--cache-disk", "0")

    def get(self, path):
        for _ in range(600):
            answer, body = self.ask(path, Accept_Encoding="gzip")
            if answer.status != 503:
                return body
            time.sleep(0.1)
        sys.exit(f"{path}: busy for ever")

    def document(self, path):
        body = self.get(path)
        return json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)


def addresses(server, count):
    """Somewhere in the bounds of some theme, each zoom as likely."""
    chance = random.Random(1)
    themes = [theme["id"] for theme in server.document("/?f=json")["themes"]]
    bounds = {}
    for _ in range(count):
        theme, zoom = chance.choice(themes), chance.randint(8, 16)
        if theme not in bounds:
            bounds[theme] = server.document(f"/tiles/{theme}.json").get("bounds")
        west, south, east, north = bounds[theme] or (-1.8, 48, -1.5, 48.2)
        side, latitude = 1 << zoom, math.radians(max(-85, min(85, chance.uniform(south, north))))
        x = int((chance.uniform(west, east) + 180) / 360 * side)
        y = int((1 - math.asinh(math.tan(latitude)) / math.pi) / 2 * side)
        yield f"/tiles/{theme}/{zoom}/{min(x, side - 1)}/{y}"


def measure(options, state, cache):
    server = Server(options.data, state, cache)
    pid, sent = server.process.pid, 0

    def show(asked):
        now = status(pid)
        print(f"{cache:>6} {asked:7} {now['RssAnon']:10.1f} {now['RssFile']:12.1f} {now['VmHWM']:9.1f} {sent / 1e6:9.1f}", flush=True)

    print("cache    tiles  anonymous  mapped files      peak  MB sent")
    for asked, address in enumerate(addresses(server, options.tiles)):
        if asked in MARKS:
            show(asked)
        sent += len(server.get(address))
    show(options.tiles)
    print("       " + ", ".join(f"{kind} {size:.1f} MB" for kind, size in kinds(pid).most_common()))
    server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=10_000)
    parser.add_argument("--cache", default="256M")
    parser.add_argument("--state", help="where DATA are prepared already")
    parser.add_argument("data", nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tuilerie-bench-") as folder:
        state = options.state or f"{folder}/state"
        subprocess.run([TUILERIE, "prepare", "--quiet", "--state", state, *options.data], check=False)
        measure(options, state, "0")
        measure(options, state, options.cache)


main()

# SPDX-License-Identifier: EUPL-1.2
"""A day of life in minutes: mixed traffic on one server while its data change, it is told to look again, tiles are
purged and seeded. Now and then the data rest, and sampled tiles are held against those of a server without caches
that has just prepared the data as they are.

usage: soak.py [--minutes N] [--seed N]"""

import argparse
import gzip
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from city import THEMES, City
from traffic import Traffic

from crowd import handles, memory, metric, until
from harness import FOLDER, TUILERIE, Server, case, equal, run

CHANGES = 5  # between two rests
SAMPLES = 60
SLACK = 8 << 20  # bytes, and a tenth, by which memory may have grown in the last quarter


class Soak:
    def __init__(self, minutes, seed):
        self.chance = random.Random(seed)
        self.seed = seed
        self.end = time.monotonic() + minutes * 60
        self.city = City(self.chance)
        self.differing, self.compared = [], 0
        self.memory, self.handles = [], []
        self.acts, self.seeds = {}, []
        self.statuses, self.wrong = {}, []
        self.server = Server("--data-quiet=200", "--data-poll=1", "--log-requests=no", "--cache-memory=12M", "--cache-disk=48M",
                             "--queue-limit=64", "--connection-timeout=5", data=[self.city.folder])
        self.server.wait_for("preparation is done")

    def count(self, act):
        self.acts[act] = self.acts.get(act, 0) + 1

    def look_again(self):
        self.server.process.send_signal(signal.SIGHUP)

    def purge(self):
        theme = self.chance.choice(THEMES)
        subprocess.run([TUILERIE, "purge", "--state", self.server.state, theme, "--zoom", "8-13"], check=True, stdout=subprocess.DEVNULL)

    def start_seed(self):
        self.seeds.append(subprocess.Popen(
            [TUILERIE, "seed", self.city.file("arbres"), "--zoom", "6-13", "--jobs=1", "--state", self.server.state, "--quiet"],
            stderr=subprocess.PIPE, text=True))

    def act(self):
        """Something happens to the data, or is done by the administrator."""
        what = self.chance.choice(["change"] * 5 + ["look_again", "purge", "start_seed"])
        self.count(self.city.change() if what == "change" else what)
        if what != "change":
            getattr(self, what)()

    def end_seeds(self):
        for process in self.seeds:
            _, told = process.communicate(timeout=300)
            # data may change under it: it says so, and ends
            if process.returncode not in (0, 1):
                self.wrong.append(("seed", process.returncode, told))
        self.seeds = []

    def settle(self):
        """Waits until the server has taken in the data as they are."""
        def freshness():
            return self.server.get("/healthz").json()["freshness"]

        self.city.bring_back()
        self.end_seeds()
        time.sleep(0.3)  # what changed a moment ago counts as being written
        looks = freshness()["looks"]
        # one may have been under way: the next sees all of it
        until("looked again", lambda: self.look_again() or freshness()["looks"] > looks + 1)
        until("prepared", lambda: all(metric(self.server, "tuilerie_themes", f'state="{state}"') == 0 for state in ("waiting", "failed"))
              and metric(self.server, "tuilerie_themes_outdated") == 0)

    def compare(self, traffic):
        """Tiles served lately, asked again, against fresh ones."""
        state = tempfile.mkdtemp(prefix="fresh-", dir=FOLDER)
        with Server("--cache-memory=0", "--cache-disk=0", "--log-requests=no", data=[self.city.folder], state=state) as fresh:
            fresh.wait_for("preparation is done")
            for address in traffic.sample(self.chance, SAMPLES):
                served, made = self.server.get(address, Accept_Encoding="gzip"), fresh.get(address, Accept_Encoding="gzip")
                self.compared += 1
                if (served.status, served.header("ETag"), content(served)) != (made.status, made.header("ETag"), content(made)):
                    self.differing.append((address, served.status, made.status, len(served.body), len(made.body)))
        subprocess.run(["rm", "-r", state], check=True)

    def live(self):
        with Traffic(self.server, self.seed) as traffic:
            while time.monotonic() < self.end or len(self.memory) < 3:
                for _ in range(CHANGES):
                    self.act()
                    time.sleep(self.chance.uniform(0.1, 2))
                self.settle()
                self.compare(traffic)
                self.memory.append(memory(self.server))
                self.handles.append(handles(self.server))
        self.statuses, self.wrong = traffic.statuses, self.wrong + traffic.wrong
        until("closed its connections", lambda: handles(self.server) <= min(self.handles))

    def tell(self):
        for (kind, status), count in sorted(self.statuses.items()):
            print(f"# {kind} {status}: {count}")
        print(f"# done to it: {self.acts}")
        print(f"# {self.compared} tiles compared; memory {[round(bytes / 1e6) for bytes in self.memory]} MB; handles {self.handles}")
        print("# " + "; ".join(line for line in self.server.get("/metrics").body.decode().splitlines()
                               if line.startswith(("tuilerie_tiles_carried", "tuilerie_versions_replaced", "tuilerie_cache_hits"))))


def content(reply):
    return gzip.decompress(reply.body) if reply.body else b""


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


options = parse()
soak = None


@case(f"{options.minutes:g} minutes of it are lived through")
def _():
    global soak
    soak = Soak(options.minutes, options.seed)
    try:
        soak.live()
    finally:
        soak.end_seeds()
        soak.tell()


@case("no tile was wrong")
def _():
    equal(soak.differing[:5], [])
    assert soak.compared >= SAMPLES


@case("every request was answered, with nothing worse than a 503 that says when to come back")
def _():
    equal(soak.wrong[:5], [])
    answered = {status for (kind, status), count in soak.statuses.items() if kind == "tile"}
    assert {200, 204, 304} <= answered, answered


@case("memory and handles are as they were")
def _():
    last = max(len(soak.memory) // 4, 1)  # caches and the allocator's pools fill first
    before, after = max(soak.memory[-2 * last:-last]), max(soak.memory[-last:])
    assert after < before * 1.1 + SLACK, soak.memory
    assert soak.handles[-1] < soak.handles[0] + 40, soak.handles


@case("it ends when told to")
def _():
    equal(soak.server.stop(), 0)


if __name__ == "__main__":
    run()

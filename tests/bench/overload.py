# SPDX-License-Identifier: EUPL-1.2
"""Ready tiles while more cold ones are asked for than can be made: what the others' haste costs who asks for a tile
that is there.

usage: overload.py [--rounds R] [--requests N] [--clients C] DATA...

In turn, on one server: N ready tiles one after the other on a connection kept alive, at peace; then the same while C
clients ask for cold tiles as fast as they are answered. The figures to compare are the two middle and 99th
percentile times of one round; the machine has to make tiles meanwhile, so that a thread waits for its turn."""

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from warm import TUILERIE, Client, Tuilerie, candidates


def times(client, paths, count):
    found = []
    for number in range(count):
        began = time.perf_counter()
        client.get(paths[number % len(paths)])
        found.append(time.perf_counter() - began)
    found.sort()
    return found[len(found) // 2] * 1e6, found[len(found) * 99 // 100] * 1e6


class Flood:
    """Clients that ask for tiles nobody has asked for yet."""

    def __init__(self, port, cold, clients):
        self.port, self.cold = port, cold
        self.done = threading.Event()
        self.statuses = {}
        self.threads = [threading.Thread(target=self.ask) for _ in range(clients)]

    def ask(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        while not self.done.is_set():
            connection.request("GET", next(self.cold))
            answer = connection.getresponse()
            answer.read()
            self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
            if answer.status == 503:
                time.sleep(0.05)
        connection.close()

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        for thread in self.threads:
            thread.join()


class Cold:
    """Addresses without end; the cache is too small to keep them."""

    def __init__(self, paths):
        self.paths, self.lock, self.next = paths, threading.Lock(), 0

    def __next__(self):
        with self.lock:
            self.next += 1
            return self.paths[self.next % len(self.paths)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--apart", help=argparse.SUPPRESS)  # the flood's own process: its port and its addresses
    parser.add_argument("data", nargs="*")
    options = parser.parse_args()
    if options.apart:
        flood_apart(options)
        return
    with tempfile.TemporaryDirectory(prefix="tuilerie-bench-") as folder:
        subprocess.run([TUILERIE, "prepare", *options.data, "--state", f"{folder}/state", "--quiet"], check=True)
        server = Tuilerie(options.data, f"{folder}/state", "--cache-memory=4M", "--cache-disk=0", "--queue-limit=16",
                          "--waiting-per-address=0")
        try:
            compare(server, folder, options)
        finally:
            server.stop()


def flood_apart(options):
    """In a process of its own, so that the clients of cold tiles do not hold up the one that is timed."""
    with open(options.apart) as file:
        port, cold = json.load(file)
    with Flood(port, Cold(cold), options.clients) as flood:
        print("flooding", flush=True)
        sys.stdin.read()
    print(json.dumps(flood.statuses), flush=True)


def compare(server, folder, options):
    client = Client(server.port)
    paths = candidates(client, random.Random(2))
    warm, cold = [], paths[500:]
    for path in paths[:500]:
        answer, body = client.get(path)
        if answer.status == 200 and len(body) < 20_000 and len(warm) < 20:
            warm.append(path)
    with open(f"{folder}/flood.json", "w") as file:
        json.dump([server.port, cold], file)
    print("round  at peace p50 us      p99   flooded p50 us      p99   ratio p50    p99   answers to the flood")
    ratios = []
    for number in range(options.rounds):
        times(client, warm, 200)
        peace = times(client, warm, options.requests)
        flood = subprocess.Popen([sys.executable, os.path.abspath(__file__), "--apart", f"{folder}/flood.json", "--clients",
                                  str(options.clients)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        flood.stdout.readline()
        storm = times(client, warm, options.requests)
        statuses, _ = flood.communicate()
        ratios.append((storm[0] / peace[0], storm[1] / peace[1]))
        print(f"{number:5} {peace[0]:18.0f} {peace[1]:8.0f} {storm[0]:16.0f} {storm[1]:8.0f} {ratios[-1][0]:11.1f} {ratios[-1][1]:6.1f}   {statuses.strip()}")
    print(f"middle of the rounds: p50 {statistics.median(ratio[0] for ratio in ratios):.1f}, p99 {statistics.median(ratio[1] for ratio in ratios):.1f}")


main()

# SPDX-License-Identifier: EUPL-1.2
"""Ready tiles: this server against nginx giving out the same bytes as files, in turn, on one machine.

usage: warm.py [--tiles N] [--seconds S] [--rounds R] [--connections C] DATA...

Up to N tiles of 2 to 50 kB, taken over all zooms of the themes of DATA, are asked over C connections kept alive.
Four ways: from memory; from the disk cache with no memory; as 304 to a client that has them; and from nginx
with sendfile and open_file_cache, without a log. The figure to compare is the CPU time of the server over that of
the client, which shares the machine's ups and downs; requests a second depend on who else is at work.

Needs wrk and nginx (Debian: wrk, nginx-light) and the program in $TUILERIE."""

import argparse
import atexit
import contextlib
import gzip
import http.client
import json
import math
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TUILERIE = os.environ.get("TUILERIE", "./tuilerie")
SMALLEST, LARGEST = 2_000, 50_000  # bytes, gzipped
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


class Tuilerie:
    def __init__(self, data, state, *options):
        self.port = free_port()
        self.process = subprocess.Popen(
            [TUILERIE, "serve", *data, "--listen", f"127.0.0.1:{self.port}", "--state", state, "--log-requests=no", *options],
            stderr=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)
        for line in self.process.stderr:
            if "listening on" in line:
                break
        else:
            sys.exit("the server did not start")
        # nobody may stop the server by not reading what it says
        self.drain = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)

    def pids(self):
        return [self.process.pid]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.drain.wait()


class Nginx:
    def __init__(self, folder):
        self.port = free_port()
        self.folder = folder
        with open(f"{folder}/nginx.conf", "w") as file:
            file.write(f"""
daemon off; worker_processes {os.cpu_count()}; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_rlimit_nofile 32768;
events {{ worker_connections 2048; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000; gzip off;
  open_file_cache max=20000 inactive=1h; open_file_cache_valid 1h; open_file_cache_min_uses 1;
  types {{ }} default_type application/vnd.mapbox-vector-tile;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{self.port} backlog=1024; root {folder}/files;
    add_header Access-Control-Allow-Origin *; add_header Cache-Control "public, max-age=60";
    add_header Content-Encoding gzip; add_header Vary Accept-Encoding;
  }}
}}""")
        self.process = subprocess.Popen(["nginx", "-p", folder, "-c", f"{folder}/nginx.conf"])
        atexit.register(self.process.terminate)
        time.sleep(1)

    def pids(self):
        me = str(self.process.pid)
        children = subprocess.run(["pgrep", "-P", me], capture_output=True, text=True).stdout.split()
        return [me, *children]

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Client:
    """One kept connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def get(self, path):
        for _ in range(600):
            self.connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = self.connection.getresponse()
            body = answer.read()
            if answer.status != 503:
                return answer, body
            time.sleep(0.1)
        sys.exit(f"{path}: busy for ever")

    def document(self, path):
        answer, body = self.get(path)
        return json.loads(gzip.decompress(body) if answer.getheader("Content-Encoding") == "gzip" else body)


def tile_of(longitude, latitude, zoom):
    side = 1 << zoom
    latitude = math.radians(max(-85.05, min(85.05, latitude)))
    x = int((longitude + 180) / 360 * side)
    y = int((1 - math.asinh(math.tan(latitude)) / math.pi) / 2 * side)
    return max(0, min(side - 1, x)), max(0, min(side - 1, y))


def themes_of(client):
    return [theme["id"] for theme in client.document("/?f=json")["themes"]]


def candidates(client, random_source):
    """Tiles within the bounds of the themes, all zooms mixed."""
    every = []
    for theme in themes_of(client):
        document = client.document(f"/tiles/{theme}.json")
        west, south, east, north = document["bounds"]
        for zoom in range(document["minzoom"], min(document["maxzoom"], 16) + 1):
            left, top = tile_of(west, north, zoom)
            right, bottom = tile_of(east, south, zoom)
            cells = (right - left + 1) * (bottom - top + 1)
            for cell in random_source.sample(range(cells), min(cells, 3000)):
                x, y = left + cell % (right - left + 1), top + cell // (right - left + 1)
                every.append(f"/tiles/{theme}/{zoom}/{x}/{y}")
    random_source.shuffle(every)
    return every


def gather(server, folder, count):
    """Asks until COUNT tiles of the right size are found; writes them as files and their lists."""
    client = Client(server.port)
    found = []
    for path in candidates(client, random.Random(1)):
        answer, body = client.get(path)
        if answer.status == 200 and SMALLEST <= len(body) <= LARGEST:
            file = f"{folder}/files{path}"
            os.makedirs(os.path.dirname(file), exist_ok=True)
            with open(file, "wb") as out:
                out.write(body)
            found.append((path, answer.getheader("ETag"), len(body)))
            if len(found) == count:
                break
    with open(f"{folder}/paths", "w") as out:
        out.writelines(path + "\n" for path, _, _ in found)
    with open(f"{folder}/tags", "w") as out:
        out.writelines(f"{path} {tag}\n" for path, tag, _ in found)
    if not found:
        sys.exit("no tile of these data has between 2 and 50 kB")
    print(f"{len(found)} tiles, {sum(size for _, _, size in found)} bytes, median {statistics.median(size for _, _, size in found):.0f}")
    return found


def measure(server, paths, options):
    before = cpu_seconds(server.pids())
    run = subprocess.run(["/usr/bin/time", "-f", "CLIENT %U %S", "wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s",
                          "--timeout", "10s", "-s", f"{HERE}/warm.lua", f"http://127.0.0.1:{server.port}"],
                         env={**os.environ, "PATHS": paths}, capture_output=True, text=True)
    spent = cpu_seconds(server.pids()) - before
    result = re.search(r"RESULT (\d+) (\S+) (\S+) (\S+) (\d+) (\d+)", run.stdout)
    client = re.search(r"CLIENT (\S+) (\S+)", run.stderr)
    if not result or not client:
        sys.exit(run.stdout + run.stderr)
    requests, seconds, half, most, errors, statuses = map(float, result.groups())
    if errors or statuses:
        sys.exit(f"{errors:.0f} broken requests, {statuses:.0f} with another status")
    mine = sum(map(float, client.groups()))
    return {"rate": requests / seconds, "ratio": spent / mine, "cpu": spent / requests * 1e6, "p50": half, "p99": most}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=5000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--state", help="where DATA are prepared already")
    parser.add_argument("data", nargs="+")
    options = parser.parse_args()
    for tool in ("wrk", "nginx"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="tuilerie-bench-") as folder:
        os.chmod(folder, 0o755)
        state = options.state or f"{folder}/state"
        memory = Tuilerie(options.data, state, "--cache-memory", "1G")
        gather(memory, folder, options.tiles)
        ways = {"memory": (memory, f"{folder}/paths"), "304": (memory, f"{folder}/tags")}
        if "--cache-disk" in subprocess.run([TUILERIE, "serve", "--help"], capture_output=True, text=True).stdout:
            disk = Tuilerie(options.data, state, "--cache-memory", "0")
            ways["disk"] = (disk, f"{folder}/paths")
        ways["nginx"] = (Nginx(folder), f"{folder}/paths")
        try:
            results = {way: [] for way in ways}
            for way, (server, paths) in ways.items():
                measure(server, paths, options)  # fills what is to be filled
            for _ in range(options.rounds):
                for way, (server, paths) in ways.items():
                    results[way].append(measure(server, paths, options))
        finally:
            for server in {server for server, _ in ways.values()}:
                server.stop()
    print("way      server CPU / client CPU   requests/s   CPU us/request   p50 us   p99 us   requests/s against nginx")
    for way, runs in results.items():
        middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        against = statistics.median(run["rate"] / peer["rate"] for run, peer in zip(runs, results["nginx"]))
        print(f"{way:8} {middle['ratio']:8.2f} {middle['rate']:25.0f} {middle['cpu']:14.1f} {middle['p50']:13.0f} {middle['p99']:8.0f} {against:16.2f}")


if __name__ == "__main__":
    main()

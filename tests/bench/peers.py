# SPDX-License-Identifier: EUPL-1.2
"""Cold tiles of this server, PostGIS and MapServer, of the same data, in turn.

usage: peers.py [--themes N] [--zooms 8,10,12,14,16] [--tiles N] [--seconds S] [--state FOLDER] DATA...

The N themes with most features are loaded into a PostgreSQL of its own and written as FlatGeobuf for MapServer, each
as its manual advises. Tiles lie around features taken at random. PostGIS is asked over one kept connection by a
prepared ST_AsMVT, MapServer over FastCGI. A tile counts the processor time of its server; with gzip, that of zlib at
level 6 is added for the peers, who leave it to a proxy. HTTP is counted for this server only. Who takes longer than S seconds for the tiles of
a zoom is not asked the rest, which then counts for nobody.

Needs Debian's postgresql-15-postgis-3 and gdal-bin; cgi-mapserver and spawn-fcgi if MapServer shall take part."""

import argparse
import atexit
import collections
import ctypes
import ctypes.util
import glob
import http.client
import json
import math
import os
import re
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

TUILERIE = os.environ.get("TUILERIE", "./tuilerie")
MAPSERV = shutil.which("mapserv", path="/usr/lib/cgi-bin:" + os.environ["PATH"])
BUFFER, EXTENT = 64, 4096
BINARY, TUPLES_OK = 1, 2
OID_INTEGER = 23

Theme = collections.namedtuple("Theme", "id dataset layer crs table")
Cost = collections.namedtuple("Cost", "cpu wall raw")


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def cpu_ms(pids):
    paths = [path for pid in pids for path in glob.glob(f"/proc/{pid}/task/*/schedstat")]
    return sum(int(open(path).read().split()[0]) for path in paths) / 1e6


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tile_of(longitude, latitude, zoom):
    side = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(max(-85.05, min(85.05, latitude))))) / math.pi) / 2
    return zoom, min(side - 1, int((longitude + 180) / 360 * side)), min(side - 1, max(0, int(y * side)))


class Tuilerie:
    name = "ours"

    def __init__(self, data, state):
        self.process = subprocess.Popen(
            [TUILERIE, "serve", *data, "--listen", "127.0.0.1:0", "--state", state, "--log-requests=no", "--cache-memory", "0",
             "--cache-disk", "0"], stderr=subprocess.PIPE, text=True, errors="replace")
        atexit.register(self.process.kill)
        port = next((found[1] for found in map(re.compile(r"listening on 127\.0\.0\.1:(\d+)").search, self.process.stderr) if found), None)
        if not port:
            sys.exit("the server did not start")
        self.drain = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=120)
        self.pids = [self.process.pid]

    def get(self, theme, tile, packed):
        try:
            return self.fetch(theme, tile, packed)
        except http.client.RemoteDisconnected:  # for silence, while others were asked
            self.connection.close()
            return self.fetch(theme, tile, packed)

    def fetch(self, theme, tile, packed):
        self.connection.request("GET", f"/tiles/{theme.id}/{'/'.join(map(str, tile))}",
                                headers={"Accept-Encoding": "gzip" if packed else "identity"})
        return self.connection.getresponse().read()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class PostGIS:
    name = "PostGIS"

    def __init__(self, folder):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        library = ctypes.util.find_library("pq")
        if not programs or not library or not shutil.which("ogr2ogr"):
            skip("PostgreSQL, its client library or ogr2ogr is not installed")
        self.bin, self.folder, self.port = os.path.dirname(programs[-1]), f"{folder}/postgres", free_port()
        os.mkdir(self.folder)
        # PostgreSQL will not run as root
        self.user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.user:
            shutil.chown(self.folder, "postgres")
        run(*self.user, f"{self.bin}/initdb", "-D", f"{self.folder}/data", "-A", "trust", "-U", "postgres", cwd=self.folder)
        options = (f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c shared_buffers=1GB -c jit=off -c fsync=off "
                   "-c max_parallel_workers_per_gather=0")
        subprocess.run([*self.user, f"{self.bin}/pg_ctl", "-D", f"{self.folder}/data", "-l", f"{self.folder}/log", "-o", options, "-w",
                        "start"], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
        atexit.register(self.stop)
        self.pq = ctypes.CDLL(library)
        for function in ("PQconnectdb", "PQexec", "PQprepare", "PQexecPrepared", "PQgetvalue", "PQerrorMessage"):
            getattr(self.pq, function).restype = ctypes.c_void_p
        self.place = f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"
        self.connection = ctypes.c_void_p(self.pq.PQconnectdb(self.place.encode()))
        if self.rows("select postgis_version()" if self.rows("create extension postgis") is not None else "") is None:
            self.stop()
            skip("PostGIS is not installed")
        self.pids = [int(self.rows("select pg_backend_pid()")[0][0])]

    def answer(self, result):
        """The rows as bytes, or None for an error."""
        result = ctypes.c_void_p(result)
        rows = None
        if self.pq.PQresultStatus(result) in (1, TUPLES_OK):
            rows = [[ctypes.string_at(self.pq.PQgetvalue(result, row, column), self.pq.PQgetlength(result, row, column))
                     for column in range(self.pq.PQnfields(result))] for row in range(self.pq.PQntuples(result))]
        self.pq.PQclear(result)
        return rows

    def rows(self, sql):
        return self.answer(self.pq.PQexec(self.connection, sql.encode()))

    def load(self, theme):
        run("ogr2ogr", "-f", "PostgreSQL", f"PG:{self.place}", theme.dataset, theme.layer, "-nln", theme.table, "-lco", "GEOMETRY_NAME=geom",
            "-lco", "FID=gid", "-nlt", "PROMOTE_TO_MULTI", "-a_srs", theme.crs, "--config", "PG_USE_COPY", "YES")
        self.rows(f"vacuum analyze {theme.table}")
        columns = [row[0].decode() for row in self.rows(
            f"select quote_ident(column_name) from information_schema.columns where table_name = '{theme.table}' "
            "and column_name not in ('geom', 'gid') order by ordinal_position")]
        srid = self.rows(f"select st_srid(geom) from {theme.table} limit 1")[0][0].decode()
        # as pg_tileserv writes it
        self.pq.PQprepare(self.connection, theme.table.encode(), f"""
            select ST_AsMVT(tile, '{theme.table}', {EXTENT}, 'geom') from (
              select ST_AsMVTGeom(ST_Transform(rows.geom, 3857), ST_TileEnvelope($1, $2, $3), {EXTENT}, {BUFFER}, true) as geom
                {"".join(", " + column for column in columns)} from {theme.table} rows
              where rows.geom && ST_Transform(ST_TileEnvelope($1, $2, $3, margin => {BUFFER / EXTENT}), {srid})) tile
            """.encode(), 3, (ctypes.c_uint * 3)(*[OID_INTEGER] * 3))

    def places(self, theme):
        """Longitude and latitude of features in no order."""
        return [tuple(map(float, row)) for row in self.rows(
            f"select st_x(p), st_y(p) from (select st_transform(st_pointonsurface(geom), 4326) p from {theme.table} "
            "order by md5(gid::text) limit 4000) places")]

    def get(self, theme, tile, packed):
        values = (ctypes.c_char_p * 3)(*[str(number).encode() for number in tile])
        rows = self.answer(self.pq.PQexecPrepared(self.connection, theme.table.encode(), 3, values, None, None, BINARY))
        return rows[0][0] if rows else b""

    def stop(self):
        if os.path.exists(f"{self.folder}/data/postmaster.pid"):
            subprocess.run([*self.user, f"{self.bin}/pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop"],
                           stdout=subprocess.DEVNULL, cwd=self.folder)


class MapServer:
    """One process a theme: with FlatGeobuf MapServer 8.0 does not survive the second layer it is asked for."""

    name = "MapServer"

    def __init__(self, folder):
        self.folder, self.pids = f"{folder}/mapserver", []
        os.mkdir(self.folder)
        with open(f"{self.folder}/conf", "w") as file:
            file.write('CONFIG ENV MS_MAP_PATTERN ".*" END END\n')
        atexit.register(self.stop)

    def load(self, theme):
        file = f"{self.folder}/{theme.table}.fgb"
        run("ogr2ogr", "-f", "FlatGeobuf", file, theme.dataset, theme.layer, "-nln", theme.table)
        kind = re.search(r"Geometry: .*?(Point|Line|Polygon)", run("ogrinfo", "-so", file, theme.table))
        with open(f"{self.folder}/theme.map", "w") as out:
            out.write(f"""MAP NAME m SIZE 256 256 EXTENT -20037508 -20037508 20037508 20037508 UNITS METERS PROJECTION "init=epsg:3857" END
                OUTPUTFORMAT NAME mvt DRIVER MVT FORMATOPTION "EXTENT={EXTENT}" FORMATOPTION "EDGE_BUFFER={BUFFER // 16}" END
                WEB METADATA "ows_enable_request" "*" END END
                LAYER NAME "{theme.table}" TYPE {kind[1] if kind else "Polygon"} STATUS OFF PROJECTION "init={theme.crs.lower()}" END
                  PROCESSING "CLOSE_CONNECTION=DEFER" METADATA "gml_include_items" "all" END CLASS END
                  CONNECTIONTYPE FLATGEOBUF DATA "{file}" END END""")
        self.start()

    def start(self):
        self.stop()
        run("spawn-fcgi", "-s", f"{self.folder}/socket", "-P", f"{self.folder}/pid", "--", MAPSERV,
            env={**os.environ, "MAPSERVER_CONFIG_FILE": f"{self.folder}/conf"})
        self.pids = [int(open(f"{self.folder}/pid").read())]
        self.connect()

    def connect(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(120)
        self.socket.connect(f"{self.folder}/socket")

    def read(self, length):
        parts = bytearray()
        while len(parts) < length:
            part = self.socket.recv(min(1 << 20, length - len(parts)))
            if not part:
                raise ConnectionError
            parts += part
        return bytes(parts)

    def ask(self, query):
        def record(kind, content):
            return struct.pack(">BBHHBB", 1, kind, 1, len(content), 0, 0) + content

        pairs = b"".join(struct.pack(">BL", len(name), len(value) | 1 << 31) + name + value for name, value in (
            (b"REQUEST_METHOD", b"GET"), (b"QUERY_STRING", query.encode())))
        self.socket.sendall(record(1, struct.pack(">HB5x", 1, 1)) + record(4, pairs) + record(4, b"") + record(5, b""))
        out = []
        while True:
            _, kind, _, length, padding, _ = struct.unpack(">BBHHBB", self.read(8))
            content = self.read(length + padding)[:length]
            if kind == 6:
                out.append(content)
            elif kind == 3:
                head, _, body = b"".join(out).partition(b"\r\n\r\n")
                return body if b"mapbox" in head or b"protobuf" in head else None

    def get(self, theme, tile, packed):
        zoom, x, y = tile
        try:
            return self.ask(f"map={self.folder}/theme.map&mode=tile&tilemode=gmap&tile={x}+{y}+{zoom}&layers={theme.table}&map.imagetype=mvt")
        except OSError:
            self.start()
            return None

    def stop(self):
        for pid in self.pids:  # it lets SIGTERM wait for one more request
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.pids:
            self.socket.close()
            os.unlink(f"{self.folder}/socket")
        self.pids = []


def ask(server, theme, tiles, packed, seconds):
    """What each tile cost, in order, None where the server failed; fewer when time ran out."""
    costs, end = [], time.monotonic() + seconds
    for tile in tiles:
        before, start, squeezed = cpu_ms(server.pids), time.perf_counter(), 0
        body = server.get(theme, tile, packed)
        if body is not None and packed and server.name != "ours":
            squeezing = time.thread_time()
            squeezer = zlib.compressobj(6, wbits=31)
            squeezer.compress(body)
            squeezer.flush()
            squeezed = (time.thread_time() - squeezing) * 1000
        wall = (time.perf_counter() - start) * 1000
        costs.append(None if body is None else Cost(cpu_ms(server.pids) - before + squeezed, wall, len(body)))
        if time.monotonic() > end:
            break
    return costs


def at(sorted_values, share):
    return sorted_values[int((len(sorted_values) - 1) * share + 0.5)]


def compare(servers, theme, zoom, tiles, options, ratios):
    for packed in (False, True):
        costs = {server: ask(server, theme, tiles, packed, options.seconds) for server in servers}
        costs = {server: of for server, of in costs.items() if 2 * of.count(None) < len(of)}
        tiles_of_all = [tile for tile in zip(*costs.values()) if all(tile)]
        if not tiles_of_all or len(costs) < 2:
            continue
        count, of_each = len(tiles_of_all), dict(zip((server.name for server in costs), zip(*tiles_of_all)))
        cpu = {name: statistics.fmean(cost.cpu for cost in of) for name, of in of_each.items()}
        p99 = {name: at(sorted(cost.wall for cost in of), 0.99) for name, of in of_each.items()}
        raw = {name: statistics.fmean(cost.raw for cost in of) for name, of in of_each.items()}
        ratio = min(value for name, value in cpu.items() if name != "ours") / cpu["ours"]
        ratios[packed].append(ratio)
        cells = " ".join(f"{cpu.get(server.name, math.nan):9.2f}" for server in servers)
        print(f"{theme.id[:30]:30} {zoom:2} {'gzip' if packed else 'plain':5} {count:5} {cells} {ratio:8.2f} "
              f"{p99['ours']:8.1f} {min(value for name, value in p99.items() if name != 'ours'):8.1f} "
              f"{raw['ours']:9.0f} {raw.get('PostGIS', math.nan):9.0f}", flush=True)


def themes_of(state, count):
    found = []
    for path in glob.glob(f"{state}/themes/*/*/theme.json"):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        found.append((document["feature_count"], document["theme"], document["source"]["dataset"], document["source"]["layer"], document["crs"]))
    found.sort(reverse=True)
    # a definition in full, and not by its code, is more than the peers' configurations can take
    found = [theme for theme in found if theme[0] and re.fullmatch(r"EPSG:\d+", theme[4])]
    return [Theme(*theme[1:], f"t{number}") for number, theme in enumerate(found[:count])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--themes", type=int, default=6)
    parser.add_argument("--zooms", default="8,10,12,14,16")
    parser.add_argument("--tiles", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--state", help="where DATA, and nothing else, are prepared already")
    parser.add_argument("data", nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tuilerie-bench-") as folder:
        os.chmod(folder, 0o755)
        state = options.state or f"{folder}/state"
        postgis = PostGIS(folder)
        run(TUILERIE, "prepare", "--quiet", "--state", state, *options.data)
        themes = themes_of(state, options.themes)
        servers = [Tuilerie(options.data, state), postgis]
        if MAPSERV and shutil.which("spawn-fcgi"):
            servers.append(MapServer(folder))
        else:
            print("without MapServer: cgi-mapserver or spawn-fcgi is not installed")
        print("theme                           z       tiles " + " ".join(f"{server.name:>9}" for server in servers)
              + " best/ours p99 ours p99 best  raw ours  PostGIS")
        ratios = {False: [], True: []}
        for theme in themes:
            for peer in servers[1:]:
                peer.load(theme)
            places = postgis.places(theme)
            for zoom in map(int, options.zooms.split(",")):
                tiles = list(dict.fromkeys(tile_of(*place, zoom) for place in places))[: options.tiles]
                compare(servers, theme, zoom, tiles, options, ratios)
        for packed, values in ratios.items():
            if values:
                print(f"{'gzip' if packed else 'plain'}: best peer / ours, processor time, median {statistics.median(values):.2f}, least {min(values):.2f}")
        for server in servers:
            server.stop()


main()

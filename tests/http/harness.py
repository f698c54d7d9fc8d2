# SPDX-License-Identifier: EUPL-1.2
"""The program as clients meet it: data to serve, servers on free ports, requests, and TAP.

A test file defines its cases with @case("what is true"), and ends with run(). A case fails by an
exception; assert says what was wrong with its second operand."""

import contextlib
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback

from osgeo import gdal, ogr, osr

gdal.UseExceptions()
ogr.UseExceptions()

TUILERIE = os.environ["TUILERIE"]
WAIT = 300  # seconds after which a thing that should have happened counts as not happening
FOLDER = tempfile.mkdtemp(prefix="tuilerie-http-")
cases = []


def case(title):
    def add(function):
        cases.append((title, function))
        return function

    return add


def run():
    """Runs the cases in order, tells their results, and leaves nothing behind."""
    failed = 0
    print(f"1..{len(cases)}")
    try:
        for number, (title, function) in enumerate(cases, 1):
            try:
                function()
                print(f"ok {number} - {title}", flush=True)
            except Exception:
                failed += 1
                print(f"not ok {number} - {title}", flush=True)
                print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
    finally:
        for server in list(Server.running):
            try:
                server.stop()
            except AssertionError as error:
                failed += 1
                print(f"Bail out! {error}".replace("\n", "\n# "))
        shutil.rmtree(FOLDER)
    sys.exit(1 if failed else 0)


# Data.


def path(name):
    return os.path.join(FOLDER, name)


def reference(epsg):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def add_layer(dataset, name, kind, epsg, wkts, fields=("nom",)):
    layer = dataset.CreateLayer(name, reference(epsg), kind)
    for field in fields:
        layer.CreateField(ogr.FieldDefn(field, ogr.OFTString))
    layer.CreateField(ogr.FieldDefn("numero", ogr.OFTInteger))
    layer.CreateField(ogr.FieldDefn("surface", ogr.OFTReal))
    for number, wkt in enumerate(wkts, 1):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField(0, f"objet n° {number}")
        feature.SetField("numero", number)
        feature.SetField("surface", number / 4)
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        layer.CreateFeature(feature)


def many_layers(file, names):
    """A data set with a point in each of its layers."""
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    for name in names:
        add_layer(dataset, name, ogr.wkbPoint, 3948, ["POINT(1350000 7222400)"])
    return file


def add_communes(dataset, rows, column="code_insee", kind=ogr.OFTString):
    """The layer commune: of each its code, its name and its outline as WKT (EPSG:3948)."""
    layer = dataset.CreateLayer("commune", reference(3948), ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn(column, kind))
    layer.CreateField(ogr.FieldDefn("nom", ogr.OFTString))
    for code, name, outline in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField(0, code)
        feature.SetField("nom", name)
        feature.SetGeometry(ogr.CreateGeometryFromWkt(outline))
        layer.CreateFeature(feature)


def communes_file(name, rows, **column):
    """A data set with that layer alone."""
    file = path(name)
    add_communes(ogr.GetDriverByName("GPKG").CreateDataSource(file), rows, **column)
    return file


def square(x, y, side):
    return f"POLYGON(({x} {y},{x+side} {y},{x+side} {y+side},{x} {y+side},{x} {y}))"


PLAIN = ["ecole", "zone", "rue", "lieu", "vide"]
AWKWARD = ["allée d'été", 'dite "la haie"', "eau/assainissement", "100 % vert", "a?b#c&d=e", "日本 ✓"]


def theme_id(layer):
    """Of a layer of the city: some characters stand in no id."""
    return "ville:" + re.sub("[/?#%]", "_", layer)


def make_city():
    """Four sound themes in Rennes, one empty, and some with names that are hard on addresses."""
    file = path("ville.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    points = [f"POINT({1349000 + 40 * i} {7222000 + 30 * i})" for i in range(50)]
    zones = [square(1347000 + 800 * (i % 6), 7219000 + 800 * (i // 6), 800) for i in range(36)]
    lines = [f"LINESTRING(1348000 {7221000 + 50 * i},1353000 {7221500 + 50 * i})" for i in range(20)]
    add_layer(dataset, "ecole", ogr.wkbPoint, 3948, points, ("nom", "type d'école"))
    add_layer(dataset, "zone", ogr.wkbPolygon, 3948, zones)
    add_layer(dataset, "rue", ogr.wkbLineString, 3948, lines)
    add_layer(dataset, "lieu", ogr.wkbPoint, 4326, ["POINT(-1.68 48.11)", "POINT(-1.67 48.12)"])
    add_layer(dataset, "vide", ogr.wkbPolygon, 3948, [])
    for name in AWKWARD:
        add_layer(dataset, name, ogr.wkbPoint, 3948, points[:3])
    dataset = None
    return file


# A tile of "ville:ecole" that holds features, one of its pyramid that holds none, in both grids.
FULL = "14/8114/5688"
EMPTY = "14/0/0"


# Servers.


class Reply:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    def header(self, name):
        return self.headers.get(name)

    def json(self):
        assert self.header("Content-Type").split(";")[0] in ("application/json", "application/problem+json"), self.header("Content-Type")
        return json.loads(self.content().decode("utf-8"))

    def content(self):
        return gzip.decompress(self.body) if self.header("Content-Encoding") == "gzip" else self.body


class Server:
    """`tuilerie serve` on a free port; use as a context, or stop() it. However slow the machine, it refuses
    nobody for being late, unless the arguments say when."""

    running = []

    def __init__(self, *arguments, data=None, listen="127.0.0.1:0", state=None, environment=None):
        self.state = state or tempfile.mkdtemp(prefix="state-", dir=FOLDER)
        command = [TUILERIE, "serve", *([city()] if data is None else data), "--listen", listen, "--state", self.state,
                   "--deadline=600000", "--connection-timeout=600", *arguments]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="surrogateescape",
                                        env={**os.environ, **(environment or {})})
        self.log = []
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()
        Server.running.append(self)
        line = self.wait_for(r"listening on (\S+)")
        self.address = line.group(1)
        self.port = int(self.address.rsplit(":", 1)[1])

    def read_log(self):
        for line in self.process.stderr:
            with self.changed:
                self.log.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.log.append(None)
            self.changed.notify_all()

    def wait_for(self, pattern):
        """The match of the first line of the log in which PATTERN is found, waiting for it."""
        expression = re.compile(pattern)
        seen = 0
        with self.changed:
            while True:
                for line in self.log[seen:]:
                    assert line is not None, f"the server ended without: {pattern}\n" + self.text()
                    found = expression.search(line)
                    if found:
                        return found
                seen = len(self.log)
                assert self.changed.wait(WAIT), f"not in the log: {pattern}\n" + self.text()

    def text(self):
        return "\n".join(line for line in self.log if line is not None)

    def get(self, target, method="GET", body=None, **headers):
        """One request on its own connection; underscores in the names of headers become hyphens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
        with contextlib.closing(connection):
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.putrequest(method, target, skip_accept_encoding=True, skip_host="Host" in names)
            for name, value in names.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Reply(response, response.read())

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=WAIT)

    def raw(self, request):
        """Sends bytes, gives all that comes back until the server closes."""
        with contextlib.closing(self.connect()) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(request)
            return read_all(connection)

    def status(self, request):
        """The status of the answer to raw bytes, whose rest is not waited for: the server may keep the
        connection. None: it was closed without an answer."""
        with contextlib.closing(self.connect()) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(request)
            found = re.match(rb"HTTP/1\.[01] (\d+)", read_all(connection, b"\r\n"))
        return int(found.group(1)) if found else None

    def alive(self):
        assert self.get("/readyz").status == 200
        assert self.process.poll() is None

    def stop(self, number=signal.SIGTERM):
        """Ends it and gives its exit status, which sanitizers make something else than 0."""
        Server.running.remove(self)
        self.process.send_signal(number)
        return self.join()

    def join(self):
        try:
            status = self.process.wait(WAIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the server did not end:\n" + self.text())
        self.reader.join(WAIT)
        assert status == 0, f"exit status {status}\n" + self.text()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self in Server.running:
            self.stop()


def read_all(connection, end=None):
    """All that comes until the other side closes, or END has come."""
    received = b""
    with contextlib.suppress(OSError):
        while end is None or end not in received:
            part = connection.recv(65536)
            if not part:
                break
            received += part
    return received


made = {}


def has_ipv6():
    """May one listen on the loopback address of IPv6? Not in every container."""
    try:
        with socket.socket(socket.AF_INET6) as some:
            some.bind(("::1", 0))
    except OSError:
        print("# this system has no IPv6")
        return False
    return True


def city():
    if "city" not in made:
        made["city"] = make_city()
    return made["city"]


def server():
    """One server of the city that all cases of a file share."""
    if "server" not in made:
        made["server"] = Server()
        made["server"].wait_for("preparation is done")  # what is said of a theme changes with it
    return made["server"]


def command(*arguments, environment=None, binary=False, timeout=WAIT * 3):
    """Runs the program: exit status, standard output, standard error."""
    done = subprocess.run([TUILERIE, *arguments], capture_output=True, timeout=timeout,
                          env={**os.environ, **(environment or {})})
    return done.returncode, done.stdout if binary else done.stdout.decode(), done.stderr.decode()


def read_tile(tile):
    """Layers of an uncompressed tile, read by GDAL: {name: [attributes of each feature]}."""
    file = path("tile.mvt")
    with open(file, "wb") as out:
        out.write(tile)
    dataset = gdal.OpenEx(file, gdal.OF_VECTOR, open_options=["CLIP=NO"])
    layers = {}
    for i in range(dataset.GetLayerCount()):
        layer = dataset.GetLayer(i)
        layers[layer.GetName()] = [json.loads(feature.ExportToJson())["properties"] for feature in layer]
    return layers


def equal(left, right):
    assert left == right, f"{left!r} is not {right!r}"

# SPDX-License-Identifier: EUPL-1.2
"""Data that change while they are served: what becomes of the tiles, and of those who ask."""

import collections
import contextlib
import math
import os
import re
import shutil
import signal
import sqlite3
import tempfile
import threading
import time

from osgeo import ogr, osr

from harness import FOLDER, WAIT, Server, add_layer, case, equal, path, read_tile, run

TREES = 20000
SIDE = 9000  # metres
ORIGIN = (1347000, 7218000)


def folder():
    return tempfile.mkdtemp(prefix="data-", dir=FOLDER)


def make_trees(file, count=TREES, name="arbre"):
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    dataset.StartTransaction()
    row = int(math.sqrt(count))
    add_layer(dataset, name, ogr.wkbPoint, 3948,
              (f"POINT({ORIGIN[0] + SIDE / row * (i % row)} {ORIGIN[1] + SIDE / row * (i // row)})" for i in range(count)))
    dataset.CommitTransaction()


def edit(file, sql, layer="arbre"):
    dataset = ogr.Open(file, 1)
    dataset.ExecuteSQL(sql)
    dataset = None


def rename_tree(file, name, fid=7):
    edit(file, f"UPDATE arbre SET nom = '{name}' WHERE fid = {fid}")


def column_and_row(z, lon, lat):
    n = 2 ** z
    return int((lon + 180) / 360 * n), int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)


def tiles_around(zooms, reach, lon=-1.67, lat=48.11):
    for z in zooms:
        x, y = column_and_row(z, lon, lat)
        for i in range(-reach, reach + 1):
            for j in range(-reach, reach + 1):
                yield f"{z}/{x + i}/{y + j}"


def names(server, theme="arbres:arbre", tile="0/0/0"):
    """The names of the trees in a tile: 0/0/0 shows few, a deep one all."""
    reply = server.get(f"/tiles/{theme}/{tile}")
    assert reply.status in (200, 204), reply.status
    layers = read_tile(reply.content()) if reply.status == 200 else {}
    return {feature["nom"] for layer in layers.values() for feature in layer}


def wait_until(server, what, true):
    """Asks again each time the log has grown, and now and then."""
    last = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < last, f"never {what}\n" + server.text()
        with server.changed:
            server.changed.wait(0.1)


def rests(server):
    """Does it not look for changes for a while?"""
    def looks():
        return server.get("/healthz").json()["freshness"]["looks"]

    before = looks()
    time.sleep(1)
    return looks() == before


class Load:
    """Clients who ask for tiles all the while; none may be told of an error, or see a mixture."""

    def __init__(self, server, targets, whole=None):
        self.server, self.targets, self.whole = server, targets, whole
        self.done = threading.Event()
        self.wrong = []
        self.asked = 0
        self.threads = [threading.Thread(target=self.ask, args=(i,)) for i in range(4)]

    def ask(self, number):
        while not self.done.is_set():
            for target in self.targets[number % len(self.targets):] + self.targets:
                if self.done.is_set():
                    break
                reply = self.server.get(target, Accept_Encoding="identity")
                self.asked += 1
                if reply.status not in (200, 204):
                    self.wrong.append((target, reply.status, reply.body[:200]))
                elif self.whole and reply.status == 200 and not self.whole(reply.content()):
                    self.wrong.append((target, "a mixture"))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        for thread in self.threads:
            thread.join()
        equal(self.wrong[:5], [])
        assert self.asked > 0


def trees_server(*arguments):
    data = folder()
    file = os.path.join(data, "arbres.gpkg")
    make_trees(file)
    server = Server("--data-quiet=100", "--data-poll=1", "--log-requests=no", *arguments, data=[data])
    server.file, server.data = file, data
    server.wait_for("preparation is done")
    return server




def corner_tile(server):
    dataset = ogr.Open(server.file)
    feature = dataset.GetLayer(0).GetFeature(7)
    geometry = feature.GetGeometryRef().Clone()
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    geometry.TransformTo(degrees)
    x, y = column_and_row(17, geometry.GetX(), geometry.GetY())
    return f"17/{x}/{y}"


@case("one moved tree re-renders a few tiles; every kept one equals a fresh rendering")
def _():
    with trees_server() as server:
        targets = [f"/tiles/arbres:arbre/{tile}" for tile in tiles_around(range(9, 17), 3)]
        targets += [f"/tiles/arbres:arbre/CC48_10cm/{z}/{(1351000 - 0) // (26843545.6 / 2 ** z):.0f}/"
                    f"{(12000000 - 7222000) // (26843545.6 / 2 ** z):.0f}" for z in range(8, 18)]
        before = {target: server.get(target) for target in targets}
        rendered = server.get("/healthz").json()["tiles"]["rendered"]
        corner = corner_tile(server)
        assert "Chêne déplacé" not in names(server, tile=corner)
        dataset = ogr.Open(server.file, 1)
        layer = dataset.GetLayer(0)
        feature = layer.GetFeature(TREES // 2 + 70)
        point = feature.GetGeometryRef()
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT({point.GetX() + 4} {point.GetY() + 3})"))
        layer.SetFeature(feature)
        dataset = layer = feature = None
        found = server.wait_for(r"theme arbres:arbre: 1 feature changed; (\d+) tiles dropped, (\d+) kept")
        dropped, kept = int(found.group(1)), int(found.group(2))
        assert 1 <= dropped <= 60, found.group(0)
        assert kept > 300, found.group(0)
        rendered = server.get("/healthz").json()["tiles"]["rendered"]
        after = {target: server.get(target) for target in targets}
        made = server.get("/healthz").json()["tiles"]["rendered"] - rendered
        assert made <= dropped + 2, (made, dropped)
        fresh_state = tempfile.mkdtemp(prefix="state-", dir=FOLDER)
        with Server("--log-requests=no", data=[server.data], state=fresh_state) as fresh:
            fresh.wait_for("preparation is done")
            differing = 0
            for target in targets:
                other = fresh.get(target)
                equal((target, after[target].status, after[target].body), (target, other.status, other.body))
                equal(after[target].header("ETag"), other.header("ETag"))
                differing += before[target].body != after[target].body
            assert 1 <= differing <= dropped, (differing, dropped)
        health = server.get("/healthz").json()["freshness"]
        equal((health["tiles_dropped"], health["tiles_kept"], health["features_changed"]), (dropped, kept, 1))


def changed_by(change, sees=None):
    """A way of changing the file, under load, without an error; what is new is served."""
    with trees_server() as server:
        corner = corner_tile(server)
        targets = [f"/tiles/arbres:arbre/{tile}" for tile in [corner, *tiles_around(range(10, 15), 1)]]
        with Load(server, targets):
            change(server)
            wait_until(server, "changed", lambda: "Chêne vert" in names(server, tile=corner))
        server.alive()


@case("a file edited in place")
def _():
    changed_by(lambda server: rename_tree(server.file, "Chêne vert"))


@case("a file replaced by another, renamed into its place")
def _():
    def change(server):
        aside = os.path.join(server.data, ".arbres.gpkg.Xy12")  # as rsync does
        shutil.copy(server.file, aside)
        rename_tree(aside, "Chêne vert")
        os.rename(aside, server.file)

    changed_by(change)


@case("a file copied over piece by piece: what is half there is never read")
def _():
    def change(server):
        aside = os.path.join(FOLDER, "copie.gpkg")
        shutil.copy(server.file, aside)
        rename_tree(aside, "Chêne vert")
        with open(aside, "rb") as source, open(server.file, "wb") as target:
            while part := source.read(100000):
                target.write(part)
                target.flush()

    changed_by(change)


@case("a database in WAL mode, its file unchanged while the journal grows")
def _():
    with trees_server() as server:
        corner = corner_tile(server)
        with contextlib.closing(sqlite3.connect(server.file)) as database:
            database.enable_load_extension(False)
            triggers = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
            for trigger in triggers:
                database.execute(f'DROP TRIGGER "{trigger}"')  # they need functions of GDAL's
            database.execute("PRAGMA journal_mode = WAL")
            database.commit()
            server.wait_for("nothing in its data changed")
            size = os.stat(server.file).st_size
            database.execute("UPDATE arbre SET nom = 'Chêne vert' WHERE fid = 7")
            database.commit()
            assert os.stat(server.file + "-wal").st_size > 0
            equal(os.stat(server.file).st_size, size)
            wait_until(server, "changed", lambda: "Chêne vert" in names(server, tile=corner))
            server.wait_for("1 feature changed")
        # reading a database makes and takes away files beside it: that is no change
        wait_until(server, "quiet", lambda: rests(server))
        equal(server.text().count("1 feature changed"), 1)


@case("a file that is only touched makes no new version and drops nothing")
def _():
    with trees_server() as server:
        tag = server.get("/tiles/arbres:arbre/12/2029/1422").header("ETag")
        version = server.get("/tiles/arbres:arbre.json").json()["data_version"]
        os.utime(server.file)
        server.wait_for("nothing in its data changed")
        equal(server.get("/tiles/arbres:arbre/12/2029/1422").header("ETag"), tag)
        equal(server.get("/tiles/arbres:arbre.json").json()["data_version"], version)
        equal(server.get("/healthz").json()["freshness"]["replaced_versions"], 0)
        assert "tiles dropped" not in server.text()


@case("a GeoPackage added appears, removed goes, and comes back, without a restart")
def _():
    with trees_server() as server:
        other = os.path.join(server.data, "autres.gpkg")
        equal(server.get("/tiles/autres:buisson/0/0/0").status, 404)
        with Load(server, [f"/tiles/arbres:arbre/{tile}" for tile in tiles_around(range(10, 14), 1)]):
            make_trees(other, 100, "buisson")
            wait_until(server, "there", lambda: server.get("/tiles/autres:buisson/14/8114/5688").status != 404)
            server.wait_for("theme autres:buisson is new")
            os.rename(other, other + ".away")
            wait_until(server, "gone", lambda: server.get("/tiles/autres:buisson/0/0/0").status == 404)
            server.wait_for("theme autres:buisson is gone")
            os.rename(other + ".away", other)
            wait_until(server, "back", lambda: server.get("/tiles/autres:buisson/0/0/0").status != 404)
            server.wait_for("theme autres:buisson is back")
        equal(server.text().count("prepared theme autres:buisson"), 1)


@case("a file that is broken leaves the old version in service, and says so")
def _():
    with trees_server() as server:
        corner = corner_tile(server)
        before = server.get(f"/tiles/arbres:arbre/{corner}").body
        kept = server.file + ".kept"
        shutil.copy(server.file, os.path.join(FOLDER, "bon.gpkg"))
        with Load(server, [f"/tiles/arbres:arbre/{corner}"]):
            with open(server.file, "r+b") as file:
                file.truncate(1000)
            server.wait_for(r"the theme arbres:arbre is served as it was before")
            equal(server.get(f"/tiles/arbres:arbre/{corner}").body, before)
            wait_until(server, "told", lambda: server.get("/healthz").json()["themes"]["left_out"] > 0)
            shutil.copy(os.path.join(FOLDER, "bon.gpkg"), server.file)
            rename_tree(server.file, "Chêne vert")
            wait_until(server, "mended", lambda: "Chêne vert" in names(server, tile=corner))
        assert not os.path.exists(kept)


@case("data that cannot be reached any more stay in service, named on the health page")
def _():
    with trees_server() as server:
        corner = corner_tile(server)
        os.rename(server.data, server.data + "-away")
        server.wait_for("it cannot be reached any more")
        equal(server.get(f"/tiles/arbres:arbre/{corner}").status, 200)
        wait_until(server, "told", lambda: server.get("/healthz").json()["themes"]["left_out"] > 0)
        os.rename(server.data + "-away", server.data)
        wait_until(server, "back", lambda: server.get("/healthz").json()["themes"]["left_out"] == 0)


def configure(file, text):
    with open(file + "~", "w") as out:
        out.write(text)
    os.rename(file + "~", file)


def columns(server, tile="0/0/0", theme="arbres:arbre"):
    reply = server.get(f"/tiles/{theme}/{tile}")
    layers = read_tile(reply.content()) if reply.status == 200 else {}
    return {column for layer in layers.values() for feature in layer for column in feature}


@case("data that changed while the server was stopped: the older version is there at once, and its tiles carry over")
def _():
    with trees_server() as server:
        corner = corner_tile(server)
        targets = [f"/tiles/arbres:arbre/{tile}" for tile in tiles_around(range(10, 15), 2)]
        for target in [f"/tiles/arbres:arbre/{corner}", *targets]:
            server.get(target)
        server.stop()
        rename_tree(server.file, "Chêne vert")
        with Server("--data-quiet=100", "--log-requests=no", data=[server.data], state=server.state) as again:
            with Load(again, targets):
                again.wait_for("theme arbres:arbre: .* it is served as it was until it is prepared anew")
                found = again.wait_for(r"theme arbres:arbre: 1 feature changed; (\d+) tiles dropped, (\d+) kept")
                assert int(found.group(2)) > 50, found.group(0)
            assert "Chêne vert" in names(again, tile=corner)
            equal(again.get("/healthz").json()["freshness"]["features_changed"], 1)


@case("an older version never shows what the configuration hides since, after a restart or a reload")
def _():
    file = os.path.join(FOLDER, "cachee.yaml")
    with trees_server() as server:
        server.stop()
        configure(file, f"data: [{server.data}]\nthemes:\n  arbres:arbre: {{hide_columns: [nom]}}\n")
        with Server("-c", file, "--data-quiet=100", "--log-requests=no", data=[], state=server.state) as again:
            again.wait_for("preparation is done")
            assert "it is served as it was" not in again.text(), again.text()
            assert "nom" not in columns(again)
            # one more column is hidden, and the theme cannot be prepared: what shows it goes all the same
            assert "numero" in columns(again)
            os.rename(again.state + "/themes", again.state + "/aside")
            with open(again.state + "/themes", "w"):
                pass
            configure(file, f"data: [{server.data}]\nthemes:\n  arbres:arbre: {{hide_columns: [nom, numero]}}\n")
            again.wait_for("theme arbres:arbre: its data or options changed")
            again.wait_for("theme arbres:arbre could not be prepared")
            equal(columns(again), set())


@case("data that cannot be reached are not kept in service against the configuration")
def _():
    file = os.path.join(FOLDER, "retiree.yaml")
    data = folder()
    make_trees(os.path.join(data, "arbres.gpkg"), 400)
    for said in ("publish: no", "hide_columns: [nom]"):
        configure(file, f"data: [{data}]\n")
        with Server("-c", file, "--data-quiet=100", "--log-requests=no", data=[]) as server:
            server.wait_for("preparation is done")
            os.rename(data, data + "-away")
            server.wait_for("it cannot be reached any more")
            equal(server.get("/tiles/arbres:arbre/0/0/0").status, 200)
            configure(file, f"data: [{data}]\nthemes:\n  arbres:arbre: {{title: Les arbres}}\n")
            server.process.send_signal(signal.SIGHUP)
            equal(server.get("/tiles/arbres:arbre/0/0/0").status, 200)
            configure(file, f"data: [{data}]\nthemes:\n  arbres:arbre: {{{said}}}\n")
            wait_until(server, "withdrawn", lambda: server.get("/tiles/arbres:arbre/0/0/0").status == 404)
            os.rename(data + "-away", data)


@case("the parts of a Shapefile are watched, each of them")
def _():
    data = folder()
    file = os.path.join(data, "lieux.shp")
    dataset = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(file)
    add_layer(dataset, "lieux", ogr.wkbPoint, 3948, ["POINT(1350000 7222000)", "POINT(1350100 7222000)"])
    dataset = None
    with Server("--data-quiet=100", "--log-requests=no", data=[file]) as server:
        server.wait_for("preparation is done")
        with open(file[:-3] + "dbf", "r+b") as table:
            content = table.read()
            table.seek(content.index(b"objet"))
            table.write(b"LIEUX")
        server.wait_for("1 feature changed")


@case("no tile mixes two versions of a theme")
def _():
    whole = re.compile(rb"generation-(\d+)")
    with trees_server() as server:
        def one(tile):
            return len(set(whole.findall(tile))) <= 1

        corner = corner_tile(server)
        edit(server.file, "UPDATE arbre SET nom = 'generation-0'")
        wait_until(server, "changed", lambda: "generation-0" in names(server, tile=corner))
        targets = [f"/tiles/arbres:arbre/{tile}" for tile in [corner, *tiles_around(range(12, 16), 1)]]
        with Load(server, targets, whole=one):
            for generation in range(1, 4):
                edit(server.file, f"UPDATE arbre SET nom = 'generation-{generation}'")
                wait_until(server, "changed", lambda: f"generation-{generation}" in names(server, tile=corner))


def handles(server):
    """What the program holds open, by name, those of the same name counted: sockets are "socket"."""
    held = collections.Counter()
    folder = f"/proc/{server.process.pid}/fd"
    for number in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):  # the one that listed them, or one just closed
            held[re.sub(r":\[.*", "", os.readlink(f"{folder}/{number}"))] += 1
    return held


@case("SIGHUP looks at once, a hundred times under load, and leaks no handle")
def _():
    with trees_server("--data-quiet=60000", "--data-poll=3600", "--workers=2", "--http-threads=3") as server:
        corner = corner_tile(server)
        cached = f"{server.state}/cache/"

        def looks():
            return server.get("/healthz").json()["freshness"]["looks"]

        def beside_the_cache():
            return collections.Counter({name: count for name, count in handles(server).items()
                                        if not name.startswith(cached)})

        server.process.send_signal(signal.SIGHUP)
        wait_until(server, "looked", lambda: looks() >= 2)
        at_rest = beside_the_cache()
        with Load(server, [f"/tiles/arbres:arbre/{tile}" for tile in tiles_around(range(12, 15), 1)]):
            for number in range(100):
                before = looks()
                if number % 20 == 0:
                    rename_tree(server.file, f"Chêne {number}", 7)
                server.process.send_signal(signal.SIGHUP)
                wait_until(server, "looked", lambda: looks() > before)
        wait_until(server, "changed", lambda: "Chêne 80" in names(server, tile=corner))
        wait_until(server, "closed its connections", lambda: beside_the_cache() <= at_rest)
        # of the one file in the cache: each HTTP thread, each worker and the writer has it and its log open once
        threads = 3 + 2 + 1
        file = cached + "arbres%3Aarbre/WebMercatorQuad.mbtiles"
        may_stay = {file: threads, file + "-wal": threads, file + "-shm": 1}  # and none that is "(deleted)"
        wait_until(server, "closed its cache", lambda: all(
            count <= may_stay.get(name, 0) for name, count in handles(server).items() if name.startswith(cached)))


@case("a configuration is followed; a broken one leaves the one before in service, and says so")
def _():
    data = folder()
    make_trees(os.path.join(data, "arbres.gpkg"), 400)
    file = os.path.join(FOLDER, "suivie.yaml")

    configure(file, f"data: [{data}]\n")
    with Server("-c", file, "--data-quiet=100", "--log-requests=no", data=[]) as server:
        server.wait_for("preparation is done")
        with Load(server, ["/tiles/arbres:arbre/14/8114/5688", "/tiles/arbres:arbre/12/2028/1422"]):
            configure(file, "data: [\n")
            server.wait_for("the configuration cannot be used, what was served before still is")
            wait_until(server, "told", lambda: server.get("/healthz").json()["status"] == "degraded")
            equal(server.get("/healthz").json()["freshness"]["configuration"], "broken")
            configure(file, f"data: [{data}]\nthemes:\n  arbres:arbre: {{title: Les arbres}}\n")
            server.wait_for("the configuration can be used again")
            wait_until(server, "told", lambda: server.get("/tiles/arbres:arbre.json").json()["name"] == "Les arbres")
        equal(server.get("/healthz").json()["freshness"]["configuration"], "ok")


@case("versioned addresses may be kept for ever, while their version is that of the data")
def _():
    with trees_server("--versioned-urls") as server:
        document = server.get("/tiles/arbres:arbre.json").json()
        address = re.sub("^http://[^/]*", "", document["tiles"][0])
        assert address.endswith("?v=" + document["data_version"]), address
        tile = address.replace("{z}/{x}/{y}", corner_tile(server))
        for _ in range(2):  # made, then from the cache
            equal(server.get(tile).header("Cache-Control"), "public, max-age=31536000, immutable")
        for other in (tile + "0", tile.split("?")[0], tile.split("?")[0] + "?v="):
            equal(server.get(other).status, 200)
            assert "stale-while-revalidate" in server.get(other).header("Cache-Control")
        rename_tree(server.file, "Chêne vert")
        server.wait_for("1 feature changed")
        newer = server.get("/tiles/arbres:arbre.json").json()
        assert newer["data_version"] != document["data_version"]
        equal(server.get(tile).status, 200)
        assert "immutable" not in server.get(tile).header("Cache-Control")
        freshness = newer["freshness"][0]
        equal(freshness["data_changed_at"], int(os.stat(server.file).st_mtime))
        assert freshness["prepared_at"] >= freshness["data_changed_at"]
        equal(freshness["outdated"], False)


@case("tags are the same after a restart, and on another server of the same data")
def _():
    with trees_server() as server:
        targets = [f"/tiles/arbres:arbre/{tile}" for tile in tiles_around(range(10, 15), 1)]
        tags = [server.get(target).header("ETag") for target in targets]
        server.stop()
        for state in (server.state, tempfile.mkdtemp(prefix="state-", dir=FOLDER)):
            with Server(data=[server.data], state=state) as again:
                equal([again.get(target).header("ETag") for target in targets], tags)


run()

# SPDX-License-Identifier: EUPL-1.2
"""What befalls a server: killed, its disk full, its files harmed, its clock wrong. Every tile it serves is right,
as `tuilerie tile` without any cache says."""

import contextlib
import glob
import gzip
import itertools
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from osgeo import ogr

import harness
from crowd import answers, request, until
from harness import FOLDER, TUILERIE, Server, add_layer, case, command, equal, path, run, square

THEME = "carre:zone"
TRIES = 10  # on a busy machine it may have ended before it is interrupted
TILES = [f"{z}/{x}/{y}" for z, x, y in [(10, 507, 355), (11, 1014, 711), (12, 2028, 1422), (12, 2029, 1422), (13, 4057, 2844),
                                        (13, 4058, 2845), (14, 8114, 5688), (14, 8115, 5689)]]
ODD = [f"CC48_10cm/{tile}" for tile in ("9/25/91", "10/51/182", "11/102/364")]


def squares(file, count=2500, shift=0, moment=None):
    """Written aside and renamed, changed at that moment."""
    side = int(count ** 0.5)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(path("aside.gpkg"))
    dataset.StartTransaction()
    add_layer(dataset, "zone", ogr.wkbPolygon, 3948,
              (square(1349000 + shift + 50 * (i % side), 7221000 + 50 * (i // side), 50) for i in range(count)))
    dataset.CommitTransaction()
    dataset = None
    if moment is not None:
        os.utime(path("aside.gpkg"), (moment, moment))
    os.replace(path("aside.gpkg"), file)
    return file


def data(name="carre"):
    folder = os.path.join(FOLDER, name)
    os.mkdir(folder)
    return squares(os.path.join(folder, "carre.gpkg"))


def fresh(file):
    """The tiles as they must be, made of the data as they are, from nothing."""
    state = tempfile.mkdtemp(prefix="fresh-", dir=FOLDER)
    found = {}
    for tile in TILES + ODD:
        status, out, err = command("tile", file, THEME, tile, "--state", state, binary=True)
        equal((tile, status), (tile, 0))
        found[tile] = out
    shutil.rmtree(state)
    assert sum(map(len, found.values())) > 10000
    return found


def served(server):
    found = {}
    for tile in TILES + ODD:
        reply = server.get(f"/tiles/{THEME}/{tile}", Accept_Encoding="gzip")
        assert reply.status in (200, 204), (tile, reply.status, reply.body)
        found[tile] = reply.content() if reply.status == 200 else b""
    return found


def expect(server, right):
    found = served(server)
    equal([tile for tile in right if found[tile] != right[tile]], [])


def start(file, state, *arguments):
    return Server("--data-quiet=100", "--data-poll=1", "--log-requests=no", *arguments, data=[file], state=state)


def cache_files(state):
    return glob.glob(os.path.join(glob.escape(state), "cache", "*", "*.mbtiles"))


def is_settled(health):
    return health["themes"]["waiting"] == 0 and health["freshness"]["outdated_themes"] == 0


def settle(server):
    """Until every theme is served from the data as they are: an older version may be, until a new one is ready."""
    until("prepared", lambda: is_settled(server.get("/healthz").json()))


def new_tile(server, numbers=itertools.count()):
    """One nobody has asked for, with something in it: of a hundred thousand."""
    column, row = divmod(next(numbers), 300)
    reply = server.get(f"/tiles/{THEME}/22/{2077180 + column}/{1456030 + row}")
    equal(reply.status, 200)
    return True


def kill(server):
    Server.running.remove(server)
    server.process.kill()
    server.process.wait()


@case("killed while it serves, writes its cache and changes over, it serves right tiles when it starts again")
def _():
    chance = random.Random(8)
    file, state = data("tue"), path("state-tue")
    for number in range(8):
        server = start(file, state)
        squares(file, shift=number + 1)  # prepared, swapped and carried while tiles are asked for
        end = time.monotonic() + chance.uniform(0, 1.5)
        while time.monotonic() < end:
            for tile in TILES:
                reply = server.get(f"/tiles/{THEME}/{tile}")
                assert reply.status in (200, 204, 503), (reply.status, reply.body)
        kill(server)
        for name in cache_files(state):
            with contextlib.closing(sqlite3.connect(name)) as database:
                equal(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
    right = fresh(file)
    with start(file, state) as server:
        settle(server)
        expect(server, right)
        expect(server, right)  # and from the caches
    with start(file, state, "--cache-memory=0") as server:
        expect(server, right)


@case("killed at any moment, a preparation beside a seed leaves what a server serves rightly")
def _():
    chance = random.Random(9)
    file, state = data("seme"), path("state-seme")
    for number in range(8):
        squares(file, shift=number)
        both = [subprocess.Popen([TUILERIE, "prepare", file, "--state", state, "--quiet"], stderr=subprocess.DEVNULL),
                subprocess.Popen([TUILERIE, "seed", file, "--zoom", "8-14", "--state", state, "--quiet"], stderr=subprocess.DEVNULL)]
        time.sleep(chance.uniform(0, 0.6))
        for process in both:
            process.kill()
            process.wait()
    right = fresh(file)
    with start(file, state) as server:
        settle(server)
        expect(server, right)


def overwrite(name):
    with open(name, "r+b") as file:
        file.seek(5000)
        file.write(os.urandom(3000))


def cut(name):
    os.truncate(name, os.path.getsize(name) // 2)


def forbid(name):
    os.chmod(name, 0o400)
    os.chmod(os.path.dirname(name), 0o500)


def fill_with_text(name):
    with open(name, "wb") as file:
        file.write(b"no database\n" * 1000)


@case("cache files overwritten, cut, emptied, deleted, forbidden or swapped while it serves: every tile is right")
def _():
    file, state = data("abime"), path("state-abime")
    right = fresh(file)
    with start(file, state, "--cache-memory=0") as server:
        settle(server)
        for harm in (overwrite, cut, lambda name: os.truncate(name, 0), os.remove, fill_with_text,
                     lambda name: shutil.rmtree(os.path.dirname(name)), forbid):
            expect(server, right)
            # a file that was removed is read until something is to be written to it
            until("written", lambda: new_tile(server) and cache_files(state))
            for name in cache_files(state):
                if os.path.exists(name):
                    harm(name)
            expect(server, right)
        for name in cache_files(state):
            os.chmod(os.path.dirname(name), 0o700)
            os.chmod(name, 0o600)
        expect(server, right)


SMALL_DISK = """#!/bin/sh
exec unshare -r -m sh -c 'mount -t tmpfs -o size=1500k none "$0" && exec "$@"' {state} {program} "$@"
"""


@contextlib.contextmanager
def little_room(state):
    """Servers started meanwhile have their state on a small disk, or may write small files only where nobody may mount."""
    if subprocess.run(["unshare", "-r", "-m", "true"], capture_output=True).returncode == 0:
        wrapper = path("small-disk.sh")
        with open(wrapper, "w") as file:
            file.write(SMALL_DISK.format(state=state, program=TUILERIE))
        os.chmod(wrapper, 0o700)
        harness.TUILERIE = wrapper
        try:
            yield
        finally:
            harness.TUILERIE = TUILERIE
        return
    print("# this system lets nobody mount a small disk: files are limited instead")
    with little_files(1500 << 10):
        yield


@contextlib.contextmanager
def little_files(size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def live_without_room(file, state, room):
    """A cache that cannot grow, then a theme that cannot be prepared: tiles stay right, and somebody is told."""
    right = fresh(file)
    larger = squares(path("large.gpkg"), count=40000)
    with room:
        server = start(file, state, "--cache-memory=0")
    with server:
        settle(server)
        for shift in range(6):
            for x in range(8):
                for y in range(8):
                    server.get(f"/tiles/{THEME}/{10 + shift}/{(507 << shift) + x}/{(355 << shift) + y}")
        expect(server, right)
        before = server.get("/healthz").json()["freshness"]["replaced_versions"]
        os.replace(larger, file)
        told = server.wait_for(r"theme carre:zone could not be prepared: (.*)")
        assert len(told.group(1)) > 20, told.group(1)
        expect(server, right)
        equal(server.get("/healthz").json()["freshness"]["replaced_versions"], before)
        squares(file)
        expect(server, right)
        server.alive()


@case("on a full disk it serves what it has, and says what it could not write")
def _():
    state = path("state-plein")
    os.mkdir(state)
    live_without_room(data("plein"), state, little_room(state))


@case("files that may not grow are as a full disk is, and end nothing")
def _():
    live_without_room(data("borne"), path("state-borne"), little_files(1500 << 10))
    file, state = data("commande"), path("state-commande")
    equal(command("prepare", file, "--state", state)[0], 0)
    with little_files(1000), open(path("tuile.mvt"), "wb") as out:
        done = subprocess.run([TUILERIE, "tile", file, THEME, TILES[0], "--state", state], stdout=out, stderr=subprocess.PIPE, text=True)
    equal(done.returncode, 1)
    assert done.stderr.startswith("tuilerie: ") and done.stderr.count("\n") == 1, done.stderr


def documents(state):
    return glob.glob(os.path.join(glob.escape(state), "themes", "*", "*", "theme.json"))


def rewrite(state, **values):
    for name in documents(state):
        with open(name) as file:
            document = json.load(file)
        assert set(values) <= set(document), (values, list(document))
        document.update(values)
        with open(name, "w") as file:
            json.dump(document, file)


@case("a theme that cannot be prepared is out of order for a while, and comes once it can be")
def _():
    file, state = data("panne"), path("state-panne")
    os.mkdir(state)
    with open(os.path.join(state, "themes"), "w"):
        pass  # where a folder should be
    right = fresh(file)
    with start(file, state) as server:
        server.wait_for("theme carre:zone could not be prepared")
        for tile in TILES:
            reply = server.get(f"/tiles/{THEME}/{tile}")
            equal((reply.status, reply.json()["title"]), (503, "Theme out of order"))
            assert int(reply.header("Retry-After")) > 0
        os.remove(os.path.join(state, "themes"))
        server.process.send_signal(signal.SIGHUP)
        until("tried again", lambda: server.get("/healthz").json()["themes"]["failed"] == 0)
        settle(server)
        expect(server, right)


@case("where the system gives few files, connections leave some for the tiles they ask for")
def _():
    file, state, wrapper = data("peu"), path("state-peu"), path("few")
    right = fresh(file)
    with open(wrapper, "w") as script:
        script.write(f'#!/bin/sh\nulimit -n 120\nexec "{TUILERIE}" "$@"\n')
    os.chmod(wrapper, 0o755)
    harness.TUILERIE = wrapper
    try:
        server = start(file, state, "--connections-per-address=0", "--http-threads=2", "--workers=2")
    finally:
        harness.TUILERIE = TUILERIE
    with server, contextlib.ExitStack() as stack:
        server.wait_for("this account may open 120 files only: 60 connections are served at once")
        settle(server)
        connections = [stack.enter_context(contextlib.closing(server.connect())) for _ in range(200)]
        for tile, connection in zip(TILES, connections):
            connection.sendall(request(f"/tiles/{THEME}/{tile}"))
            (status, _, body), = answers([connection])
            assert status in (200, 204), (tile, status, body)
            assert (gzip.decompress(body) if status == 200 else b"") == right[tile], tile


@case("files are asked for that connections and the threads' shares of the cache have room in")
def _():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = 200 + 64 * 2 * 8 + 20 * 2 * 24
    if hard < needed:
        print(f"# this account may open {hard} files only")
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        server = start(data("assez"), path("state-assez"), "--connection-limit=200", "--http-threads=64", "--workers=20")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with server:
        assert resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[0] >= needed


@case("a state folder of an older or newer program is made anew, not believed")
def _():
    file, state = data("ancien"), path("state-ancien")
    right = fresh(file)
    with start(file, state) as server:
        settle(server)
        expect(server, right)
    for layout in (0, 1, 99):
        rewrite(state, format=layout)
        for name in cache_files(state):
            with contextlib.closing(sqlite3.connect(name)) as database:
                database.execute(f"PRAGMA user_version = {layout + 7}")
                database.execute("PRAGMA journal_mode = DELETE")
                database.execute("DROP VIEW IF EXISTS tiles")
                database.commit()
        with start(file, state) as server:
            settle(server)
            server.wait_for("prepared theme carre:zone")
            expect(server, right)
    with open(documents(state)[0], "w") as broken:
        broken.write("{")
    with start(file, state) as server:
        settle(server)
        expect(server, right)


@case("clocks that were ahead, and files from the past and the future, stop nothing from being seen")
def _():
    file, state = data("heure"), path("state-heure")
    with start(file, state) as server:
        settle(server)
        served(server)
    rewrite(state, prepared_at=int(time.time()) + 10 * 365 * 86400)
    for name in cache_files(state):
        with contextlib.closing(sqlite3.connect(name)) as database:
            database.execute("UPDATE map SET used = used + 90000")
            database.commit()
    with start(file, state) as server:
        settle(server)
        for number, moment in enumerate((4102444800, 86400, 4102444801)):
            squares(file, shift=10 + number, moment=moment)
            server.wait_for(r"features? changed")
            until("seen", lambda: served(server) == fresh(file))
            equal(server.get(f"/tiles/{THEME}.json").json()["freshness"][0]["data_changed_at"], moment)


@case("told to end in the midst of a preparation it ends, and leaves no litter for ever")
def _():
    file, state = squares(path("longue.gpkg"), count=90000), path("state-longue")
    partial = os.path.join(glob.escape(state), "themes", "*", ".partial-*")
    for _ in range(TRIES):
        server = Server("--log-requests=no", data=[file], state=state)
        until("begun", lambda: glob.glob(partial) or "preparation is done" in server.text())
        equal(server.stop(signal.SIGTERM), 0)
        equal(glob.glob(partial), [])
        if "prepared theme" not in server.text():
            return
        shutil.rmtree(state)
    raise AssertionError("it never ended before it was prepared")


run()

# SPDX-License-Identifier: EUPL-1.2
"""What goes wrong while themes are prepared or served: the old version stays, and a sentence says why."""

import json
import os
import random
import shutil
import signal
import subprocess
import time

from osgeo import ogr

from crowd import until
from harness import TUILERIE, Server, add_layer, case, command, equal, path, read_tile, run, square

KILLS = 30
THEMES = 520
TRIES = 10  # on a busy machine it may have ended before it is interrupted


def zones(file, count, shift=0):
    """A coverage of COUNT squares; written aside and renamed, as careful people do."""
    side = int(count**0.5)
    wkts = [square(1349000 + shift + 50 * (i % side), 7221000 + 50 * (i // side), 50) for i in range(count)]
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file + ".new.gpkg")
    dataset.StartTransaction()
    add_layer(dataset, "zone", ogr.wkbPolygon, 3948, wkts)
    dataset.CommitTransaction()
    dataset = None
    os.replace(file + ".new.gpkg", file)
    return file


def versions(state):
    """{name: number of features} of the versions that stand; each must be whole."""
    found = {}
    for theme in os.listdir(os.path.join(state, "themes")):
        folder = os.path.join(state, "themes", theme)
        for name in os.listdir(folder):
            if name.startswith("."):
                continue
            with open(os.path.join(folder, name, "theme.json")) as file:
                document = json.load(file)
            for level in document["levels"]:
                layer = ogr.Open(os.path.join(folder, name, level["file"]))
                equal(layer.GetLayer(0).GetFeatureCount(), level["features"])
            found[name] = document["feature_count"]
    return found


def litter(state):
    if not os.path.isdir(os.path.join(state, "themes")):
        return []
    return [name for theme in os.listdir(os.path.join(state, "themes"))
            for name in os.listdir(os.path.join(state, "themes", theme)) if name.startswith(".")]


@case(f"killed at {KILLS} moments, a preparation leaves a whole version and the next one ends")
def _():
    chance = random.Random(4)
    data, state = path("tues.gpkg"), path("state-tues")
    prepare = [TUILERIE, "prepare", data, "--state", state, "--quiet"]
    zones(data, 900)
    began = time.monotonic()
    subprocess.run(prepare, check=True)
    takes = time.monotonic() - began
    for kill in range(KILLS):
        zones(data, 900, shift=kill + 1)
        process = subprocess.Popen(prepare)
        time.sleep(chance.random() * takes * 1.1)
        process.kill()
        process.wait()
        assert versions(state), f"nothing stands after kill {kill}"
    zones(data, 900)
    subprocess.run(prepare, check=True)
    equal(list(versions(state).values()), [900])
    equal(litter(state), [])


@case(f"of {THEMES} themes, what is prepared is not prepared again after an interruption")
def _():
    folder, state = path("suite"), path("state-suite")
    os.mkdir(folder)
    for i in range(0, THEMES, 20):
        dataset = ogr.GetDriverByName("GPKG").CreateDataSource(os.path.join(folder, f"t{i:03}.gpkg"))
        dataset.StartTransaction()
        for k in range(20):
            add_layer(dataset, f"l{k}", ogr.wkbPolygon, 3948, [square(1349000 + 100 * (i + k), 7221000, 50)])
        dataset.CommitTransaction()
        dataset = None
    themes = os.path.join(state, "themes")
    for _ in range(TRIES):
        shutil.rmtree(state, ignore_errors=True)
        process = subprocess.Popen([TUILERIE, "prepare", folder, "--state", state, "--quiet", "--jobs=1"])
        while process.poll() is None and (not os.path.isdir(themes) or len(os.listdir(themes)) < THEMES // 4):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        if process.wait() != 0:
            break
    stood = {name: os.stat(os.path.join(themes, theme, name, "theme.json")).st_mtime_ns
             for theme in os.listdir(themes) for name in os.listdir(os.path.join(themes, theme)) if name[0] != "."}
    assert THEMES // 8 < len(stood) < THEMES, len(stood)
    status, _, err = command("prepare", folder, "--state", state)
    equal(status, 0)
    assert f"{THEMES - len(stood)} themes prepared in " in err and f", {len(stood)} already were" in err, err
    for theme in os.listdir(themes):
        for name in os.listdir(os.path.join(themes, theme)):
            then = stood.get(name)
            assert then is None or os.stat(os.path.join(themes, theme, name, "theme.json")).st_mtime_ns == then, name
    equal((len(versions(state)), litter(state)), (THEMES, []))


FULL_DISK = """
set -e
mount -t tmpfs -o size=2m none "$1"
"$0" prepare "$2" --state "$1" --quiet
ls "$1"/themes/*
cp "$3" "$2"
status=0
"$0" prepare "$2" --state "$1" --quiet || status=$?
ls -A "$1"/themes/*
exit $status
"""


@case("a full disk is one sentence, the old version stays and no litter")
def _():
    can = subprocess.run(["unshare", "-r", "-m", "true"], capture_output=True)
    if can.returncode != 0:
        print("# this system lets nobody mount a small disk")
        return
    state = path("state-plein")
    os.mkdir(state)
    small, large = zones(path("plein.gpkg"), 100), zones(path("grand.gpkg"), 10000)
    done = subprocess.run(["unshare", "-r", "-m", "sh", "-c", FULL_DISK, TUILERIE, state, small, large], capture_output=True, text=True)
    equal(done.returncode, 1)
    before, after = done.stdout.split()
    equal(before, after)
    assert done.stderr.startswith("tuilerie: plein:zone: ") and done.stderr.count("\n") == 1, done.stderr
    assert "disk" in done.stderr or "space" in done.stderr, done.stderr


@case("a source cut, replaced or deleted while it is read is told in a sentence, or read right; what takes its place is read")
def _():
    chance = random.Random(5)
    data, state, other = path("vif.gpkg"), path("state-vif"), zones(path("autre.gpkg"), 400)
    whole, large = zones(path("entier.gpkg"), 2500), zones(path("vaste.gpkg"), 10000)
    for attempt in range(16):
        shutil.copy(large if attempt % 4 == 3 else whole, data)
        os.utime(data, (1000000000 + attempt, 1000000000 + attempt))
        process = subprocess.Popen([TUILERIE, "prepare", data, "--state", state, "--quiet"], stderr=subprocess.PIPE, text=True)
        if attempt % 4 == 3:
            shutil.copy(other, data + ".new")
            while process.poll() is None and not litter(state):
                time.sleep(0.001)
            os.replace(data + ".new", data)
        else:
            time.sleep(chance.random() * 0.3)
        if attempt % 4 == 0:
            os.truncate(data, 20000)
        elif attempt % 4 == 1:
            shutil.copy(other, data)
        elif attempt % 4 == 2:
            os.remove(data)
        _, err = process.communicate()
        if attempt % 4 == 3:
            equal((process.returncode, err), (0, ""))
        assert process.returncode in (0, 1), (process.returncode, err)
        told = err.startswith("tuilerie: ") and ("vif" in err or "no theme was found" in err) and err.count("\n") == 1
        assert told if process.returncode else err == "", err
        if os.path.isdir(os.path.join(state, "themes")):
            assert set(versions(state).values()) <= {2500, 400, 10000}, versions(state)
            equal(litter(state), [])


@case("levels cut or overwritten under a running server cost a preparation, never the server")
def _():
    data, state = zones(path("niveaux.gpkg"), 2500), path("state-niveaux")
    with Server(data=[data], state=state) as server:
        server.wait_for("preparation is done")
        tiles = [f"/tiles/niveaux:zone/{tile}" for tile in ("10/507/355", "12/2028/1422", "13/4057/2844", "14/8114/5688")]
        sound = {tile: server.get(tile).body for tile in tiles}
        assert sum(map(len, sound.values())) > 0
        (version,) = [os.path.join(folder, file) for folder, _, files in os.walk(os.path.join(state, "themes"))
                      for file in files if file == "level-0.fgb"]
        folder = os.path.dirname(version)
        for name in os.listdir(folder):
            if name.endswith(".fgb"):
                os.truncate(os.path.join(folder, name), 5000)
        for z in range(10, 17):
            for x in range(4):
                shift = z - 10
                reply = server.get(f"/tiles/niveaux:zone/{z}/{(507 << shift) + x}/{(355 << shift) + x}")
                assert reply.status in (200, 204, 500, 503), reply.status
        until("mended", lambda: server.get("/readyz").status == 200)
        server.alive()
        equal({tile: server.get(tile).body for tile in tiles}, sound)
        assert "cut or written to" in server.text() or "damaged" in server.text(), server.text()


run()

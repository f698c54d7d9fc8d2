# SPDX-License-Identifier: EUPL-1.2
"""`tuilerie seed`: the cache on disk filled ahead, whoever is killed or serves meanwhile."""

import gzip
import os
import random
import re
import shutil
import subprocess
import time

from crowd import until
from harness import TUILERIE, WAIT, Server, case, city, command, equal, path, run
from pyramid import BIG, BIG_ZOOMS, big, expect_tile, made, read_cache

WHOLE = path("whole")


def seed(state, *arguments, data=None):
    return command("seed", data or big(), *arguments, "--state", state)


def whole():
    """The tiles of the big theme, seeded without interruption."""
    if "whole" not in made:
        status, out, err = seed(WHOLE, BIG, "--zoom", BIG_ZOOMS)
        equal((status, out), (0, ""))
        assert re.search(r"^\d+ tiles made, .+ in .+ s", err, re.M), err
        made["whole"] = read_cache(WHOLE)
        assert len(made["whole"]) > 1500, len(made["whole"])
    return made["whole"]


@case("a seed makes every tile that shows something, as a request for it would be answered")
def _():
    tiles = whole()
    chance = random.Random(1)
    for tile in chance.sample(sorted(tiles), 12):
        expect_tile(WHOLE, big(), BIG, "WebMercatorQuad", tile, tiles[tile])
    for z, x, y in chance.sample(sorted(tiles), 12):
        for tile in ((z, x + 1, y), (z, x, y - 1), (z, x - 1, y + 1)):
            if tile not in tiles:
                status, out, _ = command("tile", big(), BIG, "/".join(map(str, tile)), "--state", WHOLE, binary=True)
                equal((tile, status, out), (tile, 0, b""))


@case("a second seed finds all of it there")
def _():
    count = len(whole())
    status, _, err = seed(WHOLE, BIG, "--zoom", BIG_ZOOMS)
    equal(status, 0)
    assert re.match(rf"0 tiles made, .*, {count} were there already$", err, re.M), err
    equal(read_cache(WHOLE), whole())


@case("killed at any moment, it goes on where it was")
def _():
    state = path("killed")
    tiles = whole()
    equal(command("prepare", big(), "--state", state)[0], 0)
    chance = random.Random(2)
    before, interrupted, longest = 0, 0, 0.4
    while interrupted < 8:
        process = subprocess.Popen([TUILERIE, "seed", big(), BIG, "--zoom", BIG_ZOOMS, "--state", state],
                                   stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, longest))
        process.kill()
        if process.wait() == 0:  # it had ended: once more, from nothing, and sooner
            shutil.rmtree(os.path.join(state, "cache"))
            before, longest = 0, longest / 2
            continue
        interrupted += 1
        cached = read_cache(state)
        assert all(tiles[tile] == data for tile, data in cached.items()), "a tile is another"
        assert len(cached) >= before, "tiles were lost"
        before = len(cached)
    status, _, err = seed(state, BIG, "--zoom", BIG_ZOOMS)
    equal(status, 0)
    assert before == 0 or f", {before} were there already" in err, (before, err)
    equal(read_cache(state), tiles)


@case("a signal ends it tidily, with status 1 and what to do")
def _():
    state = path("signal")
    equal(command("prepare", big(), "--state", state)[0], 0)
    process = subprocess.Popen([TUILERIE, "seed", big(), BIG, "--zoom", "0-20", "--state", state],
                               stderr=subprocess.PIPE, text=True)
    until("begun", lambda: read_cache(state))
    process.terminate()
    _, err = process.communicate(timeout=WAIT)
    equal(process.returncode, 1)
    assert "interrupted; the same command goes on from here" in err, err
    made_until_then = int(re.search(r"^(\d+) tiles made", err, re.M).group(1))
    equal(len(read_cache(state)), made_until_then)


@case("a server serves the same themes meanwhile, and then what was seeded")
def _():
    state = path("beside")
    tiles = whole()
    chance = random.Random(3)
    with Server(data=[big()], state=state) as server:
        server.wait_for(r"is ready|prepared")
        seeding = subprocess.Popen([TUILERIE, "seed", big(), BIG, "--zoom", BIG_ZOOMS, "--state", state],
                                   stderr=subprocess.DEVNULL)
        asked = 0
        while seeding.poll() is None or asked < 50:
            tile = chance.choice(sorted(tiles))
            reply = server.get(f"/tiles/{BIG}/" + "/".join(map(str, tile)), Accept_Encoding="gzip")
            equal((tile, reply.status), (tile, 200))
            assert gzip.decompress(reply.body) == gzip.decompress(tiles[tile]), f"{tile} is another"
            asked += 1
        equal(seeding.returncode, 0)
    equal(read_cache(state), tiles)
    with Server(data=[big()], state=state) as server:
        tile = chance.choice(sorted(tiles))
        reply = server.get(f"/tiles/{BIG}/" + "/".join(map(str, tile)), Accept_Encoding="gzip")
        equal(reply.body, tiles[tile])
        metrics = server.get("/metrics").body.decode()
        assert re.search(r'^tuilerie_cache_hits_total\{tier="disk"\} 1$', metrics, re.M), "it was not found on disk"


@case("a theme prepared anew meanwhile is named, with status 1")
def _():
    state = path("anew")
    equal(command("prepare", big(), "--state", state)[0], 0)
    process = subprocess.Popen([TUILERIE, "seed", big(), BIG, "--zoom", "0-17", "--state", state],
                               stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not os.path.exists(os.path.join(state, "cache")):
        time.sleep(0.01)
    folder = os.path.join(state, "themes", os.listdir(os.path.join(state, "themes"))[0])
    for version in os.listdir(folder):
        os.rename(os.path.join(folder, version), path("gone"))
    _, err = process.communicate(timeout=WAIT)
    equal(process.returncode, 1)
    assert f"tuilerie: {BIG}: it was prepared anew meanwhile" in err, err


@case("levels, area, grid and themes can be chosen")
def _():
    state = path("chosen")
    equal(seed(state, "ville:zone", "--zoom", "12", "--grid", "CC48_10cm", data=city())[0], 0)
    tiles = read_cache(state, "CC48_10cm")
    assert tiles and {tile[0] for tile in tiles} == {12}, sorted(tiles)
    for tile, data in tiles.items():
        expect_tile(state, city(), "ville:zone", "CC48_10cm", tile, data)
    equal([name for name in os.listdir(os.path.join(state, "cache")) if name[0] != "."], os.listdir(os.path.join(state, "themes")))
    state = path("area")
    equal(seed(state, BIG, "--zoom", "14", "--bbox", "-1.7,48.1,-1.65,48.12")[0], 0)
    some = read_cache(state)
    assert 0 < len(some) <= 12, sorted(some)
    assert all(8114 <= x <= 8117 and 5687 <= y <= 5691 for _, x, y in some), sorted(some)


@case("a theme whose zooms were changed is seeded anew, once")
def _():
    file, state = path("zooms.yaml"), path("zooms")
    for zooms in ("{}", "{min_zoom: 4}", "{min_zoom: 5, max_zoom: 12}"):
        with open(file, "w") as out:
            out.write(f"data: [{city()}]\nthemes:\n  ville:zone: {zooms}\n")
        for there in (False, True):
            status, _, err = command("seed", "-c", file, "ville:zone", "--zoom", "8-11", "--state", state)
            equal((zooms, there, status), (zooms, there, 0))
            assert err.startswith("0 tiles made") == there, (zooms, there, err)


@case("all themes are seeded where none is named, an empty one too")
def _():
    status, out, err = command("seed", city(), "--zoom", "0-6", "--state", path("all"))
    equal((status, out), (0, ""))
    assert re.match(r"\d+ tiles made", err.splitlines()[-1]), err


@case("what is not asked rightly is told, with status 2, what is not there with 1")
def _():
    for arguments in (["--zoom", "9-3"], ["--zoom", "a"], ["--zoom", "0-99"], ["--zoom", "3-"], ["--bbox", "1,2,3"],
                      ["--bbox", "5,48,4,49"], ["--bbox", "0,0,400,1"], ["--bbox", "a,b,c,d"], ["--grid", "nowhere"],
                      ["--jobs", "0"], ["--cache-disk", "0"], ["-o", "x"]):
        status, out, err = command("seed", city(), "--state", path("wrong"), *arguments)
        equal((arguments, status, out), (arguments, 2, ""))
        assert err.startswith("tuilerie: ") and err.count("\n") == 1, err
    status, out, err = command("seed", city(), "ville:nulle-part", "--state", path("wrong"))
    equal((status, out), (1, ""))
    assert "ville:nulle-part" in err, err


@case("a cache too small for all of it says so")
def _():
    status, _, err = command("seed", big(), BIG, "--zoom", "6-15", "--state", path("small"), "--cache-disk", "300K")
    equal(status, 0)
    assert "the cache is full" in err and "--cache-disk" in err, err


run()

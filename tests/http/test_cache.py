# SPDX-License-Identifier: EUPL-1.2
"""The cache on disk behind the server, and `tuilerie purge`."""

import glob
import gzip
import json
import os
import re
import shutil
import threading

from osgeo import gdal

from crowd import is_sanitized, memory, metric, request
from harness import FULL, Server, case, city, command, equal, path, read_tile, run

STATE = path("state")
TILES = [f"/tiles/ville:zone/{z}/{x}/{y}" for z, x, y in
         [(10, 507, 355), (11, 1014, 711), (12, 2028, 1422), (13, 4057, 2844), (14, 8114, 5688)]]
BOTH = f"/tiles/ville:zone,ville:rue/{FULL}"
made = {}


def tiles_of(server):
    return server.get("/healthz").json()["tiles"]


def first_answers():
    """What a fresh server answers, and leaves on the disk: {address: (ETag, body)}."""
    if "answers" not in made:
        with Server(state=STATE) as server:
            replies = {target: server.get(target, Accept_Encoding="gzip") for target in TILES + [BOTH]}
            equal({reply.status for reply in replies.values()}, {200})
            made["answers"] = {target: (reply.header("ETag"), reply.body) for target, reply in replies.items()}
    return made["answers"]


def expect_answers(server):
    for target, (etag, body) in first_answers().items():
        reply = server.get(target, Accept_Encoding="gzip")
        equal((target, reply.status, reply.header("ETag"), reply.body), (target, 200, etag, body))


@case("a server that starts again finds its tiles, with the ETags they had, and renders none")
def _():
    first_answers()
    with Server(state=STATE) as server:
        expect_answers(server)
        equal(tiles_of(server)["rendered"], 0)
        equal(tiles_of(server)["from_disk"], len(TILES) + 1)


@case("without a cache in memory each tile is read from the disk, and counted as such once")
def _():
    answers = first_answers()
    with Server("--cache-memory=0", "--http-threads=1", state=STATE) as server:
        def counts():
            return [metric(server, f"tuilerie_cache_{what}_total", f'tier="{tier}"')
                    for what, tier in (("misses", "memory"), ("hits", "memory"), ("hits", "disk"))]

        server.get(TILES[0])  # until the theme is ready nothing is looked for
        before = counts()
        for _ in range(3):
            for target in TILES:
                reply = server.get(target, Accept_Encoding="gzip")
                equal((reply.header("ETag"), reply.body), answers[target])
                equal(server.get(target, If_None_Match=answers[target][0], Accept_Encoding="gzip").status, 304)
                equal(server.get(target).body, gzip.decompress(answers[target][1]))
        asked = 3 * len(TILES) * 3
        equal([after - start for after, start in zip(counts(), before)], [asked, 0, asked])
        equal(tiles_of(server)["rendered"], 0)


@case("another machine gives equal content the same ETag")
def _():
    with Server() as other:
        expect_answers(other)


@case("many who ask at once for a tile on disk: a read by each thread at most, no rendering")
def _():
    first_answers()
    with Server("--http-threads=2", "--workers=2", state=STATE) as server:
        replies = []
        threads = [threading.Thread(target=lambda: replies.append(server.get(TILES[4]).body)) for _ in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal((len(replies), len(set(replies))), (64, 1))
        equal(tiles_of(server)["rendered"], 0)
        # each of HTTP, and each worker that opened the file, or read what was not at hand, for them
        assert 1 <= tiles_of(server)["from_disk"] <= 2 + 2, tiles_of(server)


@case("a tile of several themes is the sum of theirs, in any order, and is not stored")
def _():
    with Server(state=STATE) as server:
        sum_of = server.get(BOTH).content()
        turned = server.get(f"/tiles/ville:rue,ville:zone/{FULL}").content()
        parts = [server.get(f"/tiles/{theme}/{FULL}").content() for theme in ("ville:rue", "ville:zone")]
        equal(sum_of, turned)
        equal(sum_of, b"".join(parts))
        equal(sorted(read_tile(sum_of)), ["rue", "zone"])
    names = {os.path.basename(os.path.dirname(file)) for file in glob.glob(f"{STATE}/cache/*/*.mbtiles")}
    equal(names, {"ville%3Arue", "ville%3Azone"})


@case("layers of one name bear their ids together, and are the same otherwise")
def _():
    data = path("banlieue.gpkg")
    shutil.copy(city(), data)
    with Server(data=[city(), data]) as server:
        both = read_tile(server.get(f"/tiles/banlieue:zone,ville:zone/{FULL}").content())
        alone = read_tile(server.get(f"/tiles/ville:zone/{FULL}").content())
        equal(sorted(both), ["banlieue:zone", "ville:zone"])
        equal(both["ville:zone"], alone["zone"])
        equal(both["banlieue:zone"], alone["zone"])


@case("the files are MBTiles that GDAL reads")
def _():
    first_answers()
    dataset = gdal.OpenEx(f"{STATE}/cache/ville%3Azone/WebMercatorQuad.mbtiles", gdal.OF_VECTOR)
    equal(dataset.GetLayer(0).GetName(), "zone")
    assert dataset.GetLayer(0).GetFeatureCount() > 0


@case("without a disk cache nothing is written")
def _():
    with Server("--cache-disk", "0") as server:
        equal(server.get(TILES[0]).status, 200)
        server.stop()
        assert not os.path.exists(os.path.join(server.state, "cache"))


@case("the bytes of the cache in memory count all that is kept beside the tiles")
def _():
    with Server("--cache-memory=8M", "--cache-disk=0", "--log-requests=no", "--http-threads=1", "--workers=1") as server:
        server.wait_for("preparation is done")
        targets = [f"/tiles/ville:zone/19/{259612 + i}/{181994 + j}" for i in range(80) for j in range(92)]

        def ask_all(targets):
            for begin in range(0, len(targets), 128):
                some = targets[begin:begin + 128]
                text = b"".join(request(target, keep=True) for target in some[:-1]) + request(some[-1])
                equal(server.raw(text).count(b"HTTP/1.1 20"), len(some))

        ask_all(targets[:256])
        before = memory(server)
        for _ in range(2):
            ask_all(targets)
        grown, counted = memory(server) - before, metric(server, "tuilerie_cache_bytes", 'tier="memory"')
        assert is_sanitized() or grown < 1.25 * counted + (1 << 20), (grown, counted)


@case("purge forgets what it is told to, and says so in the log")
def _():
    first_answers()
    state = path("purged")
    shutil.copytree(STATE, state)
    equal(command("purge", "--state", state, "ville:zone", "--zoom", "10-11")[:2], (0, "2 tiles forgotten\n"))
    equal(command("purge", "--state", state, "--bbox", "2,40,3,41")[:2], (0, "0 tiles forgotten\n"))
    equal(command("purge", "--state", state, "--grid", "CC48_10cm")[:2], (0, "0 tiles forgotten\n"))
    equal(command("purge", "--state", state, "--bbox=-1.69,48.09,-1.68,48.11", "--zoom", "12")[:2],
          (0, "1 tile forgotten\n"))
    with open(os.path.join(state, "purges.log")) as file:
        lines = file.read().splitlines()
    equal(len(lines), 4)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ pid=\d+ theme=ville:zone grid=\* zoom=10-11 bbox=\* tiles=2",
                        lines[0]), lines[0]
    with Server(state=state) as server:
        expect_answers(server)
        equal(tiles_of(server)["rendered"], 3)
    equal(command("purge", "--state", state)[:2], (0, "6 tiles forgotten\n"))


@case("a running server hears of a purge")
def _():
    first_answers()
    state = path("heard")
    shutil.copytree(STATE, state)
    with Server(state=state) as server:
        expect_answers(server)
        equal(tiles_of(server)["rendered"], 0)
        equal(command("purge", "--state", state, "ville:zone")[:2], (0, "5 tiles forgotten\n"))
        server.wait_for(r"purge of .*ville:zone")
        expect_answers(server)
        assert tiles_of(server)["rendered"] >= 5, tiles_of(server)


@case("tiles of a grid that was defined otherwise are not served")
def _():
    file, state, tile = path("grille.json"), path("grilles"), "MaGrille/12/206/729"
    with Server() as one:
        grid = one.get("/tileMatrixSets/CC48_10cm").json()
    grid["id"] = "MaGrille"
    for moved in (0, 300, 0):
        for matrix in grid["tileMatrices"]:
            matrix["pointOfOrigin"][0] += moved
        with open(file, "w") as out:
            json.dump(grid, out)
        right = command("tile", city(), "ville:zone", tile, "--grid-files", file, "--state", path("grille"), binary=True)[1]
        assert right, moved
        for rendered in (moved != 0 or not os.path.exists(state), 0):
            with Server(f"--grid-files={file}", state=state) as server:
                assert server.get(f"/tiles/ville:zone/{tile}").content() == right, f"moved by {moved}: another tile"
                equal((moved, tiles_of(server)["rendered"]), (moved, rendered))


@case("purge says what it does not understand")
def _():
    for arguments, status, words in [
        (["--zoom", "5-3"], 2, "no range of levels"),
        (["--bbox", "1,2,3"], 2, "WEST,SOUTH,EAST,NORTH"),
        (["--grid", "none"], 1, "there is no grid"),
        (["--what"], 2, "unknown option"),
    ]:
        found, out, err = command("purge", "--state", path("nothing"), *arguments)
        equal((arguments, found, out), (arguments, status, ""))
        assert words in err, err


run()

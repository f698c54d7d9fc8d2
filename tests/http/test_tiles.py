# SPDX-License-Identifier: EUPL-1.2
"""Tiles: where they are, what they hold, and what is said where there is none."""

import threading
from urllib.parse import quote

from crowd import until
from harness import AWKWARD, EMPTY, FULL, PLAIN, Server, case, equal, many_layers, path, read_tile, run, server


@case("a tile holds the theme's layer and its attributes")
def _():
    reply = server().get(f"/tiles/ville:ecole/{FULL}")
    equal(reply.status, 200)
    equal(reply.header("Content-Type"), "application/vnd.mapbox-vector-tile")
    layers = read_tile(reply.body)
    equal(list(layers), ["ecole"])
    assert layers["ecole"], "no feature"
    assert all(school["nom"].startswith("objet n° ") for school in layers["ecole"])


@case("the row may bear .mvt or .pbf, and nothing else")
def _():
    plain = server().get(f"/tiles/ville:ecole/{FULL}").body
    for ending in (".mvt", ".pbf"):
        equal(server().get(f"/tiles/ville:ecole/{FULL}{ending}").body, plain)
    for ending in (".png", ".", ".mvt.pbf", ".mv"):
        equal(server().get(f"/tiles/ville:ecole/{FULL}{ending}").status, 400)


@case("a theme is served in every grid")
def _():
    grids = server().get("/tileMatrixSets").json()["tileMatrixSets"]
    assert len(grids) >= 2
    for grid in grids:
        reply = server().get(f"/tiles/ville:zone/{grid['id']}/0/0/0")
        assert reply.status in (200, 204), reply.status
    plain = server().get(f"/tiles/ville:ecole/{FULL}").body
    equal(server().get(f"/tiles/ville:ecole/WebMercatorQuad/{FULL}").body, plain)


@case("CC48 tiles are found by their coordinates")
def _():
    # level 14 of CC48_10cm: 6.4 m a pixel, 1638.4 m a tile, from 0 and 12,000,000
    column, row = int(1349500 // 1638.4), int((12000000 - 7222400) // 1638.4)
    reply = server().get(f"/tiles/ville:ecole/CC48_10cm/14/{column}/{row}")
    equal(reply.status, 200)
    assert read_tile(reply.body)["ecole"]


@case("an empty tile inside the matrix is 204 without a body")
def _():
    for target in (f"/tiles/ville:ecole/{EMPTY}", "/tiles/ville:vide/0/0/0"):
        reply = server().get(target)
        equal(reply.status, 204)
        equal(reply.body, b"")
        equal(reply.header("Content-Length"), None)
        equal(reply.header("Access-Control-Allow-Origin"), "*")


@case("outside the matrix, and where theme or grid is unknown: 404, told as a problem")
def _():
    for target in ("/tiles/ville:ecole/99/0/0", "/tiles/ville:ecole/3/8/0", "/tiles/ville:ecole/3/0/8",
                   "/tiles/ville:ecole/0/4294967295/0", "/tiles/ville:ecole/2147483647/0/0",
                   "/tiles/ville:ecole/CC48_10cm/21/0/0", "/tiles/ville:inconnu/0/0/0",
                   "/tiles/ville:ecole,ville:inconnu/0/0/0", "/tiles/ville:ecole/PasUneGrille/0/0/0"):
        reply = server().get(target)
        equal((target, reply.status), (target, 404))
        equal(reply.header("Content-Type"), "application/problem+json")
        problem = reply.json()
        equal(problem["status"], 404)
        assert len(problem["detail"]) > 20, problem


@case("nonsense coordinates are 400, whatever they are")
def _():
    for tile in ("a/b/c", "3/-1/0", "-1/0/0", "1/+1/0", "1.0/0/0", "0/0/4294967296", "0/0/99999999999999999999", "0/0/18446744073709551616",
                 "01/0/0", "0x1/0/0", "1e1/0/0", "%20/0/0", "0/0/%00", "0/0/0%20", "NaN/0/0", "é/0/0".encode().decode("latin-1")):
        reply = server().get(f"/tiles/ville:ecole/{quote(tile, safe='/%+')}")
        equal((tile, reply.status), (tile, 400))


@case("names that are hard on addresses are served, percent-encoded")
def _():
    listed = [theme["id"] for theme in server().get("/?f=json").json()["themes"]]
    awkward = [id for id in listed if id.removeprefix("ville:") not in PLAIN]
    equal(len(awkward), len(AWKWARD))
    for name in awkward:
        theme = quote(name, safe="")
        reply = server().get(f"/tiles/{theme}/0/0/0")
        assert reply.status in (200, 204), (name, reply.status)
        tilejson = server().get(f"/tiles/{theme}.json")
        equal((name, tilejson.status), (name, 200))
        layer = tilejson.json()["vector_layers"][0]["id"]
        # the address the document gives leads to the tile
        address = tilejson.json()["tiles"][0].replace("{z}/{x}/{y}", "0/0/0")
        tile = server().get(address.split(f":{server().port}")[1])
        equal((name, list(read_tile(tile.body))), (name, [layer]))


@case("several themes come in one tile, whatever their order and however often")
def _():
    one = server().get(f"/tiles/ville:ecole,ville:zone,ville:rue/{FULL}")
    equal(sorted(read_tile(one.body)), ["ecole", "rue", "zone"])
    for themes in ("ville:rue,ville:zone,ville:ecole", "ville:rue,ville:zone,ville:ecole,ville:rue"):
        other = server().get(f"/tiles/{themes}/{FULL}")
        equal(other.body, one.body)
        equal(other.header("ETag"), one.header("ETag"))
    for name, features in read_tile(one.body).items():
        equal(features, read_tile(server().get(f"/tiles/ville:{name}/{FULL}").body)[name])


@case("more themes than a tile may hold are refused")
def _():
    file = many_layers(path("nombreux.gpkg"), [f"n{number}" for number in range(33)])
    with Server(data=[file]) as many:
        many.wait_for("preparation is done")
        themes = [f"nombreux:n{number}" for number in range(33)]
        equal(many.get(f"/tiles/{','.join(themes[:32])}/0/0/0").status, 200)
        equal(many.get(f"/tiles/{','.join(themes)}/0/0/0").status, 400)
        equal(many.get(f"/tiles/{','.join(themes[:1] * 33)}/0/0/0").status, 200)  # one, often
        equal(many.get("/tiles/" + "," * 40 + "/0/0/0").status, 404)


@case("a tile asked for again comes from memory, the same")
def _():
    first = server().get(f"/tiles/ville:zone/{FULL}")
    again = server().get(f"/tiles/ville:zone/{FULL}")
    equal(again.body, first.body)
    server().wait_for(rf"GET /tiles/ville:zone/{FULL} 200 \d+ [\d.]+ms cache$")


@case("many who ask for one cold tile at once all get it")
def _():
    with Server() as fresh:
        replies = []

        def ask():
            replies.append(fresh.get("/tiles/ville:zone,ville:rue/13/4057/2844"))

        threads = [threading.Thread(target=ask) for _ in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal({reply.status for reply in replies}, {200})
        equal(len({reply.body for reply in replies}), 1)
        equal(fresh.get("/healthz").json()["tiles"]["rendered"], 2)  # each theme's, once


@case("a queue that is full is told: 503, Retry-After, and it gets better")
def _():
    with Server("--queue-limit", "1", "--workers", "1", "--cache-memory", "0") as small:
        statuses = []

        def ask(number):
            reply = small.get(f"/tiles/ville:zone/16/{32440 + number}/22750")
            statuses.append(reply.status)
            if reply.status == 503:
                assert int(reply.header("Retry-After")) > 0
                equal(reply.json()["status"], 503)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(64)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(statuses) <= {200, 204, 503}, set(statuses)
        until("better", lambda: small.get("/tiles/ville:zone/0/0/0").status in (200, 204))


run()

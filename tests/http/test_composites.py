# SPDX-License-Identifier: EUPL-1.2
"""Several themes in one tile: what comes is the sum of what each gives alone, or one sentence that
says why not."""

import itertools
import os
import random
import shutil

from osgeo import ogr

from harness import EMPTY, FULL, Server, add_layer, case, equal, path, read_tile, run, server, square

PLACES = [f"POINT({1349000 + 40 * i} {7222000 + 30 * i})" for i in range(50)]


def dataset(name, layers, **options):
    """A file of layers {name: shapes}."""
    file = path(name)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    for layer, wkts in layers.items():
        add_layer(source, layer, ogr.wkbPolygon if "POLYGON" in wkts[0] else ogr.wkbPoint, 3948, wkts, **options)
    source = None
    return file


def rows(tile):
    """What a tile holds, in an order of its own."""
    return {name: sorted(map(str, features)) for name, features in read_tile(tile).items()}


@case("in any order, in any grid, a tile of several themes is the sum of its members")
def _():
    names = ["ecole", "zone", "rue", "lieu", "vide"]
    for where in (FULL, "CC48_10cm/14/823/2916", "LAMB93_10cm/12/51/762", EMPTY):
        alone = {}
        for name in names:
            tile = server().get(f"/tiles/ville:{name}/{where}")
            alone.update(rows(tile.body) if tile.status == 200 else {})
        for chosen in (names, names[:2], names[3:], ["vide", "zone"]):
            bodies = set()
            for order in random.Random(1).sample(list(itertools.permutations(chosen)), 2):
                reply = server().get("/tiles/" + ",".join(f"ville:{name}" for name in order) + "/" + where)
                bodies.add((reply.status, reply.body, reply.header("ETag")))
            equal(len(bodies), 1)
            held = {name: alone[name] for name in chosen if name in alone}
            equal((where, chosen, reply.status), (where, chosen, 200 if held else 204))
            equal(rows(reply.body) if held else {}, held)
    equal(server().get("/tiles/ville:ecole,,ville:rue/0/0/0").status, 404)


@case("TileJSON and tileset of several themes name the layers their tiles hold, also where names are shared")
def _():
    one, other = dataset("a.gpkg", {"arbre": PLACES}), dataset("b.gpkg", {"arbre": PLACES[:20], "rue": PLACES[:10]})
    with Server(data=[one, other]) as twins:
        twins.wait_for("preparation is done")
        for themes, layers in (("a:arbre,b:arbre", ["a:arbre", "b:arbre"]), ("b:rue,a:arbre", ["arbre", "rue"]),
                               ("b:rue,b:arbre,a:arbre", ["a:arbre", "b:arbre", "rue"])):
            held = rows(twins.get(f"/tiles/{themes}/{FULL}").body)
            equal(sorted(held), layers)
            equal(sorted(layer["id"] for layer in twins.get(f"/tiles/{themes}.json").json()["vector_layers"]), layers)
            tileset = twins.get(f"/tiles/WebMercatorQuad?f=json&collections={themes}").json()
            equal(sorted(layer["id"] for layer in tileset["layers"]), layers)
            (same,) = [f for f in held.values() if len(f) == max(map(len, held.values()))]
            equal(same, rows(twins.get(f"/tiles/a:arbre/{FULL}").body)["arbre"])


@case("themes whose layers would bear one name whatever is done are refused together, and served apart")
def _():
    file = dataset("rv.gpkg", {"quartier": [square(1349000 + 300 * i, 7222000, 250) for i in range(4)], "quartier_pt": PLACES[:5]})
    settings = path("rv.yaml")
    with open(settings, "w") as out:
        out.write(f"data: {file}\nthemes:\n  rv:quartier: {{companion: interior}}\n")
    with Server("-c", settings, data=[]) as clashing:
        clashing.wait_for("preparation is done")
        for target in (f"/tiles/rv:quartier,rv:quartier_pt/{FULL}", "/tiles/rv:quartier_pt,rv:quartier.json",
                       "/tiles/WebMercatorQuad?collections=rv:quartier,rv:quartier_pt&f=json"):
            reply = clashing.get(target)
            equal((target, reply.status), (target, 400))
            assert "rv:quartier_pt" in reply.json()["detail"], reply.body
        equal(sorted(rows(clashing.get(f"/tiles/rv:quartier/{FULL}").body)), ["quartier", "quartier_pt"])
        # the whole data set does without the second
        equal([layer["id"] for layer in clashing.get("/tiles/WebMercatorQuad?f=json").json()["layers"]], ["quartier", "quartier_pt"])


@case("a member that cannot be made is named, and the others are served")
def _():
    sound, broken = dataset("sain.gpkg", {"a": PLACES}), dataset("casse.gpkg", {"b": PLACES * 200})
    with open(broken, "r+b") as file:
        file.seek(os.path.getsize(broken) // 2)
        file.write(b"\xa5" * 200_000)
    with Server(data=[sound, broken]) as half:
        half.wait_for("preparation is done.* 1 failed")
        for themes in ("sain:a,casse:b", "casse:b,sain:a", "casse:b"):
            reply = half.get(f"/tiles/{themes}/{FULL}")
            equal((themes, reply.status), (themes, 503))
            assert "casse:b" in reply.json()["detail"], reply.body
        equal(half.get(f"/tiles/sain:a/{FULL}").status, 200)
        equal([layer["id"] for layer in half.get("/tiles/sain:a,casse:b.json").json()["vector_layers"]], ["b", "a"])


@case("themes that are too much together are refused with what to do, and served apart")
def _():
    file, near, settings = path("roman.gpkg"), "CC48_10cm/18/13178/46656", path("roman.yaml")
    source = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    add_layer(source, "a", ogr.wkbPoint, 3948, [f"POINT({1349430 + 3 * (i % 30)} {7222330 + 4 * (i // 30)})" for i in range(570)])
    source.ExecuteSQL(f"UPDATE a SET nom = fid || '{'a' * 60000}'")
    source = None
    other = shutil.copy(file, path("suite.gpkg"))
    with open(settings, "w") as out:
        out.write(f"data: [{file}, {other}]\nthemes:\n  '*': {{min_zoom: 18}}\n")
    with Server("-c", settings, "--cache-disk=0", "--gzip-level=1", data=[]) as long:
        long.wait_for("preparation is done")
        for theme in ("roman:a", "suite:a"):
            equal(long.get(f"/tiles/{theme}/{near}", Accept_Encoding="gzip").status, 200)
        reply = long.get(f"/tiles/roman:a,suite:a/{near}", Accept_Encoding="gzip")
        equal(reply.status, 400)
        equal(reply.json()["title"], "Too much asked for")
        assert "2 themes together is larger than 64 MiB: ask for them in several tiles" in reply.json()["detail"]
        long.alive()


run()

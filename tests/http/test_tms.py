# SPDX-License-Identifier: EUPL-1.2
"""OSGeo TMS 1.0.0: documents that lead from the root to a tile, tiles with rows from the south, grids
where GDAL puts them."""

import json
import urllib.parse
import xml.etree.ElementTree as tree

from harness import AWKWARD, PLAIN, Server, case, equal, path, read_tile, run, server, theme_id
from osgeo import gdal

MVT = "application/vnd.mapbox-vector-tile"
SRS = {"WebMercatorQuad": "EPSG:3857", "CC48_10cm": "EPSG:3948", "LAMB93_10cm": "EPSG:2154", "WorldCRS84Quad": "EPSG:4326"}
NAMES = [theme_id(name) for name in [*PLAIN, *AWKWARD]]


def ready():
    server().wait_for("preparation is done")
    return server()


def local(href):
    base = f"http://127.0.0.1:{server().port}"
    assert href.startswith(base + "/"), href
    return href[len(base):]


def document(target, on=None):
    reply = (on or ready()).get(target)
    equal((reply.status, reply.header("Content-Type")), (200, "application/xml"))
    return tree.fromstring(reply.content())


@case("the root leads to the tile maps, a theme in a grid each, and these to themselves")
def _():
    (service,) = document("/tms/")
    equal((service.get("version"), service.get("title")), ("1.0.0", "Tuilerie"))
    root = document(local(service.get("href")))
    equal((root.tag, root.get("version"), local(root.get("services"))), ("TileMapService", "1.0.0", "/tms/"))
    maps = root.findall("TileMaps/TileMap")
    equal(len(maps), len(NAMES) * len(SRS))
    equal(len({entry.get("href") for entry in maps}), len(maps))
    for entry in maps:
        found = document(local(entry.get("href")))
        equal((found.findtext("Title"), found.findtext("SRS")), (entry.get("title"), entry.get("srs")))
        equal(found.find("TileSets").get("profile"), entry.get("profile"))
        equal(entry.get("profile"), "global-geodetic" if "@WorldCRS84Quad@" in entry.get("href") else "local")


@case("levels are those of the grid, counted from its lower left corner")
def _():
    for grid, srs in SRS.items():
        root = document(f"/tms/1.0.0/ville:ecole@{grid}@pbf")
        equal(root.findtext("SRS"), srs)
        origin = [float(root.find("Origin").get(name)) for name in "xy"]
        levels = ready().get(f"/tileMatrixSets/{grid}").json()["tileMatrices"]
        sets = root.findall("TileSets/TileSet")
        equal([entry.get("order") for entry in sets], [level["id"] for level in levels])
        for entry, level in zip(sets, levels):
            equal(float(entry.get("units-per-pixel")), level["cellSize"])
            assert local(entry.get("href")).endswith(f"/ville:ecole@{grid}@pbf/{level['id']}")
            equal(level["pointOfOrigin"][0], origin[0])
            foot = level["pointOfOrigin"][1] - level["cellSize"] * level["tileHeight"] * level["matrixHeight"]
            assert abs(foot - origin[1]) < 1e-6 * level["cellSize"], (foot, origin)
        form = root.find("TileFormat")
        equal((form.get("mime-type"), form.get("extension"), form.get("width")), (MVT, "pbf", "256"))


@case("GDAL puts the grids where they are")
def _():
    for grid in ("WebMercatorQuad", "CC48_10cm", "LAMB93_10cm", "WorldCRS84Quad"):
        level = ready().get(f"/tileMatrixSets/{grid}").json()["tileMatrices"][0]
        with open(path("tms.xml"), "wb") as out:
            out.write(ready().get(f"/tms/1.0.0/ville:ecole@{grid}@pbf").content())
        west, size, _, north, _, _ = gdal.Open(path("tms.xml")).GetGeoTransform()
        equal((west, north), tuple(level["pointOfOrigin"]))
        assert size <= level["cellSize"], (size, level)


@case("tiles are those of the grid with the row turned, down to the last pixel row")
def _():
    for grid, z, x, y in (("WebMercatorQuad", 14, 8114, 5688), ("CC48_10cm", 0, 0, 0)):
        direct = ready().get(f"/tiles/ville:ecole/{grid}/{z}/{x}/{y}")
        reply = ready().get(f"/tms/1.0.0/ville:ecole@{grid}@pbf/{z}/{x}/{2**z - 1 - y}.pbf")
        equal((reply.status, reply.header("Content-Type"), reply.body), (200, MVT, direct.body))
        assert read_tile(reply.body)["ecole"]
    equal(ready().get("/tms/1.0.0/ville:ecole@WebMercatorQuad@pbf/14/0/0.pbf").status, 204)


@case("what is not there is not found, nonsense is refused, nothing breaks")
def _():
    name = "/tms/1.0.0/ville:ecole@WebMercatorQuad@pbf"
    for target in (name + "/1/2/0.pbf", name + "/1/0/2.pbf", name + "/99/0/0.pbf", name + "/1/0/4294967295.pbf", name + "/1/0/0.png",
                   "/tms/1.0.0/ville:ecole@WebMercatorQuad@png", "/tms/1.0.0/ville:ecole@X@pbf", "/tms/1.0.0/ville:rien@CC48_10cm@pbf",
                   "/tms/1.0.0/ville:ecole", "/tms/1.0.0/@@@", "/tms/1.0.0/@pbf", "/tms/2.0.0", "/tms/1.0.0?group=rien",
                   "/tms/1.0.0/" + urllib.parse.quote("<script>\"'&@CC48_10cm@pbf")):
        equal(ready().get(target).status, 404)
    for target in (name + "/1/0/-1.pbf", name + "/x/0/0.pbf", name + "/1/0/99999999999999.pbf", name + "/1/00/0.pbf"):
        equal(ready().get(target).status, 400)
    ready().alive()


GRID = {"id": "sud", "title": "Rows from the south", "crs": "http://www.opengis.net/def/crs/EPSG/0/3948", "orderedAxes": ["X", "Y"],
        "tileMatrices": [{"id": str(z), "scaleDenominator": 1024 / 2**z / 0.00028, "cellSize": 1024 / 2**z,
                          "cornerOfOrigin": "bottomLeft", "pointOfOrigin": [1200000, 7000000], "tileWidth": 256, "tileHeight": 256,
                          "matrixWidth": 2**z, "matrixHeight": 2 * 2**z} for z in range(8)]}


@case("a grid whose rows count from the south is as it is; one whose levels have not one corner and one size is not listed")
def _():
    higher, aside, coarser = (json.loads(json.dumps(GRID)) for _ in range(3))
    higher["tileMatrices"][3]["pointOfOrigin"][1] += 1000
    aside["tileMatrices"][3]["pointOfOrigin"][0] += 1000
    coarser["tileMatrices"][3].update(tileWidth=512, matrixWidth=4)
    crooked = {"haut": higher, "loin": aside, "large": coarser}
    for name, grid in crooked.items():
        grid["id"] = name
    for grid in (GRID, *crooked.values()):
        with open(path(grid["id"] + ".json"), "w") as out:
            json.dump(grid, out)
    with Server("--grid-files", ",".join(path(name + ".json") for name in ("sud", *crooked))) as other:
        other.wait_for("preparation is done")
        listed = [entry.get("href") for entry in document("/tms/1.0.0?theme=ville:ecole", other).iter("TileMap")]
        equal(sum("@sud@" in href for href in listed), 1)
        for name in crooked:
            equal(sum(f"@{name}@" in href for href in listed), 0)
            equal(other.get(f"/tms/1.0.0/ville:ecole@{name}@pbf").status, 404)
        x, y = (1349000 - 1200000) // (256 * 16), (7222000 - 7000000) // (256 * 16)
        tile = other.get(f"/tms/1.0.0/ville:ecole@sud@pbf/6/{x}/{y}.pbf")
        equal((tile.status, tile.body), (200, other.get(f"/tiles/ville:ecole/sud/6/{x}/{y}").body))


run()

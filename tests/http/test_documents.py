# SPDX-License-Identifier: EUPL-1.2
"""What describes the tiles: TileJSON, GDAL's metadata, grids, Esri's description, styles, pages."""

import json
import math
import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from osgeo import gdal

from harness import AWKWARD, FULL, PLAIN, Server, case, city, equal, many_layers, path, read_tile, run, server

ESRI = "/arcgis/rest/services/ville:ecole/{}/VectorTileServer"


def base():
    return f"http://127.0.0.1:{server().port}"


def wait_until_ready():
    server().wait_for("preparation is done")


@case("TileJSON has what its clients demand")
def _():
    wait_until_ready()
    reply = server().get("/tiles/ville:ecole.json")
    equal(reply.status, 200)
    equal(reply.header("Content-Type"), "application/json")
    document = reply.json()
    equal(document["tilejson"], "3.0.0")
    equal(document["name"], "ecole")
    equal(document["scheme"], "xyz")
    equal(document["tiles"], [base() + "/tiles/ville:ecole/{z}/{x}/{y}"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["version"]), document["version"]
    assert 0 <= document["minzoom"] <= 14 < document["maxzoom"] <= 22
    west, south, east, north = document["bounds"]
    assert -1.75 < west < east < -1.6 and 48.0 < south < north < 48.2, document["bounds"]
    longitude, latitude, zoom = document["center"]
    assert west <= longitude <= east and south <= latitude <= north
    assert document["minzoom"] <= zoom <= document["maxzoom"]
    (layer,) = document["vector_layers"]
    equal(layer["id"], "ecole")
    equal(layer["fields"], {"nom": "String", "type d'école": "String", "numero": "Number", "surface": "Number"})
    equal((layer["minzoom"], layer["maxzoom"]), (document["minzoom"], document["maxzoom"]))


@case("TileJSON of several themes is their union")
def _():
    both = server().get("/tiles/ville:ecole,ville:zone.json").json()
    equal([layer["id"] for layer in both["vector_layers"]], ["ecole", "zone"])
    equal(both["tiles"], [base() + "/tiles/ville:ecole,ville:zone/{z}/{x}/{y}"])
    one, two = (server().get(f"/tiles/ville:{name}.json").json() for name in ("ecole", "zone"))
    equal(both["bounds"], [f(pair) for f, pair in zip((min, min, max, max), zip(one["bounds"], two["bounds"]))])
    equal(both["minzoom"], min(one["minzoom"], two["minzoom"]))
    assert both["version"] not in (one["version"], two["version"])
    equal(server().get("/tiles/ville:zone,ville:ecole.json").body, server().get("/tiles/ville:ecole,ville:zone.json").body)


@case("TileJSON of another grid says where its tiles lie")
def _():
    document = server().get("/tiles/ville:ecole/CC48_10cm.json").json()
    equal(document["tiles"], [base() + "/tiles/ville:ecole/CC48_10cm/{z}/{x}/{y}"])
    equal(document["crs"], "EPSG:3948")
    equal((document["tile_origin_upper_left_x"], document["tile_origin_upper_left_y"]), (0, 12000000))
    equal(document["tile_dimension_zoom_0"], 26843545.6)
    mercator = server().get("/tiles/ville:ecole/WebMercatorQuad.json")
    equal(mercator.body, server().get("/tiles/ville:ecole.json").body)
    assert "crs" not in mercator.json()


@case("TileJSON of a theme without features is whole")
def _():
    document = server().get("/tiles/ville:vide.json").json()
    equal(document["bounds"][0::2], [-180, 180])
    assert -86 < document["bounds"][1] < document["bounds"][3] < 86
    assert document["minzoom"] <= document["center"][2] <= document["maxzoom"]


@case("GDAL reads the tiles of both grids from their address alone, where they belong")
def _():
    for prefix, level, epsg, inside in (("", 14, "3857", (-190000, 6120000)), ("/CC48_10cm", 14, "3948", (1350000, 7222400))):
        dataset = gdal.OpenEx(f"MVT:{base()}/tiles/ville:ecole{prefix}/{level}", gdal.OF_VECTOR,
                              open_options=["TILE_EXTENSION=mvt"])
        layer = dataset.GetLayerByName("ecole")
        equal(layer.GetSpatialRef().GetAuthorityCode(None), epsg)
        west, east, south, north = layer.GetExtent(force=1)
        assert west - 5000 < inside[0] < east + 5000 and south - 5000 < inside[1] < north + 5000, (prefix, west, east, south, north)
        equal(sum(1 for _ in layer), 50)


@case("grids are described as OGC has it, each level half of the one before")
def _():
    listed = server().get("/tileMatrixSets").json()["tileMatrixSets"]
    ids = [grid["id"] for grid in listed]
    equal(sorted(ids), ["CC48_10cm", "LAMB93_10cm", "WebMercatorQuad", "WorldCRS84Quad"])
    for entry in listed:
        (link,) = entry["links"]
        equal(link["href"], f"{base()}/tileMatrixSets/{entry['id']}")
        grid = server().get(urlsplit(link["href"]).path).json()
        equal((grid["id"], grid["uri"], grid["crs"]), (entry["id"], entry["uri"], entry["crs"]))
        degrees = grid["id"] == "WorldCRS84Quad"
        equal(grid["orderedAxes"], ["Lon", "Lat"] if degrees else ["X", "Y"])
        levels = grid["tileMatrices"]
        equal([level["id"] for level in levels], [str(z) for z in range(len(levels))])
        for coarse, fine in zip(levels, levels[1:]):
            equal(fine["cellSize"] * 2, coarse["cellSize"])
            equal(fine["matrixWidth"], coarse["matrixWidth"] * 2)
            equal(fine["pointOfOrigin"], coarse["pointOfOrigin"])
        metres = math.pi * 6378137 / 180 if degrees else 1
        assert abs(levels[0]["scaleDenominator"] * 0.00028 - levels[0]["cellSize"] * metres) < 1e-6
    mercator = server().get("/tileMatrixSets/WebMercatorQuad").json()
    equal(mercator["uri"], "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad")
    equal(mercator["crs"], "http://www.opengis.net/def/crs/EPSG/0/3857")
    assert abs(mercator["tileMatrices"][0]["scaleDenominator"] - 559082264.028717) < 0.01
    degrees = server().get("/tileMatrixSets/WorldCRS84Quad").json()
    equal(degrees["crs"], "http://www.opengis.net/def/crs/OGC/1.3/CRS84")
    equal(degrees["tileMatrices"][0]["matrixWidth"], 2)
    equal(degrees["tileMatrices"][0]["pointOfOrigin"], [-180, 90])
    equal(server().get("/tileMatrixSets/PasUneGrille").status, 404)


@case("grids come from files too, and one that is broken is named and stops no other")
def _():
    matrix = {"id": "a", "cellSize": 10, "tileWidth": 256, "tileHeight": 256, "matrixWidth": 2000, "matrixHeight": 2000,
              "cornerOfOrigin": "bottomLeft", "pointOfOrigin": [900000, 900000]}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "europe.json").write_text(json.dumps({"crs": "EPSG:3035", "tileMatrices": [matrix]}))
        Path(folder, "faux.json").write_text(json.dumps({"crs": "EPSG:3035", "tileMatrices": [{**matrix, "tileWidth": 0}]}))
        with Server("--grid-files", folder) as other:
            other.wait_for(r"faux\.json: tileMatrices\[0\] \(\"a\"\): tileWidth must be")
            grid = other.get("/tileMatrixSets/europe").json()
            equal((grid["id"], grid["orderedAxes"]), ("europe", ["Y", "X"]))
            level = grid["tileMatrices"][0]
            equal((level["cornerOfOrigin"], level["pointOfOrigin"]), ("bottomLeft", [900000, 900000]))
            equal(other.get("/tiles/ville:ecole/europe.json").json()["scheme"], "tms")
            equal(other.get("/tileMatrixSets/faux").status, 404)
            # the middle of the city: 3,453,185 east and 2,845,845 north, rows from the south
            columns, rows = range(996, 999), range(759, 762)
            other.wait_for("preparation is done")
            statuses = {other.get(f"/tiles/ville:ecole/europe/0/{x}/{y}").status for x in columns for y in rows}
            assert 200 in statuses and statuses <= {200, 204}, statuses


@case("what reads only grids that start from one tile gets no description of others")
def _():
    for target in (ESRI.format("WorldCRS84Quad"), "/tiles/ville:ecole/WorldCRS84Quad/metadata.json"):
        reply = server().get(target)
        equal(reply.status, 404)
        assert "WorldCRS84Quad" in reply.json()["detail"]
    document = server().get("/tiles/ville:ecole/WorldCRS84Quad.json").json()
    assert "tile_dimension_zoom_0" not in document
    equal((document["crs"], document["scheme"]), ("OGC:CRS84", "xyz"))
    for grid in ("CC48_10cm", "LAMB93_10cm"):
        equal(server().get(ESRI.format(grid)).status, 200)


@case("the Esri-shaped description is what QGIS reads: level 0, halves, origin, CRS")
def _():
    document = server().get(ESRI.format("CC48_10cm") + "?f=pjson").json()
    equal(document["tiles"], ["tile/{z}/{y}/{x}.pbf"])
    info = document["tileInfo"]
    equal((info["rows"], info["cols"]), (512, 512))
    equal(info["origin"], {"x": 0, "y": 12000000})
    equal(info["spatialReference"], {"wkid": 3948, "latestWkid": 3948})
    lods = info["lods"]
    equal(lods[0]["level"], 0)
    equal(lods[0]["resolution"] * info["rows"], 26843545.6)
    for coarse, fine in zip(lods, lods[1:]):
        equal(fine["resolution"] * 2, coarse["resolution"])
        assert abs(fine["scale"] - fine["resolution"] / 0.0254 * 96) < 1e-3
    extent = document["fullExtent"]
    assert 1348900 < extent["xmin"] < 1349100 and 7221900 < extent["ymin"] < 7222100, extent
    equal(extent["spatialReference"]["latestWkid"], 3948)
    equal(server().get(ESRI.format("WebMercatorQuad")).json()["tileInfo"]["spatialReference"], {"wkid": 102100, "latestWkid": 3857})


@case("its tiles are the grid's own, row before column, and its style leads to them")
def _():
    column, row = 823, 2916
    tile = server().get(f"/tiles/ville:ecole/CC48_10cm/14/{column}/{row}")
    equal(tile.status, 200)
    equal(server().get(ESRI.format("CC48_10cm") + f"/tile/14/{row}/{column}.pbf").body, tile.body)
    for ending in ("/resources/styles", "/resources/styles/", "/resources/styles/root.json"):
        style = server().get(ESRI.format("CC48_10cm") + ending).json()
        (source,) = style["sources"].values()
        equal(source["url"], base() + "/tiles/ville:ecole/CC48_10cm.json")


@case("a theme's style names its source and its layer")
def _():
    style = server().get("/styles/ville:zone.json").json()
    equal(style["version"], 8)
    (source,) = style["sources"].values()
    equal(source["url"], base() + "/tiles/ville:zone.json")
    assert any(layer.get("source-layer") == "zone" for layer in style["layers"])
    equal(server().get("/styles/ville:inconnu.json").status, 404)
    equal(server().get("/styles/ville:zone,ville:inconnu.json").status, 404)


@case("several themes have the styles of all, at every address that names one")
def _():
    service = "/arcgis/rest/services/ville:rue,ville:zone/CC48_10cm/VectorTileServer"
    addresses = {"/styles/ville:zone,ville:rue.json": "/tiles/ville:rue,ville:zone.json",
                 f"{service}/{server().get(service).json()['defaultStyles']}": "/tiles/ville:rue,ville:zone/CC48_10cm.json"}
    tiles = read_tile(server().get(f"/tiles/ville:rue,ville:zone/{FULL}").content())
    for address, tilejson in addresses.items():
        style = server().get(address).json()
        (source,) = style["sources"].values()
        equal(source["url"], base() + tilejson)
        equal(server().get(tilejson).status, 200)
        names = [layer["id"] for layer in style["layers"]]
        equal(len(set(names)), len(names))
        equal({layer["source"] for layer in style["layers"]}, set(style["sources"]))
        equal({layer["source-layer"] for layer in style["layers"]}, set(tiles))
        for alone in ("zone", "rue"):
            of_one = server().get(f"/styles/ville:{alone}.json").json()["layers"]
            equal([layer["paint"] for layer in style["layers"] if layer["source-layer"] == alone], [layer["paint"] for layer in of_one])
    equal(server().get("/styles/ville:rue,ville:zone.json").body, server().get("/styles/ville:zone,ville:rue.json").body)


@case("the landing page lists the themes, as HTML and as JSON")
def _():
    page = server().get("/", Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    equal((page.status, page.header("Content-Type")), (200, "text/html; charset=utf-8"))
    assert "/view/ville:ecole" in page.body.decode()
    equal(server().get("/").header("Content-Type"), "text/html; charset=utf-8")
    for reply in (server().get("/?f=json"), server().get("/", Accept="application/json")):
        equal(reply.header("Content-Type"), "application/json")
        equal(len(reply.json()["themes"]), len(PLAIN) + len(AWKWARD))
        assert "Accept" in reply.header("Vary").split(", ")


@case("the landing page can be of one group, and says so")
def _():
    with Server(data=[city(), many_layers(path("autres.gpkg"), ["un", "deux"])]) as both:
        page = both.get("/?group=autres", Accept="text/html").body.decode()
        shown = re.findall(r'<li data-about="[^"]*"><a href="/view/([^"?]*)|<li><a href="/view/([^"?]*)', page)
        equal(sorted(a or b for a, b in shown), ["autres:deux", "autres:un"])
        assert "2\u00a0thèmes du groupe «\u00a0autres\u00a0»" in page, re.search(r'id="found".*', page)
        equal(sorted(t["id"] for t in both.get("/?f=json&group=autres").json()["themes"]), ["autres:deux", "autres:un"])
        equal([t["id"] for t in both.get("/?f=json&group=autres&q=deux").json()["themes"]], ["autres:deux"])
        equal(len(both.get("/?f=json&group=").json()["themes"]), 2 + len(PLAIN) + len(AWKWARD))
        for target in ("/?group=rien", "/?f=json&group=rien", "/qgis?group=rien", "/qgis/connections.xml?group=rien"):
            reply = both.get(target, Accept="application/json")
            equal((target, reply.status, reply.json()["detail"]), (target, 404, 'there is no group "rien"; / lists the groups'))
            equal(both.get(target.replace("rien", "autres")).status, 200)


@case("pages keep to themselves: own files only, no cookie, framed only where that is meant")
def _():
    for target, framed in (("/", "'self'"), ("/view/ville:ecole", "'self'"), ("/embed/ville:ecole", "*")):
        reply = server().get(target)
        equal(reply.status, 200)
        policy = dict(part.strip().split(" ", 1) for part in reply.header("Content-Security-Policy").split(";"))
        equal((policy["default-src"], policy["script-src"], policy["style-src"]), ("'none'", "'self'", "'self'"))
        equal(policy["frame-ancestors"], framed)
        equal(reply.header("X-Content-Type-Options"), "nosniff")
        equal(reply.header("Referrer-Policy"), "same-origin")
        equal((reply.header("Set-Cookie"), reply.header("X-Frame-Options")), (None, None))
        for link in re.findall(r'(?:src|href)="(https?:[^"]+)"', reply.body.decode()):
            assert link.startswith(base()), link


@case("assets never change under their versioned address")
def _():
    page = server().get("/view/ville:ecole").body.decode()
    links = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    assert len(links) > 3, links
    for link in links:
        reply = server().get(link)
        equal((link, reply.status), (link, 200))
        assert "immutable" in reply.header("Cache-Control"), link
        for other in ("", "?v=", "?v=00000000"):
            assert "immutable" not in server().get(link.split("?")[0] + other).header("Cache-Control")
    for name in ("inconnu.js", "..%2F..%2Fetc%2Fpasswd", "%2e%2e"):
        equal(server().get("/assets/" + name).status, 404)


@case("health is told in numbers")
def _():
    wait_until_ready()
    health = server().get("/healthz").json()
    equal(health["status"], "ok")
    equal(health["themes"]["ready"], len(PLAIN) + len(AWKWARD))
    equal((health["themes"]["failed"], health["failed_themes"]), (0, []))
    equal(server().get("/readyz").status, 200)


@case("what every site is asked for is there")
def _():
    equal(server().get("/favicon.ico").header("Content-Type"), "image/svg+xml")
    robots = server().get("/robots.txt").body.decode()
    assert robots.startswith("User-agent: *\n"), robots


@case("what is nowhere is 404, as a page for people and as a problem for programs")
def _():
    for target in ("/rien", "/tiles/ville:ecole", "/view/", "/view/inconnu", "/embed/inconnu",
                   "/tiles/inconnu.json", "/tiles/.json", "//", "/tiles//0/0/0", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p"):
        program = server().get(target)
        equal((target, program.status, program.header("Content-Type")), (target, 404, "application/problem+json"))
        person = server().get(target, Accept="text/html,*/*;q=0.8")
        equal((target, person.status, person.header("Content-Type")), (target, 404, "text/html; charset=utf-8"))
        assert 'lang="fr"' in person.body.decode()


run()

# SPDX-License-Identifier: EUPL-1.2
"""WMTS 1.0.0: capabilities that GDAL places as PROJ does, tiles by key and value and by path where
the standard's arithmetic puts them, exceptions by the book, nothing from an address becoming
markup."""

import json
import os
import time
import urllib.parse
import xml.etree.ElementTree as tree

from harness import AWKWARD, FULL, PLAIN, WAIT, Server, case, city, equal, path, read_tile, run, server, theme_id
from osgeo import gdal, osr

OWS = "{http://www.opengis.net/ows/1.1}"
WMTS = "{http://www.opengis.net/wmts/1.0}"
LINK = "{http://www.w3.org/1999/xlink}href"
GRIDS = {"WebMercatorQuad": 3857, "CC48_10cm": 3948, "LAMB93_10cm": 2154, "WorldCRS84Quad": None}
MVT = "application/vnd.mapbox-vector-tile"
DOCUMENT = "/wmts/1.0.0/WMTSCapabilities.xml"
NAMES = [theme_id(name) for name in AWKWARD]
PLACE = (-1.7172705, 48.1012863)  # near the first school of the town, degrees


def ready():
    server().wait_for("preparation is done")
    return server()


def base():
    return f"http://127.0.0.1:{server().port}"


def read(reply):
    equal(reply.header("Content-Type"), "application/xml")
    return tree.fromstring(reply.content())


def capabilities(query=""):
    reply = ready().get(DOCUMENT + query)
    equal(reply.status, 200)
    return read(reply)


def layers(root):
    return {layer.findtext(OWS + "Identifier"): layer for layer in root.iter(WMTS + "Layer")}


def grids(root):
    return {grid.findtext(OWS + "Identifier"): grid for grid in root.findall(f"{WMTS}Contents/{WMTS}TileMatrixSet")}


def refused(reply, status, code, locator=None):
    equal(reply.status, status)
    root = read(reply)
    equal((root.tag, root.get("version")), (OWS + "ExceptionReport", "1.1.0"))
    (exception,) = root
    equal((exception.get("exceptionCode"), exception.get("locator")), (code, locator))
    return exception.findtext(OWS + "ExceptionText")


def ask(origin=None, **changes):
    """The target of GetTile; a change to None leaves the parameter out."""
    level, column, row = FULL.split("/")
    values = {"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": "ville:ecole", "STYLE": "default",
              "FORMAT": MVT, "TILEMATRIXSET": "WebMercatorQuad", "TILEMATRIX": level, "TILEROW": row, "TILECOL": column}
    values.update(changes)
    return "/wmts?" + urllib.parse.urlencode({k: v for k, v in values.items() if v is not None})


SCHOOLS = [(1349000, 7222000), (1350960, 7223470)]  # the first and the last, in EPSG:3948


def place_in(epsg, place=PLACE, source=4326):
    """A place in a CRS (None: in degrees), easting before northing, by PROJ."""
    target, other = osr.SpatialReference(), osr.SpatialReference()
    target.ImportFromEPSG(epsg or 4326)
    other.ImportFromEPSG(source)
    for srs in (target, other):
        srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(other, target).TransformPoint(*place)[:2]


@case("the capabilities hold every theme in every grid, once, and absolute addresses only")
def _():
    root = capabilities()
    equal((root.tag, root.get("version")), (WMTS + "Capabilities", "1.0.0"))
    listed = {*NAMES, *(f"ville:{name}" for name in PLAIN)}
    equal(set(layers(root)), listed)
    equal(len(list(root.iter(WMTS + "Layer"))), len(listed))
    for layer in layers(root).values():
        equal([link.text for link in layer.iter(WMTS + "TileMatrixSet")], list(GRIDS))
        equal([style.get("isDefault") for style in layer.iter(WMTS + "Style")], ["true"])
        equal(layer.findtext(WMTS + "Format"), MVT)
        (resource,) = layer.iter(WMTS + "ResourceURL")
        assert resource.get("template").startswith(base() + "/wmts/"), resource.get("template")
    for element in root.iter():
        if LINK in element.attrib:
            assert element.get(LINK).startswith(base() + "/"), element.get(LINK)
    equal(list(grids(root)), list(GRIDS))


@case("one document, however it is asked for")
def _():
    document = ready().get(DOCUMENT)
    for query in ("", "?SERVICE=WMTS&REQUEST=GetCapabilities", "?service=wmts&Request=getcapabilities&AcceptVersions=9.9,1.0.0",
                  "?SERVICE=WMTS&REQUEST=GetCapabilities&VERSION=1.0.0&ACCEPTVERSIONS="):
        reply = ready().get("/wmts" + query)
        equal((reply.status, reply.body), (200, document.body))
    gzipped = ready().get(DOCUMENT, Accept_Encoding="gzip")
    equal(gzipped.header("Content-Encoding"), "gzip")
    equal(gzipped.content(), document.body)
    equal(ready().get(DOCUMENT, If_None_Match=document.header("ETag")).status, 304)
    equal(ready().get(DOCUMENT, method="HEAD").header("Content-Length"), str(len(document.body)))


@case("GDAL puts the grids where PROJ does")
def _():
    for grid, epsg in GRIDS.items():
        source = f"WMTS:{base()}{DOCUMENT}?layer=ville:ecole,layer=ville:ecole,tilematrixset={grid}"
        west, size, _, north, _, height = gdal.Open(source).GetGeoTransform()
        x, y = place_in(epsg)
        equal(size, -height)
        # the image of a box in degrees leans in other grids
        lean, tall = (1e-6, 0.02) if epsg is None else (200, 3000)
        assert abs(west - x) < lean, (grid, west, x)
        assert 0 < north - y < tall, (grid, north, y)


def tile_at(grid, level, x, y):
    """Column and row of a point, as clause 6.1 of the standard computes them."""
    (matrix,) = [m for m in grid.iter(WMTS + "TileMatrix") if m.findtext(OWS + "Identifier") == level]
    metres = 111319.49079327358 if "CRS84" in grid.findtext(OWS + "SupportedCRS") else 1
    span = float(matrix.findtext(WMTS + "ScaleDenominator")) * 0.00028 / metres
    left, top = map(float, matrix.findtext(WMTS + "TopLeftCorner").split())
    return (int((x - left) / (span * int(matrix.findtext(WMTS + "TileWidth")))),
            int((top - y) / (span * int(matrix.findtext(WMTS + "TileHeight")))))


def limits_of(layer, grid, level):
    """Least column and row, and most, of a layer at a level of a grid."""
    (link,) = [li for li in layer.iter(WMTS + "TileMatrixSetLink") if li.findtext(WMTS + "TileMatrixSet") == grid]
    (limits,) = [li for li in link.iter(WMTS + "TileMatrixLimits") if li.findtext(WMTS + "TileMatrix") == level]
    return [[int(limits.findtext(WMTS + end + axis)) for axis in ("TileCol", "TileRow")] for end in ("Min", "Max")]


def is_within(tile, limits):
    return all(least <= number <= most for least, number, most in zip(limits[0], tile, limits[1]))


@case("limits are the tiles from the first feature to the last, and no more than a tile around them")
def _():
    root = capabilities("?layer=ville:ecole")
    (layer,) = layers(root).values()
    for name, epsg in GRIDS.items():
        limits = limits_of(layer, name, "16")
        ends = [tile_at(grids(root)[name], "16", *place_in(epsg, school, 3948)) for school in SCHOOLS]
        assert ends[0] != ends[1] and all(is_within(end, limits) for end in ends), (name, ends, limits)
        for axis in (0, 1):
            span = abs(ends[0][axis] - ends[1][axis])
            assert limits[1][axis] - limits[0][axis] <= span + 2, (name, ends, limits)


@case("a layer says what the catalogue says of its theme, and its group leads to it")
def _():
    with open(path("portail.yaml"), "w") as out:
        json.dump({"data": city(), "themes": {"ville:ecole": {"title": "Écoles <b>", "abstract": "Où l'on va.",
                                                              "keywords": ["élèves & maîtres", "éducation"]}}}, out)
    with Server("-c", path("portail.yaml"), data=[]) as other:
        other.wait_for("preparation is done")
        root = read(other.get(DOCUMENT))
        layer = layers(root)["ville:ecole"]
        equal((layer.findtext(OWS + "Title"), layer.findtext(OWS + "Abstract")), ("Écoles <b>", "Où l'on va."))
        equal([word.text for word in layer.iter(OWS + "Keyword")], ["élèves & maîtres", "éducation"])
        equal(list(layers(root)["ville:zone"].iter(OWS + "Keyword")), [])
        (group,) = root.findall(f"{WMTS}Themes/{WMTS}Theme")
        equal(group.findtext(OWS + "Identifier"), "ville")
        # a reference is a URI, which has no way to write a percent sign
        equal({link.text for link in group.iter(WMTS + "LayerRef")}, {name for name in layers(root) if "%" not in name})


@case("tiles lie where the capabilities say, by key and value and by path")
def _():
    root = capabilities("?layer=ville:ecole")
    (layer,) = layers(root).values()
    (template,) = [r.get("template") for r in layer.iter(WMTS + "ResourceURL")]
    for name, epsg in GRIDS.items():
        column, row = tile_at(grids(root)[name], "12", *place_in(epsg))
        direct = ready().get(f"/tiles/ville:ecole/{name}/12/{column}/{row}")
        equal(direct.status, 200)
        assert read_tile(direct.body)["ecole"]
        assert is_within((column, row), limits_of(layer, name, "12")), (name, row, column)
        by_path = template.replace("{TileMatrixSet}", name).replace("{TileMatrix}", "12")
        by_path = by_path.replace("{TileRow}", str(row)).replace("{TileCol}", str(column))
        for target in (ask(TILEMATRIXSET=name, TILEMATRIX="12", TILEROW=row, TILECOL=column), by_path[len(base()):]):
            reply = ready().get(target)
            equal((reply.status, reply.header("Content-Type"), reply.body), (200, MVT, direct.body))
    equal(ready().get(ask(TILEMATRIX=14, TILEROW=0, TILECOL=0)).status, 204)
    equal(ready().get(ask(STYLE="")).status, 200)


@case("names hard on addresses are layers like others")
def _():
    for name in NAMES:
        (layer,) = layers(capabilities("?layer=" + urllib.parse.quote(name, ""))).values()
        (resource,) = layer.iter(WMTS + "ResourceURL")
        target = resource.get("template")[len(base()):].replace("{TileMatrixSet}", "WebMercatorQuad")
        equal(ready().get(target.replace("{TileMatrix}/{TileRow}/{TileCol}", "0/0/0")).status, 200)
        equal(ready().get(ask(LAYER=name, TILEMATRIX=0, TILEROW=0, TILECOL=0)).status, 200)


@case("a document can be of some themes; what is not there is said")
def _():
    equal(list(layers(capabilities("?layer=ville:ecole,ville:zone"))), ["ville:ecole", "ville:zone"])
    equal(list(layers(capabilities("?search=ECOLE"))), ["ville:ecole"])
    equal(list(layers(capabilities("?search=xyzzy"))), [])
    equal(len(layers(capabilities("?group=ville"))), 11)
    refused(ready().get("/wmts?layer=ville:rien"), 404, "InvalidParameterValue")
    refused(ready().get("/wmts?group=rien"), 404, "InvalidParameterValue")


@case("each wrong parameter is named in an exception report")
def _():
    for name in ("VERSION", "LAYER", "STYLE", "FORMAT", "TILEMATRIXSET", "TILEMATRIX", "TILEROW", "TILECOL"):
        refused(ready().get(ask(**{name: None})), 400, "MissingParameterValue", name.lower())
    for change, code in (({"VERSION": "2.0.0"}, "InvalidParameterValue"), ({"LAYER": "ville:rien"}, "InvalidParameterValue"),
                         ({"STYLE": "blue"}, "InvalidParameterValue"), ({"FORMAT": "image/png"}, "InvalidParameterValue"),
                         ({"TILEMATRIXSET": "X"}, "InvalidParameterValue"), ({"TILEMATRIX": "99"}, "InvalidParameterValue"),
                         ({"TILEMATRIX": "-1"}, "InvalidParameterValue"), ({"TILEROW": "1.5"}, "InvalidParameterValue"),
                         ({"TILECOL": "99999999999999999999"}, "InvalidParameterValue"), ({"TILECOL": ""}, "InvalidParameterValue"),
                         ({"TILEROW": "16384"}, "TileOutOfRange"), ({"TILECOL": "4294967295"}, "TileOutOfRange")):
        (name,) = change
        refused(ready().get(ask(**change)), 400, code, name.lower())
    refused(ready().get("/wmts?REQUEST=GetTile"), 400, "MissingParameterValue", "service")
    refused(ready().get("/wmts?SERVICE=WMS&REQUEST=GetMap"), 400, "InvalidParameterValue", "service")
    refused(ready().get("/wmts?SERVICE=WMTS"), 400, "MissingParameterValue", "request")
    refused(ready().get("/wmts?SERVICE=WMTS&REQUEST=GetFeatureInfo"), 400, "OperationNotSupported", "request")
    refused(ready().get("/wmts?SERVICE=WMTS&REQUEST=GetCapabilities&ACCEPTVERSIONS=2.0.0"), 400, "VersionNegotiationFailed", "acceptversions")
    for target, locator in (("ville:rien/default/WebMercatorQuad/0/0/0", "layer"), ("ville:ecole/blue/WebMercatorQuad/0/0/0", "style"),
                            ("ville:ecole/default/X/0/0/0", "tilematrixset"), ("ville:ecole/default/WebMercatorQuad/99/0/0", "tilematrix")):
        refused(ready().get(f"/wmts/{target}.pbf"), 404, "InvalidParameterValue", locator)
    refused(ready().get("/wmts/ville:ecole/default/WebMercatorQuad/1/2/0.pbf"), 404, "TileOutOfRange", "tilerow")
    refused(ready().get("/wmts/1.0.0/nothing"), 404, "InvalidParameterValue")
    refused(ready().get("/wmts", method="POST"), 405, "NoApplicableCode")


@case("nothing from an address becomes markup, and a browser is told the same")
def _():
    evil = "<script>\"'&]]><!--" + "\x01" + "é" * 200
    for name in ("SERVICE", "REQUEST", "VERSION", "LAYER", "STYLE", "FORMAT", "TILEMATRIXSET", "TILEMATRIX", "TILEROW", "TILECOL"):
        text = refused(ready().get(ask(**{name: evil}), Accept="text/html"), 400, "OperationNotSupported" if name == "REQUEST" else "InvalidParameterValue",
                       name.lower())
        assert "<script>\"'&" in text, text
    for name in ("layer", "group"):
        refused(ready().get("/wmts?" + urllib.parse.urlencode({name: evil})), 404, "InvalidParameterValue")
    equal(list(layers(capabilities("?" + urllib.parse.urlencode({"search": evil})))), [])
    refused(ready().get("/wmts?LAYER=%00"), 400, "InvalidParameterValue")
    equal(ready().get("/wmts?SERVICE=" + "x" * 5000).status, 414)
    ready().alive()


GRID = {"id": "sud", "title": "Rows from the south", "crs": "http://www.opengis.net/def/crs/EPSG/0/3948", "orderedAxes": ["X", "Y"],
        "tileMatrices": [{"id": str(z), "scaleDenominator": 1024 / 2**z / 0.00028, "cellSize": 1024 / 2**z,
                          "cornerOfOrigin": "bottomLeft", "pointOfOrigin": [1200000, 7000000], "tileWidth": 256, "tileHeight": 256,
                          "matrixWidth": 2**z, "matrixHeight": 2 * 2**z} for z in range(8)]}


@case("rows count from the north even in grids whose rows do not")
def _():
    with open(path("sud.json"), "w") as out:
        json.dump(GRID, out)
    with Server("--grid-files", path("sud.json")) as other:
        other.wait_for("preparation is done")
        root = read(other.get(DOCUMENT + "?layer=ville:ecole"))
        grid = grids(root)["sud"]
        column, row = tile_at(grid, "6", *place_in(3948))
        (layer,) = layers(root).values()
        assert is_within((column, row), limits_of(layer, "sud", "6")), (column, row)
        reply = other.get(f"/wmts/ville:ecole/default/sud/6/{row}/{column}.pbf")
        equal(reply.status, 200)
        equal(reply.body, other.get(f"/tiles/ville:ecole/sud/6/{column}/{127 - row}").body)


@case("documents of many themes leave the limits out and follow the data")
def _():
    folder = path("many")
    os.mkdir(folder)
    for i in range(20):
        with open(os.path.join(folder, f"g{i % 2}_{i}.geojson"), "w") as out:
            json.dump({"type": "FeatureCollection", "features": [
                {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [-1.6, 48.1]}}]}, out)
    with Server(data=[folder]) as other:
        other.wait_for("preparation is done")
        first = other.get(DOCUMENT)
        equal((len(layers(read(first))), first.body.count(b"TileMatrixSetLimits")), (20, 0))
        equal(first.body, other.get(DOCUMENT).body)
        equal(read(other.get(DOCUMENT, Host="carte.example")).find(f"{WMTS}ServiceMetadataURL").get(LINK),
              "http://carte.example" + DOCUMENT)
        os.remove(os.path.join(folder, "g1_19.geojson"))
        until = time.monotonic() + WAIT
        while len(layers(read(other.get(DOCUMENT)))) != 19:
            assert time.monotonic() < until, "the theme never went"
            time.sleep(0.1)


run()

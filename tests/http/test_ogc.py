# SPDX-License-Identifier: EUPL-1.2
"""OGC API Common and Tiles: members as the OGC's own suite asks for them, links that are answered,
limits that are kept, pages in two languages that lead to a tile."""

import json
import re
import tempfile
from pathlib import Path

from harness import AWKWARD, Server, case, city, equal, read_tile, run, server

REL = "http://www.opengis.net/def/rel/ogc/1.0/"
GRIDS = ["WebMercatorQuad", "CC48_10cm", "LAMB93_10cm", "WorldCRS84Quad"]
THEME = "/collections/ville:ecole"
JSON = {"Accept": "application/json"}
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def ready():
    server().wait_for("preparation is done")
    return server()


def base():
    return f"http://127.0.0.1:{server().port}"


def local(href):
    assert href.startswith(base() + "/"), href
    return href[len(base()):]


def links(document, rel):
    return [link for link in document["links"] if link["rel"] == rel]


def one(document, rel):
    found = links(document, rel)
    equal(len(found), 1)
    return local(found[0]["href"])


def check_links(document):
    for link in document["links"]:
        assert link["rel"] and link["href"].startswith("http"), link
        if not link.get("templated") and link["href"].startswith(base()):
            reply = ready().get(local(link["href"]), **({"Accept": link["type"]} if "type" in link else {}))
            equal(reply.status, 200)
            equal(reply.header("Content-Type").split("; charset")[0], link["type"])
        for other in ("{tileMatrix}", "{tileRow}", "{tileCol}"):
            assert (other in link["href"]) == bool(link.get("templated")), link


@case("the landing page leads to everything")
def _():
    document = ready().get("/", **JSON).json()
    check_links(document)
    for rel in ("self", "service-desc", "service-doc", "conformance", "data", REL + "conformance", REL + "data",
                REL + "tilesets-vector", REL + "tiling-schemes"):
        one(document, rel)
    equal(links(document, "service-desc")[0]["type"], "application/vnd.oai.openapi+json;version=3.0")
    assert "/tiles" in one(document, REL + "tilesets-vector")


@case("the conformance classes are declared")
def _():
    classes = ready().get("/conformance", **JSON).json()["conformsTo"]
    for name in ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets", "mvt"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" in classes, name
    equal(len(classes), len(set(classes)))


def references(value):
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "$ref":
                yield member
            else:
                yield from references(member)
    elif isinstance(value, list):
        for member in value:
            yield from references(member)


@case("the definition is OpenAPI 3.0, of this server, and names the tiles")
def _():
    reply = ready().get("/api", Accept="application/vnd.oai.openapi+json;version=3.0")
    equal(reply.header("Content-Type"), "application/vnd.oai.openapi+json;version=3.0")
    document = json.loads(reply.content())
    assert document["openapi"].startswith("3.0."), document["openapi"]
    equal(document["servers"], [{"url": base()}])
    operations = {path: item["get"] for path, item in document["paths"].items()}
    names = [operation["operationId"] for operation in operations.values()]
    equal(len(names), len(set(names)))
    assert sum(name.endswith(".getTile") for name in names) == 2, names
    for reference in references(document):
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
    for path, operation in operations.items():
        known = [document["components"]["parameters"][p["$ref"].rsplit("/", 1)[1]] for p in operation["parameters"]]
        equal(sorted(re.findall(r"{(\w+)}", path)), sorted(p["name"] for p in known if p["in"] == "path"))
        assert all(p["required"] for p in known if p["in"] == "path")
        values = {"collectionId": "ville:ecole", "tileMatrixSetId": "WebMercatorQuad", "tileMatrix": "0", "tileRow": "0", "tileCol": "0", "featureId": "1"}
        address = re.sub(r"{(\w+)}", lambda m: values[m.group(1)], path)
        equal(ready().get(address).status, 200)
        forms = {p["name"] for p in known} & {"f", "lang"}
        equal((path, forms), (path, set() if path.endswith("{tileCol}") else {"f", "lang"}))
        assert not forms or ready().get(address + "?lang=en&f=html").status == 200, path
        equal((path, ready().get(address + "?lang=en&lang=fr").status, "400" in operation["responses"]), (path, 400, True))


@case("the themes are collections, each once, in parts that follow each other")
def _():
    whole = ready().get("/collections", **JSON).json()
    check_links(whole)
    ids = [collection["id"] for collection in whole["collections"]]
    equal((len(ids), len(set(ids))), (whole["numberMatched"], whole["numberReturned"]))
    equal(len(ids), 11)
    found, next_part = [], "/collections?limit=4"
    while next_part:
        part = ready().get(next_part, **JSON).json()
        check_links(part)
        found += [collection["id"] for collection in part["collections"]]
        next_part = one(part, "next") if links(part, "next") else None
    equal(found, ids)
    equal(ready().get("/collections?offset=99999999999999999999").json()["collections"], [])
    for bad in ("limit=0", "limit=-1", "limit=x", "limit=", "offset=-1", "offset=1.5"):
        equal(ready().get("/collections?" + bad).status, 400)


@case("a collection says what it is and leads to its tiles")
def _():
    document = ready().get(THEME, **JSON).json()
    check_links(document)
    equal((document["id"], document["title"], document["itemType"]), ("ville:ecole", "ecole", "feature"))
    (box,) = document["extent"]["spatial"]["bbox"]
    equal(len(box), 4)
    assert -1.75 < box[0] < box[2] < -1.6 and 48.0 < box[1] < box[3] < 48.2, box
    equal(document["storageCrs"], "http://www.opengis.net/def/crs/EPSG/0/3948")
    equal(document["crs"][:2], ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", document["storageCrs"]])
    assert one(document, REL + "tilesets-vector").startswith(THEME + "/tiles")
    equal(len(ready().get("/collections/ville:vide").json()["extent"]["spatial"]["bbox"]), 1)
    for collection in ready().get("/collections").json()["collections"]:
        check_links(collection)


@case("names hard on addresses are collections like others")
def _():
    shown = {collection["title"]: collection for collection in ready().get("/collections").json()["collections"]}
    for name in AWKWARD:
        document = ready().get(one(shown[name], "self"), **JSON).json()
        equal(document["title"], name)
        (entry, *_) = ready().get(one(document, REL + "tilesets-vector")).json()["tilesets"]
        tile = one(entry, "item")
        for part in ("{tileMatrix}", "{tileRow}", "{tileCol}"):
            tile = tile.replace(part, "0")
        equal(ready().get(tile).status, 200)


@case("the list of tilesets has what the OGC suite reads")
def _():
    listed = ready().get(THEME + "/tiles", **JSON).json()
    check_links(listed)
    equal([entry["tileMatrixSetId"] for entry in listed["tilesets"]], GRIDS)
    schemes = {scheme["uri"] for scheme in ready().get("/tileMatrixSets").json()["tileMatrixSets"]}
    for entry in listed["tilesets"]:
        check_links(entry)
        equal(entry["dataType"], "vector")
        assert entry["tileMatrixSetURI"] in schemes, entry["tileMatrixSetURI"]
        assert entry["tileMatrixSetLimits"]
        equal(links(entry, "self")[0]["type"], "application/json")
        (item,) = links(entry, "item")
        equal(item["type"], "application/vnd.mapbox-vector-tile")
        assert f"/tiles/{entry['tileMatrixSetId']}/" in item["href"]
    equal(listed["tilesets"][0]["tileMatrixSetURI"], "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad")


@case("a tileset says its place, its layers and their columns")
def _():
    for grid in GRIDS:
        document = ready().get(f"{THEME}/tiles/{grid}", **JSON).json()
        check_links(document)
        scheme = ready().get(one(document, REL + "tiling-scheme")).json()
        equal(scheme["crs"], document["crs"])
        levels = {matrix["id"]: matrix for matrix in scheme["tileMatrices"]}
        for limit in document["tileMatrixSetLimits"]:
            matrix = levels[limit["tileMatrix"]]
            assert 0 <= limit["minTileRow"] <= limit["maxTileRow"] < matrix["matrixHeight"], limit
            assert 0 <= limit["minTileCol"] <= limit["maxTileCol"] < matrix["matrixWidth"], limit
        (west, south), (east, north) = (document["boundingBox"][corner] for corner in ("lowerLeft", "upperRight"))
        x, y = document["centerPoint"]["coordinates"]
        assert west <= x <= east and south <= y <= north
        assert document["centerPoint"]["tileMatrix"] in levels
        (layer,) = document["layers"]
        equal((layer["id"], layer["geometryDimension"]), ("ecole", 0))
        equal(layer["propertiesSchema"]["properties"]["numero"], {"type": "integer"})
    equal(ready().get(THEME + "/tiles/NoSuchGrid").status, 404)
    equal(ready().get("/collections/ville:rien/tiles").status, 404)
    equal(ready().get("/collections/ville:ecole,ville:zone").status, 404)


@case("tiles within the limits are there or empty, beyond them not found")
def _():
    for grid in GRIDS:
        document = ready().get(f"{THEME}/tiles/{grid}").json()
        seen = set()
        for limit in document["tileMatrixSetLimits"]:
            z, top, bottom = limit["tileMatrix"], limit["minTileRow"], limit["maxTileRow"]
            left, right = limit["minTileCol"], limit["maxTileCol"]
            if (bottom - top + 1) * (right - left + 1) > 40:
                break
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    seen.add(ready().get(f"{THEME}/tiles/{grid}/{z}/{row}/{column}").status)
            for row, column in ((bottom + 1, left), (top - 1, left), (top, right + 1), (top, left - 1)):
                status = ready().get(f"{THEME}/tiles/{grid}/{z}/{row}/{column}").status
                equal(status, 404 if row >= 0 and column >= 0 else 400)
        equal(seen, {200, 204})
        first = document["tileMatrixSetLimits"][0]
        equal(ready().get(f"{THEME}/tiles/{grid}/{first['tileMatrix']}/{first['maxTileRow'] + 1}/0").status, 404)
        for beyond in ("2147483647/2147483647", "4294967296/0", "0/-1"):
            assert ready().get(f"{THEME}/tiles/{grid}/0/{beyond}").status in (400, 404), beyond


@case("no feature lies beyond the limits")
def _():
    document = ready().get(THEME + "/tiles/WebMercatorQuad").json()
    (limit,) = [limit for limit in document["tileMatrixSetLimits"] if limit["tileMatrix"] == "15"]
    for row in range(limit["minTileRow"] - 2, limit["maxTileRow"] + 3):
        for column in range(limit["minTileCol"] - 2, limit["maxTileCol"] + 3):
            inside = limit["minTileRow"] <= row <= limit["maxTileRow"] and limit["minTileCol"] <= column <= limit["maxTileCol"]
            equal(ready().get(f"/tiles/ville:ecole/15/{column}/{row}").status == 200 and not inside, False)


@case("the row goes before the column, and the tile is the one of the short address")
def _():
    tile = ready().get(THEME + "/tiles/WebMercatorQuad/14/5688/8114")
    equal((tile.status, tile.header("Content-Type")), (200, "application/vnd.mapbox-vector-tile"))
    equal(tile.body, ready().get("/tiles/ville:ecole/14/8114/5688").body)
    tag = tile.header("ETag")
    equal(ready().get(THEME + "/tiles/WebMercatorQuad/14/5688/8114", If_None_Match=tag).status, 304)


@case("the data set's own tilesets hold the themes that are chosen")
def _():
    document = ready().get("/tiles/WebMercatorQuad?collections=ville:zone,ville:ecole", **JSON).json()
    check_links(document)
    equal([layer["id"] for layer in document["layers"]], ["ecole", "zone"])
    template = one(document, "item")
    tile = template.replace("{tileMatrix}", "14").replace("{tileRow}", "5688").replace("{tileCol}", "8114")
    equal(ready().get(tile).body, ready().get("/tiles/ville:ecole,ville:zone/14/8114/5688").body)
    equal(sorted(read_tile(ready().get(tile).content())), ["ecole", "zone"])
    whole = ready().get("/tiles/WebMercatorQuad").json()
    equal(len(whole["layers"]), 11)
    equal(len(read_tile(ready().get("/tiles/WebMercatorQuad/0/0/0").content())), 10)
    equal(ready().get("/tiles/WebMercatorQuad/0/1/0").status, 404)
    equal(document["title"], "2 thèmes (WebMercatorQuad)")
    equal(ready().get("/tiles/WebMercatorQuad?collections=ville:zone", **JSON).json()["title"], "1 thème (WebMercatorQuad)")
    equal(ready().get("/tiles?collections=ville:rien").status, 404)
    equal(ready().get("/tiles/WebMercatorQuad?collections=ville:rien").status, 404)
    equal(ready().get("/tiles/WebMercatorQuad/0/0/0?collections=ville:rien").status, 404)
    check_links(ready().get("/tiles", **JSON).json())
    page = ready().get("/tiles?collections=ville:ecole", **HTML).content().decode()
    assert 'href="?collections=ville:ecole&amp;f=json"' in page


@case("grids are listed with what names them")
def _():
    schemes = ready().get("/tileMatrixSets", **JSON).json()["tileMatrixSets"]
    equal([scheme["id"] for scheme in schemes], GRIDS)
    for scheme in schemes:
        equal(ready().get(one(scheme, REL + "tiling-scheme")).json()["uri"], scheme["uri"])


@case("a person walks from the landing page to a tile, in either language")
def _():
    for language, words in (("fr", ("Jeux de tuiles", "Limites par niveau")), ("en", ("Tilesets", "Limits by level"))):
        def page(target):
            reply = ready().get(target, **HTML, Accept_Language=language)
            equal(reply.status, 200)
            text = reply.content().decode()
            assert reply.header("Content-Type").startswith("text/html"), target
            return reply, text, re.findall(r'href="(/[^"]*)"', text.replace("&amp;", "&"))

        _, _, hrefs = page("/")
        assert "/collections?f=html" in hrefs
        reply, text, hrefs = page("/collections?f=html")
        assert f'<html lang="{language}">' in text
        assert "Accept-Language" in reply.header("Vary"), reply.header("Vary")
        assert THEME + "?f=html" in hrefs
        _, _, hrefs = page(THEME + "?f=html")
        assert THEME + "/tiles?f=html" in hrefs
        _, text, hrefs = page(THEME + "/tiles?f=html")
        assert words[0] in text
        assert THEME + "/tiles/CC48_10cm?f=html" in hrefs
        _, text, hrefs = page(THEME + "/tiles/CC48_10cm?f=html")
        assert words[1] in text
        tiles = [href for href in hrefs if re.fullmatch(THEME + r"/tiles/CC48_10cm/\d+/\d+/\d+", href)]
        assert tiles
        assert {ready().get(tile).status for tile in tiles} <= {200, 204}
        for other in ("/conformance", "/api", "/tiles", "/tiles/CC48_10cm", "/tileMatrixSets", "/tileMatrixSets/CC48_10cm"):
            for href in page(other)[2]:
                equal((href, ready().get(href).status in (200, 204)), (href, True))


TABLE = """id;titre;titre en;résumé;abstract_en;mots clés;licence;producteur;contact;fréquence;lineage;inspire;fiche
ville:ecole;Écoles;Schools;Les écoles;All schools;école, enfant;ODbL-1.0;Ville;sig@ville.example;mensuelle;Levé de 2024;us;https://geo.example/fiche
"""


@case("what is said of a theme is in its documents and pages, and only its grids are listed")
def _():
    folder = Path(tempfile.mkdtemp(dir=server().state))
    (folder / "themes.csv").write_text(TABLE)
    (folder / "tuilerie.yaml").write_text(
        f"data: [{city()}]\ncatalogue: themes.csv\nthemes:\n  ville:ecole:\n    grids: [CC48_10cm]\n")
    with Server("-c", str(folder / "tuilerie.yaml"), data=[]) as documented:
        documented.wait_for("preparation is done")
        document = documented.get(THEME).json()
        for name, value in {"title": "Écoles", "title_en": "Schools", "description_en": "All schools", "keywords": ["école", "enfant"],
                            "license": "ODbL-1.0", "producer": "Ville", "contact": "sig@ville.example", "frequency": "monthly",
                            "lineage": "Levé de 2024", "inspire_theme": "us", "metadata_record": "https://geo.example/fiche"}.items():
            equal((name, document[name]), (name, value))
        tilejson = documented.get("/tiles/ville:ecole/CC48_10cm.json").json()
        equal((tilejson["keywords"], tilejson["producer"], tilejson["name_en"]), (["école", "enfant"], "Ville", "Schools"))
        listed = documented.get(THEME + "/tiles").json()["tilesets"]
        equal([entry["tileMatrixSetId"] for entry in listed], ["CC48_10cm"])
        equal(documented.get(THEME + "/tiles/WebMercatorQuad").status, 404)
        equal(documented.get("/tiles/ville:ecole/NoSuchGrid.json").status, 404)
        french, english = (documented.get(THEME + "?f=html&lang=" + language).content().decode() for language in ("fr", "en"))
        for text in ("Écoles", "mensuelle", "Producteur", "école, enfant", 'href="mailto:sig@ville.example"', "ODbL 1.0"):
            assert text in french, text
        for text in ("Schools", "All schools", "monthly", "Producer", 'href="https://geo.example/fiche"'):
            assert text in english, text
        view = documented.get("/view/ville:ecole").content().decode()
        for text in ("Producteur", "mensuelle", "Levé de 2024", "Les écoles", "/tiles/ville:ecole/CC48_10cm/"):
            assert text in view, text
        assert "All schools" in documented.get("/view/ville:ecole?lang=en").content().decode()
        assert "LAMB93_10cm" not in view


run()

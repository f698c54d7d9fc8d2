# SPDX-License-Identifier: EUPL-1.2
"""Tiles of some columns only, everywhere tiles are served and described."""

import math
import re
from urllib.parse import quote, urlsplit

from harness import AWKWARD, FULL, Server, case, equal, read_tile, run, server

TYPE = "type d'école"
Z, X, Y = FULL.split("/")
ROUTES = [
    f"/tiles/ville:ecole/{FULL}",
    f"/tiles/ville:ecole/WebMercatorQuad/{FULL}.mvt",
    f"/collections/ville:ecole/tiles/WebMercatorQuad/{Z}/{Y}/{X}",
    f"/tiles/WebMercatorQuad/{Z}/{Y}/{X}?collections=ville:ecole",
    f"/arcgis/rest/services/ville:ecole/WebMercatorQuad/VectorTileServer/tile/{Z}/{Y}/{X}.pbf",
]


def ask(target, **parameters):
    glue = "&" if "?" in target else "?"
    query = "&".join(f"{name}={quote(value, safe=',')}" for name, value in parameters.items())
    return server().get(target + (glue + query if query else ""))


def layers(target, **parameters):
    reply = ask(target, **parameters)
    assert reply.status in (200, 204), (target, parameters, reply.status, reply.body)
    return read_tile(reply.content()) if reply.status == 200 else {}


def cut(features, names):
    return [{name: value for name, value in feature.items() if name in names} for feature in features]


def refused(target, pattern, **parameters):
    reply = ask(target, **parameters)
    assert reply.status == 400, (target, str(parameters)[:100], reply.status)
    assert re.search(pattern, reply.json()["detail"]), reply.json()["detail"]


@case("properties= leaves the other columns out of tiles, at every address of tiles")
def _():
    server().wait_for("preparation is done")
    plain = layers(ROUTES[0])["ecole"]
    assert set(plain[0]) >= {"nom", TYPE, "numero", "surface", "mvt_id"} - {TYPE}, plain[0]
    for route in ROUTES:
        equal(layers(route, properties="numero,nom")["ecole"], cut(plain, ("nom", "numero", "mvt_id")))
        equal(layers(route, properties="")["ecole"], cut(plain, ("mvt_id",)))


@case("two spellings of one choice are one tile, made once; all columns are the plain tile")
def _():
    def made():
        text = server().get("/metrics").body.decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("tuilerie_tiles_rendered_total"))

    before = made()
    one = ask(ROUTES[0], properties="surface, nom")
    two = ask(ROUTES[0], properties='"nom",surface,nom')
    equal((one.body, one.header("ETag")), (two.body, two.header("ETag")))
    equal(made(), before + 1)
    full = ask(ROUTES[0], properties=f"surface,numero,nom,{TYPE}")
    equal(full.header("ETag"), ask(ROUTES[0]).header("ETag"))
    equal(made(), before + 1)


@case("a composite carries the columns of each member, as its members do alone")
def _():
    both = layers(f"/tiles/ville:ecole,ville:zone/{FULL}", properties=f"{TYPE},surface")
    for theme in ("ecole", "zone"):
        names = {"surface", "mvt_id", TYPE}
        equal(both[theme], cut(layers(f"/tiles/ville:{theme}/{FULL}")[theme], names))
        equal(both[theme], layers(f"/tiles/ville:{theme}/{FULL}", properties="surface")[theme])


@case("a column that none of the themes has is refused, with the one that is meant")
def _():
    for route in ROUTES + ["/tiles/ville:ecole.json", "/styles/ville:ecole.json"]:
        refused(route, 'ville:ecole has no column "nome"; is "nom" meant', properties="nome")
    refused(f"/tiles/ville:ecole,ville:zone/{FULL}", 'none of the themes has column "x"', properties="x")
    refused(ROUTES[0], "not closed", properties='"nom')
    refused(ROUTES[0], "512", properties="n," * 600)
    for odd in ("<script>", "nom'--", "nom\r\nX: y", "../..", "*", "%s%n", "\u202enom"):
        refused(ROUTES[0], "no column|properties", properties=odd)
    equal(ask("/tiles/no:theme/0/0/0", properties="x").status, 404)


@case("TileJSON and style lead to the same tiles, in one spelling")
def _():
    document = ask("/tiles/ville:ecole,ville:zone/CC48_10cm.json", properties=f"surface,{TYPE},nom").json()
    equal([layer["fields"] for layer in document["vector_layers"]],
          [{"nom": "String", TYPE: "String", "surface": "Number"}, {"nom": "String", "surface": "Number"}])
    base = f"http://127.0.0.1:{server().port}"
    equal(document["tiles"], [base + "/tiles/ville:ecole,ville:zone/CC48_10cm/{z}/{x}/{y}?properties=nom,surface,type%20d%27%C3%A9cole"])
    style = ask("/styles/ville:ecole.json", properties="nom,nom").json()
    (source,) = style["sources"].values()
    equal(source["url"], base + "/tiles/ville:ecole.json?properties=nom")
    plain = ask("/tiles/ville:ecole.json", properties=f"surface,numero,nom,{TYPE}")
    equal(plain.body, server().get("/tiles/ville:ecole.json").body)


@case("Esri's description and OGC's tilesets lead to them too")
def _():
    description = ask("/arcgis/rest/services/ville:ecole/CC48_10cm/VectorTileServer", properties="nom").json()
    equal(description["tiles"], ["tile/{z}/{y}/{x}.pbf?properties=nom"])
    for target in ("/collections/ville:ecole/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad?collections=ville:ecole"):
        tileset = ask(target + ("&" if "?" in target else "?") + "f=json", properties="nom").json()
        equal(list(tileset["layers"][0]["propertiesSchema"]["properties"]), ["nom"])
        for link in tileset["links"]:
            if link["rel"] in ("self", "item", "alternate"):
                assert "properties=nom" in link["href"], link
        (item,) = [link["href"] for link in tileset["links"] if link["rel"] == "item"]
        parts = urlsplit(item)
        tile = (parts.path + "?" + parts.query).replace("{tileMatrix}", Z).replace("{tileRow}", Y).replace("{tileCol}", X)
        equal(set(layers(tile)["ecole"][0]), {"nom", "mvt_id"})


def tile_of(longitude, latitude, zoom):
    sine = math.asinh(math.tan(math.radians(latitude)))
    return int((longitude + 180) / 360 * 2**zoom), int((1 - sine / math.pi) / 2 * 2**zoom)


@case("themes of any name have variants, with versions in their addresses as well")
def _():
    with Server("--versioned-urls") as versioned:
        versioned.wait_for("preparation is done")
        themes = [theme["id"] for theme in versioned.get("/?f=json").json()["themes"]]
        shown = 0
        for theme in themes:
            theme = quote(theme, safe="")
            reply = versioned.get(f"/tiles/{theme}.json?properties=nom")
            assert reply.status == 200, reply.body
            document = reply.json()
            assert re.search(r"\?v=[0-9a-f]+&properties=nom$", document["tiles"][0]), document["tiles"]
            longitude, latitude, zoom = document["center"]
            column, row = tile_of(longitude, latitude, zoom)
            tile = document["tiles"][0].replace("{z}/{x}/{y}", f"{zoom}/{column}/{row}")
            reply = versioned.get(tile[tile.index("/tiles/"):])
            assert "immutable" in reply.header("Cache-Control"), theme
            if reply.status == 200:
                (features,) = read_tile(reply.content()).values()
                equal(set(features[0]), {"nom", "mvt_id"})
                shown += 1
        assert shown >= len(AWKWARD), shown


run()

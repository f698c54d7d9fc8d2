# SPDX-License-Identifier: EUPL-1.2
"""Everything the sample data hold, good and bad, served at once: each theme has its documents, its
pages and its tiles, whatever its name, its CRS and its geometry."""

import math
import os
import subprocess
from urllib.parse import quote

from harness import Server, case, equal, made, path, read_tile, run

HOSTILE = ("texte.gpkg", "tronque.gpkg", "vide.gpkg", "coupe.geojson", "bruit.zip", "bruit.fgb", "bruit.shp")


NOTHING_TO_SHOW = ["crs:vide", "rien:rien"]  # without a feature


def samples():
    if "samples" not in made:
        folder = path("samples")
        subprocess.run([os.environ["top_builddir"] + "/fixtures/samples/samples", folder], check=True, stdout=subprocess.DEVNULL)
        made["samples"] = Server(data=[folder])
        made["samples"].wait_for("preparation is done")
        made["themes"] = [theme["id"] for theme in made["samples"].get("/?f=json").json()["themes"]]
    return made["samples"], made["themes"]


def tile_of(longitude, latitude, zoom):
    count = 2**zoom
    sine = math.asinh(math.tan(math.radians(latitude)))
    return int((longitude + 180) / 360 * count), int((1 - sine / math.pi) / 2 * count)


@case("each theme has TileJSON, style, Esri description and pages")
def _():
    server, themes = samples()
    assert len(themes) > 50, themes
    for theme in themes:
        name = quote(theme, safe="")
        document = server.get(f"/tiles/{name}.json").json()
        west, south, east, north = document["bounds"]
        assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90, (theme, document["bounds"])
        assert document["minzoom"] <= document["center"][2] <= document["maxzoom"], (theme, document)
        equal(len(document["vector_layers"]), 1)
        for target in (f"/styles/{name}.json", f"/tiles/{name}/CC48_10cm.json", f"/tiles/{name}/CC48_10cm/metadata.json",
                       f"/arcgis/rest/services/{name}/CC48_10cm/VectorTileServer?f=pjson"):
            reply = server.get(target)
            equal((target, reply.status), (target, 200))
            reply.json()
        for target in (f"/view/{name}", f"/embed/{name}"):
            reply = server.get(target)
            equal((target, reply.status), (target, 200))
            page = reply.body.decode("utf-8")
            assert "<balise>" not in page and 'nom "entre' not in page, target


def screen(document):
    """The tiles of a small screen at the place and zoom the document begins with."""
    longitude, latitude, zoom = document["center"]
    column, row = tile_of(longitude, latitude, zoom)
    for across in (0, -1, 1):
        for down in (0, -1, 1):
            if 0 <= column + across < 2**zoom and 0 <= row + down < 2**zoom:
                yield f"{zoom}/{column + across}/{row + down}"


@case("each theme with features shows them where its TileJSON begins, and GDAL reads them")
def _():
    server, themes = samples()
    shown = []
    for theme in themes:
        name = quote(theme, safe="")
        document = server.get(f"/tiles/{name}.json").json()
        for tile in screen(document):
            reply = server.get(f"/tiles/{name}/{tile}")
            assert reply.status in (200, 204), (theme, tile, reply.status)
            if reply.status == 200:
                equal(list(read_tile(reply.body)), [document["vector_layers"][0]["id"]])
                shown.append(theme)
                break
        assert server.get(f"/tiles/{name}/CC48_10cm/0/0/0").status in (200, 204)
    equal([theme for theme in themes if theme not in shown], NOTHING_TO_SHOW)


@case("what is broken is named one by one, and harms nothing else")
def _():
    server, _ = samples()
    for file in HOSTILE:
        server.wait_for(rf"/hostile/{file}: it cannot be opened: .{{15,}}")
    for layer in ("sans_crs", "crs_inconnu", "sans_geometrie", "sans_prj"):
        server.wait_for(rf", layer {layer}: .{{30,}}")
    health = server.get("/healthz").json()
    equal((health["status"], health["failed_themes"]), ("ok", []))
    assert health["themes"]["left_out"] >= len(HOSTILE) + 4


@case("the landing page names them all, escaped")
def _():
    server, themes = samples()
    page = server.get("/").body.decode()
    for theme in themes:
        assert "/view/" + quote(theme, safe="-._~:,@") in page, theme
    assert "<balise>" not in page


run()

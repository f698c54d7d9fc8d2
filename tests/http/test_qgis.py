# SPDX-License-Identifier: EUPL-1.2
"""QGIS in a minute: the file of connections, as QGIS itself imports it where it is installed, and the
page that explains it."""

import os
import re
import subprocess
import urllib.parse
import xml.etree.ElementTree as tree

from harness import AWKWARD, PLAIN, Server, case, equal, path, run, server, theme_id

NAMES = [theme_id(name) for name in [*PLAIN, *AWKWARD]]
NATIVE = ["CC48_10cm", "LAMB93_10cm"]
FILE = "/qgis/connections.xml"


def ready():
    server().wait_for("preparation is done")
    return server()


def base():
    return f"http://127.0.0.1:{server().port}"


def connections(query="", on=None, **headers):
    reply = (on or ready()).get(FILE + query, **headers)
    equal((reply.status, reply.header("Content-Type")), (200, "application/xml"))
    assert "connections.xml" in reply.header("Content-Disposition")
    assert b"<!DOCTYPE connections>" in reply.content()[:100]
    root = tree.fromstring(reply.content())
    equal((root.tag, root.get("version")), ("qgsVectorTileConnections", "1.0"))
    return root.findall("vectortile")


@case("each theme is there in Web Mercator and in each grid QGIS can compute, by addresses that answer")
def _():
    found = connections()
    equal(len(found), len(NAMES) * 3)
    names = [entry.get("name") for entry in found]
    equal(len(set(names)), len(names))
    assert not any("/" in name or "\\" in name for name in names), names
    for entry in found:
        equal({name: entry.get(name) for name in ("authcfg", "username", "password", "referer")}, dict.fromkeys(("authcfg", "username", "password", "referer"), ""))
        assert entry.get("url").startswith(base() + "/"), entry.get("url")
        target = entry.get("url")[len(base()):]
        if entry.get("serviceType") == "generic":
            equal((entry.get("zmin"), entry.get("zmax")), ("0", "18"))
            equal(ready().get(target.replace("{z}/{x}/{y}", "0/0/0")).status in (200, 204), True)
            equal(ready().get(entry.get("styleUrl")[len(base()):]).json()["version"], 8)
        else:
            equal((entry.get("serviceType"), entry.get("zmin"), entry.get("zmax"), entry.get("styleUrl")), ("arcgis", "-1", "-1", ""))
            document = ready().get(target + "?f=pjson").json()
            equal(document["tileInfo"]["spatialReference"]["latestWkid"], 3948 if "CC48" in target else 2154)
            equal(ready().get(f"{target}/{document['defaultStyles']}").json()["version"], 8)
    equal(sum(entry.get("serviceType") == "arcgis" for entry in found), len(NAMES) * 2)


@case("QGIS imports all of them and opens a theme with its style")
def _():
    program = path("import.py")
    with open(program, "w") as out:
        out.write(IMPORT)
    file = path("connections.xml")
    with open(file, "wb") as out:
        out.write(ready().get(FILE).content())
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import qgis.core"], capture_output=True).returncode:
        print("# QGIS is not installed (python3-qgis): the file was judged by its form alone")
        return
    done = subprocess.run([python, program, file], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "HOME": path("home"), "QT_QPA_PLATFORM": "offscreen"})
    lines = [line for line in done.stdout.split("\n") if line.startswith("=")]
    equal(lines, [f"= {len(NAMES) * 3}", "= True True 0 18"]), done.stderr


IMPORT = """
import os, sys
from qgis.core import QgsApplication, QgsDataSourceUri, QgsSettings, QgsVectorTileLayer
from qgis.gui import QgsManageConnectionsDialog
from qgis.PyQt.QtWidgets import QListWidget
application = QgsApplication([], True)
application.initQgis()
dialog = QgsManageConnectionsDialog(None, QgsManageConnectionsDialog.Import, QgsManageConnectionsDialog.VectorTile, sys.argv[1])
dialog.findChild(QListWidget).selectAll()
dialog.doExportImport()
settings = QgsSettings()
settings.beginGroup("qgis/connections-vector-tile")
print("=", len(settings.childGroups()))
settings.beginGroup(next(name for name in settings.childGroups() if name.startswith("allée d'été – Web Mercator")))
source = QgsDataSourceUri()
source.setParam("type", "xyz")
for name in ("url", "zmin", "zmax", "styleUrl"):
    source.setParam(name, settings.value(name))
layer = QgsVectorTileLayer(bytes(source.encodedUri()).decode(), "allée")
print("=", layer.isValid(), layer.loadDefaultStyle()[1], layer.sourceMinZoom(), layer.sourceMaxZoom(), flush=True)
os._exit(0)
"""


@case("a part of them can be asked for; what is not there is not found")
def _():
    for query, count in (("?theme=ville:ecole", 3), ("?THEME=ville:ecole,ville:zone", 6), ("?search=Ecole", 3), ("?group=ville", len(NAMES) * 3),
                         ("?grid=CC48_10cm", len(NAMES)), ("?grid=CC48_10cm&theme=ville:ecole", 1), ("?search=xyzzy", 0), ("?grid=&group=", len(NAMES) * 3)):
        equal((query, len(connections(query))), (query, count))
    for query in ("?theme=ville:rien", "?group=rien", "?grid=rien", "?grid=WorldCRS84Quad", "?theme=" + urllib.parse.quote("<script>\"'&")):
        equal(ready().get(FILE + query).status, 404)


@case("the file is kept compressed, for one host, and tagged")
def _():
    plain, zipped = ready().get(FILE), ready().get(FILE, Accept_Encoding="gzip")
    equal((zipped.header("Content-Encoding"), zipped.content()), ("gzip", plain.body))
    assert "connections.xml" in zipped.header("Content-Disposition")
    equal(ready().get(FILE, If_None_Match=plain.header("ETag")).status, 304)
    for _ in range(2):
        assert all(entry.get("url").startswith("http://carte.example/") for entry in connections(Host="carte.example"))
    assert all(entry.get("url").startswith(base()) for entry in connections())


@case("two themes of one title get two names, and zooms are those somebody set")
def _():
    file = path("deux.yaml")
    with open(file, "w") as out:
        out.write(f"data: [{os.path.join(os.path.dirname(path('x')), 'ville.gpkg')}]\n"
                  "themes:\n  ville:ecole: {title: 'Même / titre', min_zoom: 9, max_zoom: 12}\n  ville:zone: {title: 'Même / titre'}\n")
    with Server("-c", file, data=[]) as other:
        other.wait_for("preparation is done")
        found = connections("?theme=ville:ecole,ville:zone&grid=WebMercatorQuad", on=other)
        equal([entry.get("name").split(" – ")[0] for entry in found], ["Même ∕ titre, ville:ecole", "Même ∕ titre, ville:zone"])
        equal([(entry.get("zmin"), entry.get("zmax")) for entry in found], [("9", "12"), ("0", "18")])


@case("the page explains it in two languages, with pictures that have words, and is linked")
def _():
    for language, word in (("fr", "Télécharger le fichier"), ("en", "Download the file")):
        reply = ready().get("/qgis?lang=" + language)
        text = reply.body.decode()
        equal((reply.status, reply.header("Content-Type")), (200, "text/html; charset=utf-8"))
        assert f'<html lang="{language}"' in text and word in text
        pictures = re.findall(r'<img class="shot"[^>]*src="([^"]+)"[^>]*alt="([^"]+)"', text)
        equal(len(pictures), 3)
        for source, words in pictures:
            picture = ready().get(source)
            equal((picture.status, picture.header("Content-Type"), picture.body[:4]), (200, "image/png", b"\x89PNG"))
            assert len(words) > 30, words
    evil = ready().get("/qgis?group=" + urllib.parse.quote("\"><script>"), Accept="text/html")
    equal((evil.status, "<script>" in evil.body.decode()), (404, False))
    for page in ("/", "/view/ville:ecole"):
        assert re.search(r'href="/qgis[?"]', ready().get(page, Accept="text/html").body.decode()), page
    equal(ready().get("/qgis/rien").status, 404)


run()

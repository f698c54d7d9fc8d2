# SPDX-License-Identifier: EUPL-1.2
"""Names that somebody chose to do harm: themes that are called so are served under addresses of
their own, and what is asked so and is not there is told calmly. Nothing of it becomes markup, a
header, a line of the log or a file."""

import json
import re
import sqlite3
import xml.dom.minidom
from urllib.parse import quote, unquote, urlsplit

from osgeo import ogr

from harness import Server, add_layer, case, equal, path, run

EVIL = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'; DROP TABLE a; --", "&lt;b&gt;", "]]>", "{z}", "${7*7}{{7*7}}"]
ODD = ["a%2fb", "a\\b", "a%00", "con.json", "éсole", "e\u0301cole", "🏫 école", "\u200fعربي", "nom\u00a0dur", "A" * 200, "..", "tiles", "items"]
UNSEEN = ["gpj\u202eexe", "x\u200b", "\ufeffbom", "\u2066y"]
THERE = ["/tiles/%s/14/8114/5688", "/tiles/%s.json", "/tiles/%s/CC48_10cm.json", "/tiles/%s/metadata.json", "/styles/%s.json", "/view/%s",
         "/embed/%s?lang=en", "/collections/%s", "/collections/%s?f=html", "/collections/%s/tiles", "/collections/%s/tiles/CC48_10cm?f=html",
         "/arcgis/rest/services/%s/CC48_10cm/VectorTileServer", "/tms/1.0.0/%s@WebMercatorQuad@pbf", "/?q=%s", "/qgis/connections.xml?search=%s",
         "/tiles/%s.json?f=html", "/styles/%s.json?f=html&lang=en", "/catalogue/%s.jsonld?f=html", "/tiles/%s/CC48_10cm.json?f=html",
         "/arcgis/rest/services/%s/CC48_10cm/VectorTileServer?f=html"]
ASKED = THERE + ["/?f=%s", "/?lang=%s", "/collections?limit=%s", "/tiles?collections=%s", "/tiles/a:b/%s/0/0/0", "/tileMatrixSets/%s",
                 "/wmts?service=%s", "/wmts?service=WMTS&request=%s", "/wmts?service=WMTS&request=GetCapabilities&layer=%s",
                 "/qgis/connections.xml?group=%s", "/assets/%s", "/tiles/a:b.json?commune=%s", "/tiles/a:b/0/0/0?filter=%s&properties=%s",
                 "/healthz?f=%s", "/communes?q=%s", "/%s"]
ALL = ["/", "/?lang=en", "/?f=json", "/collections?f=html", "/collections", "/tiles?f=html", "/wmts?service=WMTS&request=GetCapabilities",
       "/tms/1.0.0", "/qgis/connections.xml", "/qgis", "/healthz", "/metrics"]


def check(target, reply):
    """No markup of somebody else's, a document that its readers can read, no header of his."""
    body = reply.content() if reply.body else b""
    kind = (reply.header("Content-Type") or "").split(";")[0]
    assert not re.search(rb"<(script>alert|img src=x)", body) or kind not in ("text/html", "text/xml", "application/xml"), target
    assert reply.header("X-Evil") is None and reply.status < 500, (target, reply.status, body[:200])
    if kind.endswith("json"):
        json.loads(body)
    elif kind.endswith("xml"):
        xml.dom.minidom.parseString(body)


def trap():
    """A file of layers with such names. GDAL writes no such, SQLite does."""
    names = EVIL + ODD + UNSEEN
    file = path("pièges.gpkg")
    source = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    for number in range(len(names)):
        add_layer(source, f"n{number}", ogr.wkbPoint, 3948, ["POINT(1349500 7222400)"])
    source = None
    base = sqlite3.connect(file)
    for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f'DROP TRIGGER "{name}"')
    for number, name in enumerate(names):
        base.execute(f'ALTER TABLE n{number} RENAME TO "{name.replace(chr(34), chr(34) * 2)}"')
        for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents"):
            base.execute(f"UPDATE {table} SET table_name = ? WHERE table_name = 'n{number}'", (name,))
        base.execute(f"UPDATE gpkg_contents SET identifier = table_name WHERE table_name = ?", (name,))
    base.execute("DELETE FROM gpkg_extensions")
    base.commit()
    base.close()
    return file, names


@case("themes with such names are served, each under its id, in every document")
def _():
    file, names = trap()
    with Server(data=[file]) as server:
        server.wait_for("preparation is done")
        themes = [theme["id"] for theme in server.get("/?f=json").json()["themes"]]
        equal((len(themes), len(set(themes))), (len(names), len(names)))
        for theme in themes:
            assert not set(theme) & set("\u202e\u200b\ufeff\u2066/,\t"), repr(theme)
            for pattern in THERE:
                target = pattern % quote(theme, safe="")
                reply = server.get(target)
                equal((target, reply.status), (target, 200))
                check(target, reply)
            address = urlsplit(server.get(f"/tiles/{quote(theme, safe='')}.json").json()["tiles"][0])
            assert unquote(address.path.split("/")[2]) == theme, address
        for target in ALL:
            reply = server.get(target)
            equal((target, reply.status), (target, 200))
            check(target, reply)
            assert b"\xe2\x80\xae" not in reply.content() or b"<html" not in reply.content(), target
        assert not any(re.search("[\x00-\x1f\x7f\u202e]", line) for line in server.log if line)


@case("asked for where they are not, they are told of calmly")
def _():
    harmless = path("ville.gpkg")
    source = ogr.GetDriverByName("GPKG").CreateDataSource(harmless)
    add_layer(source, "b", ogr.wkbPoint, 3948, ["POINT(1349500 7222400)"])
    source = None
    values = EVIL + ODD[:3] + UNSEEN + ["a\r\nX-Evil: 1", "\r\n\r\n<html>", "../../etc/passwd", "x" * 3000, "٣", "-1", "1e9", "NaN", "0x10", "9" * 40]
    with Server(data=[harmless]) as server:
        for pattern in ASKED:
            for value in values:
                target = pattern.replace("%s", quote(value, safe=""))
                check(target, server.get(target, Accept="text/html"))
        server.alive()
        for line in server.log:
            assert not line or not re.search("[\x00-\x1f\x7f]", line), repr(line)
            assert not line or re.match(r"\d{4}-\d\d-\d\dT", line) or line.startswith("tuilerie"), line


run()

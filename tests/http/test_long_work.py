# SPDX-License-Identifier: EUPL-1.2
"""Requests for features that cost much: they are done in turns that let others go first, end with the deadline or
with whoever asked, and what is too large says so."""

import json
import threading
from urllib.parse import quote

from crowd import metric, until
from harness import Server, case, equal, ogr, osr, path, run

ROWS = 150
GIANT = 5
LONG_TEXT = "a" * 60000
# text times pattern: 36 million comparisons a row
SLOW = f"long LIKE '%{'a' * 600}b'"
made = {}


def make_layer(dataset, name, columns):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(3948)
    layer = dataset.CreateLayer(name, srs, ogr.wkbPoint)
    for column, kind in columns:
        layer.CreateField(ogr.FieldDefn(column, kind))
    return layer


def add(layer, number, **values):
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT({1350000 + number * 7919 % 1000} {7220000 + number * 104729 % 1000})"))
    for name, value in values.items():
        feature[name] = value
    layer.CreateFeature(feature)


def make_data():
    file = path("long.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    layer = make_layer(dataset, "texte", [("n", ogr.OFTInteger), ("long", ogr.OFTString)])
    for number in range(1, ROWS + 1):
        add(layer, number, n=number, long=LONG_TEXT)
    names = [f"c{i}" for i in range(190)]
    layer = make_layer(dataset, "geant", [(name, ogr.OFTString) for name in names])
    for number in range(1, 7):
        # six bytes a character in JSON: 65 MiB
        add(layer, number, **{name: "\x01" * (60000 if number == GIANT else 5) for name in names})
    add(make_layer(dataset, "petit", []), 1)
    dataset = None
    return file


def server():
    if "server" not in made:
        made["data"] = make_data()
        made["server"] = Server(data=[made["data"]])
        made["server"].wait_for("preparation is done")
    return made["server"]


def hurried():
    """One worker, and a deadline long before what is slow would be done."""
    if "hurried" not in made:
        state = server().state
        made["server"].stop()
        made["hurried"] = made["server"] = Server("--workers", "1", "--deadline", "3000", data=[made["data"]], state=state)
    return made["hurried"]


def items(theme, query):
    return server().get(f"/collections/long:{theme}/items{query}")


def address_of(document, rel):
    found = [item["href"] for item in document["links"] if item["rel"] == rel]
    return found[0].split(str(server().port))[1] if found else None


@case("a filter that takes long gives short pages, whose links lead to all it keeps")
def _():
    wanted = [3, 4, 40]
    query = f"?limit=1000&filter={quote(f'n IN (3,4,40) OR (n <= 12 AND {SLOW})')}"
    found, pages, address = [], 0, f"/collections/long:texte/items{query}"
    while address:
        reply = server().get(address)
        equal(reply.status, 200)
        document = json.loads(reply.content())
        assert document["features"] or not address_of(document, "next")
        equal(document["numberReturned"], len(document["features"]))
        found += [feature["id"] for feature in document["features"]]
        pages += 1
        address = address_of(document, "next")
    equal(sorted(found), wanted)
    # so many comparisons are more than one turn
    assert pages > 1
    # likewise where all is kept
    query = f"?limit=1000&filter={quote(f'n > 20 OR NOT {SLOW}')}"
    document = json.loads(items("texte", query).content())
    assert 0 < document["numberReturned"] < ROWS and address_of(document, "next"), document["numberReturned"]


@case("a feature too large for a document says so, and harms neither those before it nor those behind")
def _():
    before = json.loads(items("geant", "").content())
    reply = server().get(address_of(before, "next"))
    equal((reply.status, reply.header("Content-Type")), (413, "application/problem+json"))
    detail = reply.json()["detail"]
    assert f"feature {GIANT} of theme long:geant" in detail, detail
    behind = json.loads(items("geant", "?cursor=" + detail.split("cursor=")[1].split()[0]).content())
    assert before["features"] and behind["features"] and not address_of(behind, "next")
    seen = [feature["id"] for feature in before["features"] + behind["features"]]
    equal(sorted([*seen, GIANT]), [1, 2, 3, 4, 5, 6])
    equal(items("geant", f"/{GIANT}").status, 413)
    equal(items("geant", "/1").status, 200)
    equal(items("geant", f"/{GIANT}?properties=c1").status, 200)
    equal(items("geant", "?properties=c1").status, 200)
    server().alive()


@case("tiles go before it, and the deadline ends it")
def _():
    hurried()
    replies = []
    thread = threading.Thread(target=lambda: replies.append(items("texte", "?filter=" + quote(SLOW))))
    before = metric(server(), "tuilerie_queue_dropped_total")
    thread.start()
    until("running", lambda: metric(server(), "tuilerie_queue_running") == 1)
    # one that takes next to nothing, on slow machines too
    tile = server().get("/tiles/long:petit/14/8114/5688")
    assert tile.status in (200, 204), tile.status
    assert thread.is_alive()
    thread.join()
    equal(replies[0].status, 503)
    assert replies[0].header("Retry-After")
    until("dropped", lambda: metric(server(), "tuilerie_queue_dropped_total") == before + 1)
    equal(metric(server(), "tuilerie_queue_running"), 0)


@case("it ends when whoever asked has left")
def _():
    hurried()
    before, left = metric(server(), "tuilerie_queue_dropped_total"), metric(server(), "tuilerie_queue_left_total")
    connection = server().connect()
    connection.sendall(f"GET /collections/long:texte/items?filter={quote(SLOW + ' AND n > 0')} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    until("running", lambda: metric(server(), "tuilerie_queue_running") == 1)
    connection.close()
    until("dropped", lambda: metric(server(), "tuilerie_queue_dropped_total") == before + 1)
    equal(metric(server(), "tuilerie_queue_left_total"), left + 1)
    equal(metric(server(), "tuilerie_queue_running"), 0)


run()

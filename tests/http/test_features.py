# SPDX-License-Identifier: EUPL-1.2
"""OGC API Features: the data of a theme a page at a time. GDAL's own client is the judge of the protocol,
the source read by GDAL of the values, PROJ of the positions, OGR's spatial filter of the boxes."""

import json
import os
import re
import shutil
from urllib.parse import quote

from harness import Server, add_communes, case, equal, gdal, ogr, osr, path, run, square

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
POINTS = 2345
COMMUNES = ["35001", "35238"]
made = {}


def add_wkts(dataset, name, kind, wkts, epsg=3948):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    layer = dataset.CreateLayer(name, srs, kind)
    layer.CreateField(ogr.FieldDefn("nom", ogr.OFTString))
    layer.CreateField(ogr.FieldDefn("grand", ogr.OFTInteger64))
    layer.CreateField(ogr.FieldDefn("secret", ogr.OFTString))
    layer.CreateField(ogr.FieldDefn("part", ogr.OFTReal))
    yes = ogr.FieldDefn("vrai", ogr.OFTInteger)
    yes.SetSubType(ogr.OFSTBoolean)
    layer.CreateField(yes)
    for number, wkt in enumerate(wkts, 1):
        feature = ogr.Feature(layer.GetLayerDefn())
        if number % 5:
            feature["nom"] = f'n° {number} "é"\\\n\t\x01</td>日本' + "x" * (number % 200)
            feature["grand"] = 2**53 + number
            feature["part"] = number / 7
            feature["vrai"] = number % 2
        feature["secret"] = "CACHE"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        layer.CreateFeature(feature)


# ids that come twice, are none, and go to the last
NUMBERS = [-5, 7, 0, 7, 2**63 - 1, -(2**63), 2**53 + 1, 7, -1]


def add_numbers(dataset):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(3948)
    layer = dataset.CreateLayer("numero", srs, ogr.wkbPoint)
    layer.CreateField(ogr.FieldDefn("n", ogr.OFTInteger64))
    for i, number in enumerate(NUMBERS):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature["n"] = number
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT({1350000 + 100 * i} 7220000)"))
        layer.CreateFeature(feature)


def make_data():
    file = path("donnees.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    spread = [(1340000 + i * 7919 % 20000 + 0.123456, 7220000 + i * 104729 % 20000 + 0.654321) for i in range(POINTS)]
    add_wkts(dataset, "point", ogr.wkbPoint, [f"POINT({x} {y})" for x, y in spread])
    rings = [square(x, y, 100)[:-1] + f",({x+20} {y+20},{x+20} {y+40},{x+40} {y+40},{x+40} {y+20},{x+20} {y+20}))" for x, y in spread[:300]]
    add_wkts(dataset, "zone", ogr.wkbPolygon, rings)
    add_wkts(dataset, "rue", ogr.wkbLineString, [f"LINESTRING({x} {y},{x+900} {y+900})" for x, y in spread[:300]])
    add_wkts(dataset, "melange", ogr.wkbUnknown, ["POINT(1350000 7230000)", "LINESTRING(1350000 7230000,1350100 7230100)",
             rings[0], "GEOMETRYCOLLECTION(POINT(1350000 7230000),LINESTRING(1350000 7230000,1350100 7230100))",
             "MULTIPOINT((1350000 7230000),(1350001 7230001))"])
    add_wkts(dataset, "mer", ogr.wkbPoint, [f"POINT({x} -17)" for x in (175, 179.9, -179.9, -175, 0)], epsg=4326)
    add_wkts(dataset, "vide", ogr.wkbPoint, [])
    add_numbers(dataset)
    add_communes(dataset, [(code, code, square(1340000 + 9000 * i, 7220000, 9000)) for i, code in enumerate(COMMUNES)])
    dataset = None
    return file


def server():
    if "server" not in made:
        made["file"] = make_data()
        config = path("tuilerie.yaml")
        with open(config, "w") as out:
            out.write(f"data:\n  - {made['file']}\nthemes:\n  'donnees:*':\n    hide_columns: [secret]\n  'donnees:numero':\n    id_column: n\n")
        made["server"] = Server("-c", config, data=[])
        made["server"].wait_for("preparation is done")
    return made["server"]


def base():
    return f"http://127.0.0.1:{server().port}"


def ask(theme, query="", status=200, **headers):
    reply = server().get(f"/collections/donnees:{theme}/items{query}", **headers)
    equal(reply.status, status)
    return reply


def features(theme, query=""):
    reply = ask(theme, query)
    equal(reply.header("Content-Type"), "application/geo+json")
    return json.loads(reply.content())


def link(document, rel):
    found = [item["href"] for item in document["links"] if item["rel"] == rel]
    assert len(found) < 2, found
    return found[0].removeprefix(base()) if found else None


def pages(theme, query):
    """All pages, by their links."""
    document = features(theme, query)
    yield document
    while link(document, "next"):
        reply = server().get(link(document, "next"))
        equal(reply.status, 200)
        document = json.loads(reply.content())
        yield document


def ids(documents):
    return [feature["id"] for document in documents for feature in document["features"]]


def source(theme, box=None, sql=None):
    """Rows of the source by number, those that OGR finds in BOX (its CRS) or by a condition."""
    server()
    dataset = ogr.Open(made["file"])
    layer = dataset.GetLayerByName(theme)
    if box:
        layer.SetSpatialFilter(ogr.CreateGeometryFromWkt(
            f"POLYGON(({box[0]} {box[1]},{box[2]} {box[1]},{box[2]} {box[3]},{box[0]} {box[3]},{box[0]} {box[1]}))"))
    if sql:
        layer.SetAttributeFilter(sql)
    return {row.GetFID(): row.Clone() for row in layer}


def transformation(epsg, to=4326):
    systems = []
    for code in (epsg, to):
        systems.append(osr.SpatialReference())
        systems[-1].ImportFromEPSG(code)
        systems[-1].SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(*systems)


@case("GDAL's client reads all features, each once, with the values and places of the source")
def _():
    for theme in ("point", "zone", "rue"):
        server()
        dataset = gdal.OpenEx(f"OAPIF:{base()}/collections/donnees:{theme}", gdal.OF_VECTOR,
                              open_options=["PAGE_SIZE=1000" if theme == "point" else "PAGE_SIZE=77"])
        layer = dataset.GetLayer(0)
        rows, to_degrees = source(theme), transformation(3948)
        equal(layer.GetFeatureCount(), len(rows))
        seen = set()
        for feature in layer:
            number = int(feature.GetFID())
            assert number not in seen, number
            seen.add(number)
            for name in ("nom", "grand", "part", "vrai"):
                equal(feature[name], rows[number][name] if name != "vrai" or rows[number][name] is None else bool(rows[number][name]))
            expected = rows[number].GetGeometryRef().Clone()
            expected.Transform(to_degrees)
            given = feature.GetGeometryRef()
            if theme != "point":
                given = ogr.ForceToPolygon(given.GetGeometryRef(0).Clone()) if theme == "zone" else given.GetGeometryRef(0)
            assert given.IsValid() or theme != "zone"
            assert expected.GetEnvelope() == given.GetEnvelope() or max(
                abs(a - b) for a, b in zip(expected.GetEnvelope(), given.GetEnvelope())) < 1e-7, (expected, given)
        equal(seen, set(rows))


@case("pages follow one another to the end, whatever their size, and say how many there are")
def _():
    whole = ids(pages("point", "?limit=10000"))
    equal(sorted(whole), list(range(1, POINTS + 1)))
    for limit in (1000, 419):
        documents = list(pages("point", f"?limit={limit}"))
        equal(ids(documents), whole)
        equal([document["numberReturned"] for document in documents[:-1]], [limit] * (len(documents) - 1))
        for document in documents:
            equal((document["numberMatched"], document["numberReturned"]), (POINTS, len(document["features"])))
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document["timeStamp"])
            equal(json.loads(server().get(link(document, "self")).content())["features"], document["features"])
            assert server().get(link(document, "alternate")).header("Content-Type").startswith("text/html")
    equal(features("point")["numberReturned"], 1000)
    equal(features("point", "?limit=1000000000000000000000")["numberReturned"], POINTS)
    equal(features("vide")["features"], [])
    equal(features("vide")["numberMatched"], 0)


@case("coordinates are where PROJ puts them, in each CRS and in its authority's order of axes")
def _():
    listed = server().get("/collections/donnees:point").json()
    equal(listed["storageCrs"], EPSG + "3948")
    wanted = {CRS84: (4326, False, 1e-7), EPSG + "4326": (4326, True, 1e-7), EPSG + "3948": (3948, False, 1e-3),
              EPSG + "2154": (2154, False, 1e-3), EPSG + "3857": (3857, False, 1e-3)}
    equal(set(listed["crs"]), set(wanted))
    equal(listed["crs"][0], CRS84)
    rows = source("point")
    for uri, (code, reversed_axes, near) in wanted.items():
        reply = ask("point", f"?limit=50&crs={uri}")
        equal(reply.header("Content-Crs"), f"<{uri}>")
        for feature in json.loads(reply.content())["features"]:
            x, y, _ = transformation(3948, code).TransformPoint(*rows[feature["id"]].GetGeometryRef().GetPoint_2D())
            expected = (y, x) if reversed_axes else (x, y)
            assert max(abs(a - b) for a, b in zip(feature["geometry"]["coordinates"], expected)) < near, (uri, feature, expected)
    equal(ask("point").header("Content-Crs"), f"<{CRS84}>")
    for name in ("EPSG:2154", "[EPSG:2154]", "urn:ogc:def:crs:EPSG::2154", "https://www.opengis.net/def/crs/EPSG/0/2154"):
        equal(ask("point", f"?limit=1&crs={name}").header("Content-Crs"), f"<{EPSG}2154>")


@case("outer rings run counterclockwise, holes clockwise, and kinds are one a theme")
def _():
    def area(ring):
        return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))

    for crs in (CRS84, EPSG + "3948"):
        for feature in features("zone", f"?limit=20&crs={crs}")["features"]:
            equal(feature["geometry"]["type"], "MultiPolygon")
            ((outer, hole),) = feature["geometry"]["coordinates"]
            assert area([(x - outer[0][0], y - outer[0][1]) for x, y in outer]) > 0
            assert area([(x - outer[0][0], y - outer[0][1]) for x, y in hole]) < 0
    mixed = {feature["id"]: feature["geometry"] for feature in features("melange")["features"]}
    equal([mixed[i]["type"] for i in range(1, 6)], ["Point", "LineString", "Polygon", "GeometryCollection", "MultiPoint"])
    equal([part["type"] for part in mixed[4]["geometries"]], ["Point", "LineString"])


@case("a box gives what has a point in common with it, as OGR finds it")
def _():
    boxes = [(1345000, 7225000, 1347000, 7226000), (1350000, 7230000, 1350900, 7230200), (1340000, 7220000, 1340100, 7240000),
             (1300000, 7200000, 1400000, 7300000), (0, 0, 1, 1)]
    for theme in ("point", "zone", "rue"):
        for box in boxes:
            expected = sorted(source(theme, box))
            query = "?limit=300&bbox-crs=" + EPSG + "3948&bbox=" + ",".join(map(str, box))
            documents = list(pages(theme, query))
            equal(sorted(ids(documents)), expected)
            if len(documents) == 1:
                equal(documents[0]["numberMatched"], len(expected))
    # nothing in the hole, nor in the box around a slanting line
    hole = [feature for feature in features("zone", f"?crs={EPSG}3948")["features"] if feature["id"] == 1][0]
    x, y = hole["geometry"]["coordinates"][0][1][0]
    assert 1 not in ids(pages("zone", f"?bbox-crs={EPSG}3948&bbox={x+5},{y+5},{x+6},{y+6}")), hole
    # the height of six numbers is passed over, and so is the order of axes told
    flat = sorted(ids([features("point", "?limit=5000&bbox=-1.7,48.05,-1.6,48.15")]))
    assert flat and len(flat) < POINTS
    equal(sorted(ids([features("point", "?limit=5000&bbox=-1.7,48.05,-10,-1.6,48.15,900")])), flat)
    equal(sorted(ids([features("point", f"?limit=5000&bbox-crs={EPSG}4326&bbox=48.05,-1.7,48.15,-1.6")])), flat)


@case("a box over the antimeridian is two")
def _():
    equal(sorted(ids([features("mer", "?bbox=178,-20,-178,-10")])), [2, 3])
    equal(sorted(ids([features("mer", f"?bbox-crs={EPSG}4326&bbox=-20,170,-10,-170")])), [1, 2, 3, 4])
    equal(sorted(ids([features("mer", "?bbox=-180,-90,180,90")])), [1, 2, 3, 4, 5])
    equal(features("mer", f"?limit=1&crs={EPSG}4326")["features"][0]["geometry"]["coordinates"][0], -17)


@case("one feature is found by its id, others are not")
def _():
    for number in (1, 7, POINTS):
        feature = json.loads(ask("point", f"/{number}").content())
        equal((feature["type"], feature["id"]), ("Feature", number))
        equal(feature["properties"]["grand"], None if number % 5 == 0 else 2**53 + number)
        equal(link(feature, "self"), f"/collections/donnees:point/items/{number}?f=json")
        assert link(feature, "collection").startswith("/collections/donnees:point")
    equal(ask("point", f"/7?crs={EPSG}3948").header("Content-Crs"), f"<{EPSG}3948>")
    for bad in ("0", "99999", "-1", "01", "1.0", "x", "18446744073709551617", "1%00"):
        assert server().get(f"/collections/donnees:point/items/{bad}").status in (400, 404), bad
    ask("vide", "/1", 404)
    equal(server().get("/collections/donnees:rien/items").status, 404)


@case("of several features with one id the first is known by it, and none of those without")
def _():
    listed = features("numero")["features"]
    equal(sorted(feature["properties"]["n"] for feature in listed), sorted(NUMBERS))
    for number in NUMBERS:
        having = [feature for feature in listed if feature["properties"]["n"] == number]
        equal([feature.get("id") for feature in having], [number if number >= 0 else None] + [None] * (len(having) - 1))
        if number >= 0:
            one = json.loads(ask("numero", f"/{number}").content())
            equal((one["id"], one["geometry"]), (number, having[0]["geometry"]))
    page = ask("numero", "?f=html").content().decode()
    equal(len(re.findall(r'<th scope="row"><a ', page)), len({number for number in NUMBERS if number >= 0}))
    for none in (1, 2**63, 2**64 - 1):
        ask("numero", f"/{none}", 404)


@case("columns are chosen, and hidden ones never leave")
def _():
    columns = {"nom", "grand", "part", "vrai"}
    equal(set(features("point", "?limit=1")["features"][0]["properties"]), columns)
    equal(set(features("point", "?limit=1&properties=vrai,nom")["features"][0]["properties"]), {"nom", "vrai"})
    equal(features("point", "?limit=1&properties=")["features"][0]["properties"], {})
    for query in ("?properties=secret", "?properties=nom,inconnue", "?secret=CACHE"):
        assert "CACHE" not in ask("point", query, 400).content().decode().replace(query, "")
    for query in ("", "/1", "?f=html", "/1?f=html"):
        assert b"CACHE" not in ask("point", query).content()


@case("a filter keeps what OGR's does, on every page and in every CRS")
def _():
    asked = {"grand IS NULL": "grand IS NULL", "part > 100 AND vrai = true": "part > 100 AND vrai = 1",
             "part BETWEEN 3 AND 9 OR nom LIKE 'n° 77 %'": "part BETWEEN 3 AND 9 OR nom LIKE 'n° 77 %'", "grand = 9007199254740994": "fid = 2"}
    server()
    for text, sql in asked.items():
        expected = sorted(source("point", sql=sql))
        assert expected and len(expected) < POINTS, text
        documents = list(pages("point", f"?limit=100&crs={EPSG}3948&filter={quote(text)}"))
        equal(sorted(ids(documents)), expected)
        if len(documents) == 1:
            equal(documents[0]["numberMatched"], len(expected))
    box = (1345000, 7225000, 1350000, 7230000)
    text = quote("S_INTERSECTS(geom,BBOX({},{},{},{}))".format(*box))
    equal(sorted(ids(pages("point", f"?filter={text}&filter-crs={EPSG}3948"))), sorted(source("point", box)))
    both = ids(pages("point", f"?filter={quote('part > 100')}&bbox-crs={EPSG}3948&bbox={','.join(map(str, box))}"))
    equal(sorted(both), sorted(i for i, row in source("point", box).items() if row["part"] and row["part"] > 100))
    page = ask("point", f"?f=html&filter={quote('grand IS NULL')}&limit=3").content().decode()
    equal(len(re.findall('<th scope="row">', page)), 3)
    for bad in ("part >", "secret = 'CACHE'", "rien = 1", "(" * 5000):
        ask("point", "?filter=" + quote(bad)[:3000], 400)
    ask("point", "?filter=part>1&filter-lang=cql2-json", 400)


@case("a commune's features are its own, each on one page")
def _():
    total = 0
    for i, code in enumerate(COMMUNES):
        box = (1340000 + 9000 * i, 7220000, 1349000 + 9000 * i, 7229000)
        expected = sorted(source("point", box))
        equal(sorted(ids(pages("point", f"?limit=97&commune={code}"))), expected)
        total += len(expected)
        some = ids(pages("point", f"?commune={code}&filter={quote('part > 200')}&properties=nom"))
        equal(sorted(some), sorted(n for n, row in source("point", box).items() if row["part"] and row["part"] > 200))
    assert total > 100
    ask("point", "?commune=99999", 404)
    assert server().get("/collections/donnees:point/items?commune=%3Cx").status in (400, 404)


@case("nonsense is refused with a sentence, and harms nobody")
def _():
    bad = ["bbox=nan,0,1,1", "bbox=1e999,0,1,1", "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=1,2,3,4,5,6,7", "bbox=", "bbox=a,b,c,d", "bbox=1,2,3,4,",
           "bbox=0,5,1,4", "bbox=0x1,0,1,1", f"bbox=5,0,4,1&bbox-crs={EPSG}3948", "limit=0", "limit=-1", "limit=1.5", "limit=", "limit=x",
           "cursor=", "cursor=1", "cursor=../../etc", "cursor=0123456789abcdef-", "cursor=0123456789abcdeg-1", "cursor=0123456789abcdef-12345678901234567",
           "crs=EPSG:27572", "crs=x", "crs=", f"crs={EPSG}3948/", "bbox-crs=EPSG:1", "datetime=hier", "datetime=2026", "datetime=2026-01-01/x",
           "offset=10", "Limit=3", "limit=1&limit=2", "nom=a", "%3Cscript%3E=1"]
    for query in bad:
        problem = ask("point", "?" + query, 400)
        equal(problem.header("Content-Type"), "application/problem+json")
        assert len(problem.json()["detail"]) > 20
        assert b"<script" not in ask("point", "?" + query, 400, Accept="text/html").content()
    for good in ("datetime=2026-01-01", "datetime=2026-01-01T00:00:00Z/..", "datetime=../2026-01-01T00:00:00.5%2B02:00", "f=json", "lang=en"):
        ask("point", "?limit=1&" + good)
    ask("point", "/1?limit=3", 400)
    server().alive()


@case("pages for people lead from the collection to each feature, in both languages, without script")
def _():
    page = server().get("/collections/donnees:point?f=html&lang=en").content().decode()
    assert 'href="/collections/donnees:point/items?f=html&amp;lang=en"' in page
    french, english = (ask("point", f"?f=html&lang={language}").content().decode() for language in ("fr", "en"))
    assert 'lang="fr"' in french and "Page suivante" in french and "<caption>Objets du thème" in french
    assert 'lang="en"' in english and "Next page" in english
    assert 'lang="en"' in ask("point", "", Accept="text/html", Accept_Language="en").content().decode()
    seen, address = [], "?f=html&limit=500"
    while address:
        page = ask("point", address).content().decode()
        seen += re.findall(r'<th scope="row"><a href="/collections/donnees:point/items/(\d+)\?f=html"', page)
        assert "\x01" not in page and "<td></td>日本" not in page
        found = re.search(r'<a href="(\?[^"]*)">Page suivante', page)
        address = found and found.group(1).replace("&amp;", "&")
    equal(sorted(map(int, seen)), list(range(1, POINTS + 1)))
    page = ask("point", "/7?f=html").content().decode()
    assert "<dt>grand</dt><dd>9007199254740999</dd>" in page and "&lt;/td&gt;日本" in page


@case("a cursor of other data says so, and never gives a feature twice")
def _():
    file = path("change.gpkg")
    shutil.copy(made["file"], file)
    with Server(data=[file]) as changing:
        changing.wait_for("preparation is done")
        first = json.loads(changing.get("/collections/change:zone/items?limit=10").content())
        address = [item["href"] for item in first["links"] if item["rel"] == "next"][0].split(str(changing.port))[1]
        second = json.loads(changing.get(address).content())
        equal(set(ids([first])) & set(ids([second])), set())
        other = path("autre.gpkg")
        shutil.copy(file, other)
        dataset = ogr.Open(other, 1)
        dataset.GetLayerByName("zone").DeleteFeature(first["features"][0]["id"])
        dataset = None
        os.replace(other, file)
        changing.wait_for("theme change:zone: 1 feature changed")
        reply = changing.get(address)
        equal(reply.status, 410)
        assert "begin again" in reply.json()["detail"]
        equal(json.loads(changing.get("/collections/change:zone/items?limit=10").content())["numberMatched"], 299)


run()

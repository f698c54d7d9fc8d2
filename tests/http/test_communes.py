# SPDX-License-Identifier: EUPL-1.2
"""A theme limited to one commune, wherever it is served and described; judged by GDAL and GEOS."""

import json
import math
import os
import re
import signal
import sqlite3
import tempfile

from osgeo import gdal, ogr

from crowd import until
from harness import Server, case, city, command, communes_file, equal, path, read_tile, run, server, square

SIDE = 2400  # of the four communes that the city lies in, metres
CODES = ["35001", "35024", "35238", "35281"]
TILES = [f"12/{x}/{y}" for x in (2027, 2028, 2029) for y in (1421, 1422, 1423)]  # all of the city
TILE = TILES[4]


def quarter(i):
    return square(1347000 + SIDE * (i % 2), 7219000 + SIDE * (i // 2), SIDE)


def add_communes(name, codes, column="code_insee", kind=ogr.OFTString, shape=quarter):
    return communes_file(name, [(code, f"Commune <{code}>", shape(i)) for i, code in enumerate(codes)],
                         column=column, kind=kind)


communes = add_communes("limites.gpkg", CODES)
served = Server(data=[city(), communes])


def outline(code, file=communes):
    data = gdal.OpenEx(file)
    return next(f.GetGeometryRef().Clone() for f in data.GetLayerByName("commune") if f["code_insee"] == code)


def expected(theme, code):
    """Numbers of the features of which a part is in the commune."""
    place, found = outline(code), set()
    data = gdal.OpenEx(city())
    for feature in data.GetLayerByName(theme):
        shape = feature.GetGeometryRef()
        common = shape.Intersection(place)
        if not common.IsEmpty() and common.GetDimension() == shape.GetDimension():
            found.add(feature["numero"])
    return found


def numbers(themes, layer, query, asked=served):
    """Those of the features in all tiles together."""
    found = set()
    for tile in TILES:
        reply = asked.get(f"/tiles/{themes}/{tile}{query}")
        assert reply.status in (200, 204), (themes, tile, reply.status, reply.body)
        if reply.status == 200:
            found |= {f["numero"] for f in read_tile(reply.content()).get(layer, [])}
    return found


@case("a tile holds exactly the features that have a part in the commune")
def _():
    some = 0
    for theme in ("ecole", "zone", "rue"):
        for code in CODES:
            want = expected(theme, code)
            equal(numbers(f"ville:{theme}", theme, f"?commune={code}"), want)
            some += len(want)
    assert some > 60, some


@case("the communes' own theme can be limited by itself, and any theme in a composite")
def _():
    themes = "limites:commune,ville:ecole,ville:rue"
    for layer in ("ecole", "rue"):
        equal(numbers(themes, layer, "?commune=35238"), expected(layer, "35238"))
    seen = set()
    for tile in TILES:
        reply = served.get(f"/tiles/{themes}/{tile}?commune=35238")
        if reply.status == 200:
            seen |= {f["code_insee"] for f in read_tile(reply.content()).get("commune", [])}
    equal(seen, {"35238"})


@case("a tile outside the commune is empty, one of other columns has them alone")
def _():
    equal(served.get("/tiles/ville:zone/11/1000/700?commune=35001").status, 204)
    tile = read_tile(served.get(f"/tiles/ville:zone/{TILE}?commune=35001&properties=numero").content())
    equal({name for f in tile["zone"] for name in f}, {"numero", "mvt_id"})
    equal(numbers("ville:zone", "zone", "?commune=35001&properties=numero"), expected("zone", "35001"))


@case("tiles of a commune have an entity tag of their own, the same for the same tile")
def _():
    target = f"/tiles/ville:zone/{TILE}"
    tags = [served.get(target + query).header("ETag") for query in ("", "?commune=35001", "?commune=35024", "?commune=35001")]
    equal(tags[1], tags[3])
    equal(len(set(tags)), 3)


@case("TileJSON has the commune's bounds, centre and tile addresses, in every grid")
def _():
    bounds = {c["code"]: c["bbox"] for c in served.get("/communes").json()["communes"]}
    for grid in ("", "/CC48_10cm"):
        document = served.get(f"/tiles/ville:zone{grid}.json?commune=35024").json()
        for got, want in zip(document["bounds"], bounds["35024"]):
            assert abs(got - want) < 0.01, document["bounds"]
        west, south, east, north = document["bounds"]
        assert west < document["center"][0] < east and south < document["center"][1] < north
        assert all(address.endswith("?commune=35024") for address in document["tiles"])
    style = served.get("/styles/ville:zone.json?commune=35024").json()
    assert "commune=35024" in str(style["sources"])


@case("QGIS reads a commune in its own grid by the address on the page, to which it adds paths and its own query")
def _():
    page = served.get("/view/ville:zone?commune=35024", Accept="text/html").content().decode()
    (address,) = re.findall(r"http://[^/]*(/arcgis/[^<]*/CC48_10cm/[^<]*)", page)
    assert "/qgis/connections.xml?theme=ville:zone&amp;commune=35024" in page.replace("%3A", ":")
    style = served.get(f"{address}?f=pjson").json()["defaultStyles"]
    limits = served.get("/collections/ville:zone/tiles/CC48_10cm?f=json").json()["tileMatrixSetLimits"]
    limit = next(level for level in limits if level["tileMatrix"] == "12")
    found = {}
    for limited, base in ((True, address), (False, address.replace("/35024/", "/"))):
        (tiles,) = served.get(f"{base}?f=pjson").json()["tiles"]
        found[limited] = set()
        for x in range(limit["minTileCol"], limit["maxTileCol"] + 1):
            for y in range(limit["minTileRow"], limit["maxTileRow"] + 1):
                reply = served.get(f"{base}/" + tiles.format(z=12, x=x, y=y))
                if reply.status == 200:
                    found[limited] |= {f["numero"] for f in read_tile(reply.content())["zone"]}
    assert found[True] and found[True] <= expected("zone", "35024") and found[True] < found[False], found
    assert "commune=35024" in str(served.get(f"{address}/{style}").json()["sources"])
    equal(served.get(address.replace("35024", "99999")).status, 404)
    equal(re.findall("/arcgis/[^<]*", served.get("/view/ville:zone?filter=numero>3", Accept="text/html").content().decode()), [])
    (items,) = re.findall(r"http://[^/]*(/collections/[^<\"]*/items\?commune=[^<]*)", page)
    equal({f["properties"]["numero"] for f in json.loads(served.get(items).content())["features"]}, expected("zone", "35024"))


@case("the list has every commune, for programs and for people")
def _():
    document = served.get("/communes").json()
    equal(document["theme"], "limites:commune")
    equal([c["code"] for c in document["communes"]], CODES)
    for entry in document["communes"]:
        shape = outline(entry["code"])
        shape.TransformTo(degrees())
        west, east, south, north = shape.GetEnvelope()
        for got, want in zip(entry["bbox"], (west, south, east, north)):
            assert abs(got - want) < 1e-4, (entry, shape.GetEnvelope())
    html = served.get("/communes", Accept="text/html").content().decode()
    assert "Commune &lt;35001&gt;" in html and "<h1" in html


def degrees():
    from osgeo import osr

    srs = osr.SpatialReference()
    srs.ImportFromEPSG(4326)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


@case("an unknown commune is not found, with the address of the list; nonsense is refused")
def _():
    for target in (f"/tiles/ville:zone/{TILE}", "/tiles/ville:zone.json", "/styles/ville:zone.json", "/view/ville:zone", "/embed/ville:zone"):
        reply = served.get(target + "?commune=99999")
        equal((target, reply.status), (target, 404))
        assert f"http://{served.address}/communes lists" in reply.json()["detail"], reply.body
        for code in ("35%20238", "%3Cb%3E", "1" * 40, "%00", "%C3%A9", "35238,35001"):
            equal((target, code, served.get(f"{target}?commune={code}").status), (target, code, 400))
    equal(served.get(f"/tiles/ville:zone/{TILE}?commune=").status, 200)


@case("pages show the commune: its map, its addresses, its code to embed, a choice without script")
def _():
    html = served.get("/view/ville:zone?commune=35281", Accept="text/html").content().decode()
    assert re.search(r'<option value="35281" selected>Commune &lt;35281&gt; \(35281\)</option>', html)
    assert re.search(r'<form[^>]*method="get"[^>]*action="/view/ville:zone"', html)
    assert "/embed/ville:zone?commune=35281&quot;" in html
    assert 'data-style="/styles/ville:zone.json?commune=35281"' in html
    plain = served.get("/view/ville:zone", Accept="text/html").content().decode()
    assert "selected" not in plain and "commune=" not in plain
    frame = served.get("/embed/ville:zone?commune=35281", Accept="text/html").content().decode()
    assert 'data-style="/styles/ville:zone.json?commune=35281"' in frame
    box = [float(x) for x in re.search(r'data-bounds="([^"]*)"', frame).group(1).split(",")]
    for got, want in zip(box, served.get("/communes").json()["communes"][3]["bbox"]):
        assert abs(got - want) < 1e-5


@case("pages count the commune's features, and say that they show no others")
def _():
    for code in CODES:
        html = served.get(f"/view/ville:zone?commune={code}&lang=fr", Accept="text/html").content().decode()
        (count,) = re.findall(r'class="numbers"><span><svg.*?</svg>([0-9]+)', html)
        equal((code, int(count)), (code, len(expected("zone", code))))
    rows = served.get("/collections/ville:zone/items?f=html&commune=35024&lang=fr").content().decode()
    assert re.search(r'qui ont une part dans la <a href="[^"]*/communes[^"]*">commune</a> <code>35024</code>', rows)
    assert "ont une part" not in served.get("/collections/ville:zone/items?f=html&lang=fr").content().decode()


@case("TileJSON's version and entity tag change when the communes do")
def _():
    file = add_communes("versions.gpkg", CODES)
    documents = ("/tiles/ville:zone.json", "/tiles/ville:zone.json?commune=35001")

    def seen(asked):
        replies = [asked.get(target) for target in documents]
        return [(reply.json()["version"], reply.header("ETag")) for reply in replies]

    with Server("--data-quiet", "100", data=[city(), file]) as other:
        other.wait_for("preparation is done")
        other.get(f"/tiles/ville:zone/{TILE}?commune=35001")
        plain, limited = seen(other)
        assert plain[0] != limited[0]
        os.replace(add_communes("neuves.gpkg", CODES[::-1]), file)
        until("changed", lambda: seen(other)[1][0] != limited[0])
        now = seen(other)
        equal(now[0], plain)
        assert now[1][0] != limited[0] and now[1][1] != limited[1]


@case("without communes, asking for one is not found and everything else is as ever")
def _():
    reply = server().get(f"/tiles/ville:zone/{TILE}?commune=35238")
    equal(reply.status, 404)
    assert "communes_theme" in reply.json()["detail"], reply.body
    equal(server().get("/communes").status, 404)
    equal(server().get(f"/tiles/ville:zone/{TILE}").status, 200)


@case("settings name the theme and its columns; codes kept as numbers have their zeros")
def _():
    file = add_communes("ain.gpkg", [1004, 1005, 1006, 1007], "numero_com", ogr.OFTInteger)
    options = ("--communes-theme", "ain:commune", "--communes-code", "numero_com")
    with Server(*options, data=[city(), file]) as other:
        other.wait_for("preparation is done")
        equal(numbers("ville:zone", "zone", "?commune=01006", other), expected("zone", CODES[2]))
        equal([c["code"] for c in other.get("/communes").json()["communes"]], ["01004", "01005", "01006", "01007"])


@case("the join is found again after a restart, and made anew where it was damaged")
def _():
    state = path("joins")
    target = f"/tiles/ville:zone/{TILE}?commune=35001"
    with Server(data=[city(), communes], state=state) as first:
        whole = first.get(target)
        equal(whole.status, 200)
    folder = os.path.join(state, "communes", "ville%3Azone")
    (name,) = os.listdir(folder)
    before = os.stat(os.path.join(folder, name)).st_ino
    with Server(data=[city(), communes], state=state) as second:
        equal(second.get(target).body, whole.body)
    equal(os.stat(os.path.join(folder, name)).st_ino, before)
    with open(os.path.join(folder, name), "r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 9)
    with Server(data=[city(), communes], state=state) as third:
        equal(third.get(target).body, whole.body)
        third.wait_for("is damaged")
    assert os.stat(os.path.join(folder, name)).st_ino != before


@case("changed communes change the tiles, with nothing but old or new on the way")
def _():
    file = add_communes("mobiles.gpkg", CODES)
    target = f"/tiles/ville:zone/{TILE}?commune=35001"
    old, new = ({f["numero"] for f in read_tile(served.get(f"/tiles/ville:zone/{TILE}?commune={code}").content())["zone"]}
                for code in ("35001", "35281"))
    with Server("--data-quiet", "100", data=[city(), file]) as other:
        assert old == {f["numero"] for f in read_tile(other.get(target).content())["zone"]}
        os.replace(add_communes("neuves.gpkg", CODES[::-1]), file)
        while True:
            reply = other.get(target)
            equal(reply.status, 200)
            seen = {f["numero"] for f in read_tile(reply.content())["zone"]}
            assert seen in (old, new), seen
            if seen == new:
                break


@case("a theme's commune_column decides instead of the place, and can be said any time")
def _():
    file = path("arrets.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    data = gdal.OpenEx(city())
    layer = dataset.CreateLayer("arret", data.GetLayerByName("zone").GetSpatialRef(), ogr.wkbPoint)
    layer.CreateField(ogr.FieldDefn("insee", ogr.OFTInteger))
    for number in range(12):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("insee", int(CODES[number % 3]))
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT({1347100 + 50 * number} 7219100)"))  # all in 35001
        layer.CreateFeature(feature)
    del layer, dataset
    configuration = path("arrets.yaml")

    def configure(*lines):
        with open(configuration, "w", encoding="utf-8") as out:
            out.write(f"data: [{communes}, {file}]\n" + "\n".join(lines))

    def seen(asked, code):
        replies = [asked.get(f"/tiles/arrets:arret/{tile}?commune={code}") for tile in TILES]
        return [f["insee"] for reply in replies if reply.status == 200 for f in read_tile(reply.content())["arret"]]

    configure()
    with Server("-c", configuration, data=[]) as asked:
        whole = seen(asked, "35001")
        assert len(set(whole)) == 3 and not seen(asked, "35024"), whole
        configure("themes:", "  arrets:arret:", "    commune_column: insee", "")
        while seen(asked, "35001") == whole:
            pass
        for code in CODES[:3]:
            equal(set(seen(asked, code)), {int(code)})
        equal(seen(asked, CODES[3]), [])


@case("an export of a commune has its features alone, in the tiles that its outline touches")
def _():
    out = path("commune.mbtiles")
    status, _, error = command("export", city(), communes, "ville:zone", "ville:rue", "--commune", "35024", "--zoom", "13-14",
                               "-o", out, "--state", path("etat"))
    equal((status, error.count("tuilerie:")), (0, 0))
    data = gdal.OpenEx(out, gdal.OF_VECTOR, open_options=["ZOOM_LEVEL=14", "CLIP=NO"])
    for name in ("zone", "rue"):
        found = {feature["numero"] for feature in data.GetLayerByName(name)}
        want = expected(name, "35024")
        assert found <= want and len(found) >= 0.8 * len(want), (name, found ^ want)
    place = in_degrees(outline("35024"))
    with sqlite3.connect(out) as base:
        rows = base.execute("SELECT zoom_level, tile_column, tile_row FROM tiles").fetchall()
        bounds = base.execute("SELECT value FROM metadata WHERE name = 'bounds'").fetchone()[0]
    assert len(rows) > 4
    for z, x, row in rows:
        assert tile_square(z, x, 2**z - 1 - row).Intersects(place), (z, x, row)
    west, east, south, north = place.GetEnvelope()
    for got, want in zip(map(float, bounds.split(",")), (west, south, east, north)):
        assert abs(got - want) < 1e-3, bounds


def tile_square(z, x, y):
    """In degrees, somewhat larger."""
    def latitude(row):
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z))))

    west, east = x / 2**z * 360 - 180, (x + 1) / 2**z * 360 - 180
    return ogr.CreateGeometryFromWkt("POLYGON((" + ",".join(f"{a} {b}" for a, b in (
        (west, latitude(y)), (east, latitude(y)), (east, latitude(y + 1)), (west, latitude(y + 1)), (west, latitude(y)))) + "))").Buffer(1e-5)


def in_degrees(place):
    place.TransformTo(degrees())
    place.AssignSpatialReference(None)
    return place


def touching(place, zoom, margin):
    """How many tiles, MARGIN degrees larger on each side, have a point in common with a place in Rennes."""
    squares = (tile_square(zoom, x, y).Buffer(margin - 1e-5) for tile in TILES
               for _, left, top in [map(int, tile.split("/"))]
               for x in range(left << zoom - 12, left + 1 << zoom - 12) for y in range(top << zoom - 12, top + 1 << zoom - 12))
    return sum(tile.Intersects(place) for tile in squares)


@case("a seed of a commune makes the tiles that touch it, and no others of its box")
def _():
    # half of the city, cut from corner to corner
    corners = "1347000 7219000,1351800 7219000,1347000 7223800,1347000 7219000"
    triangle = add_communes("triangle.gpkg", ["35360"], shape=lambda _: f"POLYGON(({corners}))")

    def seed(*options):
        state = tempfile.mkdtemp(dir=path(""))
        status, _, error = command("seed", city(), triangle, "ville:zone", "--zoom", "16", "--state", state, *options)
        equal(status, 0)
        return int(re.search(r"(\d+) tiles made", error).group(1)), "already" in error

    part, whole = seed("--commune", "35360"), seed()
    place = in_degrees(outline("35360", triangle))
    least, most = touching(place, 16, -3e-5), touching(place, 16, 3e-5)
    assert least <= part[0] <= most < 0.7 * whole[0] and not part[1], (least, part, most, whole)


@case("commands say what is wrong with the commune that was asked for")
def _():
    state = path("etat")
    for data, code, words in (((city(), communes), "99999", "has no commune 99999"), ((city(),), "35238", "no theme of communes")):
        status, _, error = command("export", *data, "ville:zone", "--commune", code, "-o", path("x.mbtiles"), "--state", state)
        equal(status, 1)
        assert words in error, error
        assert not os.path.exists(path("x.mbtiles"))


@case("check tells which theme the communes come from, and what is wrong with it")
def _():
    state = path("etat")
    twice = add_communes("doubles.gpkg", ["35001", "35001", "", "35024"])
    for arguments, status, words in (
        ((city(), communes), 0, "communes: 4, from the theme limites:commune by its column code_insee\n"),
        ((city(),), 0, "^(?!communes:)"),
        ((city(), twice), 0, r"communes: 2, from .*; 1 features? ha(s|ve) a code that another one has.*; 1 without a code"),
        ((city(), communes, "--communes-theme", "limites:comune"), 1, r'\ncommunes: there is no theme "limites:comune"; did you mean limites:commune\?'),
        ((city(), "--communes-theme", "ville:vide"), 1, "communes: no column of the theme ville:vide looks like INSEE codes"),
        ((city(), "--communes-theme", "ville:nulle"), 1, 'communes: there is no theme "ville:nulle"'),
        ((city(), "--communes-theme", "ville:vide", "--communes-code", "numero"), 1, "communes: no feature of the theme ville:vide"),
    ):
        done = command("check", *arguments, "--state", state)
        assert re.search(words, done[1]), (words, done)
        equal((arguments[1:], done[0]), (arguments[1:], status))


@case("what could not be written of the communes is tried again when the server is told to look")
def _():
    state = path("etat-sans-place")
    os.mkdir(state)
    with open(os.path.join(state, "communes"), "w"):
        pass  # where a folder should be
    with Server(data=[city(), communes], state=state) as full:
        full.wait_for("theme ville:zone by communes: ")
        reply = full.get(f"/tiles/ville:zone/{TILE}?commune=35238")
        equal((reply.status, reply.json()["title"]), (503, "Theme out of order"))
        reply = full.get("/collections/ville:zone/items?f=json&commune=35238")
        equal((reply.status, reply.json()["title"]), (503, "Theme out of order"))
        assert int(reply.header("Retry-After")) > 0
        os.remove(os.path.join(state, "communes"))
        full.process.send_signal(signal.SIGHUP)
        until("written", lambda: full.get(f"/tiles/ville:zone/{TILE}?commune=35238").status != 503)
        equal(numbers("ville:zone", "zone", "?commune=35238", full), expected("zone", "35238"))


run()

# SPDX-License-Identifier: EUPL-1.2
"""Tiles of the features that a filter keeps: those that GDAL finds in the data by the same condition."""

import math
import re
from html import unescape
from urllib.parse import quote

from osgeo import ogr, osr

from harness import Server, case, equal, made, path, read_tile, run

COUNT = 60
NAMES = ["école", "Écluse", "l'été", "100 %", "a_b", "a\\b", "", None, "ZAC", "zac"]


def crs(epsg):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def shape(kind, number):
    x, y = 1351700 + 70 * (number % 8), 7223200 + 70 * (number // 8)
    if kind == "lieu":
        return f"POINT({x} {y})"
    if kind == "rue":
        return f"LINESTRING({x} {y},{x + 50} {y + 20},{x + 60} {y - 10})"
    return f"POLYGON(({x} {y},{x + 50} {y},{x + 25} {y + 50},{x} {y}))"


def make_town():
    """Sixty points, lines and polygons within half a kilometre, with columns of all types."""
    file = path("bourg.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    for kind in ("lieu", "rue", "parc"):
        layer = dataset.CreateLayer(kind, crs(3948), ogr.wkbUnknown)
        for name, type, subtype in (("nom", ogr.OFTString, 0), ("numéro", ogr.OFTInteger64, 0), ("surface", ogr.OFTReal, 0),
                                    ("ouvert", ogr.OFTInteger, ogr.OFSTBoolean), ("le jour", ogr.OFTDate, 0), ("in", ogr.OFTInteger, 0)):
            field = ogr.FieldDefn(name, type)
            field.SetSubType(subtype)
            layer.CreateField(field)
        for number in range(COUNT):
            feature = ogr.Feature(layer.GetLayerDefn())
            if NAMES[number % 10] is not None:
                feature.SetField("nom", NAMES[number % 10])
            if number % 7:
                feature.SetField("numéro", number if number != 50 else 2**53 + 1)
            if number % 5:
                feature.SetField("surface", number / 8)
            feature.SetField("ouvert", number % 3 == 0)
            feature.SetField("le jour", 2024, 1 + number % 12, 1 + number % 28, 0, 0, 0, 0)
            feature.SetField("in", number % 4)
            feature.SetGeometry(ogr.CreateGeometryFromWkt(shape(kind, number)))
            layer.CreateFeature(feature)
    dataset = None
    return file


def server():
    if "server" not in made:
        made["file"] = make_town()
        made["server"] = Server(data=[made["file"]])
        made["server"].wait_for("preparation is done")
    return made["server"]


def tile_at(longitude, latitude, zoom):
    sine = math.asinh(math.tan(math.radians(latitude)))
    return int((longitude + 180) / 360 * 2**zoom), int((1 - sine / math.pi) / 2 * 2**zoom)


def tiles(theme):
    """The tiles that hold the theme where each of its features shows."""
    west, south, east, north = server().get(f"/tiles/bourg:{theme}.json").json()["bounds"]
    left, top = tile_at(west, north, 15)
    right, bottom = tile_at(east, south, 15)
    return [f"15/{x}/{y}" for x in range(left, right + 1) for y in range(top, bottom + 1)]


def fullest():
    """The one of them with most points."""
    return max(tiles("lieu"), key=lambda tile: len(server().get(f"/tiles/bourg:lieu/{tile}").body))


def ask(target, **parameters):
    return server().get(target + "?" + "&".join(f"{name.replace('_', '-')}={quote(value, safe=',')}" for name, value in parameters.items()))


def shown(theme, **parameters):
    """The numbers of the features in the tiles."""
    numbers = set()
    for tile in tiles(theme):
        reply = ask(f"/tiles/bourg:{theme}/{tile}", **parameters)
        assert reply.status in (200, 204), (parameters, reply.status, reply.body)
        if reply.status == 200:
            numbers |= {feature["mvt_id"] for feature in read_tile(reply.content())[theme]}
    return numbers


def found(theme, condition):
    """The same by GDAL, with a condition in SQL."""
    dataset = ogr.Open(made["file"])
    layer = dataset.GetLayer(theme)
    layer.SetAttributeFilter(condition)
    return {feature.GetFID() for feature in layer}


def meeting(theme, geometry):
    dataset = ogr.Open(made["file"])
    return {feature.GetFID() for feature in dataset.GetLayer(theme) if feature.GetGeometryRef().Intersects(geometry)}


@case("the tiles hold all features, so that what a filter leaves out is seen")
def _():
    for theme in ("lieu", "rue", "parc"):
        equal(shown(theme, properties=""), set(range(1, COUNT + 1)))


@case("a filter keeps what GDAL finds by the same condition")
def _():
    for condition in (
        "nom = 'école'", "nom <> 'l''été'", "\"numéro\" > 30", "surface <= 2.5", "surface BETWEEN 1 AND 2", "\"in\" IN (1, 3)",
        "nom IS NULL", "NOT (nom IS NULL)", "nom NOT IN ('zac', 'ZAC')", "NOT surface < 4", "nom > 'b' AND surface > 3 OR \"in\" = 2",
        "nom = 'a' OR NOT (surface > 1 AND \"numéro\" IS NOT NULL)", "\"numéro\" = 9007199254740993", "\"numéro\" <> 9007199254740992",
        "surface < \"numéro\"", "\"le jour\" > '2024-06-15'", "1 = 1", "nom = 'a' AND 1 = 2", "5 <= surface",
    ):
        equal((condition, shown("lieu", filter=condition)), (condition, found("lieu", condition)))


@case("LIKE, booleans and dates do as well, where SQL writes them otherwise")
def _():
    for ours, theirs in (
        ("nom LIKE '%é%'", "nom LIKE '%é%'"), ("nom LIKE 'a\\_b'", "nom = 'a_b'"), ("nom LIKE 'a_b'", "nom IN ('a_b', 'a\\b')"),
        ("nom LIKE 'zac'", "nom = 'zac'"), ("nom NOT LIKE '%\\%'", "nom NOT LIKE '%!%' ESCAPE '!'"),
        ("ouvert = TRUE", "ouvert = 1"), ("ouvert <> true", "ouvert = 0"), ("FALSE", "1 = 0"),
        ("\"le jour\" >= DATE('2024-06-15')", "\"le jour\" >= '2024-06-15'"),
        ("\"le jour\" BETWEEN DATE('2024-03-01') AND DATE('2024-03-31')", "\"le jour\" LIKE '2024-03-%'"),
        ("\"le jour\" < TIMESTAMP('2024-06-15T12:00:00Z')", "\"le jour\" <= '2024-06-15'"),
    ):
        equal((ours, shown("lieu", filter=ours)), (ours, found("lieu", theirs)))


def moved(wkt, epsg, target=3948):
    geometry = ogr.CreateGeometryFromWkt(wkt)
    if epsg != target:
        geometry.Segmentize(1e-5)
        geometry.Transform(osr.CoordinateTransformation(crs(epsg), crs(target)))
    return geometry


@case("S_INTERSECTS keeps what GEOS finds, in degrees and in the theme's own CRS")
def _():
    box = moved("POLYGON((1351800 7223250,1352000 7223250,1352000 7223400,1351800 7223400,1351800 7223250))", 3948)
    box.Transform(osr.CoordinateTransformation(crs(3948), crs(4326)))
    west, east, south, north = box.GetEnvelope()
    degrees = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    triangle = "POLYGON((1351750 7223200,1352100 7223300,1351900 7223600,1351750 7223200),(1351850 7223300,1351950 7223320,1351900 7223400,1351850 7223300))"
    line = "LINESTRING(1351700 7223190,1352260 7223700)"
    several = "GEOMETRYCOLLECTION(POINT(1351770 7223270),POINT(1351840 7223200),LINESTRING(1351700 7223480,1352000 7223485))"
    own = "http://www.opengis.net/def/crs/EPSG/0/3948"
    for theme in ("lieu", "rue", "parc"):
        expected = meeting(theme, moved(degrees, 4326))
        assert 0 < len(expected) < COUNT, expected
        equal(shown(theme, filter=f"S_INTERSECTS(geometry,BBOX({west},{south},{east},{north}))"), expected)
        equal(shown(theme, filter=f"S_INTERSECTS(geom,{degrees})"), expected)
        equal(shown(theme, filter=f"NOT S_INTERSECTS({degrees},geom)", filter_crs="CRS84".join(("[OGC:", "]"))), set(range(1, COUNT + 1)) - expected)
        for wkt in (triangle, line, several):
            equal((theme, wkt, shown(theme, filter=f"S_INTERSECTS(geom,{wkt})", filter_crs=own)), (theme, wkt, meeting(theme, moved(wkt, 3948))))
        both = f"S_INTERSECTS(geom,{triangle}) AND \"in\" = 1"
        equal(shown(theme, filter=both, filter_crs="EPSG:3948"), meeting(theme, moved(triangle, 3948)) & found(theme, "\"in\" = 1"))


@case("a companion goes where its feature goes, wherever its point lies")
def _():
    server()
    config = path("compagnons.yaml")
    with open(config, "w") as file:
        file.write(f"data: [{made['file']}]\nthemes:\n  bourg:parc: {{companion: interior}}\n")
    with Server("-c", config, data=[]) as other:
        other.wait_for("preparation is done")
        own = "http://www.opengis.net/def/crs/EPSG/0/3948"
        corner = "POLYGON((1351690 7223190,1351705 7223190,1351705 7223800,1351690 7223800,1351690 7223190))"
        for parameters in ({"filter": "\"in\" = 1", "properties": "nom"}, {"filter": f"S_INTERSECTS(geom,{corner})", "filter-crs": own},
                           {"filter": f"NOT S_INTERSECTS(geom,{corner})", "filter-crs": own}):
            query = "&".join(f"{name}={quote(value)}" for name, value in parameters.items())
            shapes, points = set(), set()
            for tile in tiles("parc"):
                reply = other.get(f"/tiles/bourg:parc/{tile}?{query}")
                layers = read_tile(reply.content()) if reply.status == 200 else {}
                shapes |= {feature["mvt_id"] for feature in layers.get("parc", [])}
                points |= {feature["mvt_id"] for feature in layers.get("parc_pt", [])}
            assert 0 < len(shapes) < COUNT, (parameters, shapes)
            equal((parameters, points), (parameters, shapes))


@case("a filter asks columns that the tile does not carry, at every address, and in composites")
def _():
    tile = fullest()
    z, x, y = tile.split("/")
    alone = read_tile(ask(f"/tiles/bourg:lieu/{tile}", filter="\"in\" = 1", properties="nom").content())["lieu"]
    assert alone and all(set(feature) <= {"nom", "mvt_id"} for feature in alone), alone
    for target in (f"/collections/bourg:lieu/tiles/WebMercatorQuad/{z}/{y}/{x}",
                   f"/arcgis/rest/services/bourg:lieu/WebMercatorQuad/VectorTileServer/tile/{z}/{y}/{x}.pbf"):
        equal(read_tile(ask(target, filter="\"in\"=1", properties="nom").content())["lieu"], alone)
    both = read_tile(ask(f"/tiles/bourg:lieu,bourg:parc/{tile}", filter="\"in\" = 1", properties="nom").content())
    equal(both["lieu"], alone)
    equal({feature["mvt_id"] for feature in both["parc"]} - found("parc", "\"in\" = 1"), set())


@case("filters that come to the same are one tile, and have one address in TileJSON")
def _():
    def made_so_far():
        text = server().get("/metrics").body.decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("tuilerie_tiles_rendered_total"))

    tile = fullest()
    before = made_so_far()
    spellings = ("nom = 'a' OR \"in\" IN (2, 1)", "(\"in\" in (1,2.0,2))or(\"nom\"='a')", "NOT NOT ('a' = nom OR \"in\" IN (1,2))")
    tags = {ask(f"/tiles/bourg:lieu/{tile}", filter=text).header("ETag") for text in spellings}
    equal((len(tags), made_so_far()), (1, before + 1))
    documents = {ask("/tiles/bourg:lieu.json", filter=text, properties="nom").body for text in spellings}
    equal(len(documents), 1)
    (address,) = ask("/tiles/bourg:lieu.json", filter=spellings[0], properties="nom").json()["tiles"]
    assert address.endswith("/{z}/{x}/{y}?properties=nom&filter=%22in%22%20IN%20%281%2C2%29%20OR%20nom%3D%27a%27".replace("%2C", ",")), address
    reply = server().get(address[address.index("/tiles/"):].replace("{z}/{x}/{y}", tile))
    equal(reply.body, ask(f"/tiles/bourg:lieu/{tile}", filter=spellings[1], properties="nom").body)
    style = ask("/styles/bourg:lieu.json", filter=spellings[1]).json()
    (source,) = style["sources"].values()
    assert source["url"].endswith(".json?" + address.split("properties=nom&")[1]), source


REFUSED = (
    ("nme = 'a'", 'bourg:lieu has no column "nme", named at character 1; is "nom" meant?'),
    ("nom = 'a' AND", "at character 14, where the text ends"),
    ("nom = 5", "at character 1 (text) cannot be compared with what is at character 7 (number)"),
    ("nom = 'a", "character 7 is not closed"),
    ("1; DROP TABLE lieu", "; at character 2"),
    ("nom = 'a' UNION SELECT 1", "not UNION"),
    ("nom = '<script>alert(1)</script>' <", "not <"),
    ("fid = 1", 'no column "fid"'),
    ("surface = 1e999", "too large"),
    ("surface = NaN", 'no column "NaN"'),
    ("(" * 1000 + "nom = 'a'" + ")" * 1000, "nested more than 50 deep"),
    ("NOT (" * 300 + "nom = 'a'" + ")" * 300, "nested more than 50 deep"),
    ("S_INTERSECTS(geom,POLYGON((0 0,1 1,1 0,0 1,0 0)))", "not valid"),
    ("S_INTERSECTS(geom,POINT(1e999 0))", "too large"),
    ("", "at character 1"),
)


MORE_REFUSED = (
    "nom", "nom NOT NULL", "nom = 'a' b", "numero IN (1", "numero BETWEEN 1 OR 2", "nom LIKE 5", "numero LIKE 'a'", "CASEI(5) = 'a'", "sleep(1) = 1",
    "CASEI(surface) = 'a'", "nom != 'a'", "nom + 1 = 2", "vu = DATE('31/12/2024')", "vu = TIMESTAMP('hier')", "S_WITHIN(geom,POINT(0 0))",
    "S_INTERSECTS(nom,POINT(0 0))", "S_INTERSECTS(5,POINT(0 0))", "S_INTERSECTS(geom,CIRCLE(0 0))", "S_INTERSECTS(geom,POLYGON((0 0,1 1,0 0)))",
    "S_INTERSECTS(geom,POLYGON((0 0,1 1,1 0,0 1)))", "S_INTERSECTS(geom,BBOX(0,1,1,0))", "S_INTERSECTS(geom,LINESTRING(0 0))",
    " OR ".join(["S_INTERSECTS(geom,POINT(0 0))"] * 33))
# words that only an English sentence has
ENGLISH = {"expected", "the", "is", "has", "more", "than", "write", "need", "needs", "compared", "too", "nested"}


def french_reason(target, **parameters):
    """What the French page says, and what programs are told."""
    query = "&".join(f"{name.replace('_', '-')}={quote(value, safe=',()')}" for name, value in parameters.items())
    reply = server().get(f"{target}?{query}", Accept="text/html", Accept_Language="fr")
    equal((parameters, reply.status), (parameters, 400))
    detail = server().get(f"{target}?{query}").json()["detail"]
    return detail, unescape(re.sub("<[^>]*>", "", re.search(r'<p class="reason">(.*?)</p>', reply.content().decode(), re.S).group(1)))


@case("the page of a refused filter, or of a column that is not there, says the same in French, with the same places")
def _():
    for target in ("/tiles/bourg:lieu.json", "/collections/bourg:lieu/items"):
        for text in [text for text, _ in REFUSED if text] + list(MORE_REFUSED):
            detail, reason = french_reason(target, filter=text)
            assert "filter : " in reason, (text, reason)
            equal(re.findall(r"\d+", reason), re.findall(r"\d+", detail))
            said = set(re.findall(r"[a-zé]+", re.sub(r"« .*? »|valide : .*", "", reason)))
            assert not said & ENGLISH, (text, reason)
        for columns, why in (("nme", "n’a pas de colonne « nme » ; est-ce « nom » ?"), ("xyzzy", "n’a pas de colonne « xyzzy »"),
                             ('"nom', "n’est pas fermé"), ('"nom"x', "il manque une virgule")):
            assert why in french_reason(target, properties=columns)[1], columns
        assert "n’est pas connu" in french_reason(target, filter="nom='a'", filter_lang="cql2-json")[1]
        assert "ni la projection" in french_reason(target, filter="nom='a'", filter_crs="EPSG:2154")[1]


@case("what is no filter of the theme is refused, with the place and what is wrong there")
def _():
    for target in (f"/tiles/bourg:lieu/{fullest()}", "/tiles/bourg:lieu.json", "/styles/bourg:lieu.json"):
        for text, why in REFUSED:
            reply = server().get(f"{target}?filter={quote(text, safe='()= ').replace(' ', '+')}")
            equal((text, reply.status), (text, 400))
            detail = reply.json()["detail"]
            assert detail.startswith("filter: ") and why in detail, (text, detail)
    tile = f"/tiles/bourg:lieu/{fullest()}"
    equal(ask(tile, filter="nom='a'", filter_crs="EPSG:2154").status, 400)
    equal(ask(tile, filter="nom='a'", filter_crs="+proj=pipeline +step +proj=axisswap").status, 400)
    equal(ask(tile, filter="nom='a'", filter_lang="cql2-json").status, 400)
    equal(ask(tile, filter="nom='a'", filter_lang="cql2-text").status, 204)
    for raw in ("%ff", "nom='%c3'", "nom%00='a'", "%"):
        equal((raw, server().get(f"{tile}?filter={raw}").status), (raw, 400))
    equal(server().get(f"{tile}?filter=" + "(" * 10000 + "TRUE" + ")" * 10000).status, 414)
    assert server().status(f"GET {tile}?filter={'x' * 2**20} HTTP/1.1\r\nHost: a\r\n\r\n".encode()) in (None, 413, 414, 431)
    server().alive()


@case("a theme's pages draw the variant their address asks for, and say so")
def _():
    wicked = "nom <> '<xx>\"&amp;</xx>' AND \"in\" < 3"
    normal = "in%22%3C3%20AND%20nom%3C%3E%27%3Cxx%3E%22%26amp%3B%3C%2Fxx%3E%27"
    for page in ("view", "embed"):
        html = ask(f"/{page}/bourg:lieu", filter=wicked, properties="nom").body.decode()
        (style,) = re.findall(r'data-style="([^"]*)"', html)
        assert style.endswith(f"/styles/bourg:lieu.json?properties=nom&amp;filter=%22{normal}"), style
        assert "<xx>" not in html, page
        equal(ask(f"/{page}/bourg:lieu", filter="nme=1").status, 400)
        assert "filter=" not in ask(f"/{page}/bourg:lieu").body.decode()
    html = ask("/view/bourg:lieu", filter=wicked).body.decode()
    assert "&quot;in&quot;&lt;3 AND nom&lt;&gt;" in html, html
    assert f"/tiles/bourg:lieu.json?filter=%22{normal}" in html


@case("huge lists, long patterns and places far away are answered")
def _():
    numbers = ",".join(str(number) for number in range(900))
    equal(shown("lieu", filter=f"\"numéro\" IN ({numbers})"), found("lieu", f"\"numéro\" IN ({numbers})"))
    equal(shown("lieu", filter="nom LIKE '" + "%a" * 500 + "'"), set())
    equal(shown("parc", filter="S_INTERSECTS(geom,POINT(170 -80))"), set())
    equal(shown("parc", filter="S_INTERSECTS(geom,BBOX(-180,-90,180,90))"), set(range(1, COUNT + 1)))
    equal(shown("parc", filter="S_INTERSECTS(geom,BBOX(170,-80,-170,80))"), set())
    equal(shown("parc", filter="S_INTERSECTS(geom,BBOX(1e300,0,1e301,1))"), set())


run()

# SPDX-License-Identifier: EUPL-1.2
"""Lines and polygons cut at the border of a commune (clip=yes); judged by GEOS, in the units of the tiles."""

import json
import re
from html import unescape

from osgeo import gdal, ogr

from harness import Server, add_layer, case, city, command, communes_file, equal, path, read_tile, reference, run, square

# Two communes on both sides of a crooked border, across the city; the western one has an enclave.
BORDER = [(1349300 + 350 * ((i * 7) % 5) - 20 * i, 7217000 + 160 * i) for i in range(60)]
ENCLAVE = [(1347900, 7221300), (1348700, 7221500), (1348500, 7222300), (1348000, 7222200)]
SHAPES = {"35001": ("POLYGON((%s),(%s))", [(1345000, 7217000)] + BORDER + [(1345000, BORDER[-1][1])]),
          "35002": ("POLYGON((%s))", BORDER + [(1356000, BORDER[-1][1]), (1356000, 7217000)])}
TILES = {"": [f"12/{x}/{y}" for x in (2027, 2028) for y in (1421, 1422)] + ["10/507/355", "8/126/88", "15/16226/11377"],
         "CC48_10cm/": ["12/205/729", "12/205/728", "10/51/182", "8/12/45"],
         "LAMB93_10cm/": ["11/13/198", "9/3/49"]}


def text(ring):
    return ",".join(f"{x} {y}" for x, y in ring + ring[:1])


def outline_of(code):
    form, ring = SHAPES[code]
    return form % ((text(ring), text(ENCLAVE))[:form.count("%s")])


communes = communes_file("limites.gpkg", [(code, code, outline_of(code)) for code in SHAPES])
served = Server(data=[city(), communes])


def features(theme, tile, query, asked=served):
    """By number: the attributes and the shape of each."""
    reply = asked.get(f"/tiles/{theme}/{tile}{query}")
    assert reply.status in (200, 204), (theme, tile, query, reply.status, reply.body)
    found = {}
    if reply.status == 200:
        gdal.FileFromMemBuffer("/vsimem/tile.pbf", reply.content())
        data = gdal.OpenEx("/vsimem/tile.pbf", gdal.OF_VECTOR, allowed_drivers=["MVT"], open_options=["CLIP=NO"])
        for feature in data.GetLayer(0):
            values = {k: v for k, v in feature.items().items() if v is not None}
            assert feature["mvt_id"] not in found
            found[feature["mvt_id"]] = (values, feature.GetGeometryRef().Clone())
    return found


def outline(tile, code):
    shapes = features("limites:commune", tile, f"?commune={code}")
    return next(iter(shapes.values()))[1] if shapes else ogr.CreateGeometryFromWkt("POLYGON EMPTY")


def every_tile():
    for grid, tiles in TILES.items():
        for tile in tiles:
            for code in SHAPES:
                yield grid + tile, code


@case("polygons are what GEOS cuts of them at the outline, but for a unit; valid, with their attributes")
def _():
    cut = 0
    for tile, code in every_tile():
        whole, got = features("ville:zone", tile, f"?commune={code}"), features("ville:zone", tile, f"?commune={code}&clip=yes")
        ground = outline(tile, code)
        near = ground.Buffer(1.01)
        assert set(got) <= set(whole), (tile, code)
        for number, (values, shape) in whole.items():
            want = shape.Intersection(ground)
            if number not in got:
                assert want.Buffer(-1).IsEmpty(), (tile, code, number)
                continue
            equal(got[number][0], values)
            part = got[number][1]
            assert part.IsValid() and near.Contains(part), (tile, code, number)
            assert part.SymDifference(want).Area() <= 0.6 * part.Boundary().Length() + 1, (tile, code, number)
            cut += not part.Equals(shape)
    assert cut > 50, cut


@case("neighbours neither overlap nor leave a gap of a unit")
def _():
    for tiles in TILES.items():
        for tile in (tiles[0] + name for name in tiles[1]):
            parts = [features("ville:zone", tile, f"?commune={code}&clip=yes") for code in SHAPES]
            for number, (_, shape) in features("ville:zone", tile, "").items():
                both = [part[number][1] for part in parts if number in part]
                if len(both) == 2:
                    assert both[0].Intersection(both[1]).Buffer(-0.6).IsEmpty(), (tile, number)
                enclave = features("limites:commune", tile, "")
                ground = [s for _, s in enclave.values()]
                covered = ground[0] if len(ground) == 1 else ground[0].Union(ground[1])
                rest = shape.Intersection(covered)
                for part in both:
                    rest = rest.Difference(part)
                assert rest.Buffer(-0.6).IsEmpty(), (tile, number, rest.ExportToWkt())


@case("lines end at the border, points and what lies inside stay as they are")
def _():
    ends = 0
    for tile, code in every_tile():
        ground = outline(tile, code)
        near, inner = ground.Buffer(1.01), ground.Buffer(-1.01)
        whole, got = (features("ville:rue", tile, f"?commune={code}{clip}") for clip in ("", "&clip=yes"))
        for number, (values, line) in whole.items():
            part = got[number][1] if number in got else ogr.CreateGeometryFromWkt("LINESTRING EMPTY")
            assert near.Contains(part) or part.IsEmpty(), (tile, code, number)
            assert line.Intersection(inner).Length() <= part.Length() + 2, (tile, code, number)
            assert not inner.Contains(line) or part.Equals(line)
            ends += not part.Equals(line)
        plain, clipped = (served.get(f"/tiles/ville:ecole/{tile}?commune={code}{clip}") for clip in ("", "&clip=yes"))
        equal((plain.status, plain.body), (clipped.status, clipped.body))
    assert ends > 20, ends


@case("every address of tiles cuts alike, and documents lead to such tiles")
def _():
    tile = served.get("/tiles/ville:zone/CC48_10cm/12/205/729?clip=yes&commune=35001").body
    for address in ("/collections/ville:zone/tiles/CC48_10cm/12/729/205?commune=35001&clip=yes",
                    "/tiles/CC48_10cm/12/729/205?collections=ville:zone&commune=35001&clip=yes",
                    "/arcgis/rest/services/ville:zone/CC48_10cm/35001-clip/VectorTileServer/tile/12/729/205.pbf",
                    "/arcgis/rest/services/ville:zone/CC48_10cm/VectorTileServer/tile/12/729/205.pbf?commune=35001&clip=yes"):
        equal((address, served.get(address).body == tile), (address, True))
    assert tile != served.get("/tiles/ville:zone/CC48_10cm/12/205/729?commune=35001").body
    both = read_tile(served.get("/tiles/ville:zone,ville:rue/CC48_10cm/12/205/729?commune=35001&clip=yes").content())
    equal(len(both["zone"]), len(read_tile(served.get("/tiles/ville:zone/CC48_10cm/12/205/729?commune=35001&clip=yes").content())["zone"]))
    for document in ("/tiles/ville:zone.json", "/styles/ville:zone.json", "/collections/ville:zone/tiles/CC48_10cm?f=json",
                     "/arcgis/rest/services/ville:zone/CC48_10cm/35001-clip/VectorTileServer?f=json"):
        glue = "&" if "?" in document else "?"
        assert "commune=35001&clip=yes" in str(served.get(f"{document}{glue}clip=yes&commune=35001").json()), document
    page = served.get("/view/ville:zone?commune=35001&clip=yes", Accept="text/html").content().decode()
    (address,) = re.findall(r">http://[^/]*(/arcgis/[^<]*/CC48_10cm/[^<]*)<", page)
    assert "/35001-clip/" in address and re.search(r'name="clip" value="yes"[^>]* checked', page)
    assert re.search(r"/items\?commune=35001&(amp;)?clip=yes", page)
    for language in ("fr", "en"):
        assert "&clip=yes</code>" in unescape(served.get(f"/communes?f=html&lang={language}").content().decode())


CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS = {"": 4326, f"&crs={CRS84}": 4326, f"&crs={EPSG}3948": 3948, f"&crs={EPSG}2154": 2154, f"&crs={EPSG}3857": 3857, f"&crs={EPSG}4326": 4326}


def items(theme, query, asked=served):
    """The features of all pages, as GeoJSON, by id."""
    found, target = {}, f"/collections/ville:{theme}/items?{query}"
    while target:
        reply = asked.get(target)
        equal((target, reply.status), (target, 200))
        document = json.loads(reply.content())
        for feature in document["features"]:
            assert feature["id"] not in found
            found[feature["id"]] = feature
        target = next((link["href"].split("/", 3)[3] for link in document["links"] if link["rel"] == "next"), None)
        target = target and "/" + target
    return found


def shape_of(feature):
    return ogr.CreateGeometryFromJson(json.dumps(feature["geometry"]))


def ground_of(code):
    return ogr.CreateGeometryFromWkt(outline_of(code))


def cut_of(feature, code, epsg, northing_first):
    """What GEOS cuts of a feature in EPSG:3948, in another CRS."""
    part = shape_of(feature).Intersection(ground_of(code))
    part.AssignSpatialReference(reference(3948))
    part.TransformTo(reference(epsg))
    if northing_first:
        part.SwapXY()
    return part


def count_cuts(theme, code, query, epsg):
    """How many features were cut, each as GEOS does, to 1.5 units of the last decimal."""
    step = 1.5e-7 if epsg == 4326 else 1.5e-3
    data = items(theme, f"crs={EPSG}3948")
    whole, got = (items(theme, f"commune={code}{query}&limit=7{clip}") for clip in ("", "&clip=yes"))
    assert set(got) <= set(whole)
    cut = 0
    for number, feature in whole.items():
        want = cut_of(data[number], code, epsg, query.endswith("/4326"))
        if number not in got:
            assert want.Buffer(-step).IsEmpty() and want.Length() <= step, (theme, number)
            continue
        part = shape_of(got[number])
        equal(got[number]["properties"], feature["properties"])
        equal(part.GetGeometryType(), shape_of(feature).GetGeometryType())
        assert part.IsValid(), (theme, query, number)
        assert want.Buffer(step).Contains(part) and part.Buffer(step).Contains(want), (theme, query, number)
        cut += got[number]["geometry"] != feature["geometry"]
    return cut


@case("features are cut as GEOS cuts them, valid as they are written, in every CRS, page by page")
def _():
    for theme in ("zone", "rue"):
        for code in SHAPES:
            cuts = {count_cuts(theme, code, query, epsg) for query, epsg in CRS.items()}
            assert len(cuts) == 1 and cuts.pop() > 5, (theme, code, cuts)
    for code in SHAPES:
        equal(items("ecole", f"commune={code}&clip=yes"), items("ecole", f"commune={code}"))
        inside = [n for n, feature in items("zone", f"commune={code}&crs={EPSG}3948").items()
                  if ground_of(code).Buffer(-0.01).Contains(shape_of(feature))]
        whole, got = items("zone", ""), items("zone", f"commune={code}&clip=yes")
        assert len(inside) > 3 and all(got[n] == whole[n] for n in inside)


@case("features of a mixed theme, with an outline in another CRS and in several parts, are cut likewise")
def _():
    file, shapes = path("melange.gpkg"), path("lambert.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    # teeth and gaps of a millimetre and a bit: they run together when they are rounded
    teeth = ",".join(f"{1350500 + 0.0013 * i + 0.0004 * (i % 3)} {7222995 + 10 * (i % 2)}" for i in range(60))
    comb = f"POLYGON((1350500 7222900,{teeth},1350501 7222900,1350500 7222900))"
    across = "1347000 7218000,1353000 7225000"
    add_layer(dataset, "tout", ogr.wkbUnknown, 3948, [
        "POINT(1356000 7218000)", f"LINESTRING({across})", "POLYGON((1347500 7218000,1353500 7225000,1347500 7225000,1347500 7218000))",
        f"GEOMETRYCOLLECTION(POINT(1347000 7218000),LINESTRING({across}))", comb])
    layer = (target := ogr.GetDriverByName("GPKG").CreateDataSource(shapes)).CreateLayer("commune", reference(2154), ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("code_insee", ogr.OFTString))
    halves = [square(1348000, 7219000, 1500), square(1350000, 7221000, 2000)]
    for half in halves:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature["code_insee"] = "35238"
        outline = ogr.CreateGeometryFromWkt(half)
        outline.AssignSpatialReference(reference(3948))
        outline.TransformTo(reference(2154))
        feature.SetGeometry(outline)
        layer.CreateFeature(feature)
    dataset = layer = target = None
    ground = ogr.CreateGeometryFromWkt(halves[0]).Union(ogr.CreateGeometryFromWkt(halves[1]))
    with Server(data=[file, shapes]) as other:
        def ask(query, crs=f"&crs={EPSG}3948"):
            reply = other.get(f"/collections/melange:tout/items?commune=35238{crs}{query}")
            return {feature["id"]: feature for feature in json.loads(reply.content())["features"]}

        whole, got = ask(""), ask("&clip=yes")
        equal(sorted(got), sorted(whole))
        equal(sorted(got), [2, 3, 4, 5])
        assert shape_of(got[5]).IsValid() and 50 < shape_of(got[5]).Area() < 99
        for crs in CRS:
            for number, feature in ask("&clip=yes", crs).items():
                assert shape_of(feature).IsValid(), (crs, number)
        for number in (2, 3):
            want, part = shape_of(whole[number]).Intersection(ground), shape_of(got[number])
            assert part.IsValid() and part.Buffer(0.05).Contains(want) and want.Buffer(0.05).Contains(part), number
        assert shape_of(got[2]).GetGeometryCount() == 2
        equal(got[4]["geometry"]["geometries"][0], whole[4]["geometry"]["geometries"][0])
        assert shape_of(got[4]).Length() < shape_of(whole[4]).Length()


@case("one feature is cut as on its page; one of another commune is not found")
def _():
    got = items("zone", "commune=35001&clip=yes")
    for number in list(got)[:6]:
        feature = json.loads(served.get(f"/collections/ville:zone/items/{number}?commune=35001&clip=yes").content())
        equal((feature["geometry"], feature["properties"]), (got[number]["geometry"], got[number]["properties"]))
        assert all("commune=35001&clip=yes" in link["href"] for link in feature["links"] if link["rel"] in ("self", "alternate"))
    elsewhere = set(items("zone", "")) - set(got)
    assert elsewhere
    for query in ("?commune=35001", "?commune=35001&clip=yes"):
        reply = served.get(f"/collections/ville:zone/items/{min(elsewhere)}{query}")
        equal((reply.status, "35001" in reply.json()["detail"]), (404, True))
    page = unescape(served.get("/collections/ville:zone/items?commune=35001&clip=yes&f=html&lang=fr").content().decode())
    assert "coupés à ses limites" in page
    links = re.findall(r'href="(/collections/ville:zone/items/[^"]*)"', page)
    assert len(links) == len(got) and all("commune=35001&clip=yes" in link for link in links)
    equal({served.get(link).status for link in links[:5]}, {200})


@case("clip=no is nothing; what makes no sense is refused")
def _():
    tile = "/tiles/ville:zone/12/2028/1422"
    plain = served.get(f"{tile}?commune=35001")
    for query in ("?commune=35001&clip=no", "?clip=&commune=35001"):
        equal(served.get(tile + query).header("ETag"), plain.header("ETag"))
    equal(served.get(f"{tile}?commune=&clip=yes").status, 200)
    for target in (f"{tile}?clip=yes", f"{tile}?commune=35001&clip=1", "/tiles/ville:zone.json?clip=yes",
                   "/collections/ville:zone/items?clip=yes", "/collections/ville:zone/items/1?clip=yes",
                   "/collections/ville:zone/items?commune=35001&clip=1", "/view/ville:zone?clip=oui&commune=35001"):
        reply = served.get(target)
        equal((target, reply.status, "clip" in reply.json()["detail"]), (target, 400, True))
    for code, status in (("99999-clip", 404), ("-clip", 400), ("35001-", 400), ("35001-clip-clip", 400)):
        equal((code, served.get(f"/arcgis/rest/services/ville:zone/CC48_10cm/{code}/VectorTileServer").status), (code, status))


@case("the page of a limited document gives only addresses and links that are limited as well")
def _():
    esri = "/arcgis/rest/services/ville:zone/CC48_10cm"
    limits = "commune=35001&clip=yes"
    for document in (f"/tiles/ville:zone.json?{limits}", f"/tiles/ville:zone/CC48_10cm.json?{limits}", f"/styles/ville:zone.json?{limits}",
                     f"/tiles/ville:zone/metadata.json?{limits}", f"/tiles/ville:zone.json?{limits}&properties=nom",
                     f"{esri}/VectorTileServer?{limits}", f"{esri}/VectorTileServer/resources/styles?{limits}",
                     f"{esri}/35001-clip/VectorTileServer", f"{esri}/35001-clip/VectorTileServer/resources/styles?{limits}",
                     f"{esri}/35001/VectorTileServer/resources/styles?clip=yes&filter=numero>0"):
        reply = served.get(document, Accept="text/html")
        equal((document, reply.status), (document, 200))
        page = unescape(reply.content().decode())
        for address in re.findall(r'<code class="address">([^<]*)', page):
            assert limits in address or "/35001-clip/" in address, (document, address)
            assert "properties" not in document or "properties=nom" in address, (document, address)
        for link in re.findall(r'<li><a href="(/(?:tiles|view|styles|arcgis)[^"]*)"', page):
            equal((document, link, served.get(link).status), (document, link, 200))
            assert limits in link, (document, link)
    assert "ogrinfo" in served.get("/tiles/ville:zone.json", Accept="text/html").content().decode()


@case("a path and a query that say two communes are refused")
def _():
    service = "/arcgis/rest/services/ville:zone/CC48_10cm/35001/VectorTileServer"
    for target in (service, service + "/tile/12/729/205.pbf", service + "/resources/styles"):
        equal((target, served.get(target + "?commune=35001").status), (target, 200))
        reply = served.get(target + "?commune=35002")
        equal((target, reply.status, "35001" in reply.json()["detail"]), (target, 400, True))


@case("an export is cut likewise")
def _():
    out = path("coupe.mbtiles")
    status, _, error = command("export", city(), communes, "ville:zone", "--commune", "35001", "--clip", "--zoom", "12", "-o", out,
                               "--state", path("etat"))
    equal((status, error.count("tuilerie:")), (0, 0))
    data = gdal.OpenEx(out, gdal.OF_VECTOR, open_options=["ZOOM_LEVEL=12", "CLIP=NO"])
    place = ogr.CreateGeometryFromWkt("POLYGON((%s),(%s))" % (text(SHAPES["35001"][1]), text(ENCLAVE))).Buffer(4)
    shapes = [feature.GetGeometryRef().Clone() for feature in data.GetLayerByName("zone")]
    for shape in shapes:
        shape.TransformTo(reference(3948))
        assert place.Contains(shape)
    assert len(shapes) > 10
    equal(command("export", city(), communes, "ville:zone", "--clip", "-o", out, "--state", path("etat"))[0], 2)


run()

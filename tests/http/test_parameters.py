# SPDX-License-Identifier: EUPL-1.2
"""Query parameters: what limits the data is obeyed or refused, what is unknown is refused where OGC API speaks."""

import re
import urllib.parse
import xml.etree.ElementTree

from harness import Server, case, city, communes_file, equal, run, square

TILE = "12/2028/1422"  # column, row


communes = communes_file("limites.gpkg", [(f"3500{i + 1}", f"L'Île-{i + 1}", square(1347000 + 2500 * i, 7219000, 2500)) for i in range(2)])
served = Server(data=[city(), communes])


def refused(target, words, **headers):
    reply = served.get(target, **headers)
    equal((target, reply.status), (target, 400))
    assert words in reply.content().decode(), (target, reply.body)


@case("a parameter that is given twice is refused everywhere")
def _():
    for target in (f"/tiles/ville:zone/{TILE}", "/tiles/ville:zone.json", "/view/ville:zone", "/collections/ville:zone/items",
                   "/styles/ville:zone.json", "/collections/ville:zone/tiles/WebMercatorQuad/12/1422/2028",
                   "/arcgis/rest/services/ville:zone/CC48_10cm/VectorTileServer", "/qgis/connections.xml"):
        refused(f"{target}?commune=35001&commune=35002", "given twice")
    refused("/?q=a&q=b", "given twice")


@case("who limits what cannot be limited is told so, however it is spelt")
def _():
    for target in ("/catalogue.jsonld", "/qgis", "/", "/communes", "/collections", "/collections/ville:zone", "/tileMatrixSets", "/sitemap.xml"):
        glue = "&" if "?" in target else "?"
        for parameter in ("commune=35001", "filter=numero>3"):
            refused(f"{target}{glue}{parameter}", parameter.split("=")[0])
    refused(f"/tiles/ville:zone/{TILE}?COMMUNE=35001", "COMMUNE")
    assert "small letters" in served.get(f"/tiles/ville:zone/{TILE}?COMMUNE=35001").json()["detail"]
    page = served.get("/?commune=35001", Accept="text/html", Accept_Language="fr").content().decode()
    assert "Motif" in page and "ne peut pas être limité" in page, page
    served.wait_for("preparation is done")
    for target in ("/qgis/connections.xml", "/tms", "/tms/1.0.0", "/tms/1.0.0/ville:zone@WebMercatorQuad@pbf", "/wmts",
                   "/wmts/1.0.0/WMTSCapabilities.xml"):
        for parameter in ("filter=numero>3", "properties=nom", "clip=yes", "commune=35001&clip=1"):
            refused(f"{target}?{parameter}", parameter.split("=")[-2].split("&")[-1])
        equal((target, served.get(f"{target}?commune=99999").status), (target, 404))


@case("other unknown parameters are refused by OGC API, and passed over elsewhere")
def _():
    for target in ("/collections", "/collections/ville:zone", "/collections/ville:zone/items", "/collections/ville:zone/items/3",
                   "/collections/ville:zone/tiles", "/collections/ville:zone/tiles/CC48_10cm", "/conformance", "/api", "/tiles",
                   "/collections/ville:zone/tiles/WebMercatorQuad/12/1422/2028", "/tileMatrixSets", "/tileMatrixSets/CC48_10cm"):
        refused(f"{target}?comune=35001", "comune")
        equal((target, served.get(f"{target}?timing").status), (target, 200))
    for target in (f"/tiles/ville:zone/{TILE}", "/tiles/ville:zone.json", "/view/ville:zone", "/", "/wmts", "/qgis/connections.xml"):
        equal((target, served.get(f"{target}?utm_source=lettre").status), (target, 200))


@case("tiles of WMTS and TMS obey, as all tiles do")
def _():
    z, x, y = map(int, TILE.split("/"))
    for query in ("commune=35001", "commune=35001&clip=yes", "filter=numero>3"):
        tile = served.get(f"/tiles/ville:zone/{TILE}?{query}").body
        assert tile != served.get(f"/tiles/ville:zone/{TILE}").body
        for target in (f"/wmts/ville:zone/default/WebMercatorQuad/{z}/{y}/{x}.pbf?",
                       f"/tms/1.0.0/ville:zone@WebMercatorQuad@pbf/{z}/{x}/{2**z - 1 - y}.pbf?",
                       "/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=ville:zone&STYLE=&TILEMATRIXSET=WebMercatorQuad"
                       f"&FORMAT=application/vnd.mapbox-vector-tile&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&"):
            equal((target, served.get(target + query).body == tile), (target, True))


def document(target):
    reply = served.get(target)
    equal((target, reply.status), (target, 200))
    return xml.etree.ElementTree.fromstring(reply.content())


@case("WMTS of a commune: the capabilities, their addresses, bounds and limits are its")
def _():
    ows, wmts, link = "{http://www.opengis.net/ows/1.1}", "{http://www.opengis.net/wmts/1.0}", "{http://www.w3.org/1999/xlink}href"
    served.wait_for("preparation is done")
    z, x, y = map(int, TILE.split("/"))
    commune = {c["code"]: c for c in served.get("/communes?f=json").json()["communes"]}["35002"]
    for limits in ("commune=35002", "commune=35002&clip=yes"):
        tile = served.get(f"/tiles/ville:zone/{TILE}?{limits}").body
        for target in (f"/wmts/1.0.0/WMTSCapabilities.xml?layer=ville:zone&{limits}",
                       f"/wmts?SERVICE=WMTS&REQUEST=GetCapabilities&layer=ville:zone&{limits}"):
            root = document(target)
            assert "L'Île-2" in root.findtext(f"{ows}ServiceIdentification/{ows}Title")
            assert all(limits in element.get(link) for element in root.iter()
                       if link in element.attrib and not element.get(link).endswith(("/", "/wmts/"))), target
            (layer,) = root.iter(wmts + "Layer")
            (template,) = [r.get("template") for r in layer.iter(wmts + "ResourceURL")]
            for part, value in (("{TileMatrixSet}", "WebMercatorQuad"), ("{TileMatrix}", z), ("{TileRow}", y), ("{TileCol}", x)):
                template = template.replace(part, str(value))
            equal(served.get("/" + template.split("/", 3)[3]).body, tile)
            by_key = [get.get(link) for get in root.iter(ows + "Get") if get.get(link).endswith("&")]
            equal(len(by_key), 2)
            question = ("SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=ville:zone&STYLE=&TILEMATRIXSET=WebMercatorQuad"
                        f"&FORMAT=application/vnd.mapbox-vector-tile&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}")
            equal(served.get("/" + by_key[0].split("/", 3)[3] + question).body, tile)
            bounds = [float(n) for corner in ("Lower", "Upper") for n in layer.findtext(f"{ows}WGS84BoundingBox/{ows}{corner}Corner").split()]
            assert all(abs(a - b) < 1e-6 or inside for a, b, inside in zip(bounds, commune["bbox"], (
                bounds[0] > commune["bbox"][0], bounds[1] > commune["bbox"][1], bounds[2] < commune["bbox"][2], bounds[3] < commune["bbox"][3])))
        whole = document("/wmts/1.0.0/WMTSCapabilities.xml?layer=ville:zone")
        (deepest, least) = ([int(e.text) for e in r.iter(wmts + "MaxTileCol")][-1] - [int(e.text) for e in r.iter(wmts + "MinTileCol")][-1]
                            for r in (whole, root))
        assert least < deepest, (least, deepest)
    assert "35002" not in served.get("/wmts").content().decode()


@case("TMS of a commune: from the root to a tile by addresses that say it in the path")
def _():
    z, x, y = map(int, TILE.split("/"))
    for limits, part in (("commune=35002", "35002"), ("commune=35002&clip=yes", "35002-clip")):
        (service,) = document(f"/tms/?{limits}")
        root = document("/" + service.get("href").split("/", 3)[3])
        assert "L'Île-2" in root.findtext("Title") and limits in root.get("services")
        maps = [m.get("href") for m in root.iter("TileMap") if "/ville:zone@WebMercatorQuad@" in m.get("href")]
        equal((len(maps), f"/tms/1.0.0/{part}/ville:zone@" in maps[0]), (1, True))
        target = "/" + maps[0].split("/", 3)[3]
        for address in (target, f"/tms/1.0.0/ville:zone@WebMercatorQuad@pbf?{limits}"):
            found = document(address)
            assert limits in found.get("tilemapservice") and "L'Île-2" in found.findtext("Title")
            (level,) = [s.get("href") for s in found.iter("TileSet") if s.get("order") == str(z)]
            tile = served.get("/" + level.split("/", 3)[3] + f"/{x}/{2**z - 1 - y}.pbf")
            equal(tile.body, served.get(f"/tiles/ville:zone/{TILE}?{limits}").body)
    assert tile.body != served.get(f"/tiles/ville:zone/{TILE}").body
    for part, status in (("99999", 404), ("35002-", 400), ("35001?commune=35002", 400)):
        code, _, query = part.partition("?")
        equal((part, served.get(f"/tms/1.0.0/{code}/ville:zone@WebMercatorQuad@pbf?{query}").status), (part, status))
    assert "35002" not in served.get("/tms/1.0.0").content().decode()


@case("the list of tilesets leads to those of the commune")
def _():
    for target in ("/collections/ville:zone/tiles?f=json&", "/tiles?f=json&collections=ville:zone,ville:rue&"):
        links = [link["href"] for tileset in served.get(f"{target}clip=yes&commune=35001").json()["tilesets"]
                 for link in tileset["links"] if "/tiles/" in link["href"]]
        assert links and all("commune=35001&clip=yes" in link for link in links), links
        equal(served.get(f"{target}commune=99999").status, 404)


@case("QGIS's connections are the commune's, by name and by address")
def _():
    plain = xml.etree.ElementTree.fromstring(served.get("/qgis/connections.xml?theme=ville:zone").content())
    root = xml.etree.ElementTree.fromstring(served.get("/qgis/connections.xml?theme=ville:zone&commune=35002&clip=yes").content())
    equal(len(root), len(plain))
    for entry, whole in zip(root, plain):
        assert "L'Île-2" in entry.get("name") and entry.get("name") != whole.get("name")
        url = urllib.parse.urlsplit(entry.get("url"))
        if entry.get("serviceType") == "generic":
            target = f"{url.path}?{url.query}".replace("{z}/{x}/{y}", TILE)
            equal(served.get(target).body, served.get(f"/tiles/ville:zone/{TILE}?commune=35002&clip=yes").body)
            assert "commune=35002&clip=yes" in entry.get("styleUrl")
        else:
            assert "/35002-clip/" in url.path
            assert "commune=35002&clip=yes" in str(served.get(f"{url.path}?f=json").json()["tiles"])
    equal(served.get("/qgis/connections.xml?commune=99999").status, 404)
    assert not re.search("35002|Île-2", served.get("/qgis/connections.xml").content().decode())


run()

# SPDX-License-Identifier: EUPL-1.2
"""Every document for programs is a page for people too, at the same address: who gets which, and that
nobody who reads the document today gets the page by mistake."""

import html
import json
import re

from harness import FULL, Server, case, city, equal, many_layers, path, run

CONFIGURATION = """data: %s
portal_title: Portail <d'essai>
themes:
  ville:ecole:
    title: {fr: 'Écoles <b>de la ville</b>', en: Schools}
    licence: https://exemple.fr/licence?a=1&b=2
"""
THEME = "ville:ecole"
ESRI = f"/arcgis/rest/services/{THEME}/CC48_10cm/VectorTileServer"
DOCUMENTS = [f"/tiles/{THEME}.json", f"/tiles/{THEME},ville:zone.json", f"/tiles/{THEME}/CC48_10cm.json", f"/tiles/{THEME}/metadata.json",
             f"/tiles/{THEME}/CC48_10cm/metadata.json", f"/styles/{THEME}.json", f"/styles/{THEME},ville:zone.json", "/catalogue.jsonld", f"/catalogue/{THEME}.jsonld",
             ESRI, ESRI + "/resources/styles", ESRI + "/resources/styles/root.json", "/healthz"]
OTHERS = ["/collections", f"/collections/{THEME}", f"/collections/{THEME}/tiles", f"/collections/{THEME}/tiles/CC48_10cm", "/tiles",
          "/tiles/CC48_10cm", "/conformance", "/api", "/tileMatrixSets", "/tileMatrixSets/CC48_10cm", f"/collections/{THEME}/items",
          f"/collections/{THEME}/items/1"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
# What software says: curl, GDAL and QGIS; MapLibre; fetch() of web pages; harvesters; Java; requests of old.
PROGRAMS = [None, "*/*", "application/json", "application/json, text/plain, */*", "application/ld+json", "application/ld+json;q=0.9, text/html;q=0.8",
            "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html;q=0, */*", "application/json, text/html"]


def portal():
    file = path("pages.yaml")
    with open(file, "w") as out:
        out.write(CONFIGURATION % json.dumps(city()))
    return Server("-c", file, data=[])


def kind(reply):
    return (reply.header("Content-Type") or "").split(";")[0]


@case("browsers get a page where programs get the document, and f= decides before Accept does")
def _():
    with portal() as server:
        server.wait_for("preparation is done")
        for target in DOCUMENTS + OTHERS:
            page = server.get(target, Accept=BROWSER)
            equal((target, page.status, kind(page)), (target, 200, "text/html"))
            for accept in PROGRAMS:
                document = server.get(target, **({"Accept": accept} if accept else {}))
                assert document.status == 200 and kind(document).endswith("json"), (target, accept, kind(document))
                assert "Accept" in document.header("Vary").split(", "), (target, document.header("Vary"))
                json.loads(document.content())
            equal((target, kind(server.get(target + "?f=html"))), (target, "text/html"))
            assert kind(server.get(target + "?f=json", Accept=BROWSER)).endswith("json"), target
            assert kind(server.get(target + "?f=pjson", Accept=BROWSER)).endswith("json"), target


@case("a page and its document are told apart by caches: each has its tag, and neither answers for the other")
def _():
    with portal() as server:
        server.wait_for("preparation is done")
        for target in DOCUMENTS[:-1]:
            page, document = server.get(target, Accept=BROWSER), server.get(target)
            assert page.header("ETag") != document.header("ETag"), target
            equal((target, page.header("Vary")), (target, "Accept, Accept-Language, Accept-Encoding"))
            equal(server.get(target, Accept=BROWSER, If_None_Match=page.header("ETag")).status, 304)
            equal(server.get(target, If_None_Match=page.header("ETag")).status, 200)
            equal(server.get(target, If_None_Match=document.header("ETag")).status, 304)
            english = server.get(target, Accept=BROWSER, Accept_Language="en")
            assert english.header("ETag") != page.header("ETag"), target


@case("a page says all that the document says, and how to use its address")
def _():
    with portal() as server:
        server.wait_for("preparation is done")
        for target in DOCUMENTS[:-1]:
            text = server.get(target + "?f=html").content().decode()
            for name in server.get(target).json() if "json" in target.rsplit(".", 1)[-1][:5] and "jsonld" not in target else ():
                assert f"<code>{name}</code>" in text, (target, name)
            assert "<b>de la ville" not in text and "<d'essai>" not in text, target
            assert 'href="?f=json"' in text, target
        text = server.get(f"/tiles/{THEME}.json?f=html&lang=en&properties=nom").content().decode()
        base = f"http://127.0.0.1:{server.port}"
        assert f"url: &#39;{base}/tiles/{THEME}.json?properties=nom&#39;" in text, text[:3000]
        assert f"{base}/tiles/{THEME}/{{z}}/{{x}}/{{y}}?properties=nom" in text
        assert 'href="?properties=nom&amp;f=json"' in text
        assert f'href="/view/{THEME}?properties=nom&amp;lang=en"' in text
        text = server.get(f"/tiles/{THEME}.json?f=html&autre=1&filter=numero%3D1").content().decode()
        assert f'href="/collections/{THEME}/tiles/WebMercatorQuad?filter=numero%3D1"' in text, text
        text = server.get(f"/catalogue/{THEME}.jsonld?f=html").content().decode()
        assert 'href="https://exemple.fr/licence?a=1&amp;b=2"' in text


@case("a format that an address does not know is refused with those it knows, whatever the address")
def _():
    with portal() as server:
        server.wait_for("preparation is done")
        for target in DOCUMENTS + OTHERS:
            for format in ("xml", "", "HTML", "json,html", "js"):
                reply = server.get(f"{target}?f={format}")
                equal((target, format, reply.status), (target, format, 400))
                assert "json, html" in reply.json()["detail"], reply.body
        for target, known in ((f"/tiles/{THEME}/{FULL}", "mvt, pbf"), ("/", "html, json"), (f"/view/{THEME}", "html"), ("/qgis", "html"),
                              ("/sitemap.xml", "xml"), ("/tms/1.0.0/", "xml"), ("/qgis/connections.xml", "xml")):
            reply = server.get(f"{target}?f=quatsch")
            equal((target, reply.status), (target, 400))
            assert reply.json()["detail"].endswith(f"f = {known} only"), reply.body
            for format in known.split(", "):
                equal((target, format, server.get(f"{target}?f={format}").status), (target, format, 200))
        report = server.get("/wmts?service=WMTS&request=GetCapabilities&f=json")
        equal((report.status, kind(report)), (400, "application/xml"))
        assert b"ExceptionReport" in report.content()


@case("the portal's title heads the pages, their windows' titles and the definition of the API")
def _():
    with portal() as server:
        server.wait_for("preparation is done")
        for target in ("/", f"/view/{THEME}", "/healthz", "/nowhere", "/collections"):
            text = server.get(target, Accept=BROWSER).content().decode()
            title = re.search("<title>(.*)</title>", text).group(1)
            assert title.endswith(" – Portail &lt;d&#39;essai&gt;"), title
            assert re.search(r'class="brand"[^>]*>\s*<img[^>]*> Portail &lt;d&#39;essai&gt;</a>', text), target
        equal(json.loads(server.get("/api?f=json").content())["info"]["title"], "Portail <d'essai>")


@case("the page of a long document is short: each data set of a catalogue by its name, with a link")
def _():
    file = many_layers(path("nombreux.gpkg"), [f"n{number:02}" for number in range(60)])
    with Server(data=[file]) as server:
        server.wait_for("preparation is done")
        document = server.get("/catalogue.jsonld").content()
        assert len(document) > 100_000, len(document)
        for _ in range(2):  # made, then kept
            page = server.get("/catalogue.jsonld", Accept=BROWSER, Accept_Language="en")
            equal((kind(page), page.header("Cache-Control")), ("text/html", "no-cache"))
            equal(page.header("Vary"), "Accept, Accept-Language, Accept-Encoding")
            text = page.content().decode()
            assert "What the document says" in text and len(text) < len(document) / 4, len(text)
            assert f'n37 <small lang="en">12\u00a0items</small> <a href="http://127.0.0.1:{server.port}/collections/nombreux:n37">' in text, text[-3000:]
            assert "Ce que dit le document" in server.get("/catalogue.jsonld", Accept=BROWSER).content().decode()
            equal(server.get("/catalogue.jsonld").content(), document)


@case("the page of health shows every group, and sends programs their JSON without keeping either")
def _():
    with portal() as server:
        server.wait_for("preparation is done")
        page = server.get("/healthz", Accept=BROWSER, Accept_Language="en")
        equal(page.header("Cache-Control"), "no-store")
        text = page.content().decode()
        row = re.search(r'<tr><th scope="row"><a href="/#ville">ville</a></th>(.*?)</tr>', text).group(1)
        health = server.get("/healthz").json()["themes"]
        equal(re.findall(r"<td>(\d+)</td>", row)[:3], [str(health["count"]), str(health["ready"]), "0"])
        assert "All is well." in text, text


# What is asked wrongly, of what the reason tells in French, and the list it leads to.
ASKED_WRONGLY = [("/rien", "il n’y a rien à cette adresse", "/"), ("/view/aucun:theme", "il n’y a pas de thème « aucun:theme »", "/collections"),
                 ("/tiles/aucun:theme.json", "il n’y a pas de thème", None), ("/collections/aucun", "il n’y a pas de thème « aucun »", "/collections"),
                 ("/collections/aucun/tiles", "il n’y a pas de thème", "/collections"), ("/catalogue/aucun.jsonld", "il n’y a pas de thème", "/collections"),
                 ("/tileMatrixSets/aucune", "il n’y a pas de grille « aucune »", "/tileMatrixSets"),
                 (f"/tiles/{THEME}/aucune/0/0/0", "il n’y a pas de grille", "/tileMatrixSets"), *((f"{page}?group=aucun", "il n’y a pas de groupe", "/") for page in ("/", "/qgis", "/qgis/connections.xml")),
                 (f"/tiles/{THEME}", f"/tiles/{THEME}.json décrit ces tuiles", "/tileMatrixSets"),
                 (f"/tiles/{THEME},ville:zone/CC48_10cm", f"/tiles/{THEME},ville:zone.json décrit ces tuiles", "/tileMatrixSets"),
                 (f"/tiles/{THEME}/aucune", "il n’y a pas de grille « aucune »", "/tileMatrixSets"), ("/tiles/ville:rien", "il n’y a pas de thème", None),
                 (f"/tiles/{THEME}/0/1/0", "n’a pas de tuile 0/1/0", None), (f"/tiles/{THEME}/99/0/0", "n’a pas de niveau 99", None),
                 (f"/tiles/{THEME}/a/b/c", "« a/b/c » n’est pas l’adresse d’une tuile", None),
                 (f"/collections/{THEME}/tiles/WebMercatorQuad/14/0/0", "hors des limites", None),
                 (f"/tiles/{THEME}.json?commune=a-b", "n’est pas le code INSEE", None), ("/collections?limit=x", "limit est un nombre entier", None),
                 (f"/collections/{THEME}/items?limit=x", "limit=x n’est pas un nombre entier", None),
                 (f"/collections/{THEME}/items?bbox=1", "bbox=1 n’est pas un rectangle", None),
                 (f"/collections/{THEME}/items?bbox=1,1,2,0", "le côté haut du bbox est sous son côté bas", None),
                 (f"/collections/{THEME}/items?crs=x", "crs=x n’est pas un des systèmes", None),
                 (f"/collections/{THEME}/items?datetime=x", "datetime=x n’est ni un instant", None),
                 (f"/collections/{THEME}/items?cursor=x", "le curseur n’est pas de ce serveur", None),
                 (f"/collections/{THEME}/items?autre=1", "il n’y a pas de paramètre « autre »", "/api"),
                 (f"/collections/{THEME}/items/0x", "n’a pas d’objet « 0x »", None), ("/catalogue.jsonld?page=9", "le catalogue a les pages 1 à 1", None),
                 ("/api?f=xml", "cette adresse ne connaît que f = json, html", None)]


@case("the page of an error gives the reason in its language, with a link to the list that it names; programs get English")
def _():
    with portal() as server:
        server.wait_for("preparation is done")
        for target, said, listed in ASKED_WRONGLY:
            french = server.get(target, Accept=BROWSER, Accept_Language="fr").content().decode()
            reason = re.search(r'<p class="reason">(.*?)</p>', french)
            assert reason and reason.group(1).startswith("<b>Motif :</b> ") and said in reason.group(1), (target, french[-1500:])
            equal((target, re.findall('href="([^"]*)"', reason.group(1))), (target, [listed] if listed else []))
            english = server.get(target, Accept=BROWSER, Accept_Language="en").content().decode()
            document = server.get(target, Accept_Language="fr")
            detail = document.json()["detail"]
            text = re.sub("<[^>]*>", "", re.search(r'<p class="reason">(.*?)</p>', english).group(1))
            equal(html.unescape(text), "Reason: " + detail)
            equal(server.get(target, Accept_Language="en").body, document.body)


@case("a reason that exists in English only says so to screen readers, and what was asked never becomes a link")
def _():
    with portal() as server:
        server.wait_for("preparation is done")
        text = server.get("/tms/1.0.0/rien", Accept=BROWSER).content().decode()
        assert '<p class="reason" lang=en><b>Reason:</b> ' in text, text[-1500:]
        for name in ("javascript:alert(1)", "https://evil.example/", "<a href=x>", "//evil.example", "%2F%2Fevil.example"):
            text = server.get("/view/" + name.replace("/", "%2F").replace("<", "%3C").replace(">", "%3E").replace(" ", "%20"),
                              Accept=BROWSER).content().decode()
            reason = re.search(r'<p class="reason">(.*?)</p>', text).group(1)
            equal(re.findall('href="([^"]*)"', reason), ["/collections"])


run()

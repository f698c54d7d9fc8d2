# SPDX-License-Identifier: EUPL-1.2
"""A person without JavaScript walks from / along every link: whatever the language, each page is
there, in that language, and built so that a screen reader finds its way."""

import functools
import json
import re
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from harness import Server, case, city, communes_file, equal, path, run, square
CONFIGURATION = """data: [%s, %s]
themes:
  ville:ecole:
    title: {fr: Écoles de la ville, en: Schools of the town}
    abstract: {fr: Une école est un point., en: A school is a point.}
    keywords: [élèves, éducation]
    licence: etalab-2.0
    lineage: Relevé sur le terrain.
    frequency: monthly
  ville:zone:
    title: Zones d'aménagement
"""
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "path", "circle"}
# Words that a text of some length in one language holds and one in the other does not.
WORDS = {"fr": {"le", "la", "les", "des", "du", "une", "est", "et", "dans", "pour", "sur", "par", "au", "aux", "ce", "tous", "toutes",
                "avec", "qui", "que"},
         "en": {"the", "of", "and", "is", "to", "by", "with", "this", "are", "for", "its", "be", "all", "from", "that", "which"}}


class Page(HTMLParser):
    """What of a page matters here: its links, its words by language, its structure."""

    def __init__(self, text):
        super().__init__()
        self.links, self.headings, self.images, self.labels, self.fields, self.ids = [], [], [], set(), [], []
        self.title, self.words, self.first_link, self.mains = "", {"fr": [], "en": []}, None, 0
        self.open = []  # [element, language]
        self.language = None
        self.feed(text)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, element, attributes):
        attributes = dict(attributes)
        language = attributes.get("lang", self.open[-1][1] if self.open else None)
        if element == "html":
            self.language = language
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if element == "a":
            self.links.append(attributes["href"])
            self.first_link = self.first_link or attributes["href"]
        if re.fullmatch("h[1-6]", element):
            self.headings.append(int(element[1]))
        self.mains += element == "main"
        if element == "img":
            self.images.append(attributes)
        if element == "label":
            self.labels.add(attributes.get("for"))
        if element in ("input", "select", "textarea") and attributes.get("type") != "hidden":
            self.fields.append(attributes.get("id"))
        if element not in VOID:
            self.open.append([element, "none" if element in ("code", "script", "style") else language])

    def handle_startendtag(self, element, attributes):
        pass

    def handle_endtag(self, element):
        if element not in VOID:
            equal(self.open.pop()[0], element)

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "title":
            self.title += data
        elif self.open and self.open[-1][1] in self.words:
            self.words[self.open[-1][1]] += re.findall(r"\w+", data.lower())


def check(target, page, language):
    equal((target, page.language), (target, language))
    other = "en" if language == "fr" else "fr"
    foreign = set(page.words[language]) & WORDS[other]
    assert not foreign, f"{target} is in {language}, and says {foreign}"
    assert set(page.words[language]) & WORDS[language] or target.startswith("/embed"), f"{target}: no {language}"
    assert len(page.title) > len(" – Tuilerie"), f"{target}: no title"
    equal((target, page.headings.count(1), page.mains), (target, 1, 1))
    for before, after in zip([0] + page.headings, page.headings):
        assert after <= before + 1, f"{target}: heading {after} after {before}"
    if not target.startswith("/embed"):
        equal((target, page.first_link), (target, "#contenu"))
    assert "contenu" in page.ids and len(page.ids) == len(set(page.ids)), f"{target}: ids {page.ids}"
    assert all("alt" in image for image in page.images), target
    assert set(page.fields) <= page.labels, f"{target}: no label for {set(page.fields) - page.labels}"


def walk(server, start, language, headers):
    """Every address that links lead to from START: {address: type of its content}."""
    seen, waiting = {}, [start]
    while waiting:
        target = waiting.pop()
        if target in seen:
            continue
        reply = server.get(target, **headers)
        assert reply.status in (200, 204), f"{target}: {reply.status}"
        kind = (reply.header("Content-Type") or "").split(";")[0]
        seen[target] = kind
        if kind != "text/html":
            continue
        page = Page(reply.content().decode())
        check(target, page, language)
        for link in page.links:
            address = urlsplit(urldefrag(urljoin(f"http://127.0.0.1:{server.port}{target}", link))[0])
            other_language = "lang=" + ("en" if language == "fr" else "fr") in address.query
            if address.netloc == f"127.0.0.1:{server.port}" and not other_language:
                waiting.append(address.path + (f"?{address.query}" if address.query else ""))
    return seen


@functools.cache
def communes():
    """Two, so that pages offer the choice of one."""
    return communes_file("limites.gpkg", [("35238", "Rennes", square(1347000, 7219000, 2400)), ("35047", "Bruz", square(1349400, 7219000, 2400))])


def portal():
    file = path("portail.yaml")
    with open(file, "w") as out:
        out.write(CONFIGURATION % (json.dumps(city()), json.dumps(communes())))
    return Server("-c", file, data=[])


KINDS = {"/", "/view/ville:ecole", "/collections", "/collections/ville:ecole", "/collections/ville:ecole/tiles",
         "/communes", "/collections/ville:ecole/items", "/collections/ville:ecole/items/1", "/qgis",
         "/collections/ville:ecole/tiles/CC48_10cm", "/tiles", "/tiles/WebMercatorQuad", "/tileMatrixSets",
         "/tileMatrixSets/LAMB93_10cm", "/conformance", "/api", "/healthz", "/tiles/ville:ecole.json",
         "/styles/ville:ecole.json", "/catalogue.jsonld", "/catalogue/ville:ecole.jsonld",
         "/arcgis/rest/services/ville:ecole/CC48_10cm/VectorTileServer",
         "/arcgis/rest/services/ville:ecole/CC48_10cm/VectorTileServer/resources/styles"}


@case("by its links alone one comes from / to every document and to a tile, in either language")
def _():
    with portal() as server:
        server.wait_for("preparation is done")
        for language, start, headers in (("fr", "/", {}), ("en", "/", {"Accept_Language": "en-GB,en;q=0.9,fr;q=0.5"}),
                                         ("en", "/?lang=en", {}), ("fr", "/?lang=fr", {"Accept_Language": "en"})):
            seen = walk(server, start, language, {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", **headers})
            pages = {target.split("?")[0] for target, kind in seen.items() if kind == "text/html"}
            assert KINDS <= pages, f"{start} does not lead to {KINDS - pages}"
            assert "application/vnd.mapbox-vector-tile" in seen.values(), f"{start} leads to no tile"
            if "lang" in start:
                for target, kind in seen.items():
                    assert kind != "text/html" or f"lang={language}" in target, f"{target} forgets the language"


@case("the page of an error, a search and an embedded map are in the language asked for, too")
def _():
    with portal() as server:
        for language in ("fr", "en"):
            for target in ("/rien", "/view/aucun:theme", "/?q=ecole", "/?q=introuvable", "/tiles/ville:ecole/a/b/c", "/?q=%",
                           "/embed/ville:ecole", "/embed/ville:zone", "/tileMatrixSets/aucune", "/collections/aucune", "/" + "a" * 5000):
                for headers, query in (({"Accept_Language": language}, ""), ({}, f"lang={language}")):
                    if query and (target.endswith("%") or len(target) > 4000):
                        continue  # what cannot be read names no language
                    reply = server.get(target + ("&" if "?" in target else "?") * bool(query) + query, Accept="text/html", **headers)
                    equal(reply.header("Content-Type"), "text/html; charset=utf-8")
                    assert "Accept-Language" in reply.header("Vary"), target
                    check(target, Page(reply.content().decode()), language)


@case("the link to the other language keeps what was asked for, and leads nowhere else")
def _():
    with portal() as server:
        for target, there in (("/?q=%C3%A9cole%26b&f=html", "?q=%C3%A9cole%26b&f=html&lang=en"),
                              ("/view/ville:ecole?lang=fr&lang=fr", "?lang=en"), ("//evil.example/?a=%22%3E%3Cb%3E", "?a=%22%3E%3Cb%3E&lang=en")):
            page = Page(server.get(target, Accept="text/html").content().decode())
            assert there in page.links, (target, page.links[:6])


run()

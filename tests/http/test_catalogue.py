# SPDX-License-Identifier: EUPL-1.2
"""The catalogue for harvesters and search engines: DCAT-AP as RDFLib reads it, with what the profile
demands of each class; schema.org in pages; sitemap and robots; and that a document kept is no older
than what it tells of."""

import json
import re
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from osgeo import ogr

from harness import AWKWARD, FOLDER, PLAIN, Server, add_layer, case, city, equal, path, run, server

try:
    from rdflib import RDF, Graph, Literal, Namespace, URIRef

    ADMS = Namespace("http://www.w3.org/ns/adms#")
    LOCN = Namespace("http://www.w3.org/ns/locn#")
    SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
    DCAT = Namespace("http://www.w3.org/ns/dcat#")
    DCT = Namespace("http://purl.org/dc/terms/")
    FOAF = Namespace("http://xmlns.com/foaf/0.1/")
    HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
    VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
    EU = "http://publications.europa.eu/resource/authority/"
    rdf_case = case
except ImportError:
    print("# DCAT-AP is not looked at: RDFLib is missing (python3-rdflib)")

    def rdf_case(_):
        return lambda function: function


TABLE = """id;titre;titre en;résumé;mots clés;licence;producteur;contact;fréquence;lineage;inspire;fiche
ville:ecole;Écoles </script><script>alert(1)</script>;Schools;Les écoles;école, enfant;ODbL-1.0;Ville;sig@ville.example;mensuelle;Levé de 2024;us;0b1f3a52-0000
ville:rue;Rues;;;;https://ville.example/licence;;pas une adresse;;;;https://geo.example/fiche
"""


def documented():
    """A server whose themes are documented, behind a name of its own."""
    if not hasattr(documented, "server"):
        folder = Path(tempfile.mkdtemp(dir=FOLDER))
        (folder / "themes.csv").write_text(TABLE)
        (folder / "tuilerie.yaml").write_text(
            f"data: [{city()}]\ncatalogue: themes.csv\npublic_url: https://geo.example/carte\n"
            "portal_title: Données de Test\nportal_publisher: Métropole de Test\nportal_contact: https://test.example/contact\n"
            "themes: {ville:ecole: {columns: {nom: {alias: Libellé, meaning: Nom <officiel>}}}}\n", encoding="utf-8")
        documented.server = Server("-c", str(folder / "tuilerie.yaml"), data=[])
        documented.server.wait_for("preparation is done")
    return documented.server


BASE = "https://geo.example/carte"


def graph(reply):
    equal((reply.status, reply.header("Content-Type")), (200, "application/ld+json"))
    return Graph().parse(data=reply.content().decode(), format="json-ld")


def check_profile(rdf):
    """What DCAT-AP makes mandatory, once or more often, and the classes its properties lead to, as the
    shapes of DCAT-AP 2.1.1 and 3.0.0 have them."""
    demanded = {
        DCAT.Catalog: [(DCT.title, None), (DCT.description, None), (DCT.publisher, FOAF.Agent), (DCAT.dataset, DCAT.Dataset)],
        DCAT.Dataset: [(DCT.title, None), (DCT.description, None), (DCT.publisher, FOAF.Agent), (DCAT.distribution, DCAT.Distribution)],
        DCAT.Distribution: [(DCAT.accessURL, None)],
        FOAF.Agent: [(FOAF.name, None)],
        SKOS.Concept: [(SKOS.prefLabel, None)],
        SKOS.ConceptScheme: [(DCT.title, None)],
    }
    ranges = {DCAT.contactPoint: VCARD.Kind, DCT.license: DCT.LicenseDocument, DCT.spatial: DCT.Location, DCT.conformsTo: DCT.Standard,
              DCT.provenance: DCT.ProvenanceStatement, DCAT.mediaType: DCT.MediaType, DCT.accrualPeriodicity: DCT.Frequency,
              DCAT.landingPage: FOAF.Document, DCT.accessRights: DCT.RightsStatement, DCT.rights: DCT.RightsStatement,
              DCT.language: DCT.LinguisticSystem, FOAF.homepage: FOAF.Document, FOAF.page: FOAF.Document, ADMS.identifier: ADMS.Identifier,
              DCAT.theme: SKOS.Concept, DCAT.themeTaxonomy: SKOS.ConceptScheme}
    for kind, properties in demanded.items():
        for node in rdf.subjects(RDF.type, kind):
            for name, target in properties:
                values = list(rdf.objects(node, name))
                assert values, (node, name)
                assert target is None or all((value, RDF.type, target) in rdf for value in values), (node, name)
    for name, target in ranges.items():
        for _, value in rdf.subject_objects(name):
            assert (value, RDF.type, target) in rdf, (name, value)
    for name in (DCT.publisher, DCT.accrualPeriodicity, DCT.license, DCT.modified, DCAT.mediaType, DCAT.bbox, LOCN.geometry,
                 DCT.rights, DCT.accessRights, FOAF.homepage, SKOS.notation):
        for node in rdf.subjects(name):
            equal(len(list(rdf.objects(node, name))), 1)
    for _, _, value in rdf:
        if isinstance(value, URIRef):
            assert not re.search(r'[ "<>\\^`{|}]', value), value


@rdf_case("the catalogue is DCAT-AP: every theme a data set that says what is known of it")
def _():
    rdf = graph(documented().get("/catalogue.jsonld"))
    check_profile(rdf)
    catalogue = URIRef(BASE + "/catalogue.jsonld")
    equal(list(rdf.objects(catalogue, DCT.title)), [Literal("Données de Test", lang="fr")])
    equal(len(list(rdf.objects(catalogue, DCAT.dataset))), len(PLAIN) + len(AWKWARD))
    assert not list(rdf.subjects(RDF.type, HYDRA.PartialCollectionView))
    school = URIRef(BASE + "/collections/ville:ecole")
    assert (catalogue, DCAT.dataset, school) in rdf
    equal({(title.language, str(title)) for title in rdf.objects(school, DCT.title)},
          {("fr", "Écoles </script><script>alert(1)</script>"), ("en", "Schools")})
    equal({str(word) for word in rdf.objects(school, DCAT.keyword)}, {"école", "enfant"})
    equal(rdf.value(school, DCT.accrualPeriodicity), URIRef(EU + "frequency/MONTHLY"))
    equal(set(rdf.objects(school, DCAT.theme)), {URIRef(EU + "data-theme/GOVE"), URIRef("http://inspire.ec.europa.eu/theme/us")})
    equal(str(rdf.value(rdf.value(school, DCT.publisher), FOAF.name)), "Ville")
    equal(rdf.value(rdf.value(school, DCAT.contactPoint), VCARD.hasEmail), URIRef("mailto:sig@ville.example"))
    equal(rdf.value(school, DCT.conformsTo), URIRef("http://www.opengis.net/def/crs/EPSG/0/3948"))
    place = rdf.value(school, DCT.spatial)
    west, east, south, north = ogr.CreateGeometryFromWkt(str(rdf.value(place, DCAT.bbox))).GetEnvelope()
    assert -1.75 < west < east < -1.6 and 48.0 < south < north < 48.2, (west, east, south, north)
    street = URIRef(BASE + "/collections/ville:rue")
    equal(str(rdf.value(rdf.value(street, DCT.publisher), FOAF.name)), "Métropole de Test")
    equal(rdf.value(street, DCAT.contactPoint), None)
    equal({str(rdf.value(way, DCT.license)) for way in rdf.objects(street, DCAT.distribution)}, {"https://ville.example/licence"})


@rdf_case("the ways a theme can be had are answered")
def _():
    rdf = graph(documented().get("/catalogue/ville:ecole.jsonld"))
    check_profile(rdf)
    ways = list(rdf.objects(URIRef(BASE + "/collections/ville:ecole"), DCAT.distribution))
    assert len(ways) >= 4, ways
    for way in ways:
        address = str(rdf.value(way, DCAT.accessURL))
        assert address.startswith(BASE + "/"), address
        equal((address, documented().get(address[len(BASE):]).status), (address, 200))
        equal(rdf.value(way, DCT.license), URIRef(EU + "licence/ODC_BL"))
    equal(documented().get("/catalogue/ville:rien.jsonld").status, 404)
    equal(len(list(graph(server().get("/catalogue/ville:a_b_c&d=e.jsonld")).subjects(RDF.type, DCAT.Dataset))), 1)


def many_themes():
    file = path("beaucoup.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    dataset.StartTransaction()
    for number in range(205):
        add_layer(dataset, f"couche_{number:03}", ogr.wkbPoint, 3948, [])
    dataset.CommitTransaction()
    return file


@rdf_case("a large catalogue comes in pages that a harvester follows to the end")
def _():
    with Server(data=[many_themes()]) as large:
        target, seen, pages = "/catalogue.jsonld", set(), 0
        while target:
            rdf = graph(large.get(target))
            check_profile(rdf)
            seen |= set(rdf.subjects(RDF.type, DCAT.Dataset))
            view = rdf.value(predicate=RDF.type, object=HYDRA.PartialCollectionView)
            equal(int(rdf.value(view, HYDRA.totalItems)), 205)
            following = rdf.value(view, HYDRA.next)
            equal(following, rdf.value(view, HYDRA.nextPage))
            target = str(following).split(str(large.port), 1)[1] if following else None
            pages += 1
        equal((pages, len(seen)), (3, 205))
        for wrong in ("0", "4", "-1", "x", "", "99999999999999999999"):
            equal((wrong, large.get("/catalogue.jsonld?page=" + wrong).status), (wrong, 404))


@case("a page leads to its DCAT-AP and holds a schema.org data set that no title breaks out of")
def _():
    page = documented().get("/view/ville:ecole").content().decode()
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    equal(len(blocks), 1)
    assert "<script>alert" not in page
    data = json.loads(blocks[0])
    equal((data["@type"], data["name"], data["url"]), ("Dataset", "Écoles </script><script>alert(1)</script>", BASE + "/view/ville:ecole"))
    equal((data["creator"]["name"], data["publisher"]["name"]), ("Ville", "Métropole de Test"))
    equal(data["license"], "https://opendatacommons.org/licenses/odbl/1-0/")
    south, west, north, east = map(float, data["spatialCoverage"]["geo"]["box"].split())
    assert 48.0 < south < north < 48.2 and -1.75 < west < east < -1.6
    assert all(way["contentUrl"].startswith(BASE + "/") for way in data["distribution"])
    assert '<link rel="alternate" type="application/ld+json" href="/carte/catalogue/ville:ecole.jsonld">' in page
    assert 'href="/carte/catalogue.jsonld"' in documented().get("/", Accept="text/html").content().decode()


def locations(reply):
    equal((reply.status, reply.header("Content-Type")), (200, "application/xml; charset=utf-8"))
    return [node.text for node in ElementTree.fromstring(reply.content()).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


@case("a page tells what a column is called and what it means, each as text")
def _():
    page = documented().get("/view/ville:ecole", Accept="text/html").content().decode()
    assert "<b>Libellé</b><br>Nom &lt;officiel&gt;</dd>" in page, re.findall("<dd[^>]*>.*Libellé.*", page)


@case("each document on the whole has the catalogue's name")
def _():
    equal(documented().get("/?f=json").json()["title"], "Données de Test")
    for target, name in (("/wmts", "{http://www.opengis.net/ows/1.1}Title"), ("/tms/1.0.0/", "Title")):
        equal(next(ElementTree.fromstring(documented().get(target).content()).iter(name)).text, "Données de Test")
    (service,) = ElementTree.fromstring(documented().get("/tms/").content())
    equal(service.get("title"), "Données de Test")
    provider = ElementTree.fromstring(documented().get("/wmts").content()).iter("{http://www.opengis.net/ows/1.1}ProviderName")
    equal(next(provider).text, "Métropole de Test")


@case("the sitemap names every page, robots.txt the sitemap, and only by our own name")
def _():
    pages = locations(documented().get("/sitemap.xml"))
    equal(len(pages), 1 + len(PLAIN) + len(AWKWARD))
    equal(pages[0], BASE + "/")
    for page in pages:
        equal((page, documented().get(page[len(BASE):]).status), (page, 200))
    assert f"Sitemap: {BASE}/sitemap.xml\n" in documented().get("/robots.txt").content().decode()
    lines = documented().get("/robots.txt").content().decode().splitlines()
    closed = "|".join(re.escape(line[10:]).replace("\\*", ".*") for line in lines if line.startswith("Disallow: "))
    for tile in ("/tiles/a:b/0/0/0", "/tiles/CC48_10cm/0/0/0", "/arcgis/rest/services/a:b/CC48_10cm/VectorTileServer/tile/0/0/0.pbf",
                 "/collections/a:b/tiles/CC48_10cm/0/0/0", "/wmts/a:b/default/CC48_10cm/0/0/0.pbf", "/tms/1.0.0/a:b@CC48_10cm@pbf/0/0/0.pbf"):
        assert re.match(closed, tile), tile
    for page in ("/", "/view/a:b", "/collections/a:b", "/collections/a:b/tiles", "/collections/a:b/tiles/CC48_10cm", "/wmts", "/tms"):
        assert not re.match(closed, page), page
    assert "Sitemap" not in server().get("/robots.txt", Host="evil.example").content().decode()
    equal(documented().get("/sitemap.xml?page=2").status, 404)


@case("documents of the whole are kept apart by name, form and language, and never older than the data")
def _():
    server().wait_for("preparation is done")
    for target in ("/", "/collections", "/catalogue.jsonld", "/sitemap.xml"):
        one, other = (server().get(target, Host=host).content().decode() for host in ("un.example", "deux.example"))
        assert "deux.example" not in one, target
        assert "un.example" not in other, target
    for accept, type_ in (("application/json", "application/json"), ("text/html", "text/html; charset=utf-8")) * 2:
        for target in ("/", "/collections"):
            reply = server().get(target, Accept=accept)
            equal(reply.header("Content-Type"), type_)
            assert "Accept" in reply.header("Vary")
    french, english = (server().get("/collections?f=html&lang=" + language).content() for language in ("fr", "en"))
    assert french != english
    file = Path(FOLDER) / "change" / "lieu.gpkg"
    file.parent.mkdir()
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(file))
    add_layer(dataset, "un", ogr.wkbPoint, 4326, ["POINT(1 45)"])
    dataset = None
    with Server("--data-quiet", "60", "--data-poll", "1", data=[str(file.parent)]) as changing:
        changing.wait_for("preparation is done")

        def places():
            return changing.get("/catalogue.jsonld").content().decode()

        assert "POLYGON((1.0000000 45.0000000" in places()
        assert "lieu:deux" not in places()
        dataset = ogr.Open(str(file), 1)
        add_layer(dataset, "deux", ogr.wkbPoint, 4326, ["POINT(2 46)"])
        dataset = None
        while "lieu:deux" not in places():
            changing.alive()
        equal(len(locations(changing.get("/sitemap.xml"))), 3)
        assert "lieu:deux" in changing.get("/collections").content().decode()
        while "POLYGON((2.0000000 46.0000000" not in places():
            changing.alive()


run()

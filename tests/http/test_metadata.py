# SPDX-License-Identifier: EUPL-1.2
"""Metadata records of ISO 19139 in a folder: they fill what the table leaves empty, are watched like
it, and one that is broken or hostile is told and harms nobody."""

import os
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from harness import FOLDER, Server, case, city, command, equal, path, run

SCHOOLS = "0b1f3a52-0000-4000-8000-000000000001"
ROADS = "0b1f3a52-0000-4000-8000-000000000002"


def text(name, value):
    return f"<gmd:{name}><gco:CharacterString>{escape(value)}</gco:CharacterString></gmd:{name}>"


def record(uuid, title, abstract="", layer="", limits=""):
    """A small record as GeoNetwork would export it."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
 {text("fileIdentifier", uuid)}
 <gmd:language><gmd:LanguageCode codeList="" codeListValue="fre"/></gmd:language>
 <gmd:identificationInfo><gmd:MD_DataIdentification>
  <gmd:citation><gmd:CI_Citation>{text("title", title)}</gmd:CI_Citation></gmd:citation>
  {text("abstract", abstract)}
  <gmd:resourceConstraints><gmd:MD_LegalConstraints>{text("useLimitation", limits)}</gmd:MD_LegalConstraints></gmd:resourceConstraints>
 </gmd:MD_DataIdentification></gmd:identificationInfo>
 <gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:onLine>
  <gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://geo.example/wms?layers={escape(layer)}</gmd:URL></gmd:linkage>
  {text("name", layer)}</gmd:CI_OnlineResource></gmd:onLine></gmd:MD_DigitalTransferOptions></gmd:transferOptions>
 </gmd:MD_Distribution></gmd:distributionInfo>
</gmd:MD_Metadata>
"""


def portal(configuration="metadata: fiches\n"):
    """A folder with a configuration, a table that names one record, and records in both layouts."""
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    (folder / "themes.csv").write_text(f"id;titre;licence;fiche\nville:ecole;Titre de la table;;{SCHOOLS}\n")
    (folder / "tuilerie.yaml").write_text(
        f"data: [{city()}]\ncatalogue: themes.csv\n{configuration}data_quiet: 60\ndata_poll: 1\n"
        "themes:\n  '*': {abstract: de tous, producer: Métropole}\n")
    exported = folder / "fiches" / SCHOOLS / "metadata"
    exported.mkdir(parents=True)
    (exported / "metadata.xml").write_text(record(SCHOOLS, "Titre de la fiche", "Toutes les écoles", "autre:couche", "Licence ODbL"))
    (exported.parent / "info.xml").write_text("<info version='1.1'/>")
    (folder / "fiches" / "voies.xml").write_text(record(ROADS, "Voies <script>", layer="ville:rue"))
    return folder


def serve(folder):
    return Server("-c", str(folder / "tuilerie.yaml"), data=[])


@case("a record fills what the table leaves empty, before patterns, by identifier or by layer")
def _():
    with serve(portal()) as server:
        schools = server.get("/collections/ville:ecole").json()
        for name, value in {"title": "Titre de la table", "description": "Toutes les écoles", "license": "ODbL-1.0",
                            "producer": "Métropole", "metadata_record": SCHOOLS}.items():
            equal((name, schools[name]), (name, value))
        roads = server.get("/collections/ville:rue").json()
        equal((roads["title"], roads["description"], roads["metadata_record"]), ("Voies <script>", "de tous", ROADS))
        page = server.get("/view/ville:rue").content().decode()
        assert "Voies &lt;script&gt;" in page
        assert "Voies <script>" not in page


@case("records that change, come and go are taken up without a restart")
def _():
    folder = portal()
    with serve(folder) as server:
        (folder / "fiches" / "voies.xml").write_text(record(ROADS, "Rues et voies", layer="ville:rue"))
        (folder / "fiches" / "zones.xml").write_text(record("0b1f3a52-zones", "Zonage", layer="ville:zone"))
        while server.get("/collections/ville:zone").json()["title"] != "Zonage":
            server.alive()
        equal(server.get("/collections/ville:rue").json()["title"], "Rues et voies")
        (folder / "fiches" / "zones.xml").unlink()
        while server.get("/collections/ville:zone").json()["title"] == "Zonage":
            server.alive()


@case("a broken or hostile record is told with its place, and the others are read")
def _():
    folder = portal()
    secret = folder / "secret.txt"
    secret.write_text("top-secret-text")
    name = folder / "fiches"
    (name / "brisée.xml").write_text(record("0b1f3a52-brisee", "Brisée", layer="ville:zone").replace("</gmd:language>", ""))
    entity = f'<!DOCTYPE x [<!ENTITY x SYSTEM "file://{secret}">]>\n'
    (name / "entite.xml").write_text(record("0b1f3a52-entite", "TITRE", layer="ville:zone")
                                     .replace("<gmd:MD", entity + "<gmd:MD", 1).replace("TITRE", "&x;"))
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(12))
    (name / "rires.xml").write_text(record("0b1f3a52-rires", "TITRE", layer="ville:zone")
                                    .replace("<gmd:MD", f"<!DOCTYPE x [{laughs}]>\n<gmd:MD", 1).replace("TITRE", "&l11;"))
    (name / "grande.xml").write_bytes(b"<a>" + b" " * (5 << 20))
    (name / "autre.xml").write_text("<qgis/>")
    (name / "service.xml").write_text(record("0b1f3a52-service", "Un service", layer="ville:zone").replace(
        " <gmd:identificationInfo>", ' <gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="service"/></gmd:hierarchyLevel>\n <gmd:identificationInfo>'))
    with serve(folder) as server:
        equal(server.get("/collections/ville:ecole").json()["description"], "Toutes les écoles")
        equal(server.get("/collections/ville:zone").json()["title"], "zone")
        server.alive()
        for line in (r"brisée.xml:\d+: the metadata record is not read: it is not well-formed XML",
                     r"entite.xml:2: .*document type", r"rires.xml:2: .*document type", r"grande.xml: .*larger than 4096 KiB",
                     r"fiches: 1 of the \d+ XML files are no metadata records"):
            server.wait_for(line)
        assert "top-secret" not in server.text()


@case("a folder that is not there is a fault, and the whole configuration shows what records say")
def _():
    folder = portal("metadata: [fiches, ailleurs]\n")
    status, out, err = command("check", "-c", str(folder / "tuilerie.yaml"))
    equal(status, 1)
    assert "tuilerie.yaml:3:11: the metadata records" in out, out
    (folder / "ailleurs").mkdir()
    status, out, err = command("serve", "-c", str(folder / "tuilerie.yaml"), "--print-config")
    equal((status, err), (0, ""))
    named = f"{folder}/tuilerie.yaml:3:11"
    assert f'metadata:\n  - "{folder}/fiches"  # {named}\n  - "{folder}/ailleurs"  # {named}\n' in out, out
    assert f'#  "{ROADS}":  # {folder}/fiches/voies.xml' in out, out


@case("the configuration printed means the same wherever it is kept, whatever its paths were relative to")
def _():
    folder = portal("metadata: fiches\ngrid_files: []\nstate: etat\n")
    beside = os.path.relpath(folder / "tuilerie.yaml")
    status, out, err = command("themes", "-c", beside, "--print-config")
    equal((status, err), (0, ""))
    assert f'metadata:\n  - "{os.getcwd()}/{os.path.dirname(beside)}/fiches"  # ' in out, out
    assert f'state: "{os.getcwd()}/{os.path.dirname(beside)}/etat"' in out, out
    moved = path("ailleurs.yaml")
    with open(moved, "w") as file:
        file.write(out)
    equal(command("themes", "-c", moved)[:2], command("themes", "-c", beside)[:2])


run()

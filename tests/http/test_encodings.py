# SPDX-License-Identifier: EUPL-1.2
"""Accept-Encoding decides between gzip and the plain bytes."""

from harness import FULL, case, equal, run, server

GZIP, PLAIN, NONE = "gzip", None, 406
ACCEPT = (
    (None, PLAIN), ("", PLAIN), ("gzip", GZIP), ("GZip", GZIP), ("x-gzip", GZIP), ("gzip, deflate, br, zstd", GZIP),
    ("br", PLAIN), ("identity", PLAIN), ("*", GZIP), ("gzip;q=0", PLAIN), ("gzip;q=0.0", PLAIN), ("gzip; q=0.000", PLAIN),
    ("gzip;q=0.001", GZIP), ("gzip;q=0.5, identity;q=1", PLAIN), ("gzip;q=1, identity;q=0.5", GZIP), ("identity;q=0, gzip", GZIP),
    ("*;q=0, gzip", GZIP), ("gzip;q=0, *", PLAIN), ("br;q=1.0, gzip;q=0.8, *;q=0.1", GZIP), ("identity;q=0", NONE), ("*;q=0", NONE),
    ("gzip;q=0, identity;q=0", NONE), ("gzip;q=0, *;q=0", NONE), ("*;q=0, identity", PLAIN), (";;,,=", PLAIN), ("gzip;q=abc", PLAIN),
)
DOCUMENTS = ("/tiles/ville:ecole/CC48_10cm.json", "/view/ville:ecole", "/tileMatrixSets/CC48_10cm", "/assets/tuilerie.css")


@case("each Accept-Encoding gets what it asks for, tiles and documents alike")
def _():
    server().wait_for("preparation is done")
    for target in (f"/tiles/ville:ecole/{FULL}", *DOCUMENTS):
        plain = server().get(target).body
        for accept, expected in ACCEPT:
            reply = server().get(target, **({} if accept is None else {"Accept_Encoding": accept}))
            if expected == NONE:
                equal((target, accept, reply.status), (target, accept, 406))
                continue
            equal((target, accept, reply.status), (target, accept, 200))
            equal((target, accept, reply.header("Content-Encoding")), (target, accept, expected))
            equal(reply.content(), plain)
            equal(int(reply.header("Content-Length")), len(reply.body))


@case("caches are told that the coding decides")
def _():
    for target in (f"/tiles/ville:ecole/{FULL}", *DOCUMENTS, "/rien", "/"):
        for coding in ("gzip", "identity"):
            vary = server().get(target, Accept_Encoding=coding).header("Vary")
            assert "Accept-Encoding" in vary.split(", "), (target, vary)


@case("what gzip would not make smaller goes as it is")
def _():
    equal(server().get("/robots.txt", Accept_Encoding="gzip").header("Content-Encoding"), None)


@case("documents compress to a fraction")
def _():
    gzip = server().get("/tileMatrixSets/CC48_10cm", Accept_Encoding="gzip")
    assert len(gzip.body) * 3 < len(gzip.content())


run()

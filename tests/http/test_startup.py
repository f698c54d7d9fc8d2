# SPDX-License-Identifier: EUPL-1.2
"""Beginning and ending: bad data, taken ports, signals."""

import os
import shutil
import signal
import socket
import threading

from osgeo import ogr

from harness import FULL, Server, add_layer, case, city, command, equal, has_ipv6, path, run


def write(name, content):
    with open(path(name), "wb") as file:
        file.write(content)
    return path(name)


@case("what cannot be served is named, with the reason, and the rest is served")
def _():
    truncated = open(city(), "rb").read()[:20000]
    bad = [path("absent.gpkg"), write("texte.gpkg", b"not a database\n" * 100), write("coupe.gpkg", truncated), write("vide.geojson", b"")]
    with Server(data=[*bad, city()]) as some:
        for file in bad:
            some.wait_for(rf"{file}.*: .{{20,}}")
        some.wait_for(r"\d+ themes in 1 group found in [\d.]+ s, [1-9]\d* problems")
        equal(some.get(f"/tiles/ville:ecole/{FULL}").status, 200)
        assert some.get("/healthz").json()["themes"]["left_out"] >= 3


@case("with nothing to serve it does not start, and says why")
def _():
    for data in ([path("absent.gpkg")], [write("texte2.gpkg", b"x")]):
        status, out, err = command("serve", *data, "--listen=127.0.0.1:0", "--state", path("none"))
        equal((status, out), (1, ""))
        assert data[0] in err, err
        assert "tuilerie: nothing to serve: no theme was found" in err, err


@case("a port that is taken is said in a sentence")
def _():
    with Server() as first:
        status, out, err = command("serve", city(), "--listen", first.address, "--state", path("none"))
        equal((status, out), (1, ""))
        assert err.startswith(f"tuilerie: cannot listen on {first.address}: another program already does ("), err
        first.alive()


@case("nonsense to listen on is wrong usage")
def _():
    for address in ("8080", "127.0.0.1", "127.0.0.1:", ":8080", "127.0.0.1:99999", "127.0.0.1:-1", "::1:80", "no.such.host.invalid:80",
                    "127.0.0.1:80x"):
        status, out, err = command("serve", city(), "--listen", address)
        equal((address, status, out), (address, 2, ""))
        assert err.startswith("tuilerie: --listen: "), err


@case("who can be reached by others and knows no public address says so, once")
def _():
    words = "others can reach this server and public_url is not set"
    six = (((), "[::]:0", 1), ((), "[::1]:0", 0)) if has_ipv6() else ()
    for arguments, listen, told in (((), "0.0.0.0:0", 1), ((), "127.0.0.1:0", 0), *six,
                                    (("--public-url=https://tuiles.example.org",), "0.0.0.0:0", 0)):
        with Server(*arguments, listen=listen) as server:
            server.wait_for(r"open http://")
            equal((arguments, listen, server.text().count(words)), (arguments, listen, told))


@case("a state folder that cannot be made is said")
def _():
    file = write("fichier", b"")
    status, out, err = command("serve", city(), "--listen=127.0.0.1:0", "--state", file + "/state")
    equal((status, out), (1, ""))
    assert file in err, err


def dense():
    """A theme whose tiles take a while."""
    file = path("dense.gpkg")
    if not os.path.exists(file):
        dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
        dataset.StartTransaction()
        add_layer(dataset, "grille", ogr.wkbPoint, 3948,
                  (f"POINT({1340000 + 100 * (i % 200)} {7212000 + 100 * (i // 200)})" for i in range(40000)))
        dataset.CommitTransaction()
        dataset = None
    return file


@case("signals end it, and what was asked for is finished")
def _():
    for number in (signal.SIGTERM, signal.SIGINT):
        some = Server("--workers=1", data=[dense()])
        some.wait_for("preparation is done")
        replies = []

        def ask(index):
            try:
                replies.append(some.get(f"/tiles/dense:grille/11/{1013 + index % 3}/{709 + index // 3}").status)
            except OSError:
                replies.append("refused")  # before it was accepted

        threads = [threading.Thread(target=ask, args=(index,)) for index in range(12)]
        for thread in threads:
            thread.start()
        while True:
            asking = any(thread.is_alive() for thread in threads)
            tiles = some.get("/healthz").json()["tiles"]
            accepted = tiles["rendered"] + tiles["queued"]
            if tiles["queued"] or not asking:
                break
        some.stop(number)
        for thread in threads:
            thread.join()
        assert set(replies) <= {200, 204, 503, "refused"}, replies
        assert sum(reply in (200, 204) for reply in replies) >= accepted > 0, (accepted, replies)
        some.wait_for("stopped")


@case("idle connections do not keep it from ending")
def _():
    with Server() as some:
        with socket.create_connection(("127.0.0.1", some.port)) as idle:
            idle.sendall(b"GET /readyz HTTP/1.1\r\nHost: h\r\n\r\n")
            idle.recv(1000)
            equal(some.stop(), 0)


@case("started again it serves the same, from what is prepared")
def _():
    with Server() as first:
        first.wait_for("preparation is done")
        tile = first.get(f"/tiles/ville:zone/{FULL}").body
    with Server(state=first.state) as second:
        equal(second.get(f"/tiles/ville:zone/{FULL}").body, tile)
        second.stop()
        assert "prepared theme" not in second.text(), second.text()


@case("a damaged state is prepared anew")
def _():
    with Server() as first:
        first.wait_for("preparation is done")
        tile = first.get(f"/tiles/ville:zone/{FULL}").body
    for folder, _, files in os.walk(first.state):
        for file in files:
            with open(os.path.join(folder, file), "r+b") as damaged:
                damaged.truncate(os.path.getsize(os.path.join(folder, file)) // 2)
    with Server(state=first.state) as second:
        equal(second.get(f"/tiles/ville:zone/{FULL}").body, tile)


@case("two data sets of one name, and a folder of them, are all served")
def _():
    os.makedirs(path("a/x"), exist_ok=True)
    os.makedirs(path("b"), exist_ok=True)
    for folder in ("a/x", "b"):
        shutil.copy(city(), path(folder + "/jumeau.gpkg"))
    with Server(data=[path("a"), path("b/jumeau.gpkg")]) as twins:
        ids = [theme["id"] for theme in twins.get("/?f=json").json()["themes"]]
        assert "jumeau:ecole" in ids and "jumeau:ecole~2" in ids, ids
        for theme in ("jumeau:ecole", "jumeau:ecole~2"):
            equal(twins.get(f"/tiles/{theme}/{FULL}").status, 200)


@case("other formats are served as well")
def _():
    for driver, name in (("GeoJSON", "ecoles.geojson"), ("ESRI Shapefile", "ecoles.shp"), ("FlatGeobuf", "ecoles.fgb")):
        os.makedirs(path(driver), exist_ok=True)
        file = os.path.join(path(driver), name)
        dataset = ogr.GetDriverByName(driver).CreateDataSource(file)
        add_layer(dataset, "ecoles", ogr.wkbPoint, 4326, ["POINT(-1.703 48.1054)"], ("nom",))
        dataset = None
        with Server(data=[file]) as some:
            (theme,) = some.get("/?f=json").json()["themes"]
            equal((driver, some.get(f"/tiles/{theme['id']}/{FULL}").status), (driver, 200))


run()

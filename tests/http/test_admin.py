# SPDX-License-Identifier: EUPL-1.2
"""Administration over HTTP: off by default, with a token alone, and it does what it says."""

import os

from harness import FULL, Server, case, equal, path, run, server

TOKEN = "f3a1c9d27be84466a1"
PURGE = "/admin/purge"
TILE = f"/tiles/ville:ecole/{FULL}"


def token_file(text=TOKEN + "\n", mode=0o600):
    file = path("jeton")
    with open(file, "w") as out:
        out.write(text)
    os.chmod(file, mode)
    return file


administered = []


def administered_server():
    if not administered:
        administered.append(Server(f"--admin-token-file={token_file()}"))
        administered[0].wait_for("preparation is done")
    return administered[0]


def purge(query="", token=TOKEN, method="POST", **headers):
    return administered_server().get(PURGE + query, method, Authorization=f"Bearer {token}", **headers)


def rendered():
    lines = administered_server().get("/metrics").body.decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("tuilerie_tiles_rendered_total{"))


@case("without a token file there is nothing to administer")
def _():
    equal(server().get(PURGE, "POST", Authorization=f"Bearer {TOKEN}").status, 404)
    for method in ("GET", "HEAD"):
        equal((method, server().get(PURGE, method).status), (method, 404))


@case("without the right token nothing happens, and the log says so")
def _():
    for header in ({}, {"Authorization": ""}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": f"Bearer {TOKEN[:-1]}"},
                   {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"}):
        reply = administered_server().get(PURGE, "POST", **header)
        equal((header, reply.status), (header, 401))
        equal(reply.header("WWW-Authenticate"), "Bearer")
        equal(reply.header("Content-Type"), "application/problem+json")
    administered_server().wait_for("/admin/purge: refused, without the right token")
    assert TOKEN not in administered_server().text()


@case("only POST forgets, and no other address takes it")
def _():
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        equal((method, purge(method=method).status), (method, 405))
    equal(purge(method="GET").header("Allow"), "POST")
    for target in ("/", TILE, "/rien"):
        reply = administered_server().get(target, "POST")
        equal((target, reply.status, reply.header("Allow")), (target, 405, "GET, HEAD, OPTIONS"))


@case("what is purged is made anew, and nothing else")
def _():
    administered_server().get(TILE)
    before = rendered()
    administered_server().get(TILE)
    equal(rendered(), before)
    for query, made in (("?theme=ville:rue", 0), ("?theme=ville:ecole&zoom=0-1", 0), ("?grid=CC48_10cm", 0), ("?theme=ville:ecole&bbox=10,10,11,11", 0),
                        ("?theme=ville:ecole", 1), ("", 1)):
        reply = purge(query)
        equal((query, reply.status), (query, 200))
        removed = reply.json()["removed"]
        equal((query, removed["memory"]), (query, made))
        before = rendered()
        administered_server().get(TILE)
        equal((query, rendered() - before), (query, made))
    administered_server().wait_for("purge")


@case("what is asked wrongly is refused")
def _():
    for query, status in (("?theme=rien", 404), ("?grid=rien", 404), ("?zoom=x", 400), ("?zoom=9-3", 400), ("?bbox=1,2,3", 400), ("?bbox=a,b,c,d", 400)):
        equal((query, purge(query).status), (query, status))
    equal(administered_server().get(PURGE, "POST", body=b"x" * 10, Authorization=f"Bearer {TOKEN}").status, 413)


@case("a token is changed without a restart")
def _():
    token_file("another-token-of-some-length")
    equal(purge().status, 401)
    equal(purge(token="another-token-of-some-length").status, 200)
    token_file("court")
    equal(purge(token="court").status, 503)
    token_file(mode=0o644)
    equal(purge().status, 503)
    token_file()
    equal(purge().status, 200)


run()

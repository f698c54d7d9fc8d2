# SPDX-License-Identifier: EUPL-1.2
"""Who has it already is told so: ETag and If-None-Match."""

from harness import FULL, Server, case, city, equal, run, server

TARGETS = (f"/tiles/ville:ecole/{FULL}", "/tiles/ville:ecole/CC48_10cm.json", "/", "/styles/ville:ecole.json", "/assets/tuilerie.css")


def etag(target, coding="gzip"):
    return server().get(target, Accept_Encoding=coding).header("ETag")


@case("tags are strong, and each coding has its own")
def _():
    server().wait_for("preparation is done")
    for target in TARGETS:
        gzip, identity = etag(target), etag(target, "identity")
        for tag in (gzip, identity):
            assert tag.startswith('"') and tag.endswith('"') and len(tag) > 10, tag
        assert gzip != identity, target
        equal(etag(target), gzip)


@case("If-None-Match is understood: one, lists, weak tags, any")
def _():
    for target in TARGETS:
        tag = etag(target)
        for value in (tag, "W/" + tag, f'"x", {tag}', f'"x",{tag},"y"', f'W/"x" , W/{tag}', "*", f'"a,b", {tag}', f"  {tag}  "):
            reply = server().get(target, Accept_Encoding="gzip", If_None_Match=value)
            equal((target, value, reply.status), (target, value, 304))
            equal(reply.body, b"")
        for value in ('"x"', tag.strip('"'), tag[:-1], f'"x{tag[1:]}', "", "W/", '"', ",", etag(target, "identity")):
            equal((target, value, server().get(target, Accept_Encoding="gzip", If_None_Match=value).status), (target, value, 200))


@case("304 says what 200 would of its freshness, and nothing of a body")
def _():
    for target in TARGETS:
        get = server().get(target, Accept_Encoding="gzip")
        for method in ("GET", "HEAD"):
            reply = server().get(target, method, Accept_Encoding="gzip", If_None_Match=get.header("ETag"))
            equal(reply.status, 304)
            for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
                equal((target, name, reply.header(name)), (target, name, get.header(name)))
            equal((reply.header("Content-Type"), reply.header("Content-Encoding")), (None, None))
            # no other length: some parsers would wait for a body
            assert reply.header("Content-Length") in (None, "0")


@case("an error is an error, whatever the client has")
def _():
    for target, status in (("/rien", 404), ("/tiles/ville:ecole/a/b/c", 400), ("/tiles/ville:ecole/14/0/0", 204)):
        equal(server().get(target, If_None_Match="*").status, status)


@case("tags stay the same when the server is started anew, and on another machine")
def _():
    # TileJSON says when its theme was prepared, and the landing page how far that is
    targets = [target for target in TARGETS if target != "/" and not (target.startswith("/tiles/") and target.endswith(".json"))]
    before = [etag(target) for target in targets]
    with Server() as other:  # another state: everything is prepared anew
        other.wait_for("preparation is done")
        host = server().address
        after = [other.get(target, Accept_Encoding="gzip", Host=host).header("ETag") for target in targets]
    equal(after, before)


@case("how long answers keep is configured")
def _():
    with Server("--tile-max-age", "3600", "--document-max-age=0", data=[city()]) as other:
        other.wait_for("preparation is done")
        assert other.get(TARGETS[0]).header("Cache-Control").startswith("public, max-age=3600")
        equal(other.get(TARGETS[1]).header("Cache-Control"), "no-cache")
        equal(other.get("/rien").header("Cache-Control"), "no-store")


run()

# SPDX-License-Identifier: EUPL-1.2
"""Methods: GET and HEAD are answered, OPTIONS says so, and nothing can be written."""

from harness import EMPTY, FULL, case, equal, run, server

TARGETS = (f"/tiles/ville:ecole/{FULL}", f"/tiles/ville:ecole/{EMPTY}", "/tiles/ville:ecole.json", "/", "/rien",
           "/tiles/ville:ecole/a/b/c")


@case("HEAD is GET without the body")
def _():
    for target in TARGETS:
        for coding in ("gzip", "identity"):
            get = server().get(target, Accept_Encoding=coding)
            head = server().get(target, "HEAD", Accept_Encoding=coding)
            equal((target, head.status), (target, get.status))
            equal(head.body, b"")
            for name in get.headers:
                if name != "Date":
                    equal((target, name, head.header(name)), (target, name, get.header(name)))


@case("HEAD of a cold tile tells the length of the tile")
def _():
    target = "/tiles/ville:rue/CC48_10cm/12/205/729"
    head = server().get(target, "HEAD")
    equal(head.status, 200)
    equal(int(head.header("Content-Length")), len(server().get(target).body))


@case("OPTIONS is 204 and lets every site ask, everywhere")
def _():
    for target in (*TARGETS, "*"):
        reply = server().get(target, "OPTIONS", Origin="https://commune.example", Access_Control_Request_Method="GET")
        equal((target, reply.status, reply.body), (target, 204, b""))
        equal(reply.header("Access-Control-Allow-Origin"), "*")
        equal(reply.header("Access-Control-Allow-Methods"), "GET, HEAD, OPTIONS")
        assert reply.header("Access-Control-Allow-Headers")
        equal(reply.header("Allow"), "GET, HEAD, OPTIONS")


@case("any other method is 405 and told what is allowed")
def _():
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get", "QUATSCH"):
        reply = server().get("/tiles/ville:ecole.json", method)
        equal((method, reply.status), (method, 405))
        equal(reply.header("Allow"), "GET, HEAD, OPTIONS")
        equal(reply.json()["status"], 405)
        equal(reply.header("Access-Control-Allow-Origin"), "*")


@case("a body is not read: 405 where the method wants one, 413 where it does not")
def _():
    equal(server().get("/", "PUT", b"x" * 100).status, 405)
    equal(server().get("/", "POST", b"x" * 100).status, 413)
    equal(server().get("/", "GET", b"x" * 100).status, 413)
    equal(server().get("/", "GET", b"").status, 200)
    # announced, never sent
    equal(server().status(b"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n"), 413)
    equal(server().status(b"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"), 405)
    equal(server().status(b"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), 413)
    server().alive()


run()

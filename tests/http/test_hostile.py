# SPDX-License-Identifier: EUPL-1.2
"""What nobody should send. Each gets a clear answer or a closed connection, and nothing else is
affected."""

import contextlib
import os
import socket

from crowd import metric, until
from harness import FULL, WAIT, Server, case, equal, read_all, run, server

LINE = b"GET /readyz HTTP/1.1\r\nHost: h\r\n"


@case("an address too long is 414, one just short enough is looked up")
def _():
    for length in (4001, 5000):
        reply = server().get("/" + "a" * (length - 1))
        equal((length, reply.status), (length, 414))
        equal(reply.json()["title"], "Address too long")
    equal(server().get("/" + "a" * 3999).status, 404)
    equal(server().status(b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: h\r\n\r\n"), 414)
    server().alive()


@case("10,000 headers are refused, a hundred are read")
def _():
    headers = b"".join(b"X-%d: y\r\n" % number for number in range(10000))
    assert server().status(LINE + headers + b"\r\n") in (400, 431, None)
    equal(server().status(LINE + headers[:1000] + b"Connection: close\r\n\r\n"), 200)
    assert server().status(LINE + b"X: " + b"y" * 1000000 + b"\r\n\r\n") in (400, 431, None)
    server().alive()


@case("broken percent-encoding, NUL and what is not UTF-8 are 400")
def _():
    for target in ("/%", "/%4", "/%zz", "/tiles/%00", "/tiles/a%00b/0/0/0", "/view/%ff", "/view/%c0%af", "/view/%ed%a0%80",
                   "/view/%f4%90%80%80", "/?q=%", "/?q=%00", "/?q=%ff", "/%%35c"):
        reply = server().get(target)
        equal((target, reply.status), (target, 400))
        equal(reply.json()["title"], "Bad request")


@case("no encoding of dots and slashes leads anywhere")
def _():
    for target in ("/../../etc/passwd", "/assets/../../etc/passwd", "/assets/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
                   "/assets//etc/passwd", "/tiles/..%2f..%2fetc/0/0/0", "/view/..%2f..%2fetc%2fpasswd", "/assets/%2fetc%2fpasswd",
                   "/assets/....//etc/passwd", "/styles/..%5c..%5cx.json"):
        reply = server().get(target)
        equal((target, reply.status), (target, 404))
        assert b"root:" not in reply.body


@case("what is asked is never written into a page or a document as markup")
def _():
    for target in ("/view/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
                   "/tiles/%3Cscript%3E.json", "/tiles/ville:ecole/%22%3Cscript%3E/0/0"):
        for accept in ("text/html", "application/json"):
            reply = server().get(target, Accept=accept)
            if reply.header("Content-Type") == "text/html; charset=utf-8":
                assert b"<script>alert" not in reply.body, target
            else:
                reply.json()
            equal(reply.header("X-Content-Type-Options"), "nosniff")


@case("odd queries are read or refused, never stumbled over")
def _():
    for query, status in (("?", 200), ("?&&&", 200), ("?=", 200), ("?a", 200), ("?=b", 200), ("?a=b=c", 200), ("?q=a+b%20c", 200),
                          ("?f=quatsch", 400), ("#frag", 200), ("?" + "&".join(f"p{n}=" for n in range(32)), 200),
                          ("?" + "&".join(f"p{n}=" for n in range(33)), 400)):
        equal((query, server().status(f"GET /{query} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())), (query, status))


@case("bytes that are no HTTP are refused")
def _():
    for request in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20 + b"\r\n\r\n", bytes(range(256)) * 40, b"\r\n" * 5000,
                    b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\nHost: h\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    b"\x00" * 5000, b"G" * 50000, os.urandom(20000) + b"\r\n\r\n", b": : :\r\n\r\n", LINE + b"no colon\r\n\r\n",
                    LINE + b"Content-Length: -1\r\n\r\n", LINE + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"):
        with contextlib.closing(server().connect()) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(request)
                connection.shutdown(socket.SHUT_WR)
            received = read_all(connection)
        assert received == b"" or received.startswith(b"HTTP/1."), received[:100]
        assert b" 500 " not in received[:20]
    server().alive()


@case("requests sent at once are answered one after the other")
def _():
    tile = f"GET /tiles/ville:rue/{FULL} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
    cold = b"GET /tiles/ville:rue/15/16228/11376 HTTP/1.1\r\nHost: h\r\n\r\n"
    received = server().raw(LINE + b"\r\n" + tile + cold + tile + LINE + b"Connection: close\r\n\r\n")
    equal(received.count(b"HTTP/1.1 200 OK"), 5)
    assert received.endswith(b"ready\n")


@case("clients that go before their answer harm nobody")
def _():
    with Server("--cache-memory=0") as left:
        for number in range(60):
            with contextlib.closing(left.connect()) as connection:
                connection.sendall(f"GET /tiles/ville:zone/16/{32440 + number}/22750 HTTP/1.1\r\nHost: h\r\n\r\n".encode())
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        left.alive()
        equal(left.get(f"/tiles/ville:ecole/{FULL}").status, 200)


def trickle(connection, request, meanwhile):
    """Sends byte by byte until the server closes; fails if it never does."""
    connection.settimeout(0.2)
    for byte in request:
        try:
            connection.sendall(bytes([byte]))
            if connection.recv(100) == b"":
                return
        except TimeoutError:
            meanwhile()
        except OSError:
            return
    raise AssertionError("the slow sender was never closed")


@case("who sends slowly, or nothing, is closed after a while; others are served meanwhile")
def _():
    with Server("--connection-timeout=2") as patient:
        silent, half, idle, slow, later = (patient.connect() for _ in range(5))
        half.sendall(LINE)
        for connection in (idle, later):
            connection.sendall(LINE + b"\r\n")
            connection.recv(65536)
        trickle(slow, LINE + b"X: " + b"y" * 300, patient.alive)
        for connection in (silent, half, idle):
            read_all(connection)  # until the server closes
        # the second request of a connection is no more patient than the first
        later.close()
        later = patient.connect()
        later.sendall(LINE + b"\r\n")
        later.recv(65536)
        trickle(later, LINE + b"X: " + b"y" * 300, patient.alive)
        for connection in (silent, half, idle, slow, later):
            connection.close()


@case("requests that the library gives up are over when their connection is: nothing waits for them, and nothing is kept")
def _():
    with Server("--connection-timeout=2") as patient:
        for query in ("&" * 3000, "&".join(f"a{n}={n}" for n in range(400))):
            equal(patient.status(f"GET /?{query} HTTP/1.1\r\nHost: h\r\n\r\n".encode()), None)
        until("over", lambda: metric(patient, "tuilerie_http_requests_total", 'class="other",status="0"') == 2)


@case("who reads slowly holds a connection, and not for ever")
def _():
    with Server("--connection-timeout=2") as patient:
        asset = b"GET /assets/maplibre-gl.js HTTP/1.1\r\nHost: h\r\n\r\n"
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.settimeout(WAIT)
        reader.connect(("127.0.0.1", patient.port))
        reader.sendall(asset * 20)
        patient.wait_for(r"GET /assets/maplibre-gl\.js 200 0 ")  # broken off
        patient.alive()
        reader.close()


@case("hundreds of idle connections do not keep others out")
def _():
    with contextlib.ExitStack() as stack:
        for _ in range(500):
            stack.enter_context(contextlib.closing(server().connect()))
        server().alive()
        equal(server().get(f"/tiles/ville:ecole/{FULL}").status, 200)


run()

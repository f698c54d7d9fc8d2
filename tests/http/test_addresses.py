# SPDX-License-Identifier: EUPL-1.2
"""Absolute URLs in documents: from the configuration, a trusted proxy, or a sound Host; never from
what a stranger writes into a header."""

import socket

from harness import Server, case, equal, has_ipv6, run, server

TILEJSON = "/tiles/ville:ecole.json"


def base(reply):
    return reply.json()["tiles"][0].removesuffix("/tiles/ville:ecole/{z}/{x}/{y}")


@case("the Host the client asked is the one it is sent to")
def _():
    for host in ("tuiles.example.org", "tuiles.example.org:8443", "192.0.2.7", "[2001:db8::1]:80", "a_b", "LOCALHOST"):
        equal(base(server().get(TILEJSON, Host=host)), "http://" + host)


@case("a Host that is no host is refused, and not written anywhere")
def _():
    for host in ('a"b', "a/b", "a b", "a<script>", "a\tb", "a\\b", "a?b", "a#b", "user@host", "a:b", "a:99999", "a:", "[::1", "[zz]",
                 "a%20b", "é", "x" * 300, "", "a,b", "a'b", "a;b", "[::1]x"):
        raw = b"GET " + TILEJSON.encode() + b" HTTP/1.1\r\nConnection: close\r\nHost: " + host.encode() + b"\r\n\r\n"
        reply = server().raw(raw)
        assert reply.startswith(b"HTTP/1.1 400 "), (host, reply[:200])
        assert b"tilejson" not in reply


@case("HTTP/1.1 without Host, and two of them, are refused")
def _():
    equal(server().status(b"GET / HTTP/1.1\r\n\r\n"), 400)
    equal(server().status(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400)
    equal(server().status(b"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"), 400)


@case("HTTP/1.0 without Host is answered with the address listened on")
def _():
    reply = server().raw(f"GET {TILEJSON} HTTP/1.0\r\n\r\n".encode())
    assert f"http://{server().address}/tiles/".encode() in reply, reply


@case("an address in absolute form goes before Host, and is checked like it")
def _():
    reply = server().raw(f"GET http://one.example{TILEJSON} HTTP/1.1\r\nHost: two.example\r\nConnection: close\r\n\r\n".encode())
    assert b"http://one.example/tiles/" in reply, reply
    equal(server().status(b"GET http://user@evil/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 400)
    equal(server().status(b"GET http:/// HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 400)


FORWARDED = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "carte.example.org", "X_Forwarded_Prefix": "/tuiles"}


@case("forwarding headers of strangers are not believed")
def _():
    equal(base(server().get(TILEJSON, Host="h", **FORWARDED)), "http://h")
    with Server("--trusted-proxies", "192.0.2.0/24, 2001:db8::/32") as elsewhere:
        equal(base(elsewhere.get(TILEJSON, Host="h", **FORWARDED)), "http://h")


@case("those of a trusted proxy are, where they are sound")
def _():
    for networks in ("127.0.0.1", "127.0.0.0/8,10.0.0.0/8", "0.0.0.0/0"):
        with Server("--trusted-proxies", networks) as behind:
            equal(base(behind.get(TILEJSON, Host="h", **FORWARDED)), "https://carte.example.org/tuiles")
            equal(base(behind.get(TILEJSON, Host="h", X_Forwarded_Host="stranger.example, two.example")), "http://two.example")
            equal(base(behind.get(TILEJSON, Host="h", X_Forwarded_Prefix="/a/b/")), "http://h/a/b")
            for name, value in (("X_Forwarded_Host", 'a"b'), ("X_Forwarded_Host", "a/b"), ("X_Forwarded_Host", ""),
                                ("X_Forwarded_Prefix", "//evil.example"), ("X_Forwarded_Prefix", "evil"),
                                ("X_Forwarded_Prefix", "/../x"), ("X_Forwarded_Prefix", "/a<b"), ("X_Forwarded_Proto", "javascript")):
                equal((name, value, base(behind.get(TILEJSON, Host="h", **{name: value}))), (name, value, "http://h"))


@case("a configured address goes before everything")
def _():
    with Server("--public-url", "https://portail.example.org/tuiles/", "--trusted-proxies=127.0.0.1") as public:
        for headers in ({}, {"Host": "h"}, FORWARDED):
            equal(base(public.get(TILEJSON, **headers)), "https://portail.example.org/tuiles")
        equal(public.get(TILEJSON, Host='a"b').status, 400)
        public.wait_for("open https://portail.example.org/tuiles/$")


@case("IPv6 is listened on, in brackets")
def _():
    if not has_ipv6():
        return
    with Server(listen="[::1]:0") as six:
        assert six.address.startswith("[::1]:"), six.address
        with socket.create_connection(("::1", six.port)) as connection:
            connection.sendall(f"GET {TILEJSON} HTTP/1.0\r\n\r\n".encode())
            received = b""
            while part := connection.recv(65536):
                received += part
        assert f"http://[::1]:{six.port}/tiles/".encode() in received, received


run()

# SPDX-License-Identifier: EUPL-1.2
"""The log: a line a request, no address of anybody, nothing forged."""

import re

from harness import FULL, Server, case, equal, path, run, server

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def requests(server):
    return [line for line in server.log if line and re.match(TIME + r" (\S+ )?[A-Z-]+ /", line)]


@case("start-up tells how many themes, how long it took, and where to look")
def _():
    server().wait_for(rf"^{TIME} tuilerie [\d.]+: \d+ themes in 1 group found in [\d.]+ s, 0 problems$")
    server().wait_for(rf"^{TIME} open http://127\.0\.0\.1:{server().port}/$")


@case("each request is one line: time, method, path, status, bytes, duration, where a tile came from")
def _():
    server().wait_for("preparation is done")
    size = len(server().get(f"/tiles/ville:rue/{FULL}?x=1").body)
    server().wait_for(rf"^{TIME} GET /tiles/ville:rue/{FULL} 200 {size} \d+\.\d\dms render$")
    server().get(f"/tiles/ville:rue/{FULL}", "HEAD")
    server().wait_for(rf"^{TIME} HEAD /tiles/ville:rue/{FULL} 200 0 \d+\.\d\dms cache$")
    server().get(f"/tiles/ville:rue/{FULL}?y=2", If_None_Match="*")
    server().wait_for(rf"^{TIME} GET /tiles/ville:rue/{FULL} 304 0 \d+\.\d\dms cache$")
    server().get("/rien")
    server().wait_for(rf"^{TIME} GET /rien 404 \d+ \d+\.\d\dms$")


@case("nobody's address and no query is in it")
def _():
    server().get("/?q=secret", X_Forwarded_For="192.0.2.99", User_Agent="Jeanne")
    server().wait_for(r"GET / 200")
    for line in requests(server()):
        for word in ("127.0.0.1", "192.0.2.99", "secret", "Jeanne"):
            assert word not in line, line


@case("addresses are written where the operator decided so")
def _():
    with Server("--log-addresses") as asked:
        asked.get("/rien")
        asked.wait_for(rf"^{TIME} 127\.0\.0\.1 GET /rien 404 ")


@case("a path cannot forge a line or reach the terminal")
def _():
    server().raw(b"GET /a\x1b[31m\xe9\"\\x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    server().wait_for(r'GET /a\\x1B\[31m\\xE9\\x22\\x5Cx 400')
    server().raw(b"GET /%0d%0aforged HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    server().wait_for(r"GET /%0d%0aforged 404")
    server().raw(b"GET /" + b"b" * 3900 + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    server().wait_for(r"GET /b{700,800}\.\.\. 404")


@case("requests the transport refuses are told as well")
def _():
    server().raw(b"GET /trop HTTP/1.1\r\nHost: h\r\n" + b"X: y\r\n" * 20000 + b"\r\n")
    server().wait_for(r" - /trop (431|400|-) ")


@case("--log-requests=no leaves them out, --quiet everything but errors")
def _():
    with Server("--log-requests=no") as less:
        less.get("/rien")
        less.stop()
        equal(requests(less), [])
        less.wait_for("stopped")


@case("a log file is added to")
def _():
    file = path("tuilerie.log")
    with open(file, "w") as log:
        log.write("before\n")
    import os
    import signal
    import subprocess
    import time

    from harness import TUILERIE, WAIT, city

    process = subprocess.Popen([TUILERIE, "serve", city(), "--listen=127.0.0.1:0", f"--log={file}", "--state", path("log-state")],
                               stderr=subprocess.PIPE)
    until = time.monotonic() + WAIT
    while "listening on" not in open(file).read():
        assert time.monotonic() < until and process.poll() is None, open(file).read()
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    equal(process.communicate(timeout=WAIT)[1], b"")
    text = open(file).read()
    assert text.startswith("before\n") and text.rstrip().endswith("stopped"), text
    equal(os.stat(file).st_mode & 0o077, 0o044)


run()

# SPDX-License-Identifier: EUPL-1.2
"""Many clients at once, and a server whose tiles take long enough to be waited for."""

import contextlib
import os
import re
import signal
import time

from osgeo import ogr

from harness import TUILERIE, WAIT, Server, add_layer, path, read_all, square

# Of the slow theme: tiles that hold much of it, the slowest first.
SLOW = [f"/tiles/lent:parcelle/{z}/{(507 << z - 10) + i}/{(355 << z - 10) + j}"
        for z in (10, 11, 12, 13) for i in range(1 << z - 10) for j in range(1 << z - 10)]
made = {}


def slow_data():
    """60,000 parcels whose tiles take a while."""
    if "slow" not in made:
        made["slow"] = path("lent.gpkg")
        dataset = ogr.GetDriverByName("GPKG").CreateDataSource(made["slow"])
        dataset.StartTransaction()
        add_layer(dataset, "parcelle", ogr.wkbPolygon, 3948,
                  (square(1330000 + 150 * (i % 245), 7200000 + 150 * (i // 245), 140) for i in range(60000)))
        dataset.CommitTransaction()
    return made["slow"]


def slow_state():
    """Where it is prepared already."""
    if "state" not in made:
        made["state"] = path("state-lent")
        with Server(data=[slow_data()], state=made["state"]) as server:
            server.wait_for("preparation is done")
    return made["state"]


def request(target, *headers, keep=False):
    lines = [f"GET {target} HTTP/1.1", "Host: h", "Accept-Encoding: gzip", *headers, *([] if keep else ["Connection: close"])]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ask(server, requests):
    """Sends each over a connection of its own before any answer is looked for; gives the connections."""
    connections = []
    for text in requests:
        connections.append(server.connect())
        connections[-1].sendall(text)
    return connections


@contextlib.contextmanager
def standing_still(server):
    """What is sent to the server meanwhile is all there when it goes on."""
    server.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        server.process.send_signal(signal.SIGCONT)


def ask_at_once(server, requests):
    """As ask(), and nothing is begun before all of them are there."""
    with standing_still(server):
        return ask(server, requests)


def answers(connections):
    """(status, headers, body) of each, waiting; status None: closed without an answer."""
    found = []
    for connection in connections:
        with contextlib.closing(connection):
            head, _, body = read_all(connection).partition(b"\r\n\r\n")
        status = re.match(rb"HTTP/1\.1 (\d+)", head)
        headers = {name.lower(): value for name, value in re.findall(rb"\r\n([^:\r]+): ([^\r]*)", head)}
        found.append((int(status[1]) if status else None, headers, body))
    return found


def metric(server, name, labels=""):
    """0 of labels that nothing was counted under yet: what was answered a moment ago may not be."""
    text = server.get("/metrics").body.decode()
    assert f"# TYPE {name} " in text, f"no {name}"
    found = re.search(rf"^{name}{re.escape('{' + labels + '}') if labels else ''} (\S+)$", text, re.M)
    assert found or labels, f"no value of {name}"
    return float(found[1]) if found else 0.0


def until(what, true):
    """Asks again and again, for as long as one may wait."""
    end = time.monotonic() + WAIT
    while not true():
        assert time.monotonic() < end, f"never {what}"
        time.sleep(0.02)


def memory(server):
    with open(f"/proc/{server.process.pid}/status") as file:
        return int(re.search(r"RssAnon:\s+(\d+)", file.read())[1]) * 1024


def is_sanitized():
    """Is the program built with a sanitizer, which keeps memory of its own?"""
    with open(TUILERIE, "rb") as program:
        return b"__sanitizer" in program.read()


def handles(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))

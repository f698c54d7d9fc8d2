# SPDX-License-Identifier: EUPL-1.2
"""More clients than can be served, and clients that are no good: each has its bounds, the others their tiles."""

import contextlib
import re
import resource
import select
import signal
import socket
import struct
import threading
import time

from crowd import (SLOW, answers, ask, ask_at_once, handles, is_sanitized, memory, metric, request, slow_data, slow_state,
                   standing_still, until)
from harness import FULL, Server, case, city, equal, read_all, run

SMALL = "/tiles/lent:parcelle/16/32480/22744"
QUEUE = 8
TCP_REPAIR = 19


def slow_server(*arguments, **more):
    return Server("--workers=1", "--http-threads=2", "--gzip-level=9", "--cache-disk=0", "--log-requests=no", *arguments,
                  data=[slow_data()], **{"state": slow_state(), **more})


def refused(server, reason):
    return metric(server, "tuilerie_requests_refused_total", f'reason="{reason}"')


@case("a thousand clients who ask for one cold tile at once have it made once")
def _():
    with slow_server("--connections-per-address=0", "--waiting-per-address=0", "--connection-limit=2000") as server:
        found = answers(ask(server, [request(SLOW[0])] * 1000))
        equal({(status, len(body)) for status, _, body in found}, {(200, len(found[0][2]))})
        equal(server.get("/healthz").json()["tiles"]["rendered"], 1)


@case("a full queue refuses with 503 and Retry-After, answers the others, and ready tiles all the while")
def _():
    with slow_server(f"--queue-limit={QUEUE}", "--waiting-per-address=0") as server:
        equal(server.get(SMALL).status, 200)
        connections = ask_at_once(server, [request(target) for target in SLOW])
        until("full", lambda: refused(server, "queue_full") > 0)
        while True:
            depth = metric(server, "tuilerie_queue_depth")
            assert depth <= QUEUE, depth
            reply = server.get(SMALL + "?timing")
            assert reply.header("Server-Timing").startswith("cache,"), reply.header("Server-Timing")
            if depth == 0:
                break
        found = answers(connections)
        statuses = [status for status, _, _ in found]
        assert set(statuses) <= {200, 204, 503}, set(statuses)
        assert len(SLOW) - statuses.count(503) >= QUEUE and statuses.count(503) > 0, statuses
        for status, headers, body in found:
            if status == 503:
                assert int(headers[b"retry-after"]) >= 1, headers
                assert b"ask again" in body, body
        equal(refused(server, "queue_full"), statuses.count(503))
        # and those who come back are served
        again = [target for target, status in zip(SLOW, statuses) if status == 503]
        for target in again[:QUEUE]:
            assert server.get(target).status in (200, 204), target


@case("who waits longer than the deadline is told to come back, while the theme is still being prepared")
def _():
    with slow_server("--deadline=200", state=None) as server:
        connections = ask_at_once(server, [request(target) for target in SLOW[:40]])
        until("waiting", lambda: metric(server, "tuilerie_queue_held") + refused(server, "deadline") > 0)
        with standing_still(server):  # whose theme is not prepared meanwhile
            time.sleep(0.3)
        found = answers(connections)
        statuses = [status for status, _, _ in found]
        assert set(statuses) <= {200, 204, 503} and 503 in statuses, statuses
        assert all(headers.get(b"retry-after") for status, headers, _ in found if status == 503)
        equal(refused(server, "deadline"), statuses.count(503))
        until("forgotten", lambda: metric(server, "tuilerie_queue_held") == 0)
        server.wait_for("preparation is done")
        until("served", lambda: server.get(SMALL).status == 200)  # on a busy machine it may take longer than the deadline


@case("wave after wave of too much leaves memory and handles as they were")
def _():
    with slow_server(f"--queue-limit={QUEUE}", "--waiting-per-address=0", "--cache-memory=1M") as server:
        def wave():
            statuses = {status for status, _, _ in answers(ask_at_once(server, [request(target) for target in SLOW]))}
            assert statuses <= {200, 204, 503}, statuses
            until("idle", lambda: metric(server, "tuilerie_queue_depth") == 0)

        for _ in range(4):
            wave()
        until("closed its connections", lambda: handles(server) < 60)
        before = memory(server)
        for _ in range(8):
            wave()
        until("closed its connections", lambda: handles(server) < 60)
        assert is_sanitized() or memory(server) < before + (8 << 20), (before, memory(server))
        assert refused(server, "queue_full") > 0


@case("tiles nobody waits for any more are not made, and what is left is made for those who stay")
def _():
    with slow_server("--waiting-per-address=0") as server:
        staying = ask(server, [request(SLOW[-1])])
        leaving = ask_at_once(server, [request(target) for target in SLOW[:-1]])
        until("waited for", lambda: metric(server, "tuilerie_queue_depth") > QUEUE)
        with standing_still(server):
            for connection in leaving:
                connection.close()
        until("left", lambda: metric(server, "tuilerie_queue_left_total") > 0 and metric(server, "tuilerie_queue_depth") == 0)
        assert metric(server, "tuilerie_queue_dropped_total") > 0
        assert answers(staying)[0][0] in (200, 204)
        assert server.get("/healthz").json()["tiles"]["rendered"] < len(SLOW)
        until("gone", lambda: handles(server) < 60)


@case("a client has its share of connections and of tiles to wait for, no more")
def _():
    with slow_server("--connections-per-address=4", "--waiting-per-address=2", state=None) as server:
        held = ask(server, [request("/readyz", keep=True)] * 4)
        for connection in held:
            assert connection.recv(1000).startswith(b"HTTP/1.1 "), "an earlier connection was refused"
        equal(read_all(server.connect()), b"")
        with standing_still(server):
            for number, connection in enumerate(held[:3]):
                connection.sendall(request(SLOW[number]))
        # Which comes third is for the system to say; it is refused while the others wait.
        refused_one = select.select(held[:3], [], [])[0]
        equal([answer[0] for answer in answers(refused_one)], [503])
        held[3].close()
        until("let in again", lambda: server.raw(request("/readyz")).startswith(b"HTTP/1.1 "))
        for connection in held:
            connection.close()


@case("behind a trusted proxy each client is counted, by what the proxy says, not by what it says itself")
def _():
    with slow_server("--connections-per-address=4", "--waiting-per-address=2", "--trusted-proxies=127.0.0.1", state=None) as server:
        clients = ["203.0.113.9"] * 5 + ["198.51.100.1, 203.0.113.9"] * 3 + ["203.0.113.10"] * 2
        connections = ask_at_once(server, [request(target, "X-Forwarded-For: " + client) for target, client in zip(SLOW[-10:], clients)])
        statuses = [status for status, _, _ in answers(connections)]
        equal((statuses[:8].count(503), statuses[8:].count(503)), (6, 0))


@case("who is not a trusted proxy gains nothing by X-Forwarded-For")
def _():
    with slow_server("--waiting-per-address=2", state=None) as server:
        connections = ask_at_once(server, [request(target, f"X-Forwarded-For: 203.0.113.{n}") for n, target in enumerate(SLOW[-6:])])
        equal([status for status, _, _ in answers(connections)].count(503), 4)


def read_slowly(connection, server):
    """A byte at a time until the server has had enough of it."""
    connection.settimeout(0.2)
    while True:
        try:
            if connection.recv(1) == b"":
                return
        except TimeoutError:
            pass
        except OSError:
            return
        server.alive()


@case("who reads byte by byte is closed in the end, and keeps nobody waiting")
def _():
    with slow_server("--connection-timeout=2") as server:
        equal(server.get(SLOW[0]).status, 200)
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(request(SLOW[0], keep=True) * 60)
        until("begun", lambda: handles(server) > 0)
        reader = threading.Thread(target=read_slowly, args=(connection, server))
        reader.start()
        until("closed", lambda: metric(server, "tuilerie_http_requests_total", 'class="tile",status="200"') >= 1 and
              str(connection.getsockname()[1]) not in established(server.port))
        connection.close()
        reader.join()


def established(port):
    """Ports of the clients whose connections the server's side still has open."""
    with open("/proc/net/tcp") as file:
        rows = [line.split() for line in list(file)[1:]]
    return {str(int(row[2].split(":")[1], 16)) for row in rows
            if row[1].endswith(f":{port:04X}") and row[3] == "01"}


@case("connections whose client vanished without a word are closed by time")
def _():
    with slow_server("--connection-timeout=2") as server:
        connections, seen = [], set()
        for number in range(30):
            connections.append(server.connect())
            seen |= established(server.port)
            if number % 3:
                connections[-1].sendall(request("/readyz", keep=True)[:20 * (number % 3) ** 4])
        ports = {str(connection.getsockname()[1]) for connection in connections}
        assert ports <= seen, "were not seen open"
        try:
            for connection in connections:
                connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)  # closes without telling the other side
        except PermissionError:
            print("# this account may not vanish: the clients only fall silent")
            until("closed", lambda: not ports & established(server.port))
        for connection in connections:
            connection.close()
        until("closed", lambda: not ports & established(server.port))
        server.alive()


@case("requests that arrive all at once are all answered, however many they are")
def _():
    with slow_server("--http-threads=1", "--connections-per-address=0") as server:
        for count in (127, 128, 129, 256):
            connections = ask(server, [request("/readyz", keep=True)] * count)
            for connection in connections:
                assert connection.recv(1000).startswith(b"HTTP/1.1 200"), "not answered"
            server.process.send_signal(signal.SIGSTOP)
            for connection in connections:
                connection.sendall(request("/readyz"))
            server.process.send_signal(signal.SIGCONT)
            equal({status for status, _, _ in answers(connections)}, {200})


@case("10,000 idle connections cost little, and others are served meanwhile")
def _():
    idle = 10000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < idle + 1000:
        print(f"# this account may open {hard} files only")
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (idle + 1000, hard))
    try:
        with Server(f"--connection-limit={idle + 400}", "--connections-per-address=0", "--log-requests=no",
                    "--connection-timeout=600") as server:
            server.wait_for("preparation is done")
            before = memory(server)
            connections = []
            for _ in range(idle // 500):
                some = ask(server, [request("/readyz", keep=True)] * 500)
                for connection in some:
                    assert connection.recv(1000).startswith(b"HTTP/1.1 200"), "not answered"
                connections += some
            assert handles(server) >= idle
            equal(server.get(f"/tiles/ville:ecole/{FULL}").status, 200)
            each = (memory(server) - before) / idle
            assert is_sanitized() or each < 40000, each
            for connection in connections:  # and all of them at once
                connection.sendall(request("/readyz", keep=True))
            for connection in connections:
                assert connection.recv(1000).startswith(b"HTTP/1.1 200"), "not answered again"
            for connection in connections:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()
            until("closed", lambda: handles(server) < 100)
            server.alive()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


run()

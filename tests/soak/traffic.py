# SPDX-License-Identifier: EUPL-1.2
"""Clients of the soak: browsers with warm and cold tiles, readers of documents, and those who send rubbish."""

import collections
import contextlib
import http.client
import random
import threading
import zlib

from city import THEMES, Map

DOCUMENTS = ["/", "/?f=json", "/?q=arbre", "/tileMatrixSets", "/healthz", "/metrics", "/view/arbres:arbre", "/tiles/zones:zone.json",
             "/tiles/arbres:arbre,zones:zone.json", "/styles/arbres:arbre.json"]
RUBBISH = [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", b"G" * 20000,
           b"GET /tiles/arbres:arbre/99/0/0 HTTP/1.1\r\nHost: h\r\n\r\n", b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n",
           b"GET / HTTP/1.1\r\nHost: h\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(2000)) + b"\r\n"]
HOT = 300


class Traffic:
    """What the clients have seen, told together."""

    def __init__(self, server, seed, clients=4):
        self.server = server
        self.lock = threading.Lock()
        self.statuses = collections.Counter()
        self.wrong = []
        self.contents = {}  # of an ETag, a checksum
        self.served = {}  # addresses asked lately
        self.done = threading.Event()
        chance = random.Random(seed)
        there = Map(chance)
        self.hot = [there.address() for _ in range(HOT)]
        self.threads = [threading.Thread(target=Client(self, random.Random(seed + n)).run) for n in range(clients)]

    def blame(self, *what):
        with self.lock:
            self.wrong.append(what)

    def note(self, kind, address, answer, body):
        with self.lock:
            self.statuses[kind, answer.status] += 1
            if kind == "tile" and answer.status in (200, 204):
                self.served.pop(address, None)
                self.served[address] = True
        if answer.status >= 500 and not (answer.status == 503 and answer.getheader("Retry-After")):
            self.blame(address, answer.status, body[:300])
        if answer.status == 404 and kind != "rubbish" and THEMES[2] not in address:
            self.blame(address, 404)
        if kind == "tile" and answer.status == 200:
            self.compare(address, answer.getheader("ETag"), body)

    def compare(self, address, tag, body):
        """One ETag, one content."""
        content = zlib.crc32(zlib.decompress(body, 31))
        with self.lock:
            if self.contents.setdefault(tag, content) != content:
                self.wrong.append((address, tag, "is the tag of two contents"))

    def sample(self, chance, count):
        with self.lock:
            lately = list(self.served)[-20 * count:]
        return chance.sample(lately, min(count, len(lately)))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        for thread in self.threads:
            thread.join()


class Client:
    def __init__(self, traffic, chance):
        self.traffic, self.chance, self.map = traffic, chance, Map(chance)
        self.tags = {}
        self.connection = None

    def get(self, kind, address, **headers):
        if not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.traffic.server.port, timeout=60)
        self.connection.request("GET", address, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = self.connection.getresponse()
        body = answer.read()
        self.traffic.note(kind, address, answer, body)
        if answer.getheader("Connection") == "close":
            self.hang_up()
        return answer

    def hang_up(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def hot_tile(self):
        address = self.traffic.hot[min(int(self.chance.paretovariate(0.6)), HOT) - 1]
        self.tags[address] = self.get("tile", address, Accept_Encoding="gzip").getheader("ETag")

    def known_tile(self):
        address, tag = self.chance.choice(list(self.tags.items()) or [(self.traffic.hot[0], None)])
        self.tags[address] = self.get("tile", address, Accept_Encoding="gzip", **({"If_None_Match": tag} if tag else {})).getheader("ETag")

    def cold_tile(self):
        self.get("tile", self.map.address(), Accept_Encoding="gzip")

    def document(self):
        self.get("document", self.chance.choice(DOCUMENTS), Accept_Encoding=self.chance.choice(("gzip", "identity")))

    def nothing_there(self):
        self.get("rubbish", self.chance.choice(("/tiles/none:none/0/0/0", "/nowhere", "/tiles/arbres:arbre/3/99/0", "/view/%C3%A9")))

    def rubbish(self):
        with contextlib.closing(self.traffic.server.connect()) as connection, contextlib.suppress(OSError):
            connection.sendall(self.chance.choice(RUBBISH))
            connection.settimeout(0.05)
            connection.recv(1000)

    def leave(self):
        """Asks, and does not stay for the answer."""
        with contextlib.closing(self.traffic.server.connect()) as connection, contextlib.suppress(OSError):
            connection.sendall(f"GET {self.map.address()} HTTP/1.1\r\nHost: h\r\n\r\n".encode())

    def run(self):
        acts = [self.hot_tile] * 40 + [self.known_tile] * 20 + [self.cold_tile] * 20 + [self.document] * 6 + \
            [self.nothing_there] * 2 + [self.rubbish] * 2 + [self.leave] * 3 + [self.hang_up] * 2
        while not self.traffic.done.is_set():
            try:
                self.chance.choice(acts)()
            except (OSError, http.client.HTTPException) as error:
                self.hang_up()
                self.traffic.blame("no answer", repr(error))
        self.hang_up()

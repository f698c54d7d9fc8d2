# SPDX-License-Identifier: EUPL-1.2
"""The program under test: it prepares a data set, and serves its tiles on a free port."""

import gzip
import http.client
import json
import os
import re
import subprocess
import threading
import urllib.parse
from pathlib import Path

TUILERIE = os.environ["TUILERIE"]
SECONDS = 600


class Service:
    """DATA: a data set, or a configuration (.yaml) that names it."""

    def __init__(self, data, state, grids=None):
        named = ["-c", data] if data.endswith(".yaml") else [data]
        prepared = subprocess.run([TUILERIE, "prepare", *named, "--state", state], capture_output=True, text=True,
                                  timeout=SECONDS, errors="replace")
        if prepared.returncode != 0 and "themes prepared" not in prepared.stdout + prepared.stderr:
            raise RuntimeError(f"prepare {data}: {prepared.stderr[-2000:]}")
        self.said = prepared.stderr
        self.themes = themes_in(Path(state))
        self.process = subprocess.Popen(
            [TUILERIE, "serve", *named, "--state", state, *(["--grid-files", grids] if grids else []),
             "--listen", "127.0.0.1:0",
             "--log-requests=no"],
            stderr=subprocess.PIPE, text=True, errors="replace")
        self.port = None
        self.listening = threading.Event()
        threading.Thread(target=self.listen_to_log, daemon=True).start()
        if not self.listening.wait(SECONDS) or not self.port:
            raise RuntimeError(f"serve {data} ended")
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)

    def listen_to_log(self):
        for line in self.process.stderr:
            found = re.search(r"listening on 127\.0\.0\.1:(\d+)", line)
            if found and not self.port:
                self.port = int(found.group(1))
                self.listening.set()
        self.listening.set()

    def packed_tile(self, theme, place):
        """The bytes of a tile, gzipped; empty for one with nothing in it."""
        target = f"/tiles/{urllib.parse.quote(theme, safe='')}/{place}"
        try:
            reply = self.ask(target)
        except http.client.RemoteDisconnected:  # judging took longer than the server waits
            reply = self.ask(target)
        body = reply.read()
        if reply.status == 204:
            return b""
        if reply.status != 200:
            raise RuntimeError(f"{target}: {reply.status} {body[:300]!r}")
        return body if reply.headers.get("Content-Encoding") == "gzip" else gzip.compress(body)

    def tile(self, theme, place):
        """The same, uncompressed."""
        packed = self.packed_tile(theme, place)
        return gzip.decompress(packed) if packed else b""

    def ask(self, target):
        self.connection.request("GET", target, headers={"Accept-Encoding": "gzip"})
        return self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        self.process.terminate()
        self.status = self.process.wait(SECONDS)


def themes_in(state):
    """theme.json of every prepared theme, in the order of their ids."""
    documents = [json.loads(path.read_text("utf-8")) for path in state.glob("themes/*/*/theme.json")]
    return sorted(documents, key=lambda document: document["theme"])

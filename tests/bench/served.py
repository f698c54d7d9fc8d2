# SPDX-License-Identifier: EUPL-1.2
"""The server that is measured, on a free port, and a connection to it."""

import atexit
import http.client
import os
import re
import subprocess
import sys

TUILERIE = os.environ.get("TUILERIE", "./tuilerie")


class Served:
    def __init__(self, data, state, *arguments):
        self.process = subprocess.Popen(
            [TUILERIE, "serve", *data, "--listen", "127.0.0.1:0", "--state", state, "--log-requests=no", *arguments],
            stderr=subprocess.PIPE, text=True, errors="replace")
        atexit.register(self.process.kill)
        for line in self.process.stderr:
            found = re.search(r"listening on 127\.0\.0\.1:(\d+)", line)
            if found:
                break
        else:
            sys.exit("the server did not start")
        self.drain = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=120)

    def ask(self, path, **headers):
        """The answer, read, and its body."""
        self.connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = self.connection.getresponse()
        return answer, answer.read()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.drain.wait()

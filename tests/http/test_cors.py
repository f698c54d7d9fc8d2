# SPDX-License-Identifier: EUPL-1.2
"""Every answer may be read by every site: without that a web map shows nothing, and no error."""

from harness import EMPTY, FULL, case, equal, run, server


@case("every answer of ours allows any origin, errors included")
def _():
    tag = server().get(f"/tiles/ville:ecole/{FULL}").header("ETag")
    for status, method, target, headers in (
        (200, "GET", f"/tiles/ville:ecole/{FULL}", {}),
        (200, "HEAD", f"/tiles/ville:ecole/{FULL}", {}),
        (204, "GET", f"/tiles/ville:ecole/{EMPTY}", {}),
        (204, "OPTIONS", "/", {}),
        (304, "GET", f"/tiles/ville:ecole/{FULL}", {"If_None_Match": tag}),
        (400, "GET", "/tiles/ville:ecole/a/b/c", {}),
        (400, "GET", "/%zz", {}),
        (400, "GET", "/", {"Host": 'a"b'}),
        (404, "GET", "/rien", {}),
        (404, "GET", "/rien", {"Accept": "text/html"}),
        (405, "POST", "/", {}),
        (406, "GET", "/", {"Accept_Encoding": "*;q=0"}),
        (414, "GET", "/" + "a" * 4001, {}),
        (200, "GET", "/tiles/ville:ecole.json", {}),
        (200, "GET", "/styles/ville:ecole.json", {}),
        (200, "GET", "/assets/logo.svg", {}),
        (200, "GET", "/healthz", {}),
    ):
        reply = server().get(target, method, Origin="https://commune.example", **headers)
        equal((target, reply.status), (target, status))
        equal((target, reply.headers.get_all("Access-Control-Allow-Origin")), (target, ["*"]))
        equal(reply.header("Access-Control-Allow-Credentials"), None)


run()

# SPDX-License-Identifier: EUPL-1.2
"""What the server counts, in the format Prometheus reads, and the time a tile took, for who asks."""

import re
import time

from harness import FULL, WAIT, case, equal, run, server

TILE = f"/tiles/ville:ecole/{FULL}"
SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? ([0-9.eE+-]+|\+Inf|NaN)$')


asked = []  # of each request to the server, its target


def get(target, **headers):
    asked.append(target)
    return server().get(target, **headers)


def metrics():
    """{(name, labels): value}, after the text has been read as strictly as the format is defined."""
    reply = get("/metrics")
    equal(reply.status, 200)
    equal(reply.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8")
    samples, families = {}, {}
    for line in reply.body.decode().splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split(" ")[2:]
            assert name not in families, f"{name} is there twice"
            assert kind in ("counter", "gauge", "histogram"), kind
            families[name] = kind
        elif not line.startswith("# HELP "):
            match = SAMPLE.match(line)
            assert match, line
            family = re.sub("_(bucket|sum|count)$", "", match[1]) if families.get(match[1]) is None else match[1]
            assert family in families, f"{match[1]} has no TYPE"
            key = (match[1], match[2] or "")
            assert key not in samples, f"{key} is there twice"
            samples[key] = float(match[3])
    return samples


def settled():
    """The samples once every request before is counted."""
    while True:
        samples = metrics()
        if sum(value for (name, _), value in samples.items() if name == "tuilerie_http_requests_total") == len(asked) - 1:
            return samples
        time.sleep(0.05)


def grows(before, by, name, labels=""):
    """The sample has grown by that much: at once or soon, for a request is counted when its last byte is gone."""
    until = time.monotonic() + WAIT
    while True:
        grown = metrics().get((name, labels), 0) - before.get((name, labels), 0)
        if grown >= by or time.monotonic() > until:
            equal((name, labels, grown), (name, labels, by))
            return
        time.sleep(0.02)


@case("requests are counted by class and status")
def _():
    server().wait_for("preparation is done")
    get(TILE)
    for target, labels in (
        (TILE, 'class="tile",status="200"'),
        ("/tiles/ville:ecole/14/0/0", 'class="tile",status="204"'),
        ("/tiles/rien/1/2/3", 'class="tile",status="404"'),
        ("/tiles/ville:ecole.json", 'class="document",status="200"'),
        ("/view/ville:ecole", 'class="page",status="200"'),
        ("/assets/tuilerie.css", 'class="asset",status="200"'),
        ("/rien", 'class="other",status="404"'),
    ):
        before = settled()
        for _ in range(3):
            get(target)
        grows(before, 3, "tuilerie_http_requests_total", labels)


@case("every request is in one class of duration")
def _():
    samples = settled()
    for kind in ("tile", "document", "page", "asset", "operation", "other"):
        counted = sum(value for (name, labels), value in samples.items() if name == "tuilerie_http_requests_total" and f'class="{kind}"' in labels)
        buckets = [value for (name, labels), value in samples.items() if name == "tuilerie_http_request_duration_seconds_bucket" and f'class="{kind}"' in labels]
        equal(buckets, sorted(buckets))
        equal((kind, buckets[-1]), (kind, counted))
        equal(samples[("tuilerie_http_request_duration_seconds_count", f'class="{kind}"')], counted)


@case("bytes sent, and spared by 304 and by compression, are those of the wire")
def _():
    tile = get(TILE, Accept_Encoding="gzip")
    plain = get(TILE, Accept_Encoding="identity")
    before = settled()
    get(TILE, Accept_Encoding="gzip")
    grows(before, int(tile.header("Content-Length")), "tuilerie_http_sent_bytes_total", 'class="tile"')
    grows(before, len(plain.body) - int(tile.header("Content-Length")), "tuilerie_http_spared_compression_bytes_total", 'class="tile"')
    before = settled()
    equal(get(TILE, Accept_Encoding="gzip", If_None_Match=tile.header("ETag")).status, 304)
    grows(before, 0, "tuilerie_http_sent_bytes_total", 'class="tile"')
    grows(before, int(tile.header("Content-Length")), "tuilerie_http_spared_unchanged_bytes_total", 'class="tile"')


@case("a tile from memory is a hit, not a tile made")
def _():
    get(TILE)
    before = settled()
    get(TILE)
    grows(before, 1, "tuilerie_cache_hits_total", 'tier="memory"')
    rendered = [sum(value for (name, _), value in samples.items() if name == "tuilerie_tiles_rendered_total") for samples in (before, metrics())]
    equal(rendered[1], rendered[0])
    assert rendered[0] > 0


@case("themes, memory and the version are told")
def _():
    samples = metrics()
    assert samples[("tuilerie_themes", 'state="ready"')] >= 1
    equal(samples[("tuilerie_themes", 'state="failed"')], 0)
    assert samples[("tuilerie_theme_prepared_timestamp_seconds", 'theme="ville:ecole"')] > 1.6e9
    assert samples[("tuilerie_theme_data_changed_timestamp_seconds", 'theme="ville:ecole"')] > 1.6e9
    assert samples[("tuilerie_theme_prepared_bytes", 'theme="ville:ecole"')] > 100
    assert samples[("process_resident_memory_bytes", "")] > samples[("tuilerie_memory_bytes", "")] > 1e6
    assert any(name == "tuilerie_build_info" for name, _ in samples)


@case("who asks is told how long a tile took and where it came from, and nobody else")
def _():
    get(TILE)
    reply = get(TILE + "?timing")
    assert re.fullmatch(r"cache, total;dur=\d+\.\d{3}", reply.header("Server-Timing")), reply.header("Server-Timing")
    equal(reply.header("Timing-Allow-Origin"), "*")
    equal(get(TILE).header("Server-Timing"), None)


run()

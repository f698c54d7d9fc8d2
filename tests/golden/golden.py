# SPDX-License-Identifier: EUPL-1.2
"""Tiles of small inputs against what is written of them, as GDAL reads them.

    golden.py [--bless] [NAME...]

NAME.geojson is the input; NAME.txt has a heading `== GRID/Z/X/Y` a tile and under it a line a
feature: id | attributes | WKT in tile units, y down. Rings begin at their first corner from the left
and turn as they do in the tile (exteriors clockwise on the screen). --bless writes what is served
now: read the difference before you commit it.

edition.txt has the renderer's edition and a checksum of each text: tiles that are drawn otherwise
than before are another edition, or those on people's disks would stay."""

import argparse
import difflib
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from osgeo import gdal, ogr

gdal.UseExceptions()
HERE = Path(__file__).resolve().parent
EXTENT = 4096


def number(value):
    return f"{value:g}"


def point(x, y):
    return f"{number(x)} {number(EXTENT - y)}"


def path(shape):
    return [shape.GetPoint_2D(i) for i in range(shape.GetPointCount())]


def ring(shape):
    points = path(shape)[:-1]
    first = min(range(len(points)), key=lambda i: (points[i][0], -points[i][1]))
    return points[first:] + points[:first] + [points[first]]


def listed(points):
    return "(" + ", ".join(point(*place) for place in points) + ")"


def body(shape):
    kind = shape.GetGeometryName()
    if kind == "POINT":
        return "(" + point(shape.GetX(), shape.GetY()) + ")"
    if kind == "LINESTRING":
        return listed(path(shape))
    if kind == "LINEARRING":
        return listed(ring(shape))
    parts = [body(shape.GetGeometryRef(i)) for i in range(shape.GetGeometryCount())]
    return "(" + ", ".join(parts) + ")"


def attributes(row):
    told = []
    for i in range(1, row.GetFieldCount()):  # the first is the id
        field = row.GetFieldDefnRef(i)
        if not row.IsFieldSetAndNotNull(i):
            continue
        value = row.GetField(i)
        if field.GetSubType() == ogr.OFSTBoolean:
            value = bool(value)
        told.append(f"{field.GetName()}={json.dumps(value, ensure_ascii=False)}")
    return " ".join(told)


def tell_tile(data):
    """The lines of a tile."""
    if not data:
        return ["(nothing)"]
    name = "/vsimem/golden.mvt"
    gdal.FileFromMemBuffer(name, data)
    dataset = gdal.OpenEx(name, gdal.OF_VECTOR, open_options=["CLIP=NO"])
    lines = []
    for i in range(dataset.GetLayerCount()):
        layer = dataset.GetLayer(i)
        lines.append(f"layer {layer.GetName()}")
        rows = []
        for row in layer:
            shape = row.GetGeometryRef()
            order = row.GetField(0) if row.IsFieldSet(0) else float("inf")
            bearer = row.GetField(0) if row.IsFieldSet(0) else "-"
            rows.append((order, f"{bearer} | {attributes(row)} | {shape.GetGeometryName()} {body(shape)}"))
        lines += [line for _, line in sorted(rows)]
    dataset = None
    gdal.Unlink(name)
    return lines


def draw(source, tile, state):
    theme = f"{source.stem}:{source.stem}"
    done = subprocess.run([os.environ["TUILERIE"], "tile", "--state", state, source, theme, tile],
                          capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


def tell_input(source, tiles):
    """The whole text of an input."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="tuilerie-golden-") as state:
        for tile in tiles:
            lines += [f"== {tile}", *tell_tile(draw(source, tile, state)), ""]
    return lines[:-1]


def check(source, bless):
    """What is wrong with an input's tiles: nothing, or the difference."""
    golden = source.with_suffix(".txt")
    expected = golden.read_text("utf-8").splitlines()
    told = tell_input(source, [line[3:] for line in expected if line.startswith("== ")])
    if bless:
        golden.write_text("\n".join(told) + "\n", "utf-8")
        return []
    return list(difflib.unified_diff(expected, told, golden.name, "served", lineterm=""))


def edition_now():
    header = (HERE.parents[1] / "tiler/render.h").read_text("utf-8")
    return re.search(r"RENDER_EDITION = (\d+)", header)[1]


def check_edition(bless):
    """What is wrong with the renderer's edition: nothing, or a sentence."""
    file = HERE / "edition.txt"
    now = {"edition": edition_now()}
    for path in sorted(HERE.glob("*.geojson")):
        now[path.stem] = hashlib.sha256(path.with_suffix(".txt").read_bytes()).hexdigest()
    before = dict(line.split() for line in file.read_text("utf-8").splitlines())
    if now["edition"] == before["edition"] and any(now.get(name, told) != told for name, told in before.items()):
        return ["tiles are drawn otherwise than before: raise RENDER_EDITION in tiler/render.h, then golden.py --bless"]
    if bless:
        file.write_text("".join(f"{name} {told}\n" for name, told in now.items()), "utf-8")
        return []
    return [] if now == before else ["edition.txt is of another edition: golden.py --bless"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--bless", action="store_true", help="write what is served now")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    sources = [path for path in sorted(HERE.glob("*.geojson")) if not arguments.names or path.stem in arguments.names]
    print(f"1..{len(sources) + 1}")
    failed = 0

    def tell(count, title, difference):
        print(f"{'not ' if difference else ''}ok {count} - {title}")
        for line in difference:
            print("# " + line)
        return bool(difference)

    for count, source in enumerate(sources, 1):
        try:
            difference = check(source, arguments.bless)
        except RuntimeError as error:
            difference = str(error).splitlines()
        failed += tell(count, f"{source.stem}: tiles are as written", difference)
    failed += tell(len(sources) + 1, "the edition of the renderer is that of the tiles", check_edition(arguments.bless))
    return 1 if failed or not sources else 0


sys.exit(main())

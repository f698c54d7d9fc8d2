# SPDX-License-Identifier: EUPL-1.2
"""All tiles of a theme: prepare and seed against tippecanoe, in turn, on one machine.

usage: pyramid.py [--themes N] [--zoom A-B] [--rounds R] [--quality Z,Z...] [--peer-options=...] DATA...

Takes the N themes of DATA with the most features (or those named with --theme). Ours is `tuilerie prepare` and
`tuilerie seed` from the data as they are, the disk cache included; tippecanoe begins with a FlatGeobuf file in
degrees, whose making is not counted, and takes --drop-densest-as-needed or the options given (for themes whose
features share borders, --no-simplification-of-shared-nodes as well). Wall and CPU seconds, peak memory, tiles, bytes and the largest tile; then
what is kept at some zooms: features (all tiles together), and of polygons those that are invalid, how much
their areas overlap, and the area that is covered, in tiles.

Needs tippecanoe, in PATH or named by $TIPPECANOE, and the program in $TUILERIE."""

import argparse
import contextlib
import glob
import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()
TUILERIE = os.environ.get("TUILERIE", "./tuilerie")
TIPPECANOE = os.environ.get("TIPPECANOE", "tippecanoe")


def run(*command):
    """Wall and CPU seconds and the peak memory (MB) of a command."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}\n{said}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def themes_of(data):
    listed = subprocess.run([TUILERIE, "themes", *data, "--json"], capture_output=True, text=True, check=True).stdout
    return json.loads(listed)


def source_of(data, theme):
    """The layer a theme was made of, as a FlatGeobuf file in degrees."""
    group, layer = theme["id"].split(":", 1)
    for path in data:
        files = [path] if os.path.isfile(path) else glob.glob(os.path.join(glob.escape(path), "**", "*"), recursive=True)
        for file in files:
            if os.path.splitext(os.path.basename(file))[0] != group:
                continue
            with contextlib.suppress(RuntimeError):
                dataset = gdal.OpenEx(file, gdal.OF_VECTOR)
                if dataset.GetLayerByName(layer):
                    return dataset, layer
    sys.exit(f"{theme['id']}: its layer was not found in the data")


class Ours:
    name = "tuilerie"

    def __init__(self, data, theme, zooms, folder, _):
        self.state = os.path.join(folder, "state")
        self.data, self.theme, self.zooms = data, theme, zooms

    def make(self):
        shutil.rmtree(self.state, ignore_errors=True)
        state = ("--state", self.state, "--quiet")
        parts = [run(TUILERIE, "prepare", *self.data, self.theme["id"], *state),
                 run(TUILERIE, "seed", *self.data, self.theme["id"], "--zoom", self.zooms, *state)]
        return sum(part[0] for part in parts), sum(part[1] for part in parts), max(part[2] for part in parts)

    def file(self):
        return glob.glob(os.path.join(glob.escape(self.state), "cache", "*", "*.mbtiles"))[0]


class Tippecanoe:
    name = "tippecanoe"

    def __init__(self, data, theme, zooms, folder, peer_options):
        self.input, self.output = os.path.join(folder, "in.fgb"), os.path.join(folder, "out.mbtiles")
        dataset, layer = source_of(data, theme)
        gdal.VectorTranslate(self.input, dataset, format="FlatGeobuf", layers=[layer], dstSRS="EPSG:4326")
        first, _, last = zooms.partition("-")
        self.options = ["-q", "-f", "-l", theme["id"].split(":", 1)[1], f"-Z{first}", f"-z{last or first}",
                        *peer_options]

    def make(self):
        return run(TIPPECANOE, *self.options, "-o", self.output, self.input)

    def file(self):
        return self.output


def shapes_of(tile, layer_name):
    """The geometries of a tile's features, in its units."""
    gdal.FileFromMemBuffer("/vsimem/tile.mvt", gzip.decompress(tile))
    dataset = gdal.OpenEx("/vsimem/tile.mvt", gdal.OF_VECTOR, open_options=["CLIP=NO"])
    layer = dataset.GetLayerByName(layer_name)
    return [feature.GetGeometryRef().Clone() for feature in layer] if layer else []


def quality(file, layer_name, zoom):
    features = invalid = 0
    areas = covered = 0.0
    window = ogr.CreateGeometryFromWkt("POLYGON((0 0,4096 0,4096 4096,0 4096,0 0))")
    with contextlib.closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT tile_data FROM tiles WHERE zoom_level = ?", (zoom,)).fetchall()
    for (tile,) in rows:
        union = ogr.Geometry(ogr.wkbMultiPolygon)
        for shape in shapes_of(tile, layer_name):
            features += 1
            if ogr.GT_Flatten(shape.GetGeometryType()) not in (ogr.wkbPolygon, ogr.wkbMultiPolygon):
                continue
            sound = shape.IsValid()
            invalid += not sound
            shape = (shape if sound else shape.MakeValid()).Intersection(window)
            for part in [shape] if shape.GetGeometryName() == "POLYGON" else shape:
                if part.GetGeometryName() == "POLYGON":
                    areas += part.Area()
                    union.AddGeometry(part)
        covered += union.UnionCascaded().Area() if union.GetGeometryCount() else 0
    overlap = f"{100 * (areas / covered - 1):.2f}" if covered else "-"
    return features, invalid, overlap, f"{covered / 4096 ** 2:.3f}" if covered else "-"


def counts(file):
    with contextlib.closing(sqlite3.connect(file)) as database:
        return database.execute("SELECT count(*), sum(length(tile_data)), max(length(tile_data)) FROM tiles").fetchone()


def compare(arguments, theme, folder):
    makers = [maker(arguments.data, theme, arguments.zoom, folder, arguments.peer_options.split()) for maker in (Ours, Tippecanoe)]
    print(f"\n{theme['id']}: {theme['features']} features, levels {arguments.zoom}")
    print(f"{'':12}{'wall s':>8}{'CPU s':>8}{'MB':>7}{'tiles':>8}{'bytes':>12}{'largest':>9}")
    walls = {maker.name: [] for maker in makers}
    for _ in range(arguments.rounds):
        for maker in makers:
            wall, cpu, memory = maker.make()
            walls[maker.name].append(wall)
            tiles, size, largest = counts(maker.file())
            print(f"{maker.name:12}{wall:8.1f}{cpu:8.1f}{memory:7.0f}{tiles:8}{size:12}{largest:9}", flush=True)
    ratios = sorted(ours / theirs for ours, theirs in zip(*walls.values()))
    print(f"wall, ours by theirs: {ratios[len(ratios) // 2]:.3f}")
    print(f"{'':12}{'zoom':>5}{'features':>10}{'invalid':>9}{'overlap %':>11}{'area':>10}")
    for zoom in arguments.quality:
        for maker in makers:
            features, invalid, overlap, area = quality(maker.file(), theme["id"].split(":", 1)[1], zoom)
            print(f"{maker.name:12}{zoom:5}{features:10}{invalid:9}{overlap:>11}{area:>10}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--themes", type=int, default=1)
    parser.add_argument("--theme", action="append")
    parser.add_argument("--zoom", default="0-14")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--quality", type=lambda text: [int(zoom) for zoom in text.split(",")], default=[6, 8, 10])
    parser.add_argument("--peer-options", default="--drop-densest-as-needed")
    parser.add_argument("data", nargs="+")
    arguments = parser.parse_args()
    if not shutil.which(TIPPECANOE):
        print("pyramid.py: needs tippecanoe, in PATH or named by TIPPECANOE")
        sys.exit(77)
    themes = sorted(themes_of(arguments.data), key=lambda theme: -theme["features"])
    if arguments.theme:
        themes = [theme for theme in themes if theme["id"] in arguments.theme]
    for theme in themes[:len(themes) if arguments.theme else arguments.themes]:
        with tempfile.TemporaryDirectory(prefix="tuilerie-pyramid-") as folder:
            compare(arguments, theme, folder)


main()

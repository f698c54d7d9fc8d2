# SPDX-License-Identifier: EUPL-1.2
"""What does one changed feature cost, from saving the data to the new tile at the client?

usage: change.py [--changes N] [--theme ID] GEOPACKAGE

A copy of the data is served. The tiles round a feature are asked for at every zoom; then the feature is moved by a few metres and
its tile asked for until it is another: wall seconds since the file was saved (the quiet time of --data-quiet in them),
processor seconds of the server, the tiles that were dropped. Processor seconds of preparing the theme for the first time stand beside."""

import argparse
import atexit
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from osgeo import gdal, osr

from served import TUILERIE, Served

gdal.UseExceptions()
TICKS = os.sysconf("SC_CLK_TCK")
DROPPED = 'tuilerie_tiles_carried_total{fate="dropped"}'
KEPT = 'tuilerie_tiles_carried_total{fate="kept"}'


def cpu(pid):
    with open(f"/proc/{pid}/stat") as file:
        return sum(int(field) for field in file.read().rpartition(")")[2].split()[11:13]) / TICKS


def prepared_for(data, theme, folder):
    """Processor seconds of a first preparation."""
    before = os.times()
    subprocess.run([TUILERIE, "prepare", "--state", folder, "--quiet", data, theme], check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


class Server(Served):
    def get(self, path):
        answer, body = self.ask(path, Accept="application/json", Accept_Encoding="identity")
        return body, answer.getheader("ETag")

    def count(self, name):
        return sum(int(value) for value in re.findall(rf"^{re.escape(name)} (\d+)$", self.get("/metrics")[0].decode(), re.M))


def move(path, layer_name, feature_id, by):
    """Moves a feature in place, as QGIS does on saving; returns its place in degrees."""
    data = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_UPDATE)
    layer = data.GetLayer(layer_name)
    feature = layer.GetFeature(feature_id)
    shape = feature.GetGeometryRef().Clone()
    corner = shape
    while corner.GetGeometryCount():
        corner = corner.GetGeometryRef(0)
    corner.SetPoint_2D(0, corner.GetX(0) + by, corner.GetY(0))
    feature.SetGeometry(shape)
    layer.SetFeature(feature)
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    middle = shape.Centroid()
    middle.Transform(osr.CoordinateTransformation(layer.GetSpatialRef(), degrees))
    return middle.GetX(), middle.GetY()


def describe(path, theme):
    data = gdal.OpenEx(path)
    layer = data.GetLayer(theme.partition(":")[2]) if theme else data.GetLayer(0)
    return layer.GetName(), layer.GetFeatureCount()


def tile_at(place, z):
    side = 1 << z
    x = int((place[0] + 180) / 360 * side)
    y = int((1 - math.asinh(math.tan(math.radians(place[1]))) / math.pi) / 2 * side)
    return x, y


def tiles_around(theme, place):
    for z in range(6, 17):
        x, y = tile_at(place, z)
        for i in range(max(0, x - 2), x + 3):
            for k in range(max(0, y - 2), y + 3):
                yield f"/tiles/{theme}/{z}/{i}/{k}"


def wait_until(holds, seconds):
    deadline = time.time() + seconds
    while not holds():
        if time.time() > deadline:
            sys.exit(f"nothing came of it in {seconds} s")
        time.sleep(0.02)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--changes", type=int, default=3)
    parser.add_argument("--theme")
    parser.add_argument("data")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="tuilerie-change-")
    atexit.register(shutil.rmtree, folder, True)
    path = os.path.join(folder, os.path.basename(options.data))
    shutil.copy(options.data, path)
    group = os.path.splitext(os.path.basename(path))[0]
    layer, count = describe(path, options.theme)
    theme = f"{group}:{layer}"
    once = prepared_for(path, theme, os.path.join(folder, "state"))
    print(f"{theme}, {count} features: prepared for the first time in {once:.2f} s of CPU\n")
    print("wall s | CPU s | to one preparation | tiles dropped | tiles carried over")
    place = move(path, layer, count // 2, 0)
    server = Server([path], os.path.join(folder, "state"))
    wait_until(lambda: server.count("tuilerie_themes_outdated") == 0, 300)
    for change in range(options.changes):
        for tile in tiles_around(theme, place):
            server.get(tile)
        x, y = tile_at(place, 16)
        watched = f"/tiles/{theme}/16/{x}/{y}"
        tag, spent = server.get(watched)[1], cpu(server.process.pid)
        dropped, kept = server.count(DROPPED), server.count(KEPT)
        move(path, layer, count // 2, 3 if change % 2 == 0 else -3)
        saved = time.time()
        wait_until(lambda: server.get(watched)[1] != tag, 300)
        wall, spent = time.time() - saved, cpu(server.process.pid) - spent
        print(f"{wall:6.2f} | {spent:5.2f} | {spent / once:18.2f} | {server.count(DROPPED) - dropped:13} | {server.count(KEPT) - kept:18}",
              flush=True)

main()

# SPDX-License-Identifier: EUPL-1.2
"""The data of the soak: a folder of themes that are edited, replaced, taken away and brought back."""

import math
import os
import shutil
import sys

from osgeo import ogr

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests", "http"))
from harness import add_layer, path, square  # noqa: E402

ORIGIN = (1347000, 7218000)
SIDE = 9000  # metres
TREES = 20000
ZONES = 2500
PLACES = 400
THEMES = ["arbres:arbre", "zones:zone", "lieux:lieu"]


def write(file, name, kind, wkts):
    """Written aside and renamed, as careful people do."""
    aside = path("aside.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(aside)
    dataset.StartTransaction()
    add_layer(dataset, name, kind, 3948, wkts)
    dataset.CommitTransaction()
    dataset = None
    os.replace(aside, file)


class City:
    def __init__(self, chance):
        self.chance = chance
        self.folder = path("data")
        os.mkdir(self.folder)
        self.changes = 0
        row = int(math.sqrt(TREES))
        write(self.file("arbres"), "arbre", ogr.wkbPoint,
              (f"POINT({ORIGIN[0] + SIDE / row * (i % row)} {ORIGIN[1] + SIDE / row * (i // row)})" for i in range(TREES)))
        self.replace_zones()
        self.replace_places()

    def file(self, name):
        return os.path.join(self.folder, name + ".gpkg")

    def replace_zones(self):
        side, shift = int(math.sqrt(ZONES)), self.chance.randrange(50)
        step = SIDE / side
        write(self.file("zones"), "zone", ogr.wkbPolygon,
              (square(ORIGIN[0] + shift + step * (i % side), ORIGIN[1] + step * (i // side), step) for i in range(ZONES)))

    def replace_places(self):
        write(self.file("lieux"), "lieu", ogr.wkbPoint,
              (f"POINT({ORIGIN[0] + self.chance.uniform(0, SIDE)} {ORIGIN[1] + self.chance.uniform(0, SIDE)})"
               for _ in range(PLACES)))

    def move_trees(self):
        """Edited in place."""
        dataset = ogr.Open(self.file("arbres"), 1)
        layer = dataset.GetLayer(0)
        layer.StartTransaction()
        for fid in self.chance.sample(range(1, TREES + 1), self.chance.choice((1, 5, 200))):
            feature = layer.GetFeature(fid)
            point = feature.GetGeometryRef()
            feature.SetField("nom", f"arbre n° {fid} de {self.changes}")
            feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POINT({point.GetX() + self.chance.uniform(-9, 9)} {point.GetY()})"))
            layer.SetFeature(feature)
        layer.CommitTransaction()
        dataset = layer = feature = None

    def copy_over(self):
        """Piece by piece, as a slow copy does."""
        copy = path("copie.gpkg")
        shutil.copy(self.file("zones"), copy)
        with open(copy, "rb") as source, open(self.file("zones"), "wb") as target:
            while part := source.read(65536):
                target.write(part)
                target.flush()

    def take_away(self):
        os.rename(self.file("lieux"), path("ailleurs.gpkg"))

    def bring_back(self):
        if os.path.exists(path("ailleurs.gpkg")):
            os.replace(path("ailleurs.gpkg"), self.file("lieux"))

    def touch(self):
        os.utime(self.file("arbres"))

    def change(self):
        """One of what happens to data; gives its name."""
        self.changes += 1
        self.bring_back()
        what = self.chance.choice([self.move_trees] * 3 + [self.replace_zones, self.replace_places, self.copy_over,
                                                           self.take_away, self.touch])
        what()
        return what.__name__


class Map:
    """Addresses of tiles in and around the city, in three grids."""

    def __init__(self, chance):
        self.chance = chance

    def tile(self):
        grid = self.chance.choice(("", "", "", "CC48_10cm/", "WorldCRS84Quad/"))
        along, up = self.chance.uniform(-0.1, 1.1), self.chance.uniform(-0.1, 1.1)
        z = self.chance.choice((0, 4, 8, 9, 10, 11, 12, 13, 14, 14, 15, 15, 16, 17))
        n = 1 << z
        if grid == "CC48_10cm/":
            side = 26843545.6 / n
            return f"{grid}{z}/{int((ORIGIN[0] + SIDE * along) / side)}/{int((12000000 - ORIGIN[1] - SIDE * up) / side)}"
        longitude, latitude = -1.73 + 0.12 * along, 48.07 + 0.08 * up
        if grid:
            return f"{grid}{z}/{int((longitude + 180) / 180 * n)}/{int((90 - latitude) / 180 * n)}"
        y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
        return f"{z}/{int((longitude + 180) / 360 * n)}/{int(y * n)}"

    def address(self):
        themes = self.chance.choice(THEMES + [",".join(THEMES[:2]), ",".join(THEMES)])
        return f"/tiles/{themes}/{self.tile()}"

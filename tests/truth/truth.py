# SPDX-License-Identifier: EUPL-1.2
"""Are tiles right? Features of real data as GDAL and PROJ place them, against what the program
serves of them, in every grid.

    truth.py [--full] [--data FOLDER] [--dump FOLDER] [DATA SET...]

Data sets are the samples of fixtures/ and the folders of FOLDER (default: ../shared/data beside the
sources; skipped where there is none). Where tiles show the data themselves (level 0), every vertex must
lie within one tile unit of its exact place and the other way round, none may be missing and none be
extra, with equal attributes. The judge is judged, too: of each data set it is shown a tile that is moved, robbed,
added to and falsified, and has to see it. At the coarser levels shapes stray by the level's tolerance more, and
small ones may be left out, join or stand for others; all else holds."""

import argparse
import functools
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

import numpy
from osgeo import gdal, ogr, osr

from compare import Measure, compare_properties, count_points, must_show, properties_of
import seams
import tamper
from exact import DEGREE, GRIDS, Tile, cut_to_tile, kinds, odd_grid
from service import Service
from shapes import Quiet, flat, gather, transformation
from tiles import LINE, POINT, POLYGON, Broken, read

PIXEL = 16  # tile units
UNIT = 1.0  # how far a vertex may be from where it belongs
SMALL = 3 * PIXEL  # at coarser levels a shape within that may have another in its place
COMPLAINTS_MOST = 8  # of a kind, that are printed for a data set
CANDIDATES_MOST = 20000  # features of a tile: of more, only what the tile shows is compared


class Plan:
    """How much is looked at."""

    def __init__(self, full):
        self.tiles = 8 if full else 1  # a theme, grid and zoom
        self.features = 400 if full else 20  # compared in a tile
        self.seams = 9 if full else 3  # zooms of the shapes made to lie across seams
        self.finer = (0, 1, 3, 6) if full else (0, 3)  # zooms after the first that shows the data
        self.coarser = (1, 2, 4, 6, 9, 13) if full else (1, 4)  # zooms before


class Tally:
    """What was seen of a data set, and what was wrong."""

    def __init__(self):
        self.themes = self.tiles = self.empty = self.features = self.repaired = 0
        self.vertices, self.sum, self.ours_off, self.exact_off = 0, 0.0, 0.0, 0.0
        self.coarse_tiles = self.coarse_features = 0
        self.coarse_off = 0.0
        self.wrong = {"broken": 0, "missing": 0, "extra": 0, "place": 0, "value": 0, "answer": 0}
        self.unseen = set(tamper.TAMPERINGS)  # that the judge has not told from what is right so far
        self.complaints = []

    def complain(self, what, where, text):
        self.wrong[what] += 1
        if self.wrong[what] <= COMPLAINTS_MOST:
            self.complaints.append(f"{what}: {where}: {text}")

    def failed(self):
        return any(self.wrong.values())

    def measure(self, measure, level):
        if level:
            self.coarse_features += 1
            self.coarse_off = max(self.coarse_off, measure.ours_off)
            return
        self.features += 1
        self.vertices += measure.count
        self.sum += measure.sum
        self.ours_off = max(self.ours_off, measure.ours_off)
        self.exact_off = max(self.exact_off, measure.exact_off)


class Theme:
    """A theme and the layer it was made of."""

    def __init__(self, document):
        self.document = document
        self.id = document["theme"]
        self.dataset = gdal.OpenEx(document["source"]["dataset"], gdal.OF_VECTOR)
        self.layer = self.dataset.GetLayerByName(document["source"]["layer"])
        self.srs = self.layer.GetSpatialRef()
        self.srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        self.chance = random.Random(zlib.crc32(self.id.encode()))
        random_reading = self.dataset.TestCapability("RandomLayerRead")
        self.rows, self.boxes = {}, {}
        for row in self.layer:
            shape = row.GetGeometryRef()
            if shape is not None and not shape.IsEmpty():
                self.boxes[row.GetFID()] = shape.GetEnvelope()
            if random_reading:
                self.rows[row.GetFID()] = row
        self.fids = sorted(self.boxes)
        self.beyond = self.srs.IsGeographic() and any(box[0] < -180 or box[1] > 180 for box in self.boxes.values())

    def row(self, fid):
        return self.rows.get(fid) or self.layer.GetFeature(fid)

    def around(self, ground):
        """Rows whose boxes touch GROUND; all that have a geometry where it is None, or where some lie
        beyond the antimeridian and show on the other side."""
        everywhere = ground is None or self.beyond
        return [self.row(fid) for fid, box in self.boxes.items() if everywhere or touches(box, ground)]

    def resolution(self, grid, z):
        """Metres of the theme's CRS a 256th of a tile's side, at the middle of the theme."""
        west, south, east, north = self.document["extent"]
        x, y = (west + east) / 2, (south + north) / 2
        step = 1e-4 if self.srs.IsGeographic() else 10
        there = transformation(self.srs, grid.srs)
        a, b, c = (there.TransformPoint(*place)[:2] for place in ((x, y), (x + step, y), (x, y + step)))
        scale = math.sqrt(abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))) / step
        unit = DEGREE if self.srs.IsGeographic() else self.srs.GetLinearUnits()
        pixel = grid.pixel(z)
        return pixel / scale * unit if 0 < scale < math.inf else pixel

    def level(self, grid, z):
        """(Does the tile show a coarser level, how far its shapes stray in tile units)."""
        pixel = self.resolution(grid, z)
        chosen = None
        for level in self.document["levels"][1:]:
            if level["resolution"] <= pixel * 1.1:
                chosen = level
        return (True, chosen["tolerance"] / (pixel / PIXEL)) if chosen else (False, 0.0)

    def zooms(self, grid, plan):
        """Some of those that show the data, and some coarser ones."""
        first = next((z for z in range(grid.levels) if not self.level(grid, z)[0]), grid.levels - 1)
        zooms = [first + more for more in plan.finer] + [first - less for less in plan.coarser]
        if first == 0:
            zooms += [4, 8, 12]
        if self.id.startswith("seams:"):
            zooms += list(range(plan.seams))
        return sorted({z for z in zooms if 0 <= z < grid.levels})


def touches(box, ground):
    west, east, south, north = box
    return west <= ground[2] and ground[0] <= east and south <= ground[3] and ground[1] <= north


def some_vertex(row, chance):
    """Of the row's geometry, or None."""
    found = {POINT: [], LINE: [], POLYGON: []}
    if row.GetGeometryRef() is not None:
        gather(flat(row.GetGeometryRef()), found)
    parts = found[POINT] + found[LINE] + found[POLYGON]
    paths = [path for part in parts for path in part if numpy.isfinite(path).all()]
    return [float(number) for number in chance.choice(chance.choice(paths))] if paths else None


def draw_tiles(theme, grid, z, plan):
    """Tiles at vertices of features drawn at random (the same at each run)."""
    there = transformation(theme.srs, grid.srs)
    found = set()
    for _ in range(12 * plan.tiles):
        if not theme.fids or len(found) >= plan.tiles:
            break
        vertex = some_vertex(theme.row(theme.chance.choice(theme.fids)), theme.chance)
        if vertex is None:
            continue
        with Quiet():
            place = there.TransformPoint(*vertex)[:2]
        tile = grid.tile(z, *place) if all(map(math.isfinite, place)) else None
        if tile:
            found.add(tile)
    return sorted(found)


class Comparison:
    """One tile of one theme against its source."""

    def __init__(self, theme, tile, level, stray, tally, plan):
        self.theme, self.tile, self.level, self.tally, self.plan = theme, tile, level, tally, plan
        self.allowance = UNIT + stray
        self.where = f"{theme.id} {tile}"

    def complain(self, what, fid, text):
        self.tally.complain(what, f"{self.where} feature {fid}", text)

    def run(self, features):
        """FEATURES: what the tile shows of the theme; a collection's later kinds bear no id."""
        shown = {}
        last = None
        for feature in features:
            last = last if feature.id is None else feature.id
            shown.setdefault(last, {})[feature.kind] = feature
        rows = self.candidates(shown)
        for fid in sorted(set(shown) - set(rows), key=str):
            self.complain("extra", fid, "the source has no such feature here")
        for fid in self.chosen(rows):
            try:
                self.compare_row(rows[fid], shown.get(fid, {}))
            except RuntimeError as error:
                self.complain("answer", fid, f"the judge cannot tell: {error}")

    def candidates(self, shown):
        """Rows by their number: all that may show in the tile, or where they are very many, those that do."""
        ground = self.tile.ground
        if self.level or (len(self.theme.fids) > CANDIDATES_MOST and ground is None):
            rows = [self.theme.row(fid) for fid in shown if fid is not None and fid >= 0]
            return {row.GetFID(): row for row in rows if row}
        return {row.GetFID(): row for row in self.theme.around(ground)}

    def chosen(self, rows):
        fids = sorted(rows)
        if len(fids) <= self.plan.features:
            return fids
        return sorted(self.theme.chance.sample(fids, self.plan.features))

    def compare_row(self, row, shown):
        fid = row.GetFID()
        shapes = kinds(row.GetGeometryRef(), self.tile.geographic)
        images = {kind: self.tile.image(kind, shape) for kind, shape in shapes.items()}
        for kind, wider in images.items():
            image = wider and cut_to_tile(kind, wider)
            if image and kind not in shown and not self.level and must_show(kind, image, UNIT):
                self.complain("missing", fid, image.ExportToWkt()[:200])
        for kind, feature in shown.items():
            self.compare_shape(fid, kind, feature, images.get(kind))
        for feature in shown.values():
            difference = compare_properties(feature.properties, properties_of(row))
            if difference:
                self.complain("value", fid, difference)

    def compare_shape(self, fid, kind, feature, wider):
        ours = ogr.CreateGeometryFromWkb(feature.wkb)
        flip(ours)
        image = wider and cut_to_tile(kind, wider)
        if not image:
            if not self.level:
                self.complain("extra", fid, ours.ExportToWkt()[:200])
            return
        measure = Measure(kind, ours, image, wider, self.allowance)
        if self.level and (small(image) or measure.ours_off > self.allowance and self.joined(measure)):
            return
        self.tally.measure(measure, self.level)
        complaint = measure.ours_off > self.allowance and measure.complaint() if self.level else measure.complaint()
        if complaint:
            self.complain("place", fid, f"{complaint}: {ours.ExportToWkt()[:160]} for {image.ExportToWkt()[:160]}")
        elif kind == POINT and not self.level and count_points(ours) > count_points(image):
            self.complain("extra", fid, "more points than the source has")

    def joined(self, measure):
        """At coarser levels a polygon may have small neighbours joined to it: it only grew."""
        lost = measure.exact.Buffer(-self.allowance - PIXEL).Difference(measure.ours.Buffer(0.01))
        return len(self.theme.document["levels"]) > 1 and lost.Area() < 1


def small(shape):
    west, east, south, north = shape.GetEnvelope()
    return max(east - west, north - south) < SMALL


def flip(shape):
    """From GDAL's reader, which puts y upward."""
    for i in range(shape.GetGeometryCount()):
        flip(shape.GetGeometryRef(i))
    for i in range(shape.GetPointCount()):
        shape.SetPoint_2D(i, shape.GetX(i), 4096 - shape.GetY(i))


def check_tile(service, theme, tile, tally, plan, dump):
    level, stray = theme.level(tile.grid, tile.z)
    try:
        data = service.tile(theme.id, str(tile))
        layers = read(data)
    except Broken as error:
        tally.complain("broken", f"{theme.id} {tile}", str(error))
        return
    except RuntimeError as error:
        tally.complain("answer", f"{theme.id} {tile}", str(error))
        return
    if dump:
        (dump / f"{theme.id}_{tile}.mvt".replace("/", "_")).write_bytes(data)
    tally.tiles += not level
    tally.coarse_tiles += level
    tally.empty += not data
    if len(layers) > 1:
        tally.complain("broken", f"{theme.id} {tile}", "more than one layer")
    for layer in layers.values():
        if layer.name not in (theme.document["source"]["layer"], theme.id.split(":", 1)[1]):
            tally.complain("broken", f"{theme.id} {tile}", f"the layer is called {layer.name}")
    features = [feature for layer in layers.values() for feature in layer.features]
    Comparison(theme, tile, level, stray, tally, plan).run(features)
    for what in sorted(tally.unseen) if features and not level else ():
        seen = Tally()
        Comparison(theme, tile, level, stray, seen, plan).run(tamper.TAMPERINGS[what](features))
        if seen.wrong[what]:
            tally.unseen.remove(what)


def check_theme(service, document, tally, plan, dump):
    if not document["levels"]:
        return
    theme = Theme(document)
    tally.themes += 1
    for grid in GRIDS:
        for z in theme.zooms(grid, plan):
            for x, y in draw_tiles(theme, grid, z, plan):
                check_tile(service, theme, Tile(grid, z, x, y, theme.srs), tally, plan, dump)


def unpack(source, folder):
    """The data set SOURCE in FOLDER, what is zipped unzipped."""
    folder.mkdir(parents=True)
    for file in sorted(source.iterdir()):
        if file.suffix == ".zip":
            zipfile.ZipFile(file).extractall(folder)
        elif file.is_file():
            shutil.copy(file, folder)
    return folder


def make_samples(folder):
    """What fixtures/samples writes, beside the real data."""
    subprocess.run([Path(os.environ["top_builddir"]) / "fixtures/samples/samples", folder], check=True)
    return folder


def check_data_set(name, make, plan, dump):
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="tuilerie-truth-") as scratch:
        data = make(Path(scratch) / name)
        odd = Path(scratch) / "odd.json"
        odd.write_text(json.dumps(odd_grid()))
        with Service(str(data), str(Path(scratch) / "state"), str(odd)) as service:
            for document in service.themes:
                check_theme(service, document, tally, plan, dump)
        if service.status != 0:
            tally.complain("answer", name, f"the server ended with {service.status}")
        for what in sorted(tally.unseen) if tally.features else ():
            tally.complain("answer", name, f"the judge does not see what is wrong: {what}")
    return tally


def data_sets(folder, wanted):
    """(name, what makes it in a folder) of each."""
    sets = {"samples": make_samples, "seams": seams.make}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_dir() and any(path.suffix for path in path.iterdir() if path.suffix in (".zip", ".gpkg")):
            sets[path.name] = functools.partial(unpack, path)
    return [(name, make) for name, make in sets.items() if not wanted or name in wanted]


# "off": tile units from ours to the nearest exact place, and from each exact vertex to ours.
HEADINGS = ("data set", "themes", "tiles", "features", "vertices", "ours off", "exact off", "mean", "coarse tiles",
            "features", "ours off", "broken", "missing", "extra", "place", "value", "answer", "s")


def table_row(name, tally, seconds):
    mean = tally.sum / tally.vertices if tally.vertices else 0
    return (name, tally.themes, tally.tiles, tally.features, tally.vertices,
            f"{tally.ours_off:.2f}", f"{tally.exact_off:.2f}", f"{mean:.2f}",
            tally.coarse_tiles, tally.coarse_features, f"{tally.coarse_off:.2f}",
            *tally.wrong.values(), f"{seconds:.1f}")


def print_table(rows):
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("# " + "  ".join(str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--full", action="store_true", help="look at many more tiles and features")
    parser.add_argument("--data", type=Path, help="folder of the data sets")
    parser.add_argument("--dump", type=Path, help="folder to write every tile to")
    parser.add_argument("wanted", nargs="*", metavar="DATA SET")
    arguments = parser.parse_args()
    folder = arguments.data or Path(os.environ["top_srcdir"]).resolve().parent / "shared" / "data"
    gdal.PushErrorHandler("CPLQuietErrorHandler")  # of the data, which are bad on purpose
    sets = data_sets(folder, arguments.wanted)
    print(f"1..{len(sets) + (not folder.is_dir())}")
    rows, failed = [HEADINGS], 0
    for number, (name, make) in enumerate(sets, 1):
        begun = time.monotonic()
        tally = check_data_set(name, make, Plan(arguments.full), arguments.dump)
        failed += tally.failed()
        print(f"{'not ' if tally.failed() else ''}ok {number} - {name}: {tally.tiles + tally.coarse_tiles} tiles, "
              f"{tally.features + tally.coarse_features} features, no vertex more than {tally.ours_off:.2f} units off")
        for complaint in tally.complaints:
            print("# " + complaint.replace("\n", " "))
        rows.append(table_row(name, tally, time.monotonic() - begun))
        sys.stdout.flush()
    if not folder.is_dir():
        print(f"ok {len(sets) + 1} - real data # SKIP they are not in ../shared/data beside the sources")
    print_table(rows)
    return 1 if failed else 0


sys.exit(main())

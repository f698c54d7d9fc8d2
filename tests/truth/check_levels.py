# SPDX-License-Identifier: EUPL-1.2
"""Do levels keep what they promise? Every tile of every zoom below the data's own, judged by GDAL and GEOS.

    check_levels.py [--full] [--data FOLDER] [--zooms A-B] [FILE...]

FILEs are data sets; by default a mosaic made up here and, below FOLDER (default: ../shared/data beside the
sources), those that tile the ground; what is absent is skipped. Of each theme:
  - something is seen at its lowest zoom, and at every zoom from there on;
  - polygons are valid, and what shows at a zoom shows at the next finer one;
  - what lies across a tile's border shows on both sides of it;
and of one that tiles the ground (its polygons share their borders):
  - neighbours overlap, and leave gaps, by no more than a tile unit: a sliver vanishes when its sides
    are moved by half a unit each;
  - at a zoom all tiles together cover the ground that the data cover.
--full looks at more tiles and at larger data, and holds the communes of France against the mark (mark.py)."""

import argparse
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from osgeo import gdal, ogr, osr

from mark import judge_mark
from service import Service
from tiles import EXTENT, POLYGON, Broken, read

COVERAGES = {  # below the data folder; True: for --full only
    "bretagne_admin": True, "rennes_limites": False, "rennes_cadastre": False, "rennes_urba": False,
    "plui_zone_urba": False, "france_mailles_5km": True, "france_communes": True,
}
MARKED = "france_communes"
SHARED = 0.5  # of the length of all rings: from here on the theme tiles the ground
AREA_LOST = 0.001  # of the ground
BORDER_STRAYS = 0.5  # tile units to one side, on the whole
HALF_WORLD = math.pi * 6378137
COMPLAINTS_MOST = 12
LEAST_OVERLAP = 0.01  # square units, or metres
MOSAIC_SIDE, WINDINGS = 24, 10


class Plan:
    def __init__(self, full):
        self.tiles = 40 if full else 4  # judged by GEOS, of a zoom
        self.zooms = (0, 15)


class Judgement:
    """Of one theme."""

    def __init__(self, theme):
        self.theme, self.complaints, self.tiles, self.slivers, self.lost = theme, [], 0, 0.0, 0.0

    def need(self, truth, complaint):
        if not truth:
            self.complaints.append(complaint)


def rectangle(west, east, south, north):
    return ogr.CreateGeometryFromWkt(f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))")


def box_around(shape, more):
    west, east, south, north = shape.GetEnvelope()
    return rectangle(west - more, east + more, south - more, north + more)


def are_apart(one, other):
    """Envelopes that have no point in common."""
    return one[0] > other[1] or other[0] > one[1] or one[2] > other[3] or other[2] > one[3]


def union_of(shapes):
    whole = ogr.Geometry(ogr.wkbMultiPolygon)
    for shape in shapes:
        parts = [shape] if shape.GetGeometryType() == ogr.wkbPolygon else list(shape)
        for part in parts:
            if part.GetGeometryType() == ogr.wkbPolygon:
                whole.AddGeometry(part)
    return whole.UnionCascaded() if whole.GetGeometryCount() else whole


def holes_of(shape):
    parts = [shape] if shape.GetGeometryType() == ogr.wkbPolygon else list(shape)
    for part in parts:
        for ring in range(1, part.GetGeometryCount()):
            hole = ogr.Geometry(ogr.wkbPolygon)
            hole.AddGeometry(part.GetGeometryRef(ring).Clone())
            yield hole


def is_wide(shape, unit=1.0):
    """Is any of it more than a tile unit from side to side?"""
    return not shape.Buffer(-0.51 * unit, 4).IsEmpty()


def overlaps_of(shapes):
    """What any two of them have in common."""
    by_box = sorted(((shape.GetEnvelope(), shape) for shape in shapes), key=lambda pair: pair[0][0])
    for i, (one_box, one) in enumerate(by_box):
        for other_box, other in by_box[i + 1:]:
            if other_box[0] > one_box[1]:
                break
            if other_box[2] < one_box[3] and other_box[3] > one_box[2]:
                common = one.Intersection(other)
                if common is None or common.GetDimension() < 2:
                    continue
                if common.GetArea() > LEAST_OVERLAP:
                    yield common


def judge_ground(judgement, features, zoom, x, y, ground, strays):
    """No overlap and no gap wider than a unit; a bay whose mouth has closed, its shores straying by
    STRAYS units, is no gap. Square units covered."""
    box = rectangle(0, EXTENT, 0, EXTENT)
    shapes = [ogr.CreateGeometryFromWkb(feature.wkb).Intersection(box) for feature in features]
    shapes = [shape for shape in shapes if shape is not None and not shape.IsEmpty()]
    union = union_of(shapes)
    total, area = sum(shape.GetArea() for shape in shapes), union.GetArea()
    place, thin = f"{zoom}/{x}/{y}", 0.0
    for hole in (hole.Difference(union) for hole in holes_of(union)):
        if not is_wide(hole):
            thin += hole.GetArea()
        elif ground.real_gap(hole, zoom, x, y, strays + 1):
            judgement.need(False, f"{place}: a gap of {hole.GetArea():.1f} square units")
    if total - area > 0.5:
        for common in filter(is_wide, overlaps_of(shapes)):
            judgement.need(not ground.real_overlap(common, zoom, x, y, strays + 1),
                           f"{place}: an overlap of {common.GetArea():.1f} square units")
    judgement.slivers = max(judgement.slivers, (total - area + thin) / max(area, 1.0))
    return area


def on_earth(shape, zoom, x, y):
    """A polygon of a tile as GDAL reads it, y upwards; and how many metres a tile unit is."""
    unit = 2 * HALF_WORLD / 2**zoom / EXTENT
    moved = ogr.Geometry(ogr.wkbMultiPolygon)
    for part in [shape] if shape.GetGeometryType() == ogr.wkbPolygon else list(shape):
        if part.GetGeometryType() != ogr.wkbPolygon:
            continue
        polygon = ogr.Geometry(ogr.wkbPolygon)
        for ring in part:
            turned = ogr.Geometry(ogr.wkbLinearRing)
            for point in ring.GetPoints():
                turned.AddPoint_2D((x * EXTENT + point[0]) * unit - HALF_WORLD,
                                   HALF_WORLD - ((y + 1) * EXTENT - point[1]) * unit)
            polygon.AddGeometry(turned)
        moved.AddGeometry(polygon)
    return moved.Buffer(0), unit


class Ground:
    """The data themselves, in EPSG:3857: do they tile the ground, and what of it?"""

    def __init__(self, shapes):
        self.area = self.border = 0.0
        self.is_coverage = bool(shapes) and shared_length(shapes) > SHARED
        if self.is_coverage:
            self.union = union_of(shapes)
            self.outline = self.union.Boundary()
            self.overlaps = [(common.GetEnvelope(), common) for common in overlaps_of(shapes)]
            self.area, self.border = self.union.GetArea(), self.outline.Length()

    def real_gap(self, hole, zoom, x, y, margin):
        """Is it wide, where there is ground in the data MARGIN tile units and more from where that ends?"""
        hole, unit = on_earth(hole, zoom, x, y)
        inside = hole.Intersection(self.union)
        if inside.IsEmpty():
            return False
        around = hole.Buffer(2 * margin * unit)
        return is_wide(inside.Difference(self.outline.Intersection(around).Buffer(margin * unit)), unit)

    def real_overlap(self, common, zoom, x, y, margin):
        """Is it wide, MARGIN tile units and more from where polygons of the data overlap?"""
        common, unit = on_earth(common, zoom, x, y)
        around = box_around(common, 2 * margin * unit)
        for box, doubled in self.overlaps:
            if not are_apart(box, around.GetEnvelope()):
                common = common.Difference(doubled.Intersection(around).Buffer(margin * unit))
        return is_wide(common, unit)

    def judge_area(self, judgement, covered, zoom):
        """COVERED square units of all tiles of the zoom, against the data. Borders stray to either side."""
        unit = 2 * HALF_WORLD / 2**zoom / EXTENT
        lost = self.area / unit**2 - covered
        judgement.need(abs(lost) <= AREA_LOST * self.area / unit**2 + BORDER_STRAYS * self.border / unit,
                       f"zoom {zoom}: {covered:.0f} square units are covered, {self.area / unit**2:.0f} in the data")


def shared_length(shapes):
    """The share of the length of all rings that two polygons have in common."""
    edges = {}
    for shape in shapes:
        parts = [shape] if shape.GetGeometryType() == ogr.wkbPolygon else list(shape)
        for ring in (part.GetGeometryRef(i) for part in parts for i in range(part.GetGeometryCount())):
            points = [point[:2] for point in ring.GetPoints()]
            for edge in zip(points, points[1:]):
                edges[min(edge), max(edge)] = edges.get((min(edge), max(edge)), 0) + 1
    shared = sum(count * math.dist(*edge) for edge, count in edges.items() if count > 1)
    return shared / max(1e-9, sum(count * math.dist(*edge) for edge, count in edges.items()))


def tile_of(longitude, latitude, zoom):
    latitude = max(-85.05, min(85.05, latitude))
    side = 2**zoom
    x = (longitude + 180) / 360 * side
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * side
    return min(side - 1, max(0, int(x))), min(side - 1, max(0, int(y)))


def places_of(bounds, zoom, most):
    """Tiles that the theme touches, and whether that is all of them: else a block of neighbours in its
    middle, and others by chance."""
    west, south, east, north = bounds
    left, top = tile_of(west, north, zoom)
    right, bottom = tile_of(east, south, zoom)
    width, height = right - left + 1, bottom - top + 1
    if width * height <= most:
        return [(x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)], True
    middle_x, middle_y = (left + right) // 2, (top + bottom) // 2
    chosen = {(min(right, middle_x + i), min(bottom, middle_y + j)) for i in (0, 1) for j in (0, 1)}
    chance = random.Random(zoom)
    while len(chosen) < most:
        chosen.add((chance.randint(left, right), chance.randint(top, bottom)))
    return sorted(chosen), False


def crosses(feature, side):
    """Does it lie inside and outside of the tile at this side?"""
    axis = {"right": 0, "bottom": 1}[side]
    values = [point[axis] for _, path in feature.paths for point in path]
    return min(values) < EXTENT - 1 and max(values) > EXTENT + 1


def judge_borders(judgement, tiles, zoom):
    for (x, y), here in tiles.items():
        for side, there in (("right", tiles.get((x + 1, y))), ("bottom", tiles.get((x, y + 1)))):
            if there is None:
                continue
            ids = {feature.id for feature in there}
            absent = [feature.id for feature in here if crosses(feature, side) and feature.id not in ids]
            judgement.need(not absent, f"{zoom}/{x}/{y}: {len(absent)} across its {side} border are not "
                           f"in the next tile: {absent[:5]}")


def strays_at(document, zoom):
    """Tile units that lines may stray from the data at this zoom."""
    levels = [level for level in document["levels"][1:] if level["zoom"] >= zoom]
    if not levels:
        return 0.0
    coarsest = min(levels, key=lambda level: level["zoom"])
    metres = coarsest["resolution"] * 2 ** (coarsest["zoom"] - zoom) / 16
    return coarsest["tolerance"] / metres


def judge_zoom(service, judgement, document, zoom, plan, ground):
    """The features of each tile looked at, by place."""
    layer = document["theme"].split(":", 1)[1]
    places, all_of_them = places_of(document["bounds"], zoom, plan.tiles)
    tiles, covered, strays = {}, 0.0, strays_at(document, zoom)
    for x, y in places:
        try:
            layers = read(service.tile(document["theme"], f"{zoom}/{x}/{y}"))
        except Broken as broken:
            judgement.need(False, f"{zoom}/{x}/{y}: {broken}")
            continue
        judgement.tiles += 1
        tiles[x, y] = layers[layer].features if layer in layers else []
        if ground.is_coverage and tiles[x, y]:
            covered += judge_ground(judgement, tiles[x, y], zoom, x, y, ground, strays)
    judge_borders(judgement, tiles, zoom)
    if ground.is_coverage and all_of_them:
        ground.judge_area(judgement, covered, zoom)
    return tiles


def judge_theme(service, document, plan, ground):
    judgement = Judgement(document["theme"])
    coarser, lowest = None, document["min_zoom"]
    for zoom in range(max(lowest, plan.zooms[0]), plan.zooms[1] + 1):
        tiles = judge_zoom(service, judgement, document, zoom, plan, ground)
        if zoom == lowest:
            judgement.need(any(tiles.values()), f"nothing is seen at its lowest zoom, {zoom}")
        if coarser is not None:
            judge_nesting(judgement, coarser, tiles, zoom - 1)
        coarser = tiles
    return judgement


def is_within(feature):
    """Is any of it inside its tile, and not in the buffer around it only?"""
    sides = zip(*(point for _, path in feature.paths for point in path))
    return all(min(values) < EXTENT and max(values) > 0 for values in sides)


def judge_nesting(judgement, coarser, finer, zoom):
    """A feature of a tile shows in one of its four, where all four were looked at."""
    for (x, y), features in coarser.items():
        children = [finer.get((2 * x + i, 2 * y + j)) for i in (0, 1) for j in (0, 1)]
        if any(child is None for child in children):
            continue
        shown = {feature.id for child in children for feature in child}
        absent = [feature.id for feature in features if feature.id not in shown and is_within(feature)]
        judgement.need(not absent, f"{zoom}/{x}/{y}: {len(absent)} do not show at the next zoom: {absent[:5]}")


def shapes_of(path, document):
    """The polygons of a theme's data, in EPSG:3857; none if there is anything else among them."""
    dataset = gdal.OpenEx(str(path), gdal.OF_VECTOR)
    name = document["theme"].split(":", 1)[1]
    layer = dataset.GetLayerByName(name) or dataset.GetLayer(0)
    mercator = osr.SpatialReference()
    mercator.ImportFromEPSG(3857)
    mercator.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    there = osr.CoordinateTransformation(layer.GetSpatialRef(), mercator)
    shapes = []
    for row in layer:
        shape = row.GetGeometryRef()
        if shape is None or shape.IsEmpty():
            continue
        shape = shape.Clone()
        if ogr.GT_Flatten(shape.GetGeometryType()) not in (ogr.wkbPolygon, ogr.wkbMultiPolygon):
            return []
        shape.FlattenTo2D()
        shape.Transform(there)
        shapes.append(shape)
    return shapes


def judge_data(path, plan, folder):
    state = tempfile.mkdtemp(dir=folder)
    judgements = []
    with Service(str(path), state) as service:
        for document in service.themes:
            if document["levels"]:
                ground = Ground(shapes_of(path, document))
                judgements.append((judge_theme(service, document, plan, ground), ground))
    shutil.rmtree(state)
    return judgements


def report(path, judgement, ground):
    kind = "tiles the ground" if ground.is_coverage else "does not tile the ground"
    print(f"# {judgement.theme}: {kind}, {judgement.tiles} tiles, slivers at most {judgement.slivers:.4%} of a tile")
    for complaint in judgement.complaints[:COMPLAINTS_MOST]:
        print(f"#   {complaint}")
    return not judgement.complaints


def unpacked(archive, folder):
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    return [path for path in sorted(Path(folder).iterdir()) if path.suffix in (".gpkg", ".shp", ".geojson")]


def report_mark(path, folder):
    summary, complaints = judge_mark(path, folder)
    print(f"# {summary}")
    for complaint in complaints:
        print(f"#   {complaint}")
    return not complaints


def winding(a, b, chance):
    """From one corner of the mosaic to another, without the end."""
    points = [a]
    for k in range(1, WINDINGS):
        off = chance.uniform(-1, 1) * min(0.12, 6 / math.dist(a, b)) * math.sin(k / WINDINGS * math.pi)
        points.append((a[0] + k / WINDINGS * (b[0] - a[0]) - off * (b[1] - a[1]),
                       a[1] + k / WINDINGS * (b[1] - a[1]) + off * (b[0] - a[0])))
    return points


def mosaic(path):
    """Polygons of all sizes around Rennes whose borders wind, some with an enclave, one with a lake that is
    nobody's."""
    chance = random.Random(3948)
    rows, columns = [0], [0]
    while len(rows) <= MOSAIC_SIDE:
        rows.append(rows[-1] + chance.choice((30, 90, 400, 1500)))
        columns.append(columns[-1] + chance.choice((30, 90, 400, 1500)))
    corner = {(i, j): (1340000 + x + chance.uniform(-5, 5), 7210000 + y + chance.uniform(-5, 5))
              for i, x in enumerate(columns) for j, y in enumerate(rows)}
    border = {}
    for i, j in corner:
        for to in ((i + 1, j), (i, j + 1)):
            if to in corner:
                border[(i, j), to] = winding(corner[i, j], corner[to], chance)
                border[to, (i, j)] = [corner[to]] + border[(i, j), to][:0:-1]
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(3948)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = dataset.CreateLayer("mosaic", srs, ogr.wkbPolygon)
    for i in range(MOSAIC_SIDE):
        for j in range(MOSAIC_SIDE):
            turn = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
            rings = [sum((border[a, b] for a, b in zip(turn, turn[1:])), [])]
            if (i * MOSAIC_SIDE + j) % 7 == 3:
                x, y = (sum(corner[place][axis] for place in turn[:4]) / 4 for axis in (0, 1))
                reach = 0.2 * min(math.dist(corner[a], corner[b]) for a, b in zip(turn, turn[1:]))
                rings.append([(x + reach * math.cos(k), y + reach * math.sin(k)) for k in range(6)])
                if i != j:
                    add_polygon(layer, rings[1:])
            add_polygon(layer, rings)
    return path


def add_polygon(layer, rings):
    shape = ogr.Geometry(ogr.wkbPolygon)
    for points in rings:
        ring = ogr.Geometry(ogr.wkbLinearRing)
        for x, y in points + points[:1]:
            ring.AddPoint_2D(x, y)
        shape.AddGeometry(ring)
    row = ogr.Feature(layer.GetLayerDefn())
    row.SetGeometry(shape)
    layer.CreateFeature(row)


def data_sets(options, folder):
    """(name, path) of what is to be judged."""
    if options.files:
        return [(Path(file).name, Path(file)) for file in options.files]
    found = []
    found.append(("a mosaic", mosaic(Path(folder) / "mosaic.gpkg")))
    for name, large in COVERAGES.items():
        for archive in sorted((options.data / name).glob("*.zip")) if options.full or not large else []:
            found += [(name, path) for path in unpacked(archive, Path(folder) / name)]
    return found


def main():
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--data", type=Path, default=Path(os.environ["top_srcdir"]).resolve().parent / "shared/data")
    parser.add_argument("--zooms", default="0-15")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    plan, failed = Plan(options.full), 0
    plan.zooms = tuple(int(zoom) for zoom in options.zooms.split("-"))
    with tempfile.TemporaryDirectory() as folder:
        sets = data_sets(options, folder)
        marked = [path for name, path in sets if options.full and path.stem == MARKED]
        print(f"1..{len(sets) + len(marked)}")
        for number, (name, path) in enumerate(sets, 1):
            sound = all([report(path, *judged) for judged in judge_data(path, plan, folder)])
            print(f"{'ok' if sound else 'not ok'} {number} - levels of {name}", flush=True)
            failed += not sound
        for path in marked:
            sound = report_mark(path, folder)
            print(f"{'ok' if sound else 'not ok'} {len(sets) + 1} - the mark", flush=True)
            failed += not sound
    return 1 if failed else 0


sys.exit(main())

# SPDX-License-Identifier: EUPL-1.2
"""Shapes that cross the antimeridian and go round the poles, in CRS that know neither.

They are opened along the antimeridian by GEOS: what is left of them there, and only that, PROJ puts on
a map of degrees or in Web Mercator without tearing it."""

import math

import numpy
from osgeo import ogr, osr

from shapes import Quiet, arrays, cut, of_kind, reference, shape_of
from tiles import EXTENT, LINE, POINT, POLYGON

DEGREE = 111319.49  # metres
POLE = 90 - 1e-9
STEPS = 8000  # of the antimeridian
HALVINGS = 24  # of the step beside a pole
SLIT = 0.001  # tile units, to each side of it


def repeats(grid):
    return grid.name in ("WebMercatorQuad", "WorldCRS84Quad")


def turn(grid):
    """What is added to an easting that goes round the Earth once."""
    return 360.0 if grid.srs.IsGeographic() else 2 * 20037508.342789244


def latitudes(ground, to_degrees):
    """Of a box and a little beyond; to the pole where that is near."""
    if not ground:
        return -POLE, POLE
    west, south, east, north = ground
    share = [i / 32 for i in range(33)]
    with Quiet():
        places = to_degrees.TransformPoints([(west + u * (east - west), south + v * (north - south))
                                             for u in share for v in share])
    found = [place[1] for place in places if math.isfinite(place[1])]
    margin = (max(found) - min(found)) / 10
    low, high = max(min(found) - margin, -POLE), min(max(found) + margin, POLE)
    return -POLE if low < -84 else low, POLE if high > 84 else high


def samples(low, high):
    """Of the antimeridian from one latitude to another. Nearer to a pole ever closer: what lies beside it
    at one distance from it is at all longitudes there."""
    step = (high - low) / STEPS
    out = [low + step * i for i in range(STEPS + 1)]
    if low == -POLE:
        out[1:1] = [low + step / 2**i for i in range(HALVINGS, 0, -1)]
    if high == POLE:
        out[-1:-1] = [high - step / 2**i for i in range(1, HALVINGS + 1)]
    return out


class Opening:
    """Opens shapes of a source along the antimeridian, as finely as a tile of the grid needs. GROUND:
    box that they are cut to, of the source; None: nothing."""

    def __init__(self, tile, srs, ground):
        west, south, east, north = tile.box
        degrees = reference(4326)
        metres = (east - west) * (DEGREE if tile.grid.srs.IsGeographic() else 1) / EXTENT
        to_source = osr.CoordinateTransformation(degrees, srs)
        low, high = latitudes(ground, osr.CoordinateTransformation(srs, degrees))
        with Quiet():
            line = to_source.TransformPoints([(180.0, latitude) for latitude in samples(low, high)])
        line = [place[:2] for place in line if all(map(math.isfinite, place[:2]))]
        self.slit = None
        if len(line) > 1:
            width = SLIT * metres * max(0.01, math.cos(math.radians(min(abs(low), abs(high)))))
            self.slit = shape_of(LINE, [[numpy.array(line)]]).Buffer(width, 2)

    def open(self, kind, shape):
        if kind == POINT or self.slit is None or shape.IsEmpty() or not shape.Intersects(self.slit):
            return shape
        return of_kind(kind, shape.Difference(self.slit))


def turned(kind, shape, tile):
    """Moves SHAPE, in tile units: once for each turn of the Earth that the tile shows some of. Of points
    the nearest, and at the coarsest levels none but where they are."""
    west, _, east, _ = tile.box
    period = turn(tile.grid) * EXTENT / (east - west)
    if kind == POINT:
        if period < 3.5 * EXTENT:
            return shape
        near = [[path - (period * numpy.round((path[0, 0] - EXTENT / 2) / period), 0.0) for path in paths]
                for paths in arrays(shape)]
        return shape_of(kind, near)
    box = (-EXTENT, -EXTENT, 2.0 * EXTENT, 2.0 * EXTENT)
    parts = []
    for by in (-period, 0.0, period):
        moved = shape_of(kind, [[path + (by, 0.0) for path in paths] for paths in arrays(shape)])
        if moved.GetEnvelope()[0] <= box[2] and moved.GetEnvelope()[1] >= box[0]:
            parts += arrays(cut(kind, moved, box))
    return shape_of(kind, parts)


def circle(x, y, radius, turned_by=0.0):
    angles = numpy.linspace(0, 2 * math.pi, 91)[:-1] + turned_by
    ring = numpy.column_stack((x + radius * numpy.cos(angles), y + radius * numpy.sin(angles)))
    return numpy.concatenate((ring, ring[:1]))


def square(west, south, east, north):
    return numpy.array([(west, south), (east, south), (east, north), (west, north), (west, south)], float)


def path(*points):
    return numpy.array(points, float)


SHAPES = {
    "utm_60": (32660, [
        (POLYGON, [[square(5e5, 1e5, 14e5, 3e6), circle(833e3, 15e5, 2e5)]]),
        (POLYGON, [[square(-1e6, 4e6, 3e6, 6e6)]]),
        (LINE, [[path(*((5e5 + i % 2 * 7e5, i * 2e5) for i in range(30)))], [path((-2e6, 7e6), (3e6, 65e5))]]),
        (POINT, [[path((833e3, 1e6))], [path((84e4, 1e6))]])]),
    "new_zealand": (2193, [
        (POLYGON, [[square(1e6, 47e5, 27e5, 63e5), circle(24e5, 55e5, 3e5)]]),
        (LINE, [[path((15e5, 5e6), (29e5, 59e5))]])]),
    "north": (3413, [
        (POLYGON, [[circle(0, 0, 2e6), circle(3e5, 2e5, 8e5), circle(-12e5, -9e5, 2e5)]]),
        (POLYGON, [[circle(0, 0, 4e6), circle(0, 0, 3e6, 1.0)]]),
        (POLYGON, [[square(-49e5, -49e5, -42e5, 49e5)], [circle(-24e5, 24e5, 3e5)]]),
        (POLYGON, [[path((0, 0), (25e5, -1e5), (25e5, 1e5), (0, 0))]]),
        (LINE, [[circle(0, 0, 25e5)], [path((-4e6, 5e5), (4e6, 7e5))], [path((-5e5, -4e6), (-7e5, 4e6))]])]),
    "south": (3031, [
        (POLYGON, [[circle(0, 0, 2e6), circle(-3e5, -2e5, 5e5)], [circle(0, -3e6, 9e5)]]),
        (POLYGON, [[circle(15e5, -15e5, 23e5)]]),
        (LINE, [[circle(0, 0, 25e5)], [path(*((4e6 * math.cos(2.4 * i), 4e6 * math.sin(2.4 * i)) for i in range(8)))]])]),
    "world_mercator": (3395, [(POLYGON, [[square(-20037508, -5e6, 20037508, 5e6), circle(1e6, 1e6, 2e6)]])]),
}


def make(folder):
    """A data set of them below FOLDER."""
    folder.mkdir(parents=True)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(folder / "seams.gpkg"))
    for name, (epsg, shapes) in SHAPES.items():
        layer = dataset.CreateLayer(name, reference(epsg), ogr.wkbUnknown)
        for kind, parts in shapes:
            feature = ogr.Feature(layer.GetLayerDefn())
            feature.SetGeometryDirectly(shape_of(kind, parts))
            layer.CreateFeature(feature)
    return folder

# SPDX-License-Identifier: EUPL-1.2
"""Where GDAL and PROJ put the features of a source: in units of a tile, y down, nothing rounded.

A segment of the source is straight in the source's CRS; its image is what is drawn, so segments are
cut into short ones before they are moved."""

import math

import numpy

from seams import Opening, repeats, turned
from shapes import Quiet, arrays, cut, flat, gather, reference, shape_of, transformation, valid
from tiles import BUFFER, EXTENT, LINE, POINT, POLYGON

MERCATOR = 20037508.342789244
DEGREE = 111319.49  # metres
FARTHEST = 1e8  # metres: coordinates beyond are mistakes


class Grid:
    """Matrices of tiles: of each level the sides of a tile, columns and rows. Rows are counted from the
    north, or from the south where the grid's origin is there."""

    def __init__(self, name, epsg, west, north, matrices, from_south=False):
        self.name, self.west, self.north, self.matrices, self.from_south = name, west, north, matrices, from_south
        self.levels = len(matrices)
        self.srs = reference(epsg)
        # Degrees east of Greenwich, of a conic map.
        self.middle = self.srs.GetProjParm("central_meridian", 0) if "Lambert_Conformal" in str(
            self.srs.GetAttrValue("PROJECTION")) else None

    def turned(self, z, y):
        return self.matrices[z][3] - 1 - y if self.from_south else y

    def box(self, z, x, y):
        width, height, _, _ = self.matrices[z]
        y = self.turned(z, y)
        return self.west + x * width, self.north - (y + 1) * height, self.west + (x + 1) * width, self.north - y * height

    def tile(self, z, x, y):
        """The tile that the place lies in, or None."""
        width, height, columns, rows = self.matrices[z]
        column, row = (x - self.west) / width, (self.north - y) / height
        inside = 0 <= column < columns and 0 <= row < rows
        return (int(column), self.turned(z, int(row))) if inside else None

    def pixel(self, z):
        """A 256th of a tile's shorter side."""
        return min(self.matrices[z][:2]) / 256


def halving(side, levels, columns=1):
    return [(side / 2**z, side / 2**z, columns * 2**z, 2**z) for z in range(levels)]


GRIDS = [
    Grid("WebMercatorQuad", 3857, -MERCATOR, MERCATOR, halving(2 * MERCATOR, 25)),
    Grid("CC48_10cm", 3948, 0, 12000000, halving(104857.6 * 256, 21)),
    Grid("LAMB93_10cm", 2154, 0, 12000000, halving(209715.2 * 256, 22)),
    Grid("WorldCRS84Quad", 4326, -180, 90, halving(180, 24, columns=2)),
    # All that a grid may have and these have not; odd_grid() describes it to the program.
    Grid("odd", 3035, 900000, 900000 + 6144000,
         [(512 * cell, 256 * cell, 6144000 // (512 * cell), 6144000 // (256 * cell))
          for cell in (3000, 1000, 250, 50, 10, 1)], from_south=True),
]


def odd_grid():
    """The last of GRIDS as OGC's JSON: northing first, rows from the south, tiles twice as wide as high,
    levels that do not halve and are not in order."""
    grid = GRIDS[-1]
    matrices = [{"id": f"niveau {z}", "cellSize": width / 512, "scaleDenominator": width / 512 / 0.00028,
                 "cornerOfOrigin": "bottomLeft", "pointOfOrigin": [grid.north - rows * height, grid.west],
                 "tileWidth": 512, "tileHeight": 256, "matrixWidth": columns, "matrixHeight": rows}
                for z, (width, height, columns, rows) in enumerate(grid.matrices)]
    return {"id": grid.name, "crs": "http://www.opengis.net/def/crs/EPSG/0/3035", "orderedAxes": ["Y", "X"],
            "tileMatrices": matrices[::-1]}


WIDER = 16  # units beyond the buffer


def kinds(shape, geographic):
    """Straight, flat, valid geometries by kind, out of whatever a source holds; what degrees count
    beyond the antimeridian is moved to the other side of the map. Nothing of what has a coordinate
    that is none."""
    found = {POINT: [], LINE: [], POLYGON: []}
    if shape is None or shape.IsEmpty():
        return {}
    gather(flat(shape), found)
    reach = FARTHEST / (DEGREE if geographic else 1)
    if not all((abs(path) <= reach).all() for parts in found.values() for paths in parts for path in paths):
        return {}
    out = {kind: shape_of(kind, parts) for kind, parts in found.items() if parts}
    if POLYGON in out:
        out[POLYGON] = valid(out[POLYGON])
    if geographic:
        out = {kind: within_a_turn(kind, shape) for kind, shape in out.items()}
    return {kind: shape for kind, shape in out.items() if not shape.IsEmpty()}


def within_a_turn(kind, shape):
    west, east, _, _ = shape.GetEnvelope()
    if -180 <= west and east <= 180 or max(abs(west), abs(east)) > 1500:
        return shape
    parts = []
    for turn in range(math.floor((west + 180) / 360), math.floor((east + 180) / 360) + 1):
        piece = cut(kind, shape, (turn * 360 - 180.0, -1e3, turn * 360 + 180.0, 1e3))
        parts += [[path - (turn * 360.0, 0.0) for path in paths] for paths in arrays(piece)]
    return shape_of(kind, parts)


class Tile:
    """A tile of a grid, and the way to it from a source's CRS."""

    SAMPLES = 17

    def __init__(self, grid, z, x, y, srs):
        self.grid, self.z, self.x, self.y = grid, z, x, y
        self.box = grid.box(z, x, y)
        self.same = bool(srs.IsSame(grid.srs))
        self.there = transformation(srs, grid.srs)
        self.back = transformation(grid.srs, srs)
        self.geographic = bool(srs.IsGeographic())
        self.ground = self.find_ground()
        self.opening = Opening(self, srs, self.ground) if repeats(grid) and not self.geographic else None

    def __str__(self):
        return f"{self.grid.name}/{self.z}/{self.x}/{self.y}"

    def find_ground(self):
        """What of the source's plane the tile and its buffer may show, generously; None: all of it."""
        west, south, east, north = self.box
        more = (east - west) * 0.05
        if self.geographic and any(west - more < x < east + more and south - more < y < north + more
                                   for x, y in self.poles()):
            return None
        share = [i / (self.SAMPLES - 1) for i in range(self.SAMPLES)]
        places = [(west - more + u * (east - west + 2 * more), south - more + v * (north - south + 2 * more))
                  for u in share for v in share]
        with Quiet():
            images = [image for image in self.back.TransformPoints(places) if all(map(math.isfinite, image[:2]))]
        if len(images) < len(places):
            return None
        xs, ys = [image[0] for image in images], [image[1] for image in images]
        more_x, more_y = (max(xs) - min(xs)) * 0.02, (max(ys) - min(ys)) * 0.02
        return min(xs) - more_x, min(ys) - more_y, max(xs) + more_x, max(ys) + more_y

    def poles(self):
        """Where the map has them: all meridians come together there, which samples do not tell."""
        with Quiet():
            images = self.there.TransformPoints([(0.0, -90.0), (0.0, 90.0)])
        return [image[:2] for image in images if all(map(math.isfinite, image[:2]))]

    def image(self, kind, shape):
        """SHAPE (of the source, one kind) in tile units, cut a little beyond the buffer; or None."""
        if self.geographic and kind != POINT:
            pole = 90.0 if self.same else 90 - 1e-6
            shape = cut(kind, shape, (-180.0, -pole, 180.0, pole))
            shape = self.cut_open(kind, shape)
        if self.ground and kind != POINT:
            shape = cut(kind, shape, self.ground)
        shape = self.opening.open(kind, shape).Clone() if self.opening else shape.Clone()
        if not self.same:
            self.densify(kind, shape)
            with Quiet():
                if shape.IsEmpty() or shape.Transform(self.there) != 0:
                    return None
        west, south, east, north = self.box
        x_scale, y_scale = EXTENT / (east - west), EXTENT / (north - south)
        parts = [[numpy.column_stack(((path[:, 0] - west) * x_scale, (north - path[:, 1]) * y_scale)) for path in paths]
                 for paths in arrays(shape)]
        parts = [paths for paths in parts if all(numpy.isfinite(path).all() for path in paths)]
        image = shape_of(kind, parts)
        return cut_to_tile(kind, turned(kind, image, self) if self.opening else image, WIDER)

    def cut_open(self, kind, shape):
        """A cone is laid flat along the meridian opposite to its middle."""
        west, east, _, _ = shape.GetEnvelope()
        middle = self.grid.middle
        if middle is None or not west < middle - 180 < east:
            return shape
        halves = ((-180.0, -90.0, middle - 180 - 1e-9, 90.0), (middle - 180 + 1e-9, -90.0, 180.0, 90.0))
        return shape_of(kind, [paths for half in halves for paths in arrays(cut(kind, shape, half))])

    def densify(self, kind, shape):
        if kind == POINT or shape.IsEmpty():
            return
        west, east, south, north = shape.GetEnvelope()
        longest = max(east - west, north - south, 1e-9) / 3000
        if self.ground:
            sides = self.ground[2] - self.ground[0], self.ground[3] - self.ground[1]
            longest = min(sides) / 30 if self.z > 6 else min(longest, min(sides) / 300)
        shape.Segmentize(longest)


def cut_to_tile(kind, shape, more=0):
    """The part of SHAPE, in tile units, in the tile, its buffer and MORE units; or None."""
    least, most = -BUFFER - more, EXTENT + BUFFER + more
    if kind == POINT:
        parts = [paths for paths in arrays(shape) if ((paths[0] >= least) & (paths[0] <= most)).all()]
        shape = shape_of(kind, parts)
    else:
        shape = cut(kind, valid(shape) if kind == POLYGON else shape, (least, least, most, most))
    return None if shape.IsEmpty() else shape

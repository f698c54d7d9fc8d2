# SPDX-License-Identifier: EUPL-1.2
"""Where GDAL and PROJ put the features of a source: in units of a tile, y down, nothing rounded.

A segment of the source is straight in the source's CRS; its image is what is drawn, so segments are
cut into short ones before they are moved."""

import math
import struct

import numpy
from osgeo import gdal, ogr, osr

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


def reference(epsg):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


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


def arrays(shape):
    """Paths of a simple or multi geometry: [[path, ...], ...], the rings of each polygon together."""
    kind = ogr.GT_Flatten(shape.GetGeometryType())
    if kind in (ogr.wkbMultiPoint, ogr.wkbMultiLineString, ogr.wkbMultiPolygon, ogr.wkbGeometryCollection):
        return [path for i in range(shape.GetGeometryCount()) for path in arrays(shape.GetGeometryRef(i))]
    wkb = bytes(shape.ExportToWkb(ogr.wkbNDR))
    if kind == ogr.wkbPoint:
        return [[numpy.frombuffer(wkb, "<f8", 2, 5).reshape(1, 2)]] if not shape.IsEmpty() else []
    if kind == ogr.wkbLineString:
        count = struct.unpack_from("<I", wkb, 5)[0]
        return [[numpy.frombuffer(wkb, "<f8", 2 * count, 9).reshape(count, 2)]] if count else []
    rings, at = [], 9
    for _ in range(struct.unpack_from("<I", wkb, 5)[0]):
        count = struct.unpack_from("<I", wkb, at)[0]
        rings.append(numpy.frombuffer(wkb, "<f8", 2 * count, at + 4).reshape(count, 2))
        at += 4 + 16 * count
    return [rings] if rings else []


def shape_of(kind, parts):
    """The multi geometry of what arrays() gives."""
    single = {POINT: 1, LINE: 2, POLYGON: 3}[kind]
    out = [struct.pack("<BII", 1, single + 3, len(parts))]
    for paths in parts:
        out.append(struct.pack("<BI", 1, single))
        if kind == POLYGON:
            out.append(struct.pack("<I", len(paths)))
        for path in paths:
            if kind != POINT:
                out.append(struct.pack("<I", len(path)))
            out.append(numpy.ascontiguousarray(path, "<f8").tobytes())
    return ogr.CreateGeometryFromWkb(b"".join(out))


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


def valid(polygons):
    if polygons.IsValid():
        return polygons
    return of_kind(POLYGON, polygons.MakeValid(["METHOD=STRUCTURE", "KEEP_COLLAPSED=NO"]))


def flat(shape):
    """A copy of two dimensions and straight segments."""
    shape = shape.Clone()
    shape.FlattenTo2D()
    return shape.GetLinearGeometry() if shape.HasCurveGeometry() else shape


def gather(shape, found):
    kind = ogr.GT_Flatten(shape.GetGeometryType())
    if kind == ogr.wkbPoint:
        found[POINT] += arrays(shape)
    elif kind == ogr.wkbLineString:
        found[LINE] += arrays(shape) if shape.GetPointCount() > 1 else []
    elif kind in (ogr.wkbPolygon, ogr.wkbTriangle):
        found[POLYGON] += sound_rings(arrays(ogr.ForceToPolygon(shape)))
    else:
        for i in range(shape.GetGeometryCount()):
            gather(shape.GetGeometryRef(i), found)


def sound_rings(parts):
    """Polygons that GEOS takes: closed rings of four points or more."""
    parts = [[closed(ring) for ring in rings] for rings in parts]
    parts = [rings for rings in parts if len(rings[0]) >= 4]
    return [[ring for ring in rings if len(ring) >= 4] for rings in parts]


def closed(ring):
    return ring if (ring[0] == ring[-1]).all() else numpy.concatenate((ring, ring[:1]))


class Tile:
    """A tile of a grid, and the way to it from a source's CRS."""

    SAMPLES = 17

    def __init__(self, grid, z, x, y, srs):
        self.grid, self.z, self.x, self.y = grid, z, x, y
        self.box = grid.box(z, x, y)
        self.same = bool(srs.IsSame(grid.srs))
        self.there = osr.CoordinateTransformation(srs, grid.srs)
        self.back = osr.CoordinateTransformation(grid.srs, srs)
        self.geographic = bool(srs.IsGeographic())
        self.conic = self.geographic and grid.name not in ("WebMercatorQuad", "WorldCRS84Quad")
        self.ground = self.find_ground()

    def __str__(self):
        return f"{self.grid.name}/{self.z}/{self.x}/{self.y}"

    def find_ground(self):
        """What of the source's plane the tile and its buffer may show, generously; None: all of it."""
        west, south, east, north = self.box
        more = (east - west) * 0.05
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

    def image(self, kind, shape):
        """SHAPE (of the source, one kind) in tile units, cut a little beyond the buffer; or None."""
        if self.geographic and kind != POINT:
            pole = 90.0 if self.same else 89.9
            shape = cut(kind, shape, (-180.0, -pole, 180.0, pole))
        if self.ground and kind != POINT:
            shape = cut(kind, shape, self.ground)
        shape = shape.Clone()
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
        return cut_to_tile(kind, shape_of(kind, parts), WIDER)

    def tears(self, kind, shape):
        """Does SHAPE go round the Earth, which no conic map can show in one piece?"""
        west, east, _, _ = shape.GetEnvelope()
        return self.conic and kind != POINT and east - west > 180

    def densify(self, kind, shape):
        if self.ground and kind != POINT:
            west, south, east, north = self.ground
            shape.Segmentize(min(east - west, north - south) / (30 if self.z > 6 else 300))
        elif kind != POINT and not shape.IsEmpty():
            west, east, south, north = shape.GetEnvelope()
            shape.Segmentize(max(east - west, north - south, 1e-9) / 3000)


def cut_to_tile(kind, shape, more=0):
    """The part of SHAPE, in tile units, in the tile, its buffer and MORE units; or None."""
    least, most = -BUFFER - more, EXTENT + BUFFER + more
    if kind == POINT:
        parts = [paths for paths in arrays(shape) if ((paths[0] >= least) & (paths[0] <= most)).all()]
        shape = shape_of(kind, parts)
    else:
        shape = cut(kind, valid(shape) if kind == POLYGON else shape, (least, least, most, most))
    return None if shape.IsEmpty() else shape


class Quiet:
    """GDAL says nothing meanwhile."""

    def __enter__(self):
        gdal.PushErrorHandler("CPLQuietErrorHandler")

    def __exit__(self, *_):
        gdal.PopErrorHandler()


def cut(kind, shape, box):
    west, south, east, north = box
    envelope = shape.GetEnvelope()
    if west <= envelope[0] and envelope[1] <= east and south <= envelope[2] and envelope[3] <= north:
        return shape
    corners = numpy.array([(west, south), (east, south), (east, north), (west, north), (west, south)])
    return of_kind(kind, shape.Intersection(shape_of(POLYGON, [[corners]])))


def of_kind(kind, shape):
    """The part of SHAPE that has the kind's dimension."""
    found = {POINT: [], LINE: [], POLYGON: []}
    gather(shape, found)
    return shape_of(kind, found[kind])

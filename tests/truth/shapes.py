# SPDX-License-Identifier: EUPL-1.2
"""Geometries as arrays of numbers, taken apart and cut by GEOS."""

import functools
import struct

import numpy
from osgeo import gdal, ogr, osr

from tiles import LINE, POINT, POLYGON


def reference(epsg):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(epsg)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


@functools.lru_cache(maxsize=None)
def transformation(source, target):
    """From one CRS to the other; made once, since PROJ looks at all it knows."""
    return osr.CoordinateTransformation(source, target)


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

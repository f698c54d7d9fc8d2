# SPDX-License-Identifier: EUPL-1.2
"""How far what a tile shows of a feature is from where it belongs."""

import json
import math

import numpy
from osgeo import ogr

from shapes import arrays, cut
from tiles import BUFFER, EXTENT, LINE, POINT, POLYGON

POINTS_MOST = 1000  # of a feature measured one by one; of more, every so manieth
NEAR = 0.71  # units: rounding alone may move a vertex that far
PAIRS_MOST = 50_000  # measured at a time: what fits the processor is many times quicker
COLLAPSED = 1.5  # units: a line within that may fall on one point of the grid


def segments(parts, kind):
    """Ends of all segments, (n, 2) each; points are segments without length."""
    starts, ends = [], []
    for paths in parts:
        for path in paths:
            starts.append(path if kind == POINT else path[:-1])
            ends.append(path if kind == POINT else path[1:])
    return numpy.concatenate(starts), numpy.concatenate(ends)


def vertices(parts):
    points = numpy.concatenate([path for paths in parts for path in paths])
    return points[:: max(1, len(points) // POINTS_MOST)]


def squares_to(points, starts, along):
    """Squares of the distances of POINTS to segments that begin at STARTS and go ALONG; the last axis is x, y."""
    there = points - starts
    share = (there * along).sum(axis=-1) / numpy.maximum((along**2).sum(axis=-1), 1e-30)
    there -= numpy.clip(share, 0, 1)[..., None] * along
    return (there**2).sum(axis=-1)


def distances(points, lines):
    """Of each point to the nearest of the segments.

    Those that follow each other lie near each other, so they are taken by runs, whose boxes tell how near
    each can be at best: only runs that may be nearer than the one of the nearest box are looked at."""
    starts, ends = lines
    run = max(8, math.isqrt(len(starts)) // 2)  # as dear to look at as the boxes
    rows = numpy.minimum(numpy.arange(-(-len(starts) // run) * run), len(starts) - 1).reshape(-1, run)
    starts, ends = starts[rows], ends[rows]
    along = ends - starts
    least, most = numpy.minimum(starts, ends).min(axis=1), numpy.maximum(starts, ends).max(axis=1)
    out = numpy.empty(len(points))
    step = max(1, PAIRS_MOST // max(run, len(rows)))
    for i in range(0, len(points), step):
        some = points[i : i + step]
        beside = numpy.maximum(numpy.maximum(least - some[:, None], some[:, None] - most), 0)
        bounds = (beside**2).sum(axis=2)
        first = bounds.argmin(axis=1)
        squares = squares_to(some[:, None], starts[first], along[first]).min(axis=1)
        bounds[numpy.arange(len(some)), first] = numpy.inf
        point, other = numpy.nonzero(bounds < squares[:, None])
        for j in range(0, len(point), step):
            who, which = point[j : j + step], other[j : j + step]
            numpy.minimum.at(squares, who, squares_to(some[who, None], starts[which], along[which]).min(axis=1))
        out[i : i + step] = numpy.sqrt(squares)
    return out


def must_show(kind, exact, allowance):
    """May this image, cut to the tile and its buffer, not be left out?"""
    if kind == POLYGON:
        return not exact.Buffer(-allowance).IsEmpty()
    if kind == LINE:
        return any(extent_of(path) > COLLAPSED + allowance for paths in arrays(exact) for path in paths)
    # A point a hair from the edge of the buffer may be rounded to either side of it.
    points = vertices(arrays(exact))
    return bool((numpy.abs(points - EXTENT / 2).max(axis=1) < EXTENT / 2 + BUFFER - 0.1).any())


def extent_of(path):
    return float((path.max(axis=0) - path.min(axis=0)).max())


class Measure:
    """The distances between a feature in a tile and its exact image, in tile units.

    Where a shape leaves the buffer at a small angle, the least error moves the cut far along its
    side: so our vertices are also held against the WIDER image, that goes on beyond, and of exact lines what
    is a little within the buffer against ours."""

    def __init__(self, kind, ours, exact, wider, allowance):
        self.kind, self.allowance = kind, allowance
        self.ours, self.exact = ours, exact
        self.our_parts, self.exact_parts = arrays(ours), arrays(exact)
        points = vertices(self.our_parts)
        ours_to_exact = distances(points, segments(self.exact_parts, kind))
        off = ours_to_exact > NEAR
        if off.any():  # seldom, and the wider image may have a hundred times the points
            beyond = distances(points[off], segments(arrays(wider), kind))
            ours_to_exact[off] = numpy.minimum(ours_to_exact[off], beyond)
        exact_to_ours = distances(self.exact_vertices(self.exact_parts), segments(self.our_parts, kind))
        if kind == LINE and (exact_to_ours > allowance).any():  # the same, the other way round
            least, most = allowance - BUFFER, EXTENT + BUFFER - allowance
            within = arrays(cut(LINE, exact, (least, least, most, most)))
            exact_to_ours = distances(self.exact_vertices(within), segments(self.our_parts, kind))
        self.far = exact_to_ours[exact_to_ours > allowance]
        near = exact_to_ours[exact_to_ours <= allowance]
        self.ours_off = float(ours_to_exact.max())
        self.exact_off = float(near.max(initial=0))
        self.sum = float(ours_to_exact.sum() + near.sum())
        self.count = len(ours_to_exact) + len(near)

    def exact_vertices(self, parts):
        """Those of lines that fell together on one point of the grid are nowhere."""
        if self.kind == LINE:
            parts = [[path for path in paths if extent_of(path) > COLLAPSED] for paths in parts]
        parts = [paths for paths in parts if paths]
        if not parts:
            return numpy.empty((0, 2))
        points = vertices(parts)
        if self.kind == POINT:
            points = points[numpy.abs(points - EXTENT / 2).max(axis=1) < EXTENT / 2 + BUFFER - 0.1]
        return points

    def complaint(self):
        """What is wrong, or None."""
        if self.ours_off > self.allowance:
            return f"{self.ours_off:.2f} units from where it belongs"
        if not len(self.far):
            return None
        if self.kind == POLYGON:
            return self.lost_area()
        return f"what should be shown is {self.far.max():.2f} units away"

    def lost_area(self):
        """Parts thinner than the grid may vanish, and bays close; nothing broader."""
        lost = self.exact.Buffer(-self.allowance).Difference(self.ours.Buffer(0.01))
        added = self.ours.Difference(self.exact.Buffer(self.allowance))
        area = lost.Area() + added.Area()
        return f"{area:.2f} square units are not as they should be" if area > 0.5 else None


def count_points(shape):
    return sum(len(path) for paths in arrays(shape) for path in paths)


def same_value(ours, expected):
    if isinstance(expected, bool) or isinstance(ours, bool):
        return ours is expected
    if isinstance(expected, list):
        return isinstance(ours, str) and json.loads(ours) == expected
    if isinstance(expected, float):
        return isinstance(ours, (int, float)) and (ours == expected or math.isnan(expected) and math.isnan(ours))
    return type(ours) is type(expected) and ours == expected


def compare_properties(ours, expected):
    """What differs, or None."""
    for name in sorted(set(ours) | set(expected)):
        if name not in ours:
            return f"{name} = {expected[name]!r} is missing"
        if name not in expected:
            return f"{name} = {ours[name]!r} should be null"
        if not same_value(ours[name], expected[name]):
            return f"{name} is {ours[name]!r}, not {expected[name]!r}"
    return None


SAFE_INTEGER = 2**53
TEXT_MOST = 65535  # bytes: what is longer stays out of tiles, and the report says so


def properties_of(row):
    """What the tile should say of a row of the source, by column; nulls are left out."""
    out = {}
    for i in range(row.GetFieldCount()):
        field = row.GetFieldDefnRef(i)
        if row.IsFieldSetAndNotNull(i) and field.GetType() != ogr.OFTBinary:
            value = value_of(row, i, field)
            if not isinstance(value, str) or len(value.encode()) <= TEXT_MOST:
                out[field.GetName()] = value
    return out


def value_of(row, i, field):
    kind = field.GetType()
    if kind in (ogr.OFTInteger, ogr.OFTInteger64):
        number = row.GetFieldAsInteger64(i)
        if field.GetSubType() == ogr.OFSTBoolean:
            return bool(number)
        return number if abs(number) <= SAFE_INTEGER else str(number)
    if kind == ogr.OFTReal:
        return row.GetFieldAsDouble(i)
    if kind in (ogr.OFTDate, ogr.OFTTime, ogr.OFTDateTime):
        return moment(row.GetFieldAsDateTime(i), kind)
    if kind in LISTS:
        return list(LISTS[kind](row, i))
    return text_of(row, i)


LISTS = {
    ogr.OFTIntegerList: ogr.Feature.GetFieldAsIntegerList,
    ogr.OFTInteger64List: ogr.Feature.GetFieldAsInteger64List,
    ogr.OFTRealList: ogr.Feature.GetFieldAsDoubleList,
    ogr.OFTStringList: ogr.Feature.GetFieldAsStringList,
}


def text_of(row, i):
    try:
        return row.GetFieldAsString(i)
    except UnicodeDecodeError:
        return row.GetFieldAsBinary(i).decode("cp1252")


def moment(parts, kind):
    """ISO 8601."""
    year, month, day, hour, minute, second, zone = parts
    date = f"{year:04d}-{month:02d}-{day:02d}"
    if kind == ogr.OFTDate:
        return date
    thousandths = round(second * 1000)
    time = f"{hour:02d}:{minute:02d}:{thousandths // 1000:02d}"
    if thousandths % 1000:
        time += f".{thousandths % 1000:03d}"
    if zone == 100:
        time += "Z"
    elif zone > 1:
        quarters = zone - 100
        time += f"{'-' if quarters < 0 else '+'}{abs(quarters) // 4:02d}:{abs(quarters) % 4 * 15:02d}"
    return time if kind == ogr.OFTTime else f"{date}T{time}"

# SPDX-License-Identifier: EUPL-1.2
"""A vector tile read twice: message by message, by the letter of MVT 2.1, and by GDAL.

Nothing of the engine is used. The first reading gives the structure and the types of values; the
second gives the geometries."""

import struct

from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()

EXTENT = 4096
BUFFER = 64
POINT, LINE, POLYGON = 1, 2, 3


class Broken(Exception):
    """The tile is not as the specification or the project wants it."""


def need(truth, complaint):
    if not truth:
        raise Broken(complaint)


def varint(data, at):
    number = shift = 0
    while True:
        need(at < len(data) and shift < 70, "a varint has no end")
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
        shift += 7


def fields(data):
    """(field, wire type, number or bytes) of a message."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        field, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = varint(data, at)
        else:
            if wire == 2:
                length, at = varint(data, at)
            else:
                need(wire in (1, 5), f"wire type {wire}")
                length = 8 if wire == 1 else 4
            need(at + length <= len(data), "a field runs out of its message")
            value = bytes(data[at : at + length])
            at += length
        yield field, wire, value


def numbers(data):
    """All varints of a packed field; the loop that a tile's reading is made of."""
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        if byte < 128:
            yield number
            number = shift = 0
        else:
            shift += 7
            need(shift < 70, "a varint has no end")
    need(not shift, "a varint has no end")


def unzigzag(number):
    return (number >> 1) ^ -(number & 1)


def value_of(data):
    """The one value in a Value message, as what Python calls it; floats of four bytes are floats."""
    found = list(fields(data))
    need(len(found) == 1, "a value that is not one value")
    field, _, raw = found[0]
    if field == 1:
        return raw.decode("utf-8")
    if field == 2:
        return struct.unpack("<f", raw)[0]
    if field == 3:
        return struct.unpack("<d", raw)[0]
    if field in (4, 5):
        return raw
    if field == 6:
        return unzigzag(raw)
    need(field == 7 and raw in (0, 1), f"value field {field}")
    return bool(raw)


def commands(data):
    """Paths of a geometry: (last command, [(x, y), ...]), in tile units."""
    stream = list(numbers(data))
    at = x = y = 0
    paths = []
    while at < len(stream):
        command, count = stream[at] & 7, stream[at] >> 3
        at += 1
        last = paths[-1][0] if paths else None
        if command == 7:
            need(count == 1 and last == 2 and len(paths[-1][1]) >= 3, "ClosePath of no ring")
            paths[-1] = (7, paths[-1][1])
            continue
        need(command in (1, 2) and count > 0, f"command {command} x {count}")
        need(at + 2 * count <= len(stream), "a geometry runs out")
        points = []
        for _ in range(count):
            x += unzigzag(stream[at])
            y += unzigzag(stream[at + 1])
            at += 2
            points.append((x, y))
        if command == 1:
            need(not paths or last in (2, 7), "MoveTo after MoveTo")
            paths.append((1, points))
        else:
            need(last == 1 and len(paths[-1][1]) == 1, "LineTo without MoveTo")
            paths[-1] = (2, paths[-1][1] + points)
    return paths


def double_area(ring):
    """Twice the area by the surveyor's formula: positive for an exterior ring (4.3.3.3)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))


class Feature:
    def __init__(self, data, keys, values):
        self.id, self.kind, self.paths, tags = None, None, [], []
        seen = set()
        for field, _, value in fields(data):
            need(field in (1, 2, 3, 4) and field not in seen, f"feature field {field}")
            seen.add(field)
            if field == 1:
                self.id = value
            elif field == 2:
                tags = list(numbers(value))
            elif field == 3:
                self.kind = value
            else:
                self.paths = commands(value)
        need(self.kind in (POINT, LINE, POLYGON), f"geometry type {self.kind}")
        need(len(tags) % 2 == 0, "an odd number of tags")
        self.properties = {}
        for key, value in zip(tags[::2], tags[1::2]):
            need(key < len(keys) and value < len(values), "a tag without key or value")
            need(keys[key] not in self.properties, f"column {keys[key]} twice in a feature")
            self.properties[keys[key]] = values[value]
        self.used = set(tags[::2]), set(tags[1::2])
        self.check_shape()

    def check_shape(self):
        need(self.paths, "a feature without geometry")
        exteriors = 0
        for ended, path in self.paths:
            for x, y in path:
                need(-BUFFER <= x <= EXTENT + BUFFER and -BUFFER <= y <= EXTENT + BUFFER,
                     f"point {x} {y} is beyond the buffer")
            if self.kind == POINT:
                need(ended == 1, "a point that is not one")
                continue
            need(ended == (2 if self.kind == LINE else 7), "a path of another kind")
            need(len(path) >= (2 if self.kind == LINE else 3), "a path too short")
            following = path[1:] + (path[:1] if self.kind == POLYGON else [])
            need(all(a != b for a, b in zip(path, following)), "a point is repeated")
            if self.kind == POLYGON:
                area = double_area(path)
                need(area != 0, "a ring without area")
                exteriors += area > 0
                need(exteriors, "a hole before its exterior ring")


class Layer:
    def __init__(self, data):
        keys, values, messages, version = [], [], [], None
        self.name, self.extent = None, None
        for field, _, value in fields(data):
            if field == 1:
                self.name = value.decode("utf-8")
            elif field == 2:
                messages.append(value)
            elif field == 3:
                keys.append(value.decode("utf-8"))
            elif field == 4:
                values.append(value)
            elif field == 5:
                self.extent = value
            else:
                need(field == 15, f"layer field {field}")
                version = value
        need(version == 2, f"version {version}")
        need(self.extent == EXTENT, f"extent {self.extent}")
        need(self.name and messages, "a layer without name or features")
        need(len(set(keys)) == len(keys), "a key is stored twice")
        need(len(set(values)) == len(values), "a value is stored twice")
        decoded = [value_of(value) for value in values]
        self.features = [Feature(message, keys, decoded) for message in messages]
        used_keys = set().union(*(feature.used[0] for feature in self.features))
        used_values = set().union(*(feature.used[1] for feature in self.features))
        need(len(used_keys) == len(keys) and len(used_values) == len(values), "a key or value is of no use")
        ids = [feature.id for feature in self.features if feature.id is not None]
        need(len(set(ids)) == len(ids), "an id is borne by two features")


def judge_shapes(data, layers):
    """Gives each feature its `shape`, made by GDAL in tile units, y down; GEOS finds it valid."""
    name = "/vsimem/truth.mvt"
    gdal.FileFromMemBuffer(name, data)
    dataset = gdal.OpenEx(name, gdal.OF_VECTOR, open_options=["CLIP=NO"])
    for layer in layers:
        rows = list(dataset.GetLayerByName(layer.name))
        need(len(rows) == len(layer.features), f"GDAL reads {len(rows)} of {len(layer.features)} features")
        for row, feature in zip(rows, layer.features):
            shape = row.GetGeometryRef()
            need(shape is not None, f"feature {feature.id}: GDAL reads no geometry")
            need(shape.IsValid(), f"feature {feature.id} is invalid: {shape.ExportToWkt()[:300]}")
            feature.wkb = bytes(shape.ExportToWkb())
            rings = sum(1 for _, path in feature.paths if double_area(path) > 0)
            if feature.kind == POLYGON:
                need(max(1, polygon_count(shape)) == rings,
                     f"feature {feature.id}: GDAL finds {polygon_count(shape)} polygons, not {rings}")
    dataset = None
    gdal.Unlink(name)


def polygon_count(shape):
    return shape.GetGeometryCount() if shape.GetGeometryType() == ogr.wkbMultiPolygon else 1


def read(data):
    """Layers of a tile by name; Broken where it is not as it should be."""
    layers = []
    for field, wire, value in fields(data):
        need(field == 3 and wire == 2, f"tile field {field}")
        layers.append(Layer(value))
    names = [layer.name for layer in layers]
    need(len(set(names)) == len(names), "two layers have one name")
    if layers:
        judge_shapes(data, layers)
    return {layer.name: layer for layer in layers}

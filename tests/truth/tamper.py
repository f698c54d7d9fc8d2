# SPDX-License-Identifier: EUPL-1.2
"""What a broken engine would show in a tile's place. The judge must tell it from what is right, or
it judges nothing."""

import copy

from osgeo import ogr

STRANGER = 2**40  # no source counts that far
MOVED = 2, 1  # tile units


def move(shape):
    for i in range(shape.GetGeometryCount()):
        move(shape.GetGeometryRef(i))
    for i in range(shape.GetPointCount()):
        shape.SetPoint_2D(i, shape.GetX(i) + MOVED[0], shape.GetY(i) + MOVED[1])


def moved(feature):
    shape = ogr.CreateGeometryFromWkb(feature.wkb)
    move(shape)
    feature = copy.copy(feature)
    feature.wkb = bytes(shape.ExportToWkb())
    return feature


def other_value(value):
    if isinstance(value, bool):
        return not value
    return value + " " if isinstance(value, str) else value + 1


def changed(feature):
    """Its first value is another; where it has none, it has one."""
    feature = copy.copy(feature)
    name, value = next(iter(feature.properties.items()), ("none", 0))
    feature.properties = {**feature.properties, name: other_value(value)}
    return feature


def of_nothing(feature):
    feature = copy.copy(feature)
    feature.id = STRANGER
    return feature


TAMPERINGS = {
    "missing": lambda features: [],
    "extra": lambda features: features + [of_nothing(features[0])],
    "place": lambda features: [moved(feature) for feature in features],
    "value": lambda features: [changed(feature) for feature in features],
}

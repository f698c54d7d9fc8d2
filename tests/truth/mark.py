# SPDX-License-Identifier: EUPL-1.2
"""The mark of generalisation: every polygon of a large coverage at a low zoom, in tiles of a given size.

The communes of France at zoom 6, none of whose tiles may weigh more than 300 kB gzipped: each shows with
its attributes, each is valid, and neighbours neither overlap nor leave gaps."""

import gzip
from pathlib import Path

from osgeo import gdal, ogr

from service import Service
from tiles import EXTENT, read

ZOOM, BUDGET = 6, 300_000
COLUMNS, ROWS = range(30, 35), range(21, 25)  # all of metropolitan France
SLIVERS_MOST = 0.0005  # of the area: what is covered twice, and gaps that the data have not
CONFIGURATION = f"""data: {{path}}
themes:
  "*":
    tile_budget: {BUDGET}
"""


def rows_of(path):
    """What the data say of each feature, by its id."""
    layer = (dataset := gdal.OpenEx(str(path), gdal.OF_VECTOR)).GetLayer(0)
    rows = {row.GetFID(): {key: value for key, value in row.items().items() if value is not None} for row in layer}
    del layer, dataset
    return rows


def polygons_of(shape):
    if shape is None or shape.IsEmpty():
        return []
    # Copies: parts borrow from a shape that the caller drops.
    return [part.Clone() for part in ([shape] if shape.GetGeometryName() == "POLYGON" else shape)
            if part.GetGeometryName() == "POLYGON"]


class Ground:
    """What the tiles of the zoom cover, in tile units, y upwards from the zoom's upper left corner."""

    def __init__(self):
        self.parts, self.drawn = ogr.Geometry(ogr.wkbMultiPolygon), 0.0

    def add(self, feature, x, y, box):
        for polygon in polygons_of(ogr.CreateGeometryFromWkb(feature.wkb).Intersection(box)):
            self.drawn += polygon.GetArea()
            moved = ogr.Geometry(ogr.wkbPolygon)
            for ring in (polygon.GetGeometryRef(number) for number in range(polygon.GetGeometryCount())):
                turned = ogr.Geometry(ogr.wkbLinearRing)
                for point in ring.GetPoints():
                    turned.AddPoint_2D(point[0] + x * EXTENT, point[1] - y * EXTENT)
                moved.AddGeometry(turned)
            self.parts.AddGeometry(moved)

    def judge(self, most_holes):
        """The shares covered twice, and left open beyond the MOST_HOLES largest gaps, which the data have."""
        union = self.parts.UnionCascaded()
        gaps = []
        for polygon in polygons_of(union):
            for number in range(1, polygon.GetGeometryCount()):
                hole = ogr.Geometry(ogr.wkbPolygon)
                hole.AddGeometry(polygon.GetGeometryRef(number).Clone())
                gaps.append(hole.GetArea())
        return (self.drawn - union.GetArea()) / union.GetArea(), sum(sorted(gaps)[:len(gaps) - most_holes]) / union.GetArea()


def judge_mark(path, folder):
    """(summary, complaints) of the data at PATH."""
    configuration = Path(folder) / "mark.yaml"
    configuration.write_text(CONFIGURATION.format(path=path), encoding="utf-8")
    rows, shown, invalid, wrong, heaviest, ground = rows_of(path), set(), 0, 0, 0, Ground()
    corners = f"0 0,{EXTENT} 0,{EXTENT} {EXTENT},0 {EXTENT},0 0"
    box = ogr.CreateGeometryFromWkt(f"POLYGON(({corners}))")
    with Service(str(configuration), str(Path(folder) / "mark")) as service:
        theme = service.themes[0]["theme"]
        for x, y in ((x, y) for x in COLUMNS for y in ROWS):
            packed = service.packed_tile(theme, f"{ZOOM}/{x}/{y}")
            heaviest = max(heaviest, len(packed))
            layers = read(gzip.decompress(packed)) if packed else {}
            for feature in (feature for layer in layers.values() for feature in layer.features):
                invalid += not ogr.CreateGeometryFromWkb(feature.wkb).IsValid()
                wrong += feature.properties != rows.get(feature.id)
                shown.add(feature.id)
                ground.add(feature, x, y, box)
    overlaps, gaps = ground.judge(most_holes=1)
    complaints = [complaint for fails, complaint in (
        (shown != set(rows), f"{len(rows) - len(shown)} of {len(rows)} do not show"),
        (wrong, f"{wrong} have lost attributes"),
        (invalid, f"{invalid} are not valid"),
        (heaviest > BUDGET, f"the heaviest tile has {heaviest} bytes"),
        (overlaps + gaps > SLIVERS_MOST, f"{overlaps:.4%} are covered twice, {gaps:.4%} left open"),
    ) if fails]
    return (f"{len(shown)} of {len(rows)} show at zoom {ZOOM}, the heaviest tile has {heaviest} bytes, "
            f"{overlaps:.4%} are covered twice, {gaps:.4%} left open"), complaints

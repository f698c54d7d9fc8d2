# SPDX-License-Identifier: EUPL-1.2
"""Data that no one should have, and some do: served as far as they can be, and told in a sentence."""

import json
import os
import re
import resource
import sqlite3
import struct

from osgeo import ogr, osr

from harness import FULL, add_layer, case, command, equal, path, read_tile, run

STATE = ("--state", path("state"))


def layer_of(file, name, kind, driver="GPKG", options=()):
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(3948)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    dataset = ogr.GetDriverByName(driver).CreateDataSource(file)
    return dataset, dataset.CreateLayer(name, srs, kind, list(options))


def add(layer, wkt, **values):
    feature = ogr.Feature(layer.GetLayerDefn())
    for name, value in values.items():
        feature.SetField(name, value)
    feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
    layer.CreateFeature(feature)


def check(file, *options):
    status, out, err = command("check", file, *STATE, *options)
    equal(err, "")
    return status, out


@case("a theme with 2,000 columns is served with all of them")
def _():
    file = path("large.fgb")
    dataset, layer = layer_of(file, "large", ogr.wkbPoint, "FlatGeobuf")
    for i in range(2000):
        layer.CreateField(ogr.FieldDefn(f"c{i}", ogr.OFTInteger if i % 2 else ogr.OFTString))
    # few: together they must stay below the weight of a tile, whatever compresses it
    for i in range(8):
        add(layer, f"POINT({1350000 + 10 * i} 7222500)", **{f"c{k}": i * k for k in range(2000)})
    dataset = layer = None
    equal(check(file), (0, "1 theme, 0 problems, 0 remarks\n"))
    status, tile, _ = command("tile", file, "large:large", FULL, *STATE, binary=True)
    equal(status, 0)
    rows = read_tile(tile)["large"]
    equal(len(rows), 8)
    third = next(row for row in rows if row["c1"] == 3)
    equal((third["c1999"], third["c1998"]), (5997, "5994"))


@case("a text of 200 million characters stays out of the tiles, which says so, in bounded memory")
def _():
    file = path("roman.gpkg")
    dataset, layer = layer_of(file, "roman", ogr.wkbPoint)
    layer.CreateField(ogr.FieldDefn("notes", ogr.OFTString))
    add(layer, "POINT(1350000 7222500)", notes="court")
    add(layer, "POINT(1350200 7222500)", notes="x" * 200_000_000)
    dataset = layer = None
    status, out = check(file)
    equal(status, 0)
    assert re.search(r"^roman:roman: 1 feature has a text longer than 65,535 bytes: .*; feature 2 at 1350200\.00 .*; column notes$", out, re.M), out
    status, tile, _ = command("tile", file, "roman:roman", FULL, *STATE, binary=True)
    assert len(tile) < 500, len(tile)
    equal([row.get("notes") for row in read_tile(tile)["roman"]], ["court", None])
    if "san" not in os.environ.get("ASAN_OPTIONS", ""):
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        assert peak < 1_500_000, f"{peak} kB"


def collection(depth):
    """GeoPackage's bytes of a point in DEPTH collections."""
    wkb = struct.pack("<BIdd", 1, 1, 1350000, 7222500)
    for _ in range(depth):
        wkb = struct.pack("<BII", 1, 7, 1) + wkb
    return b"GP\0\1" + struct.pack("<i", 3948) + wkb


@case("collections nested 1,000 deep are counted, and the others drawn")
def _():
    file = path("poupee.gpkg")
    dataset, layer = layer_of(file, "poupee", ogr.wkbUnknown, options=["SPATIAL_INDEX=NO"])
    dataset = layer = None
    base = sqlite3.connect(file)
    for number, depth in enumerate((0, 20, 1000), 1):
        base.execute("INSERT INTO poupee (fid, geom) VALUES (?, ?)", (number, collection(depth)))
    base.commit()
    base.close()
    status, out = check(file)
    equal(status, 1)
    assert re.search(r"^poupee:poupee: 1 feature .*; feature 3\b", out, re.M), out
    status, tile, _ = command("tile", file, "poupee:poupee", FULL, *STATE, binary=True)
    equal(len(read_tile(tile)["poupee"]), 2)


@case("a CRS that GDAL cannot read, or that has no place on the map, is told by its name")
def _():
    for name, definition, told in (
            ("Grille de la ville", "not a definition", r'it names, "Grille de la ville" \(VILLE:12\), is described in a way that GDAL cannot read; assign one'),
            ("Chantier", 'ENGCRS["Repère du chantier de la gare",EDATUM["x"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],'
             'LENGTHUNIT["metre",1]]', r'system "Repère du chantier de la gare" has no place on the Earth')):
        file = path("sans_crs.gpkg")
        dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
        add_layer(dataset, "a", ogr.wkbPoint, 3948, ["POINT(1350000 7222500)"])
        dataset = None
        base = sqlite3.connect(file)
        base.execute("UPDATE gpkg_spatial_ref_sys SET srs_name = ?, organization = 'VILLE', organization_coordsys_id = 12,"
                     " definition = ? WHERE srs_id = 3948", (name, definition))
        base.commit()
        base.close()
        status, out = check(file)
        equal(status, 1)
        assert re.search(told, out), out
        os.remove(file)


@case("a table without geometry is a remark, ids that come twice and places far off too, in any form")
def _():
    folder = path("divers")
    os.mkdir(folder)
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(os.path.join(folder, "divers.gpkg"))
    add_layer(dataset, "loin", ogr.wkbPoint, 3948, ["POINT(1350000 7222500)", "POINT(1350000 5500000)"])
    dataset.CreateLayer("table", None, ogr.wkbNone)
    dataset = None
    status, out = check(folder)
    equal(status, 0)
    assert re.search(r"^divers/divers\.gpkg, layer table: it has no geometry|divers\.gpkg, layer table: it has no geometry", out, re.M), out
    assert re.search(r"^divers:loin: 1 feature lies outside the area .*; feature 2 at 1350000\.00 5500000\.00 \(3\d\.", out, re.M), out
    assert out.endswith("\n1 theme, 0 problems, 2 remarks\n"), out
    _, out = check(folder, "--language=fr")
    assert re.search(r"1 objet est hors du domaine d’emploi .*; objet 2 à 1350000,00 5500000,00 \(3\d,", out), out
    _, out = check(folder, "--json")
    document = json.loads(out)
    equal((document["themes"], document["problems"], document["remarks"]), (1, 0, 2))
    (far,) = [finding for finding in document["findings"] if finding.get("flaw")]
    equal((far["flaw"], far["features"], far["id"], far["severity"]), ("out_of_area", 1, 2, "remark"))
    equal(command("check", folder, "--language=de")[0], 2)


run()

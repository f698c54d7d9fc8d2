# SPDX-License-Identifier: EUPL-1.2
"""`tuilerie export`: files of tiles that others read."""

import gzip
import json
import os
import random
import signal
import struct
import subprocess
import time

from osgeo import gdal, ogr

from crowd import until
from harness import TUILERIE, WAIT, add_layer, case, city, command, equal, path, run
from pyramid import BIG, big, expect_tile, read_mbtiles

STATE = path("state")


def export(name, *arguments):
    file = path(name)
    status, out, err = command("export", *arguments, "--state", STATE, "-o", file)
    equal((status, out), (0, ""))
    assert os.path.basename(file) in err, err
    equal([left for left in os.listdir(os.path.dirname(file)) if name in left], [name])
    return file


def varints(data):
    number = shift = 0
    for byte in data:
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield number
            number = shift = 0


def tile_of(number):
    """z, x, y of PMTiles' number of a tile."""
    z = 0
    while number >= 1 << 2 * z:
        number -= 1 << 2 * z
        z += 1
    x = y = 0
    for order in range(z):
        side = 1 << order
        right = number >> 1 & 1
        bottom = (number ^ right) & 1
        if not bottom:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        x += side * right
        y += side * bottom
        number >>= 2
    return z, x, y


def read_pmtiles(file):
    """The tiles, header and metadata of an archive, read as its specification says."""
    archive = open(file, "rb").read()
    equal(archive[:8], b"PMTiles\x03")
    names = ("root", "root_length", "metadata", "metadata_length", "leaves", "leaves_length", "tiles", "tiles_length",
             "addressed", "entries", "contents")
    header = dict(zip(names, struct.unpack_from("<11Q", archive, 8)))
    names = ("clustered", "internal", "compression", "type", "min_zoom", "max_zoom", "west", "south", "east", "north",
             "centre_zoom", "x", "y")
    header.update(zip(names, struct.unpack_from("<6B4iB2i", archive, 96)))
    equal(header["tiles"] + header["tiles_length"], len(archive))
    tiles = {}

    def read_directory(data):
        numbers = list(varints(gzip.decompress(data)))
        count = numbers.pop(0)
        equal(len(numbers), 4 * count)
        number = end = 0
        for delta, run_length, length, offset in zip(*(numbers[i * count:(i + 1) * count] for i in range(4))):
            number += delta
            start = offset - 1 if offset else end
            end = start + length
            if not run_length:
                read_directory(archive[header["leaves"] + start:header["leaves"] + end])
            for repeated in range(run_length):
                tiles[tile_of(number + repeated)] = archive[header["tiles"] + start:header["tiles"] + end]

    read_directory(archive[header["root"]:header["root"] + header["root_length"]])
    equal(len(tiles), header["addressed"])
    equal(len(set(tiles.values())), header["contents"])
    metadata = gzip.decompress(archive[header["metadata"]:header["metadata"] + header["metadata_length"]])
    return tiles, header, json.loads(metadata)


THEMES = ("ville:ecole", "ville:rue", "ville:zone")
SCHEME = ("crs", "tile_origin_upper_left_x", "tile_origin_upper_left_y", "tile_dimension_zoom_0")


@case("MBTiles: every tile is what `tuilerie tile` writes")
def _():
    tiles, _ = read_mbtiles(export("zone.mbtiles", city(), "ville:zone", "--zoom", "0-15"))
    equal({tile[0] for tile in tiles}, set(range(16)))
    for tile, data in tiles.items():
        expect_tile(STATE, city(), "ville:zone", "WebMercatorQuad", tile, data)


@case("PMTiles: the same tiles, under their numbers")
def _():
    expected, _ = read_mbtiles(export("same.mbtiles", city(), "ville:zone", "--zoom", "0-15"))
    tiles, header, _ = read_pmtiles(export("same.pmtiles", city(), "ville:zone", "--zoom", "0-15"))
    equal(tiles, expected)
    equal([header[name] for name in ("clustered", "internal", "compression", "type", "min_zoom", "max_zoom")],
          [1, 2, 2, 1, 0, 15])
    tiles, _, _ = read_pmtiles(export("big.pmtiles", big(), BIG, "--zoom", "5-14"))
    expected, _ = read_mbtiles(export("big.mbtiles", big(), BIG, "--zoom", "5-14"))
    equal(tiles, expected)
    assert len(tiles) > 1500, len(tiles)


@case("several themes are layers of the same tiles")
def _():
    tiles, metadata = read_mbtiles(export("several.mbtiles", city(), *THEMES, "--zoom", "10-14"))
    for tile, data in tiles.items():
        expect_tile(STATE, city(), ",".join(THEMES), "WebMercatorQuad", tile, data)
    equal([layer["id"] for layer in json.loads(metadata["json"])["vector_layers"]], ["ecole", "rue", "zone"])


@case("MBTiles says what its specification asks for")
def _():
    _, metadata = read_mbtiles(export("said.mbtiles", city(), "ville:zone", "--zoom", "9-12"))
    for name in ("name", "format", "bounds", "center", "minzoom", "maxzoom", "type", "version", "json"):
        assert metadata.get(name), (name, metadata)
    equal((metadata["format"], metadata["minzoom"], metadata["maxzoom"]), ("pbf", "9", "12"))
    west, south, east, north = map(float, metadata["bounds"].split(","))
    x, y, zoom = map(float, metadata["center"].split(","))
    assert west <= x <= east and south <= y <= north and 9 <= zoom <= 12, metadata
    layer = json.loads(metadata["json"])["vector_layers"][0]
    equal((layer["id"], layer["minzoom"], layer["maxzoom"]), ("zone", 9, 12))
    equal(layer["fields"], {"nom": "String", "numero": "Number", "surface": "Number"})


@case("PMTiles says the same in its header and metadata")
def _():
    _, metadata = read_mbtiles(export("said.mbtiles", city(), "ville:zone", "--zoom", "9-12"))
    _, header, said = read_pmtiles(export("said.pmtiles", city(), "ville:zone", "--zoom", "9-12"))
    equal(said["vector_layers"], json.loads(metadata["json"])["vector_layers"])
    for name in ("name", "version", "type"):
        equal(said[name], metadata[name])
    bounds = [header[side] / 1e7 for side in ("west", "south", "east", "north")]
    equal([round(side, 7) for side in bounds], [float(side) for side in metadata["bounds"].split(",")])


@case("GDAL reads the MBTiles: the features of the theme, where they are")
def _():
    dataset = gdal.OpenEx(export("gdal.mbtiles", city(), "ville:ecole", "--zoom", "14"), gdal.OF_VECTOR, ["MBTiles"])
    layer = dataset.GetLayerByName("ecole")
    numbers = {feature.GetField("numero") for feature in layer}
    equal(numbers, set(range(1, 51)))
    west, east, south, north = layer.GetExtent()
    assert -195000 < west < east < -185000 and 6120000 < south < north < 6130000, layer.GetExtent()


@case("another grid is named as GDAL names it, and refused by PMTiles")
def _():
    file = export("cc48.mbtiles", city(), "ville:zone", "--grid", "CC48_10cm", "--zoom", "10-13")
    tiles, metadata = read_mbtiles(file)
    for tile, data in tiles.items():
        expect_tile(STATE, city(), "ville:zone", "CC48_10cm", tile, data)
    scheme = [metadata[name] for name in SCHEME]
    equal((scheme[0], [float(number) for number in scheme[1:]]), ("EPSG:3948", [0, 12000000, 104857.6 * 256]))
    gdal.VectorTranslate(path("cc48"), gdal.OpenEx(city(), gdal.OF_VECTOR), format="MVT", layers=["zone"],
                         datasetCreationOptions=["MAXZOOM=1", "TILING_SCHEME=" + ",".join(scheme)])
    with open(path("cc48/metadata.json"), encoding="utf-8") as theirs:
        theirs = json.load(theirs)
    equal([theirs[name] for name in SCHEME], [scheme[0], *(float(number) for number in scheme[1:])])
    status, out, err = command("export", city(), "ville:zone", "--grid", "CC48_10cm", "--state", STATE, "-o", path("no.pmtiles"))
    equal((status, out), (1, ""))
    assert "PMTiles knows no grid but WebMercatorQuad" in err and not os.path.exists(path("no.pmtiles")), err


@case("an area narrows the tiles and the bounds")
def _():
    area = (-1.7, 48.1, -1.65, 48.12)
    tiles, metadata = read_mbtiles(export("area.mbtiles", big(), "--zoom", "12-14", "--bbox", ",".join(map(str, area))))
    assert all(8114 <= x <= 8117 and 5687 <= y <= 5691 for z, x, y in tiles if z == 14), sorted(tiles)
    equal(metadata["bounds"], "-1.7000000,48.1000000,-1.6500000,48.1200000")


@case("equal tiles are kept once")
def _():
    file = path("eau.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    add_layer(dataset, "mer", ogr.wkbPolygon, 3857, ["POLYGON((-5e6 -5e6,5e6 -5e6,5e6 5e6,-5e6 5e6,-5e6 -5e6))"])
    dataset = None
    tiles, header, _ = read_pmtiles(export("mer.pmtiles", file, "--zoom", "0-8"))
    assert header["contents"] < header["entries"] < header["addressed"] / 10, header
    assert len(tiles) > 5000, len(tiles)


@case("what cannot be is told, and leaves the old file and nothing beside")
def _():
    file = path("keep.mbtiles")
    for arguments, expected, said in (
        ([city(), "ville:zone", "-o", path("x.gpkg")], 1, ".mbtiles or .pmtiles"),
        ([city(), "ville:zone"], 2, "-o FILE"),
        ([city(), "ville:zone", "-o"], 2, "-o needs a value"),
        ([city(), "ville:zone", "-o", file, "--zoom", "3-2"], 2, "--zoom"),
        ([city(), "ville:vide", "-o", file], 1, "no tile to export"),
        ([city(), "ville:zone", "-o", file, "--bbox", "10,10,11,11"], 1, "no tile to export"),
        ([city(), "ville:zone", "-o", "/nowhere/x.mbtiles"], 1, "/nowhere/x.mbtiles"),
        ([city(), "ville:zone", "-o", "/nowhere/x.pmtiles"], 1, "/nowhere/x.pmtiles"),
    ):
        with open(file, "w", encoding="ascii") as old:
            old.write("old")
        status, out, err = command("export", "--state", STATE, *arguments)
        equal((arguments, status, out), (arguments, expected, ""))
        assert said in err and err.startswith("tuilerie: "), err
        equal(open(file, encoding="ascii").read(), "old")
        equal([left for left in os.listdir(os.path.dirname(file)) if "partial" in left or left.startswith("x.")], [])


@case("interrupted, it leaves the old file and nothing beside")
def _():
    file = path("interrupted.pmtiles")
    with open(file, "w", encoding="ascii") as old:
        old.write("old")
    process = subprocess.Popen([TUILERIE, "export", big(), "--zoom", "0-20", "--state", STATE, "-o", file],
                               stderr=subprocess.PIPE, text=True)
    until("begun", lambda: [left for left in os.listdir(os.path.dirname(file)) if "partial" in left])
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=WAIT)
    equal(process.returncode, 1)
    assert "interrupted; " in err, err
    equal(open(file, encoding="ascii").read(), "old")
    equal([left for left in os.listdir(os.path.dirname(file)) if "partial" in left], [])


@case("tiles keep to their budget where few features have long texts and many have none")
def _():
    chance, file = random.Random(8), path("fiches.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
    dataset.StartTransaction()
    bare = [f"POINT({1300000 + village * 20000 + chance.random() * 2000} {7200000 + chance.random() * 2000})"
            for village in range(6) for _ in range(900)]
    told = [f"POINT({1361000 + chance.random() * 2000} {7241000 + chance.random() * 2000})" for _ in range(800)]
    add_layer(dataset, "fiche", ogr.wkbPoint, 3948, bare + told)
    layer = dataset.GetLayer(0)
    layer.CreateField(ogr.FieldDefn("texte", ogr.OFTString))
    for row in range(len(bare) + 1, len(bare) + len(told) + 1):
        feature = layer.GetFeature(row)
        feature.SetField("texte", chance.randbytes(300).hex())
        layer.SetFeature(feature)
    dataset.CommitTransaction()
    layer = dataset = None
    tiles, _ = read_mbtiles(export("fiches.mbtiles", file, "--zoom", "8-12"))
    largest = max(tiles.values(), key=len)
    assert 100_000 < len(largest) <= 200_000, len(largest)


run()

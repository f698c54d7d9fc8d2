# SPDX-License-Identifier: EUPL-1.2
"""What the tests of seeds and exports share: a theme of thousands of tiles, and files of tiles read."""

import contextlib
import glob
import gzip
import os
import random
import sqlite3

from osgeo import ogr

from harness import add_layer, command, equal, path, square

BIG = "semis:parcelle"
BIG_ZOOMS = "6-14"
made = {}


def big():
    """Fields scattered over 60 km, so that there is something to interrupt."""
    if "big" not in made:
        chance = random.Random(7)
        file = path("semis.gpkg")
        dataset = ogr.GetDriverByName("GPKG").CreateDataSource(file)
        dataset.StartTransaction()
        fields = [square(chance.uniform(1320000, 1380000), chance.uniform(7190000, 7250000), chance.uniform(5, 400))
                  for _ in range(6000)]
        add_layer(dataset, "parcelle", ogr.wkbPolygon, 3948, fields)
        dataset.CommitTransaction()
        dataset = None
        made["big"] = file
    return made["big"]


def read_mbtiles(file):
    """{(z, x, y): the tile's bytes} and the metadata."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        equal(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        rows = database.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
        metadata = dict(database.execute("SELECT name, value FROM metadata"))
    tiles = {(z, x, (1 << z) - 1 - y): data for z, x, y, data in rows}
    equal(len(tiles), len(rows))
    return tiles, metadata


def read_cache(state, grid="WebMercatorQuad"):
    files = glob.glob(os.path.join(glob.escape(state), "cache", "*", grid + ".mbtiles"))
    assert len(files) <= 1, files
    if files:
        with contextlib.closing(sqlite3.connect(files[0])) as database:
            # whoever was killed right after making the file had made no table yet
            if database.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
                return {}
    return read_mbtiles(files[0])[0] if files else {}


def expect_tile(state, data, themes, grid, tile, packed):
    """The tile is what `tuilerie tile` writes."""
    address = "/".join([grid, *map(str, tile)])
    status, out, err = command("tile", data, themes, address, "--state", state, binary=True)
    equal((address, status, err), (address, 0, ""))
    assert out == gzip.decompress(packed), f"{address} is another"


def deepest(zooms):
    return int(zooms.rsplit("-", maxsplit=1)[-1])

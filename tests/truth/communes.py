# SPDX-License-Identifier: EUPL-1.2
"""Bus stops of Rennes, by commune: those that GEOS finds in the outline, and nearly all of those
that the operator says are there."""

import os
import shutil
import subprocess
import sys
import tempfile

DATA = os.path.join(os.environ["top_srcdir"], "..", "shared", "data")
NAMES = ["rennes_limites", "rennes_transport"]
ZIPS = [os.path.join(DATA, name, f"{name}.gpkg.zip") for name in NAMES]

if not all(map(os.path.exists, ZIPS)):
    print("the limits and the transport of Rennes are not in ../shared/data")
    sys.exit(77)

from osgeo import gdal, ogr

gdal.UseExceptions()
ogr.UseExceptions()
folder = tempfile.mkdtemp(prefix="tuilerie-truth-")


def exported(code):
    out = os.path.join(folder, f"{code}.mbtiles")
    subprocess.run([os.environ["TUILERIE"], "export", *ZIPS, "rennes_transport:star_arret_physique", "--commune", code,
                    "--zoom", "15", "-o", out, "--state", os.path.join(folder, "state"), "--quiet"], check=True)
    data = gdal.OpenEx(out, gdal.OF_VECTOR, open_options=["CLIP=NO"])
    return {feature["mvt_id"] for feature in data.GetLayer(0)}


def main():
    limits, transport = (gdal.OpenEx(f"/vsizip/{file}") for file in ZIPS)
    outlines = {str(f["code_insee"]): f.GetGeometryRef().Clone() for f in limits.GetLayerByName("commune_emprise")}
    stops = [(f.GetFID(), str(f["codeinseecommune"]), f.GetGeometryRef().Clone())
             for f in transport.GetLayerByName("star_arret_physique")]
    said = agreed = 0
    for code in ("35238", "35001", "35051", "35281"):
        found = exported(code)
        within = {number for number, _, place in stops if outlines[code].Intersects(place)}
        assert found == within, (code, sorted(found ^ within))
        told = {number for number, commune, _ in stops if commune == code}
        said += len(told)
        agreed += len(told & found)
    print(f"{said} stops said to be in these communes, {agreed} of them there")
    assert said > 500 and agreed > 0.97 * said


try:
    main()
finally:
    shutil.rmtree(folder)

# SPDX-License-Identifier: EUPL-1.2
"""The commands: help, settings, and what each writes."""

import json
import math
import os
import re

from osgeo import ogr

from harness import AWKWARD, FULL, PLAIN, add_layer, case, city, command, equal, path, read_tile, run

COMMANDS = ("serve", "prepare", "seed", "export", "tile", "themes", "check")
STATE = ("--state", path("state"))


@case("--help and --version answer on standard output")
def _():
    status, out, err = command("--help")
    equal((status, err), (0, ""))
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", out, re.M), out
    equal(command("-h")[0], 0)
    status, out, err = command("--version")
    equal((status, err), (0, ""))
    assert re.match(r"tuilerie \d+\.\d+\.\d+\n", out), out


@case("each command has its help")
def _():
    for name in COMMANDS:
        status, out, err = command(name, "--help")
        equal((status, err), (0, ""))
        assert out.startswith(f"Usage: tuilerie {name} "), out


@case("wrong usage is told in a sentence, with status 2")
def _():
    for arguments in ((), ("serv",), ("serve",), ("serve", "--nonsense"), ("themes", "--listen=1.2.3.4:5", city()), ("serve", "-x", city()),
                      ("prepare", "--jobs", "0", city()), ("prepare", "--jobs"), ("prepare", "--jobs=x", city()), ("tile", city(), "ville:ecole"),
                      ("tile", city(), "ville:ecole", "1/2"), ("tile", city(), "ville:ecole", "a/b/c"), ("tile", city(), "ville:ecole", "1/2/-3"),
                      ("serve", city(), "--workers=257"), ("serve", city(), "--cache-memory=1X"), ("serve", city(), "--public-url=ftp://x"),
                      ("serve", city(), "--trusted-proxies=10.0.0.0/33"), ("serve", city(), "--gzip-level", "10"),
                      ("serve", city(), "--log-requests=maybe"), ("serve", city(), "--listen")):
        status, out, err = command(*arguments)
        equal((arguments, status, out), (arguments, 2, ""))
        assert err.startswith("tuilerie: ") and err.count("\n") == 1, err


@case("settings: an argument goes before the environment, that before the default")
def _():
    def value(name, *arguments, **environment):
        status, out, _ = command("--print-config", *arguments, environment=environment)
        equal(status, 0)
        found = re.search(rf"^{name}: (.*)  # (\w+)$", out, re.M)
        return found.group(1).strip('"'), found.group(2)

    equal(value("gzip_level"), ("6", "default"))
    equal(value("gzip_level", TUILERIE_GZIP_LEVEL="7"), ("7", "environment"))
    equal(value("gzip_level", "--gzip-level=8", TUILERIE_GZIP_LEVEL="7"), ("8", "argument"))
    equal(value("cache_memory", "--cache-memory", "1536M"), ("1536M", "argument"))
    equal(value("cache_memory", "--cache-memory", "2G"), ("2G", "argument"))
    equal(value("log_addresses", "--log-addresses"), ("yes", "argument"))
    equal(value("log_addresses", "--log-addresses=off"), ("no", "argument"))
    equal(value("state", XDG_CACHE_HOME="/x"), ("/x/tuilerie", "default"))
    equal(value("state", XDG_CACHE_HOME="", HOME="/h"), ("/h/.cache/tuilerie", "default"))
    equal(value("public_url", "--public-url=https://x.example//"), ("https://x.example", "argument"))
    equal(value("state", "--state=./ici"), (f"{os.getcwd()}/ici", "argument"))
    equal(value("grid_files", "--grid-files=a.json,/b.json"), (f"{os.getcwd()}/a.json,/b.json", "argument"))
    status, _, err = command("--print-config", environment={"TUILERIE_GZIP_LEVEL": "11"})
    equal(status, 2)
    assert err.startswith("tuilerie: TUILERIE_GZIP_LEVEL: "), err


@case("what is said of a column twice is told with its name, at the lines it stands in")
def _():
    lines = [f"data: {city()}", "themes:", "  'ville:eco*':", "    title: Un", "    columns:", "      nom: hide", "  'ville:*ole':",
             "    columns:", "      nom: {publish: yes}"]
    file = path("contredit.yaml")
    with open(file, "w") as out:
        out.write("\n".join(lines))
    status, out, _ = command("check", "-c", file)
    told = next(line for line in out.splitlines() if "is said here" in line)
    assert "publish of column nom is said here and, with another value, at" in told, told
    equal({"6", "9"}, set(re.findall(rf"{file}:(\d+)", told)))


@case("every setting is in the manual page, by its option and its default")
def _():
    page = open(os.path.join(os.environ["top_srcdir"], "server/tuilerie.1")).read().replace("\\-", "-")
    rows = re.findall(r"^\| `(--[a-z-]+)` \| `(TUILERIE_[A-Z_]+)` \| `?([^|`]*?)`? \|", command("--print-config=markdown")[1], re.M)
    assert len(rows) > 10, rows
    for option, variable, default in rows:
        entry = re.search(rf"^\.B[IR] {option}\b.*?(?=^\.(TP|SS|SH))", page, re.M | re.S)
        assert entry, f"{option} is not in tuilerie.1"
        assert default in entry.group(), f"default of {option} is not in tuilerie.1"


@case("themes lists what there is, for people and for programs")
def _():
    status, out, err = command("themes", city())
    equal((status, err), (0, ""))
    equal(len(out.splitlines()), 1 + len(PLAIN) + len(AWKWARD))
    assert re.search(r"^ville:ecole +point +50  EPSG:3948 +ecole$", out, re.M), out
    status, out, err = command("themes", "--json", city())
    equal((status, err), (0, ""))
    themes = {theme["id"]: theme for theme in json.loads(out)}
    equal(len(themes), len(PLAIN) + len(AWKWARD))
    school = themes["ville:ecole"]
    equal((school["geometry"], school["features"], school["crs"]), ("point", 50, "EPSG:3948"))
    equal(school["columns"], {"nom": "text", "type d'école": "text", "numero": "integer", "surface": "real"})


@case("tile writes one tile, plain, in any grid")
def _():
    status, tile, err = command("tile", city(), "ville:ecole", FULL, *STATE, binary=True)
    equal((status, err), (0, ""))
    equal(list(read_tile(tile)), ["ecole"])
    status, both, _ = command("tile", city(), "ville:zone,ville:ecole", "WebMercatorQuad/" + FULL, *STATE, binary=True)
    equal((status, sorted(read_tile(both))), (0, ["ecole", "zone"]))
    status, own, _ = command("tile", city(), "ville:ecole", "CC48_10cm/14/823/2916", *STATE, binary=True)
    equal((status, list(read_tile(own))), (0, ["ecole"]))
    equal(command("tile", city(), "ville:ecole", "14/0/0", *STATE, binary=True), (0, b"", ""))


@case("tile says what it cannot find")
def _():
    for arguments, word in (((city(), "ville:rien", FULL), "ville:rien"), ((path("absent.gpkg"), "a:b", FULL), "absent.gpkg"),
                            ((city(), "ville:ecole", "Grille/0/0/0"), "Grille"), ((city(), "ville:ecole", "3/8/0"), "3/8/0")):
        status, out, err = command("tile", *arguments, *STATE)
        equal((arguments, status, out), (arguments, 1, ""))
        assert word in err, err


@case("prepare prepares once, all or those named")
def _():
    state = ("--state", path("prepared"))
    status, out, err = command("prepare", city(), "ville:ecole", *state)
    equal((status, out), (0, ""))
    assert re.search(r"^1 theme prepared in [\d.]+ s$", err, re.M), err
    status, out, err = command("prepare", city(), "--jobs=3", *state)
    equal(status, 0)
    assert re.search(rf"^{len(PLAIN) + len(AWKWARD) - 1} themes prepared in [\d.]+ s, 1 already were$", err, re.M), err
    status, out, err = command("prepare", city(), *state, "--quiet")
    equal((status, out, err), (0, "", ""))
    status, out, err = command("prepare", city(), "ville:rien", *state)
    equal(status, 1)
    assert err.startswith("tuilerie: ville:rien: neither a file nor a theme"), err


@case("check is content with sound data and tells of the rest")
def _():
    state = ("--state", path("checked"))
    sound = path("sain.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(sound)
    add_layer(dataset, "lieu", ogr.wkbPoint, 3948, ["POINT(1350000 7222400)"])
    dataset = None
    equal(command("check", sound, *state)[:2], (0, "1 theme, 0 problems, 0 remarks\n"))

    sick = path("malade.gpkg")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(sick)
    bow_tie = "POLYGON((1350000 7222000,1350100 7222100,1350100 7222000,1350000 7222100,1350000 7222000))"
    add_layer(dataset, "papillon", ogr.wkbPolygon, 3948, [bow_tie])
    add_layer(dataset, "nulle_part", ogr.wkbPoint, 3948, ["POINT(1350000 7222400)"])
    nowhere = ogr.Feature(dataset.GetLayerByName("nulle_part").GetLayerDefn())
    nowhere.SetGeometry(ogr.Geometry(ogr.wkbPoint))
    nowhere.GetGeometryRef().AddPoint_2D(math.nan, 5)
    dataset.GetLayerByName("nulle_part").CreateFeature(nowhere)
    nowhere = None
    add_layer(dataset, "rien", ogr.wkbPoint, 3948, [])
    dataset.CreateLayer("sans_srs", None, ogr.wkbPoint)
    dataset = None
    status, out, err = command("check", sick, path("absent.gpkg"), *state)
    equal(status, 1)
    for pattern in (r"absent\.gpkg: ", r"malade\.gpkg, layer sans_srs: .*ogr2ogr",
                    r"^malade:papillon: 1 polygon crosses itself: .*; feature 1 at 1350050.00 7222050.00 \(48\.\d+° N 1\.\d+° W\)$",
                    r"^malade:nulle_part: 1 feature without geometry", r"^malade:rien: has nothing to draw"):
        assert re.search(pattern, out, re.M), (pattern, out)
    assert re.search(r"^3 themes, 2 problems, 3 remarks$", out, re.M), out

    _, out, _ = command("check", sick, *state, "--language=fr")
    for pattern in (r"^malade:papillon: 1 polygone se recoupe\u00a0: .* à corriger dans la source\u00a0; objet 1 à 1350050,00 7222050,00 \(48,\d+° N 1,\d+° O\)$",
                    r"^3 thèmes, 1 problème, 3 remarques$"):
        assert re.search(pattern, out, re.M), (pattern, out)


@case("check --levels says what each zoom shows and leaves out")
def _():
    crowd, state = path("foule.gpkg"), ("--state", path("checked"), "--quiet")
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(crowd)
    add_layer(dataset, "lieu", ogr.wkbPoint, 3948, [f"POINT({1350000 + 10 * i} 7222400)" for i in range(1200)])
    dataset = None
    status, out, _ = command("check", crowd, "--levels", *state)
    lines = out.splitlines()
    equal((status, lines[0], lines[-1]), (0, "foule:lieu: 1,200 rows read", "1 theme, 0 problems, 0 remarks"))
    for line in lines[1:-2]:
        found = re.fullmatch(r"foule:lieu: zooms? [\d to]+: (\d+) features?; left out: ([\d,]+) too close to another point; largest tile \d+ kB", line)
        assert found and sum(int(number.replace(",", "")) for number in found.groups()) == 1200, line
    assert re.fullmatch(r"foule:lieu: zoom \d+ and above: 1,200 features", lines[-2]), lines[-2]
    _, out, _ = command("check", crowd, "--levels", "--json", *state)
    equal([(found["severity"], found["text"]) for found in json.loads(out)["findings"]],
          [("information", line.removeprefix("foule:lieu: ")) for line in lines[:-1]])
    _, out, _ = command("check", crowd, "--levels", "--language=fr", *state)
    assert "foule:lieu: 1\u202f200 lignes lues\n" in out and "laissés de côté\u00a0: 1\u202f1" in out, out


@case("a full disk or a closed pipe is an error, not silence")
def _():
    if not os.path.exists("/dev/full"):
        return
    import subprocess

    from harness import TUILERIE

    with open("/dev/full", "w") as full:
        done = subprocess.run([TUILERIE, "--help"], stdout=full, stderr=subprocess.PIPE, text=True)
    equal((done.returncode, done.stderr), (1, "tuilerie: standard output: cannot be written\n"))


run()

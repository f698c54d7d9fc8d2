# SPDX-License-Identifier: EUPL-1.2
"""Cold tiles: what making one costs against compressing its bytes alone, by theme and zoom, and where the rest goes.

usage: cold.py [--tiles N] [--zooms 8-16] [--rounds N] [--state FOLDER] [--theme ID] [--scan] DATA...

Tiles lie around features taken at random, so most lie where most is. The processor time of rendering, compressing and
wrapping up is divided by that of the compression (the library and level in use), which no server can do without: the
floor. With --scan every tile there is, or the costliest N of each zoom and those below them, once: for the worst.

The profile by stage needs perf (Debian: linux-perf); a library's time counts for the stage that called it."""

import argparse
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

TUILERIE = os.environ.get("TUILERIE", "./tuilerie")
COLD = os.path.join(os.path.dirname(TUILERIE), "tests/bench/cold")
NUMBERS = ("z", "tiles", "features", "raw", "gzip", "proj", "ms", "floor", "most")
SAMPLES_A_SECOND = 400

# The files of the engine, by what they do to a tile.
STAGES = {
    "read": "fgb fgb_feature fgb_record flatbuffer mapped_file prepared showing",
    "project": "lattice footprint transforms crs",
    "clip": "clip geometry",
    "snap": "snap",
    "repair": "sound untangle winding noding repair",
    "encode": "mvt buf hash",
    "compress": "compress",
    "wrap up": "blob",
    "draw": "render arena",
}
STAGE_OF_FILE = {file: stage for stage, files in STAGES.items() for file in files.split()}


def run(command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def rows_of(arguments):
    lines = run([COLD, *arguments]).splitlines()
    head = lines[0].split("\t")
    for line in lines[1:]:
        row = dict(zip(head, line.split("\t")))
        yield {name: float(value) if name in NUMBERS else value for name, value in row.items()}


def ratio(rows):
    return sum(row["ms"] * row["tiles"] for row in rows) / sum(row["floor"] * row["tiles"] for row in rows)


def print_list(rows):
    print("theme                            z  tiles  features      raw     gzip   CPU ms  floor ms  ratio   PROJ  most ms")
    for row in rows:
        print(f"{row['theme'][:32]:32} {row['z']:2.0f} {row['tiles']:6.0f} {row['features']:9.0f} {row['raw']:8.0f} {row['gzip']:8.0f} "
              f"{row['ms']:8.3f} {row['floor']:9.3f} {row['ms'] / row['floor']:6.2f} {row['proj']:6.1f} {row['most']:8.2f}")
    for name in sorted({row["theme"] for row in rows}):
        print(f"{name}: {ratio([row for row in rows if row['theme'] == name]):.2f} times the floor")
    for z in sorted({row["z"] for row in rows}):
        print(f"z{z:.0f}: {ratio([row for row in rows if row['z'] == z]):.2f} times the floor")
    print(f"all: {ratio(rows):.2f} times the floor")


def print_scan(rows):
    print("theme                            z  tiles   CPU ms  most ms  of tile")
    for row in rows:
        print(f"{row['theme'][:32]:32} {row['z']:2.0f} {row['tiles']:6.0f} {row['ms']:8.3f} {row['most']:8.2f}  {row['worst']}")
    worst = max(rows, key=lambda row: row["most"])
    print(f"worst of all: {worst['most']:.2f} ms, {worst['theme']} {worst['worst']}")


def stages_of_functions():
    """By the name of a function, from the debugging information of the program."""
    stages = {}
    for line in run(["nm", "-l", COLD]).splitlines():
        match = re.match(r"\S+ [tT] (\S+)\t.*/(\w+)\.c:\d+$", line)
        if match:
            stages[match[1]] = STAGE_OF_FILE.get(match[2])
    return stages


def print_profile(arguments, folder):
    if not shutil.which("perf"):
        print("no profile: perf is not installed")
        return
    data = f"{folder}/perf.data"
    record = ["perf", "record", "-q", "-o", data, "-F", str(SAMPLES_A_SECOND), "--call-graph", "dwarf,8192", COLD, *arguments]
    if subprocess.run(record, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        print("no profile: perf may not count here")
        return
    script = subprocess.run(["perf", "script", "-i", data, "--no-inline", "-F", "ip,sym"], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, check=True).stdout
    stages, spent = stages_of_functions(), collections.Counter()
    for sample in script.split("\n\n"):
        frames = [line.split(maxsplit=1)[1] for line in sample.splitlines() if len(line.split(maxsplit=1)) == 2]
        # neither choosing the tiles nor compressing them once more is part of making them
        if not any(frame.startswith("make_tile") for frame in frames):
            continue
        spent[next((stages[frame] for frame in frames if stages.get(frame)), "other")] += 1
    total = sum(spent.values())
    for stage, samples in spent.most_common():
        print(f"{stage:10} {100 * samples / total:5.1f} %")
    print(f"{total} samples")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", default="40")
    parser.add_argument("--zooms", default="8-16")
    parser.add_argument("--rounds", default="3")
    parser.add_argument("--theme")
    parser.add_argument("--state", help="where DATA are prepared already")
    parser.add_argument("--scan", action="store_true")
    parser.add_argument("data", nargs="+")
    options = parser.parse_args()
    if not os.path.exists(COLD):
        print(f"skipped: {COLD} is not built")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="tuilerie-bench-") as folder:
        state = options.state or f"{folder}/state"
        subprocess.run([TUILERIE, "prepare", "--quiet", "--state", state, *options.data], check=False)
        arguments = [f"--state={state}", f"--zooms={options.zooms}", f"--tiles={options.tiles}"]
        arguments += [f"--theme={options.theme}"] if options.theme else []
        if options.scan:
            print_scan(list(rows_of([*arguments, "--rounds=1", "--scan", *options.data])))
            return
        print_list(list(rows_of([*arguments, f"--rounds={options.rounds}", *options.data])))
        print_profile([*arguments, f"--rounds={options.rounds}", *options.data], folder)


main()

# SPDX-License-Identifier: EUPL-1.2
"""Who may include what: rooms look downward only, and each library is known to its owners alone."""

import fnmatch
import os
import re
import sys
from pathlib import Path

# A room may include itself and those named here.
BELOW = {
    "tiler": [],
    "styles": ["tiler"],
    "server": ["styles", "tiler"],
    "fixtures": [],
    "tests": ["server", "styles", "tiler", "fixtures"],
}

# A header that is not the C library's or POSIX's, and the files that may know it; likewise that of
# threads and locks. A new owner is a decision: it belongs here only if no owner's interface can serve.
GDAL = ["tiler/source_*", "tiler/ogr_*", "fixtures/*", "tests/*"]
OWNERS = {
    "yaml.h": ["server/config_tree.c"],
    "libxml/*.h": ["server/xml_leaves.c"],
    "microhttpd.h": ["server/exchange.*", "server/http.c", "server/response.*"],
    "proj*.h": ["tiler/crs.c", "tiler/crs_*"],
    "gdal*.h": GDAL,
    "ogr_*.h": GDAL,
    "cpl_*.h": GDAL,
    "geos_c.h": ["tiler/repair.c", "tiler/region_geos.h", "fixtures/portal/*", "tests/*"],
    "zlib.h": ["tiler/compress.c"],
    "libdeflate.h": ["tiler/compress.c"],
    "jansson.h": ["tiler/prepared_document.c", "tiler/prepared_report.*", "tiler/grid_document*", "server/page_tree.c", "styles/*", "tests/*"],
    "xxhash.h": ["tiler/hash.c"],
    "utf8proc.h": ["tiler/fold.c"],
    "sqlite3.h": ["tiler/mbtiles_handle.h", "tests/*"],
    "uthash.h": ["tiler/communes_table.h", "tiler/cache_disk_file.h", "tiler/cache_memory.c", "tiler/work_jobs.h", "tiler/shelf_slot.h", "server/clients.c"],
    "utlist.h": ["tiler/cache_disk_file.h", "tiler/cache_memory.c", "tiler/work_jobs.h"],
    "pthread.h": [
        "tiler/thread.h",
        "tiler/communes_table.h",
        "tiler/mapped_file.c",
        "tiler/mbtiles_now.c",
        "tiler/cache_disk_file.h",
        "tiler/cache_memory.c",
        "tiler/work_jobs.h",
        "tiler/pyramid.c",
        "tiler/shelf_slot.h",
        "server/clients.c",
        "server/connections.c", "server/documents.c", 
        "server/preparation.c",
        "server/reload.c",
        "server/tile_limits.c",
        "server/tile_recall.c",
        "fixtures/*",
        "tests/*",
    ],
    "sys/inotify.h": ["tiler/watch.c"],
    "cmocka.h": ["tests/unit/*"],
    "config.h": ["*"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)
SYSTEM_HEADERS = set(
    """assert complex ctype dirent dlfcn errno fcntl fenv float fnmatch ftw getopt glob inttypes
    iso646 langinfo libgen limits locale malloc math netdb poll pthread pwd regex sched semaphore
    setjmp signal spawn stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn
    string strings syslog termios threads time uchar unistd utime wchar wctype""".split()
)


def is_system(header):
    folder, _, name = header.rpartition("/")
    if folder:
        return folder in ("arpa", "net", "netinet", "sys")
    return name.removesuffix(".h") in SYSTEM_HEADERS


def complaint(path, quote, header):
    """What is wrong with PATH including HEADER, or None."""
    room = path.split("/")[0]
    if quote == '"' and "/" not in header and room in ("fixtures", "tests") and header != "config.h":
        return None  # programs of their own, each in its folder
    target = header.split("/")[0]
    if quote == '"' and "/" in header:
        if target not in BELOW:
            return f'"{header}" is in no room'
        if target != room and target not in BELOW[room]:
            return f"{room} must not know {target}"
        return None
    for pattern, owners in OWNERS.items():
        if fnmatch.fnmatch(header, pattern):
            if any(fnmatch.fnmatch(path, owner) for owner in owners):
                return None
            return f"<{header}> belongs to {', '.join(owners)}"
    if is_system(header):
        return None
    if quote == '"':
        return f'"{header}" must be written from the top: "{room}/..."'
    return f"<{header}> has no owner in {Path(__file__).name}"


def main():
    top = Path(os.environ["top_srcdir"])
    seen = bad = 0
    for room in BELOW:
        for file in sorted((top / room).rglob("*.[ch]")):
            if "node_modules" in file.parts:
                continue
            path = str(file.relative_to(top))
            for match in INCLUDE.finditer(file.read_text()):
                seen += 1
                text = complaint(path, *match.groups())
                if text:
                    bad += 1
                    print(f"{path}: {text}")
    print(f"{seen} includes, {bad} against the rules")
    return 1 if bad or not seen else 0


sys.exit(main())

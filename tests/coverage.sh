#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Lines that the tests have run, by file and by room, of a build configured with --enable-coverage.
set -u
cd "${top_builddir:?}" || exit 1
find tiler styles server -name '*.gcda' | while read -r counts; do
	gcov -n "$counts" 2>/dev/null
done | awk -v top="${top_srcdir:?}/" '
	/^File / { file = substr($0, 7, length($0) - 7); sub(top, "", file); sub(/^(\.\.\/)+/, "", file) }
	/^Lines executed:/ && file ~ /^(tiler|styles|server)\/.*\.c$/ {
		split($0, part, /[:% ]+/)
		share = part[3]; lines = part[5]
		if (!(file in of) || share * lines > run[file]) { run[file] = share * lines / 100; of[file] = lines }
		file = ""
	}
	END {
		for (file in of) {
			printf "%6.1f %% of %5d  %s\n", 100 * run[file] / of[file], of[file], file | "sort -k5"
			room = file; sub(/\/.*/, "", room)
			ran[room] += run[file]; all[room] += of[file]
		}
		close("sort -k5")
		for (room in all)
			printf "%6.1f %% of %5d  %s/\n", 100 * ran[room] / all[room], all[room], room
	}'

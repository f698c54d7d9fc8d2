#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# What is in the repository belongs there: known rooms, sources with a licence, nothing fetched,
# nothing huge, nothing that tells of one machine, nothing left to do.
set -u
cd "$top_srcdir" || exit 99
git rev-parse --is-inside-work-tree >/dev/null 2>&1 && [ -e .git ] || {
	echo 'needs the git repository: this is a release archive'
	exit 77
}
status=0
complain() {
	printf '%s\n' "$1" "$2" | sed '2,$s/^/  /'
	status=1
}
# none TITLE: complains when standard input has a line.
none() {
	found=$(cat)
	[ -z "$found" ] || complain "$1" "$found"
}
# Files as git knows them, of the kinds people read.
texts() {
	git grep --cached -Il '' -- . ':!LICENSE' ':!*package-lock.json'
}

rooms='^(\.ci|fixtures|server|styles|tests|tiler)/|^(\.clang-format|\.editorconfig|\.gitignore|CHANGELOG\.md|CONTRIBUTING\.md|LICENSE|Makefile\.am|README\.md|autogen\.sh|configure\.ac)$'
git ls-files | grep -Ev "$rooms" | none 'no such room (tests/check_tree.sh lists them):'

git ls-files | grep -E '(^|/)node_modules/' | none 'fetched by npm, not ours to keep:'

git ls-files -z | xargs -0 -r sh -c 'for f; do [ ! -e "$f" ] || [ "$(stat -c %s "$f")" -le 1048576 ] || echo "$f"; done' sh |
	none 'over 1 MB:'

git ls-files | grep -E '\.([chm]|py|sh|mjs|js|css|mk|ac)$' | while read -r file; do
	[ ! -e "$file" ] || head -n 3 "$file" | grep -q 'SPDX-License-Identifier: EUPL-1\.2' || echo "$file"
done | none 'without the SPDX line at the top:'

# The brackets keep this script from finding itself.
texts | xargs -d '\n' grep -nE '/wor[k]/|/tm[p]/[a-z]|/roo[t]/|/hom[e]/' |
	none 'a path of one machine:'
texts | xargs -d '\n' grep -nE 'registry\.[n]pm|[d]eb\.debian\.org|[p]ypi\.org|[c]rates\.io|[p]roxy\.golang' |
	none 'the host of a package registry:'
texts | xargs -d '\n' grep -nE '\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b' |
	none 'left to do:'

# Every unit test is compiled and run.
git ls-files 'tests/unit/*.c' | sed 's/\.c$//' | while read -r test; do
	grep -qw "$test" tests/local.mk || echo "$test.c"
done | none 'not in tests/local.mk:'

exit $status

#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# What is in the repository belongs there: known rooms, sources with a licence, nothing fetched,
# nothing huge, nothing that tells of one machine, nothing left to do, no test that is never run.
set -u
cd "${top_srcdir:?}" || exit 99
if ! { [ -e .git ] && git rev-parse --is-inside-work-tree >/dev/null 2>&1; }; then
	echo 'needs the git repository: this is a release archive'
	exit 77
fi

rooms='^(\.ci|fixtures|server|styles|tests|tiler)/|^(\.clang-format|\.editorconfig|\.gitignore|CHANGELOG\.md|CONTRIBUTING\.md|LICENSE|Makefile\.am|README\.md|autogen\.sh|configure\.ac)$'

# Lines of the files people read that match PATTERN. The brackets in the patterns below keep this
# script from finding itself.
lines() {
	git grep -nIE "$1" -- . ':!LICENSE'
}

# titled TITLE: standard input under a title; nothing when there is none.
titled() {
	sed "s/^/  /; 1s/^/$1\n/"
}

complaints() {
	git ls-files | grep -Ev "$rooms" | titled 'no such room (this script lists them):'
	git ls-files | grep -E '(^|/)node_modules/' | titled 'fetched by npm, not ours to keep:'
	git ls-files -z | xargs -0 -I{} find {} -maxdepth 0 -size +1024k | titled 'over 1 MB:'
	git grep -LE 'SPDX-License-Identifier: EUPL-1\.2' -- '*.[chm]' '*.py' '*.sh' '*.mjs' '*.js' \
		'*.css' '*.mk' '*.am' '*.ac' | titled 'without the SPDX line:'
	lines '/wor[k]/|/tm[p]/[a-z]|/roo[t]/|/hom[e]/' | grep -v XXXXXX | titled 'a path of one machine:'
	lines 'registry\.[n]pm|[d]eb\.debian\.org|[p]ypi\.org|[c]rates\.io|[p]roxy\.golang' |
		titled 'the host of a package registry:'
	lines '(^|[^A-Za-z])(TOD[O]|FIXM[E]|XX[X])($|[^A-Za-z])' | titled 'left to do:'
	git ls-files 'tests/unit/test_*.c' | sed 's/\.c$//' | while read -r test; do
		grep -qw "$test" tests/local.mk || echo "$test.c"
	done | titled 'not in tests\/local.mk, so never run:'
}

found=$(complaints)
[ -z "$found" ] || {
	printf '%s\n' "$found"
	exit 1
}

#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Runs one test and tells its result in TAP, which the harness counts: suite.sh TEST [ARGUMENT...]
#
# A test that speaks TAP itself is passed on as it is. One that does not is a single case, told by
# its exit status: 0 passed, 77 skipped (its last line says why), anything else failed. No test may
# run for ever: TEST_SECONDS (default 3600) end it.
set -u

test=$1
name=$(basename "$test")
output=$(mktemp) || exit 99
trap 'rm -f "$output"' EXIT

skip() {
	printf '1..0 # SKIP %s\n' "$1"
	exit 0
}

case $name in
*.sh) set -- sh "$@" ;;
*.py)
	[ -n "${PYTHON:-}" ] || skip "needs Python 3 with GDAL's bindings (python3-gdal)"
	set -- "$PYTHON" "$@"
	;;
*.mjs)
	command -v node >/dev/null || skip 'needs Node.js (nodejs)'
	set -- node "$@"
	;;
esac

timeout -k 10 "${TEST_SECONDS:-3600}" "$@" >"$output" </dev/null
status=$?
# cmocka calls a skipped case not ok.
sed -i 's/^not ok \([0-9]*\) # SKIP/ok \1 # SKIP/' "$output"
cat "$output"
[ "$status" -ne 124 ] || echo "# ended after ${TEST_SECONDS:-3600} s"

plan=$(sed -n 's/^1\.\.\([0-9][0-9]*\).*/\1/p' "$output" | head -n 1)
if [ -z "$plan" ] && ! grep -Eq '^(not )?ok\b' "$output"; then
	case $status in
	0) printf '1..1\nok 1 - %s\n' "$name" ;;
	77) printf '1..1\nok 1 - %s # SKIP %s\n' "$name" "$(tail -n 1 "$output")" ;;
	*) printf '1..1\nnot ok 1 - %s # exit status %s\n' "$name" "$status" ;;
	esac
	exit 0
fi

# A failed case also makes its program fail: told once is enough. A program that failed without a
# failed case, or before its last one, is an error of its own.
results=$(grep -Ec '^(not )?ok\b' "$output")
if [ "$status" -lt 124 ] && [ "$results" = "$plan" ] && grep -q '^not ok\b' "$output"; then
	exit 0
fi
exit "$status"

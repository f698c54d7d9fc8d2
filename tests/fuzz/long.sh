#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A long run of the fuzz targets by clang's libFuzzer:
#
#	sh tests/fuzz/long.sh [SECONDS [TARGET...]]
#
# Builds in ./fuzz-build, where the corpora grow from run to run. An input that breaks a target is
# left there as crash-... and told at the end.
set -eu

seconds=${1:-600}
[ $# -eq 0 ] || shift
targets=${*:-fgb geometry iso mvt request theme_json}
source=$(cd "$(dirname "$0")/../.." && pwd)
command -v clang >/dev/null || {
	echo 'long.sh: clang is missing, whose libFuzzer this needs (Debian package clang)' >&2
	exit 1
}

mkdir -p fuzz-build
cd fuzz-build
[ -e Makefile ] || "$source/configure" --enable-sanitizers CC=clang \
	CFLAGS='-fsanitize=fuzzer-no-link -DLIBFUZZER' >configure.log
for target in $targets; do
	make -s "tests/fuzz/fuzz_$target" LDFLAGS='-fsanitize=fuzzer,address,undefined'
done

for target in $targets; do
	mkdir -p "corpus/$target"
	echo "$target: $seconds s"
	FUZZ_SEEDS=corpus/$target "tests/fuzz/fuzz_$target" -max_total_time="$seconds" \
		-max_len=4000 -timeout=25 -print_final_stats=1 "corpus/$target" >"$target.log" 2>&1 || {
		tail -n 30 "$target.log" >&2
		exit 1
	}
	grep '^stat::number_of_executed_units' "$target.log"
done

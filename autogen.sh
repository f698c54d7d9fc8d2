#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# From a fresh Debian 12 to a configure script, a running demo, or a test run.
set -eu
cd "$(dirname "$0")"

usage() {
	cat <<'END'
Usage: sh autogen.sh                           install what building needs, write ./configure
       sh autogen.sh demo [--listen ADDR:PORT] build, make the demo portal and serve it
       sh autogen.sh check                     build and run every test, sanitizers included
       sh autogen.sh --help

Missing Debian packages are installed with apt-get, as root or through sudo; when none is
missing nothing is fetched. `demo` and `check` build in ./build and install nothing else.

DEMO_ADDR   where the demo listens (default 127.0.0.1:8080); --listen goes before it
END
}

# What is needed: a Debian package, then how to see that it is there.
build_needs='
gcc                 has cc
libc6-dev           header stdio.h
make                has make
autoconf            has autoreconf
automake            has automake
pkgconf             has pkg-config
libgdal-dev         module gdal
libproj-dev         module proj
libgeos-dev         has geos-config
libmicrohttpd-dev   module libmicrohttpd
zlib1g-dev          module zlib
libdeflate-dev      module libdeflate
libjansson-dev      module jansson
libyaml-dev         module yaml-0.1
libxml2-dev         module libxml-2.0
libxxhash-dev       module libxxhash
libutf8proc-dev     module libutf8proc
libsqlite3-dev      module sqlite3
uthash-dev          header uthash.h
nodejs              has node
npm                 has npm
ca-certificates     file /etc/ssl/certs/ca-certificates.crt
'
test_needs='
libcmocka-dev       module cmocka
python3-gdal        python_with_gdal
clang-format        has clang-format
chromium            has chromium
python3-rdflib      python_with_rdflib
xz-utils            has xz
'
has() { command -v "$1" >/dev/null 2>&1; }
file() { [ -s "$1" ]; }
header() { [ -e "/usr/include/$1" ]; }
module() { has pkg-config && pkg-config --exists "$1"; }
python_with_gdal() {
	for python in python3 /usr/bin/python3; do
		"$python" -c 'import osgeo.ogr' 2>/dev/null && return
	done
	return 1
}

python_with_rdflib() {
	for python in python3 /usr/bin/python3; do
		"$python" -c 'import osgeo.ogr, rdflib' 2>/dev/null && return
	done
	return 1
}

say() { printf '== %s\n' "$*"; }
die() {
	printf 'autogen.sh: %s\n' "$*" >&2
	exit 1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	elif has sudo; then
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	else
		die "packages must be installed by root (su -c 'sh autogen.sh') or through sudo"
	fi
}

# Runs a command whose output matters only if it fails.
quietly() {
	log=$(mktemp)
	if "$@" >"$log" 2>&1; then
		rm -f "$log"
	else
		tail -n 60 "$log" >&2
		die "failed: $*  (all it said: $log)"
	fi
}

# Installs the packages of NEEDS, lines as above, that are not there.
install_missing() {
	missing=$(printf '%s\n' "$1" | while read -r package probe; do
		# shellcheck disable=SC2086 # the probe is a command and its argument
		[ -z "$package" ] || $probe || printf '%s ' "$package"
	done)
	[ -n "$missing" ] || return 0
	has apt-get || die "not Debian: install what it calls $missing"
	say "installing packages: $missing"
	quietly as_root apt-get -qq update
	# shellcheck disable=SC2086 # a list of packages
	quietly as_root apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install $missing
}

write_configure() {
	say 'writing ./configure'
	quietly autoreconf -fi
}

# build DIRECTORY [CONFIGURE-OPTION...]: configures once; make follows later changes by itself.
build() {
	directory=$1
	shift
	[ ! -e config.status ] ||
		die "this folder is configured for building in place; run 'make distclean' first"
	[ -x configure ] || write_configure
	mkdir -p "$directory"
	top=$PWD
	if [ ! -e "$directory/config.status" ]; then
		say "configuring $directory"
		(cd "$directory" && quietly "$top/configure" "$@")
	fi
	say "building $directory"
	make -C "$directory" -s --no-print-directory -j"$(nproc)"
}

demo() {
	listen=${DEMO_ADDR:-127.0.0.1:8080}
	while [ $# -gt 0 ]; do
		case $1 in
		--listen)
			[ $# -ge 2 ] || die '--listen needs ADDR:PORT'
			listen=$2
			shift 2
			;;
		--listen=*)
			listen=${1#--listen=}
			shift
			;;
		*) die "demo does not know '$1' (sh autogen.sh --help)" ;;
		esac
	done
	install_missing "$build_needs"
	build build
	generator=build/fixtures/portal/portal
	if [ ! -e build/demo/made ] || [ -n "$(find "$generator" -newer build/demo/made)" ]; then
		say 'making the demo portal'
		rm -rf build/demo/portal build/demo/made
		mkdir -p build/demo
		"$generator" build/demo/portal
		touch build/demo/made
	fi
	say 'preparing its themes'
	build/tuilerie prepare build/demo/portal --state build/demo/state
	say 'serving (Ctrl-C ends it)'
	cat <<END
   http://$listen/                                      the catalogue
   http://$listen/view/trp_coll:star_ligne_itineraire   a theme: its facts, its addresses, its map
   http://$listen/tiles/espub_esv:arbre.json            TileJSON, for a web map
END
	exec build/tuilerie serve build/demo/portal --state build/demo/state --listen "$listen"
}

# Adds the results of the test run in DIRECTORY to passed, failed and skipped.
count() {
	[ -e "$1/test-suite.log" ] || die "no test was run in $1"
	while read -r hash word number; do
		[ "$hash" = '#' ] || continue
		case $word in
		PASS: | XFAIL:) passed=$((passed + number)) ;;
		FAIL: | XPASS: | ERROR:) failed=$((failed + number)) ;;
		SKIP:) skipped=$((skipped + number)) ;;
		esac
	done <"$1/test-suite.log"
}

# Many tests wait for what they have set going, and leave the processors to others.
jobs=$(($(nproc) * 2))

# check_in DIRECTORY [CONFIGURE-OPTION...]
check_in() {
	directory=$1
	rm -f "$directory/config.status" # tools may have come since
	build "$@"
	say "testing $directory"
	rm -f "$directory/test-suite.log"
	make -C "$directory" -s --no-print-directory -j"$jobs" check || status=1
	count "$directory"
}

check() {
	install_missing "$build_needs$test_needs"
	status=0 passed=0 failed=0 skipped=0
	check_in build
	check_in build/sanitizers --enable-sanitizers --enable-werror
	say 'building, testing and installing from the release archive'
	if make -C build -s -j"$jobs" distcheck >build/distcheck.log 2>&1; then
		passed=$((passed + 1))
	else
		tail -n 60 build/distcheck.log
		failed=$((failed + 1))
	fi
	printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	[ "$status" = 0 ] && [ "$failed" = 0 ]
}

case ${1:-} in
'')
	install_missing "$build_needs"
	write_configure
	say 'now: ./configure && make && make check && make install   (or: sh autogen.sh demo)'
	;;
demo | check)
	command=$1
	shift
	"$command" "$@"
	;;
-h | --help) usage ;;
*)
	usage >&2
	exit 2
	;;
esac

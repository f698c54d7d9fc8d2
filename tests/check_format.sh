#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Every C file is laid out as .clang-format says.
set -u
command -v clang-format >/dev/null || {
	echo 'needs clang-format (clang-format)'
	exit 77
}
cd "${top_srcdir:?}" || exit 99
# Versions lay out differently: the one that decides is Debian 12's.
case $(clang-format --version) in
*'version 14.'*) ;;
*)
	echo "needs clang-format 14, this is $(clang-format --version)"
	exit 77
	;;
esac
find tiler styles server fixtures tests -name node_modules -prune -o -name '*.[ch]' \
	-exec clang-format --dry-run -Werror {} +

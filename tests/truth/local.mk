# SPDX-License-Identifier: EUPL-1.2
# What tiles show of real data, judged by GDAL, PROJ and GEOS; by hand with --full it looks at more.
TRUTH_PARTS = tests/truth/compare.py tests/truth/exact.py tests/truth/mark.py tests/truth/seams.py \
	tests/truth/service.py tests/truth/shapes.py \
	tests/truth/tamper.py tests/truth/tiles.py
LONG_TESTS += tests/truth/truth.py
PLAIN_TESTS += tests/truth/check_levels.py tests/truth/communes.py
EXTRA_DIST += $(TRUTH_PARTS) tests/truth/check_levels.py tests/truth/communes.py tests/truth/truth.py

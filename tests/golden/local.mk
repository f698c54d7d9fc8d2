# SPDX-License-Identifier: EUPL-1.2
# Tiles as text. golden.py --bless writes them anew.
GOLDEN_INPUTS = bords degres formes petits valeurs
TESTS += tests/golden/golden.py
EXTRA_DIST += tests/golden/golden.py tests/golden/edition.txt \
	$(GOLDEN_INPUTS:%=tests/golden/%.geojson) $(GOLDEN_INPUTS:%=tests/golden/%.txt)

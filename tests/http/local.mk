# SPDX-License-Identifier: EUPL-1.2
# The program as clients meet it; each file starts its own servers on free ports.
HTTP_TESTS = \
	tests/http/test_addresses.py \
	tests/http/test_admin.py \
	tests/http/test_cache.py \
	tests/http/test_catalogue.py \
	tests/http/test_bad_input.py \
	tests/http/test_clipping.py \
	tests/http/test_commands.py \
	tests/http/test_communes.py \
	tests/http/test_composites.py \
	tests/http/test_conditional.py \
	tests/http/test_cors.py \
	tests/http/test_documents.py \
	tests/http/test_encodings.py \
	tests/http/test_faults.py \
	tests/http/test_features.py \
	tests/http/test_features_standard.py \
	tests/http/test_filters.py \
	tests/http/test_export.py \
	tests/http/test_freshness.py \
	tests/http/test_hostile.py \
	tests/http/test_logs.py \
	tests/http/test_long_work.py \
	tests/http/test_metadata.py \
	tests/http/test_methods.py \
	tests/http/test_metrics.py \
	tests/http/test_names.py \
	tests/http/test_overload.py \
	tests/http/test_parameters.py \
	tests/http/test_pages.py \
	tests/http/test_ogc.py \
	tests/http/test_qgis.py \
	tests/http/test_samples.py \
	tests/http/test_seed.py \
	tests/http/test_served_faults.py \
	tests/http/test_startup.py \
	tests/http/test_tiles.py \
	tests/http/test_tms.py \
	tests/http/test_variants.py \
	tests/http/test_walk.py \
	tests/http/test_wmts.py
TESTS += $(HTTP_TESTS)
EXTRA_DIST += tests/http/crowd.py tests/http/harness.py tests/http/pyramid.py $(HTTP_TESTS)

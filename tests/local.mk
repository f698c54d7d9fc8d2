# SPDX-License-Identifier: EUPL-1.2
# Every test is run by suite.sh and counted by case (TAP). A build with sanitizers runs what
# executes our code; the checks of the sources, the browser and real data belong to the plain one.
TEST_EXTENSIONS = .sh .py .mjs
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/suite.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(LOG_COMPILER)
PY_LOG_DRIVER = $(LOG_DRIVER)
PY_LOG_COMPILER = $(LOG_COMPILER)
MJS_LOG_DRIVER = $(LOG_DRIVER)
MJS_LOG_COMPILER = $(LOG_COMPILER)
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; top_builddir='$(abs_top_builddir)'; PYTHON='$(PYTHON)'; \
	export top_srcdir top_builddir PYTHON; \
	TUILERIE='$(abs_top_builddir)/tuilerie'; export TUILERIE; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/leaks.supp:print_suppressions=0'; export LSAN_OPTIONS; \
	TSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/threads.supp:print_suppressions=0'; export TSAN_OPTIONS; \
	UBSAN_OPTIONS=print_stacktrace=1; export UBSAN_OPTIONS;
EXTRA_DIST += tests/README.md tests/suite.sh tests/coverage.sh tests/leaks.supp tests/threads.supp $(SOURCE_CHECKS)

# Those that take minutes come first, so that none is waited for at the end.
LONG_TESTS =
if LONG_TESTS
TESTS += $(LONG_TESTS)
endif

# One program a tested source, linked with the library of its room and those below, no more.
# GDAL judges some of them; who else may include it is for check_includes.py to say.
AM_CPPFLAGS += $(GDAL_CFLAGS)
LDADD = tiler/libtiler.a $(TILER_LIBS) $(CMOCKA_LIBS)
TILER_UNIT_TESTS = \
	tests/unit/test_arena \
	tests/unit/test_blob \
	tests/unit/test_buf \
	tests/unit/test_cache_disk \
	tests/unit/test_cache_disk_faults \
	tests/unit/test_cache_memory \
	tests/unit/test_catalogue \
	tests/unit/test_changes \
	tests/unit/test_clip \
	tests/unit/test_coarseness \
	tests/unit/test_commune_join \
	tests/unit/test_companion \
	tests/unit/test_compress \
	tests/unit/test_crs \
	tests/unit/test_density \
	tests/unit/test_engine \
	tests/unit/test_error \
	tests/unit/test_feature_walk \
	tests/unit/test_fgb \
	tests/unit/test_fgb_writer \
	tests/unit/test_filter \
	tests/unit/test_filter_keeps \
	tests/unit/test_filter_place \
	tests/unit/test_fold \
	tests/unit/test_folder \
	tests/unit/test_generalise \
	tests/unit/test_geometry \
	tests/unit/test_grid \
	tests/unit/test_grid_document \
	tests/unit/test_hash \
	tests/unit/test_hilbert \
	tests/unit/test_lattice \
	tests/unit/test_seam \
	tests/unit/test_level_shape \
	tests/unit/test_mbtiles \
	tests/unit/test_mapped_file \
	tests/unit/test_mask \
	tests/unit/test_merging \
	tests/unit/test_moves \
	tests/unit/test_mvt \
	tests/unit/test_mvt_join \
	tests/unit/test_noding \
	tests/unit/test_ogr_turn \
	tests/unit/test_outline \
	tests/unit/test_parallel \
	tests/unit/test_pmtiles \
	tests/unit/test_plain_polygons \
	tests/unit/test_prepare \
	tests/unit/test_pyramid \
	tests/unit/test_prepare_options \
	tests/unit/test_region \
	tests/unit/test_region_cut \
	tests/unit/test_render \
	tests/unit/test_repair \
	tests/unit/test_selection \
	tests/unit/test_shelf \
	tests/unit/test_simplify \
	tests/unit/test_secret \
	tests/unit/test_snap \
	tests/unit/test_source \
	tests/unit/test_source_names \
	tests/unit/test_survey \
	tests/unit/test_theme \
	tests/unit/test_theme_option \
	tests/unit/test_theme_override \
	tests/unit/test_theme_options \
	tests/unit/test_theme_record \
	tests/unit/test_tile_cache \
	tests/unit/test_tile_request \
	tests/unit/test_tile_weights \
	tests/unit/test_transforms \
	tests/unit/test_uncross \
	tests/unit/test_untangle \
	tests/unit/test_variant \
	tests/unit/test_watch \
	tests/unit/test_weighings \
	tests/unit/test_words \
	tests/unit/test_work
noinst_HEADERS += tests/unit/disk_scratch.h tests/unit/fgb_told.h tests/unit/geos_geometry.h tests/unit/geos_rings.h tests/unit/ogr_data.h \
	tests/unit/outline_data.h tests/unit/shapes.h tests/unit/tally.h

STYLES_UNIT_TESTS = \
	tests/unit/test_style_default
tests_unit_test_style_default_LDADD = styles/libstyles.a tiler/libtiler.a $(STYLES_LIBS) \
	$(TILER_LIBS) $(CMOCKA_LIBS)

SERVER_UNIT_TESTS = \
	tests/unit/test_address \
	tests/unit/test_answer \
	tests/unit/test_asset \
	tests/unit/test_base_url \
	tests/unit/test_clients \
	tests/unit/test_config \
	tests/unit/test_connections \
	tests/unit/test_dcat \
	tests/unit/test_exposition \
	tests/unit/test_geojson \
	tests/unit/test_html \
	tests/unit/test_http \
	tests/unit/test_iso_record \
	tests/unit/test_json \
	tests/unit/test_metrics \
	tests/unit/test_negotiate \
	tests/unit/test_page_search \
	tests/unit/test_page_trouble \
	tests/unit/test_reply \
	tests/unit/test_route \
	tests/unit/test_settings \
	tests/unit/test_target \
	tests/unit/test_xml
tests_unit_test_address_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_answer_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_asset_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_base_url_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_config_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_iso_record_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_html_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_http_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_clients_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_connections_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_dcat_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_exposition_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_geojson_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_json_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_metrics_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_negotiate_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_page_search_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_page_trouble_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_reply_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_route_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_settings_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_target_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)
tests_unit_test_xml_LDADD = $(SERVER_LIBS) $(CMOCKA_LIBS)

UNIT_TESTS = $(TILER_UNIT_TESTS) $(STYLES_UNIT_TESTS) $(SERVER_UNIT_TESTS)
if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif

SOURCE_CHECKS = \
	tests/check_docs.py \
	tests/check_format.sh \
	tests/check_functions.py \
	tests/check_includes.py \
	tests/check_tree.sh

# Tests that a build with sanitizers leaves out.
PLAIN_TESTS = $(SOURCE_CHECKS)

include tests/http/local.mk
include tests/web/local.mk
include tests/fuzz/local.mk
include tests/soak/local.mk
include tests/golden/local.mk
include tests/truth/local.mk
include tests/bench/local.mk

if !SANITIZERS
TESTS += $(PLAIN_TESTS)
endif

coverage: check
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
		$(SHELL) $(srcdir)/tests/coverage.sh
.PHONY: coverage

# SPDX-License-Identifier: EUPL-1.2
# One program a target, each a short deterministic run; long.sh runs them by clang's libFuzzer.
FUZZ_TESTS = \
	tests/fuzz/fuzz_commune_join \
	tests/fuzz/fuzz_config \
	tests/fuzz/fuzz_table \
	tests/fuzz/fuzz_fgb \
	tests/fuzz/fuzz_filter \
	tests/fuzz/fuzz_geometry \
	tests/fuzz/fuzz_grid \
	tests/fuzz/fuzz_iso \
	tests/fuzz/fuzz_mvt \
	tests/fuzz/fuzz_request \
	tests/fuzz/fuzz_theme_json
check_PROGRAMS += $(FUZZ_TESTS)
TESTS += $(FUZZ_TESTS)
EXTRA_DIST += tests/fuzz/long.sh

FUZZ_SOURCES = tests/fuzz/fuzz.h tests/fuzz/broken.c tests/fuzz/mutate.c \
	tests/fuzz/small_fgb.c tests/fuzz/small_fgb.h
FUZZ_LIBS = tiler/libtiler.a $(TILER_LIBS)

tests_fuzz_fuzz_commune_join_SOURCES = tests/fuzz/fuzz_commune_join.c tests/fuzz/driver.c \
	$(FUZZ_SOURCES)
tests_fuzz_fuzz_commune_join_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_fgb_SOURCES = tests/fuzz/fuzz_fgb.c tests/fuzz/driver.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_fgb_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=mmap,--wrap=munmap
tests_fuzz_fuzz_fgb_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_filter_SOURCES = tests/fuzz/fuzz_filter.c tests/fuzz/driver.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_filter_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_geometry_SOURCES = tests/fuzz/fuzz_geometry.c tests/fuzz/driver.c \
	tests/fuzz/tile_check.c tests/fuzz/tile_check.h $(FUZZ_SOURCES)
tests_fuzz_fuzz_geometry_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_grid_SOURCES = tests/fuzz/fuzz_grid.c tests/fuzz/driver.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_grid_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_mvt_SOURCES = tests/fuzz/fuzz_mvt.c tests/fuzz/driver.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_mvt_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz_request.c tests/fuzz/driver.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_request_LDADD = server/libserver.a styles/libstyles.a $(FUZZ_LIBS)

tests_fuzz_fuzz_theme_json_SOURCES = tests/fuzz/fuzz_theme_json.c tests/fuzz/driver.c \
	$(FUZZ_SOURCES)
tests_fuzz_fuzz_theme_json_LDADD = $(FUZZ_LIBS)

tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/driver.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_config_LDADD = $(SERVER_LIBS)

tests_fuzz_fuzz_table_SOURCES = tests/fuzz/fuzz_table.c tests/fuzz/driver.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_table_LDADD = $(SERVER_LIBS)

tests_fuzz_fuzz_iso_SOURCES = tests/fuzz/fuzz_iso.c tests/fuzz/driver.c $(FUZZ_SOURCES)
tests_fuzz_fuzz_iso_LDADD = $(SERVER_LIBS)

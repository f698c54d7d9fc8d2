# SPDX-License-Identifier: EUPL-1.2
# libstyles: MapLibre styles. Knows the tiler's words, nothing of HTTP.
noinst_LIBRARIES += styles/libstyles.a
styles_libstyles_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
styles_libstyles_a_SOURCES = \
	styles/style.h styles/style_default.c
STYLES_LIBS = $(JANSSON_LIBS)
EXTRA_DIST += styles/README.md

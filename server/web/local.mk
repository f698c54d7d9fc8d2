# SPDX-License-Identifier: EUPL-1.2
# The files of the pages: gzipped by the build and compiled into the program by server/asset.c,
# which learns their names from assets.h.
WEB_OWN = \
	server/web/tuilerie.css \
	server/web/landing.js \
	server/web/map.js \
	server/web/theme.js \
	server/web/openapi.json \
	server/web/logo.svg \
	server/web/qgis-load.png \
	server/web/qgis-import.png \
	server/web/qgis-map.png \
	server/web/hero.svg
WEB_VENDOR = \
	server/web/vendor/maplibre-gl.js \
	server/web/vendor/maplibre-gl.css \
	server/web/vendor/maplibre-gl.txt

EXTRA_DIST += $(WEB_OWN) $(WEB_VENDOR) server/docs/portal.png server/web/README.md server/web/.npmrc \
	server/web/package.json server/web/package-lock.json
BUILT_SOURCES += server/web/assets.h
CLEANFILES += server/web/assets.h server/web/gz/*.gz

# A header, so that asset.c is compiled again when one of the files it takes in has changed.
server/web/assets.h: $(WEB_OWN) $(WEB_VENDOR)
	$(AM_V_GEN)$(MKDIR_P) server/web/gz; number=0; \
	for path in $(WEB_OWN) $(WEB_VENDOR); do \
		name=`basename $$path`; \
		test -f $$path || path=$(srcdir)/$$path; \
		gzip -9nc $$path > server/web/gz/$$name.gz || exit 1; \
		echo "ASSET($$number, \"$$name\")"; \
		number=`expr $$number + 1`; \
	done > $@.new && mv $@.new $@

# From npm, pinned by the lock file. A release tarball holds these files and needs no npm.
server/web/vendor/maplibre-gl.js: server/web/package-lock.json
	$(AM_V_GEN)test -n "$(NPM)" || { echo "npm is missing, which fetches MapLibre GL JS:" \
		"install the Debian package npm and configure anew, or build from a release" \
		"tarball, which holds the library." >&2; exit 1; }; \
	$(MKDIR_P) server/web/npm server/web/vendor && cp -f $(srcdir)/server/web/.npmrc \
		$(srcdir)/server/web/package.json $(srcdir)/server/web/package-lock.json \
		server/web/npm && \
	{ (cd server/web/npm && $(NPM) ci --ignore-scripts --loglevel=error) \
		> server/web/npm/log 2>&1 || { cat server/web/npm/log >&2; exit 1; }; } && \
	from=server/web/npm/node_modules/maplibre-gl && to=server/web/vendor && \
	cp $$from/LICENSE.txt $$to/maplibre-gl.txt && \
	cp $$from/dist/maplibre-gl.css $$to/maplibre-gl.css && \
	sed '/^\/\/# sourceMappingURL=/d' $$from/dist/maplibre-gl.js > $@.new && \
	rm -rf server/web/npm && mv $@.new $@

server/web/vendor/maplibre-gl.css server/web/vendor/maplibre-gl.txt: \
		server/web/vendor/maplibre-gl.js
	$(AM_V_at)touch $@

maintainer-clean-local:
	rm -rf server/web/npm server/web/vendor

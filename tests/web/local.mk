# SPDX-License-Identifier: EUPL-1.2
# The pages in a browser; archives and OGC API as the libraries of the web read them. What judges
# comes from npm when a test is first run, pinned by the lock file.
LONG_TESTS += tests/web/archive.mjs tests/web/openlayers.mjs tests/web/portal.mjs
EXTRA_DIST += tests/web/archive.mjs tests/web/openlayers.mjs tests/web/portal.mjs \
	tests/web/harness.mjs tests/web/samples.mjs tests/web/picture.mjs tests/web/package.json tests/web/package-lock.json tests/web/.npmrc

clean-local: clean-web-tests
.PHONY: clean-web-tests
clean-web-tests:
	rm -rf tests/web/npm tests/web/npm-*

# SPDX-License-Identifier: EUPL-1.2
# The pages in a browser. playwright-core and axe-core come from npm when the test is first run.
PLAIN_TESTS += tests/web/portal.mjs
EXTRA_DIST += tests/web/portal.mjs tests/web/harness.mjs tests/web/samples.mjs \
	tests/web/picture.mjs tests/web/package.json tests/web/package-lock.json tests/web/.npmrc

clean-local: clean-web-tests
.PHONY: clean-web-tests
clean-web-tests:
	rm -rf tests/web/npm

# SPDX-License-Identifier: EUPL-1.2
# Measurements, run by hand: `make bench BENCHDATA="FILE..."`.
BENCHMARKS = \
	tests/bench/densest.py \
	tests/bench/pyramid.py \
	tests/bench/warm.py
EXTRA_DIST += tests/bench/README.md tests/bench/eviction.py tests/bench/warm.lua $(BENCHMARKS)

# The demo portal, unless told otherwise.
BENCHDATA = bench-data
bench-data: fixtures/portal/portal
	fixtures/portal/portal $@

.PHONY: bench
bench: tuilerie $(BENCHDATA)
	for benchmark in $(BENCHMARKS); do \
		echo "== $$benchmark"; \
		TUILERIE=$(abs_builddir)/tuilerie top_srcdir=$(abs_top_srcdir) \
			$(PYTHON) $(srcdir)/$$benchmark $(BENCHDATA) || test $$? = 77 || exit 1; \
	done
clean-local: clean-bench
clean-bench:
	rm -rf bench-data

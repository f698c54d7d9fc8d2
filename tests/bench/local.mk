# SPDX-License-Identifier: EUPL-1.2
# Measurements, run by hand: `make bench BENCHDATA="FILE..."`.
BENCHMARKS = \
	tests/bench/cold.py \
	tests/bench/densest.py \
	tests/bench/overload.py \
	tests/bench/memory.py \
	tests/bench/peers.py \
	tests/bench/pyramid.py \
	tests/bench/warm.py
EXTRA_DIST += tests/bench/README.md tests/bench/change.py tests/bench/eviction.py tests/bench/served.py tests/bench/warm.lua $(BENCHMARKS)

check_PROGRAMS += tests/bench/cold
tests_bench_cold_SOURCES = tests/bench/cold.c tests/bench/tile_list.c tests/bench/tile_list.h
tests_bench_cold_LDADD = tiler/libtiler.a $(TILER_LIBS)

# The demo portal, unless told otherwise.
BENCHDATA = bench-data
bench-data: fixtures/portal/portal
	fixtures/portal/portal $@

.PHONY: bench
bench: tuilerie tests/bench/cold $(BENCHDATA)
	for benchmark in $(BENCHMARKS); do \
		echo "== $$benchmark"; \
		TUILERIE=$(abs_builddir)/tuilerie top_srcdir=$(abs_top_srcdir) \
			$(PYTHON) $(srcdir)/$$benchmark $(BENCHDATA) || test $$? = 77 || exit 1; \
	done
clean-local: clean-bench
clean-bench:
	rm -rf bench-data

/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/tile_list.h"
#include "tiler/blob.h"
#include "tiler/catalogue.h"
#include "tiler/compress.h"
#include "tiler/memory.h"
#include "tiler/render.h"
#include "tiler/source.h"
#include "tiler/thread.h"

/* What a tile costs that nobody has asked for before: processor time of rendering, compressing and
 * wrapping it up, against that of compressing the same bytes alone. For each, the least of a few
 * rounds counts: what else the machine does can only add. */

enum {
	GZIP_LEVEL = 6,
	ROUNDS_MOST = 100
};

struct options {
	const char *state, *grid, *theme;
	unsigned min_zoom, max_zoom, tiles, rounds;
	bool scan; /* all tiles there are, or the costliest of each zoom; once */
};

struct bench {
	struct options options;
	const struct grid *grid;
	struct renderer *renderer;
	struct compressor *compressor;
	struct buf raw, packed;
};

/* Of the tiles of one zoom. */
struct sums {
	uint64_t tiles, features, raw, packed, proj_calls;
	double whole, floor, most; /* microseconds */
	struct tile_id worst;
};

static void fail(const struct error *error)
{
	fprintf(stderr, "cold: %s\n", error->text);
	exit(1);
}

static void make_tile(struct bench *bench, struct prepared *prepared, struct tile_id tile,
		      struct render_stats *stats)
{
	struct render_layer layer = {.prepared = prepared, .name = "bench"};
	struct error error = {0};
	void *bytes;

	buf_empty(&bench->raw);
	buf_empty(&bench->packed);
	if (renderer_tile(bench->renderer, &layer, 1, bench->grid, tile, &bench->raw, stats,
			  &error))
		fail(&error);
	if (!bench->raw.length)
		return;
	if (compress_tile(bench->compressor, bench->raw.bytes, bench->raw.length, &bench->packed,
			  &error))
		fail(&error);
	bytes = memory_new(bench->packed.length);
	memcpy(bytes, bench->packed.bytes, bench->packed.length);
	blob_unref(
		blob_new(bytes, bench->packed.length, true, bench->raw.bytes, bench->raw.length));
}

static void compress_again(struct bench *bench)
{
	struct error error = {0};

	buf_empty(&bench->packed);
	if (compress_tile(bench->compressor, bench->raw.bytes, bench->raw.length, &bench->packed,
			  &error))
		fail(&error);
}

/* Adds the tile to SUMS; returns what it cost, microseconds; less than 0: it is empty. */
static double measure(struct bench *bench, struct prepared *prepared, struct tile_id tile,
		      struct sums *sums)
{
	double whole = 0, floor = 0;
	struct render_stats stats;

	for (unsigned round = 0; round < bench->options.rounds; round++) {
		uint64_t start = tile_list_clock(), made, compressed;

		make_tile(bench, prepared, tile, &stats);
		made = tile_list_clock();
		if (!bench->raw.length)
			return -1;
		compress_again(bench);
		compressed = tile_list_clock();
		if (!round || (double)(made - start) < whole)
			whole = (double)(made - start);
		if (!round || (double)(compressed - made) < floor)
			floor = (double)(compressed - made);
	}
	whole /= 1000;
	sums->tiles++;
	sums->features += stats.features_drawn;
	sums->proj_calls += stats.proj_calls;
	sums->raw += bench->raw.length;
	sums->packed += bench->packed.length;
	sums->whole += whole;
	sums->floor += floor / 1000;
	if (whole > sums->most) {
		sums->most = whole;
		sums->worst = tile;
	}
	return whole;
}

static void print_sums(const char *theme, unsigned z, const struct sums *sums)
{
	double n = (double)sums->tiles;

	if (sums->tiles)
		printf("%s\t%u\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.3f\t%.3f\t%.3f\t%u/%u/%u\n", theme,
		       z, n, (double)sums->features / n, (double)sums->raw / n,
		       (double)sums->packed / n, (double)sums->proj_calls / n,
		       sums->whole / n / 1000, sums->floor / n / 1000, sums->most / 1000,
		       sums->worst.z, sums->worst.x, sums->worst.y);
	fflush(stdout);
}

/* Where people look: tiles around features taken at random, some of each zoom. */
static void run_list(struct bench *bench, struct prepared *prepared)
{
	struct tile_list list;

	for (unsigned z = bench->options.min_zoom; z <= bench->options.max_zoom; z++) {
		struct sums sums = {0};

		tile_list_of_features(&list, prepared, bench->grid, z, bench->options.tiles);
		for (size_t i = 0; i < list.count; i++)
			measure(bench, prepared, list.tiles[i].id, &sums);
		tile_list_release(&list);
		print_sums(prepared->theme_id, z, &sums);
	}
}

/* From the first level down, below the costliest tiles of each. */
static void run_scan(struct bench *bench, struct prepared *prepared)
{
	struct tile_list list, next;

	tile_list_of_features(&list, prepared, bench->grid, 0, 1);
	for (unsigned z = 0; z <= bench->options.max_zoom; z++) {
		struct sums sums = {0};

		for (size_t i = 0; i < list.count; i++)
			list.tiles[i].cost = measure(bench, prepared, list.tiles[i].id, &sums);
		print_sums(prepared->theme_id, z, &sums);
		tile_list_below(&next, &list, bench->options.tiles);
		tile_list_release(&list);
		list = next;
	}
	tile_list_release(&list);
}

static void run_theme(struct bench *bench, const struct theme *theme)
{
	struct prepared *prepared;
	struct error error = {0};

	if (bench->options.theme && strcmp(theme->id, bench->options.theme) != 0)
		return;
	if (prepared_open(bench->options.state, theme, &prepared, &error)) {
		fprintf(stderr, "cold: %s: %s\n", theme->id, error.text);
		return;
	}
	if (!prepared->level_count)
		fprintf(stderr, "cold: %s: no feature\n", theme->id);
	else if (bench->options.scan)
		run_scan(bench, prepared);
	else
		run_list(bench, prepared);
	prepared_unref(prepared);
}

static void usage(void)
{
	fputs("usage: cold --state=FOLDER [--grid=ID] [--theme=ID] [--zooms=8-16] [--tiles=N] "
	      "[--rounds=N] [--scan] DATA...\n",
	      stderr);
	exit(2);
}

static bool read_option(struct options *options, const char *text)
{
	static const char *const names[] = {"--state=", "--grid=", "--theme="};
	const char **const values[] = {&options->state, &options->grid, &options->theme};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strncmp(text, names[i], strlen(names[i])) == 0) {
			*values[i] = text + strlen(names[i]);
			return true;
		}
	}
	options->scan |= strcmp(text, "--scan") == 0;
	return options->scan ||
	       sscanf(text, "--zooms=%2u-%2u", &options->min_zoom, &options->max_zoom) == 2 ||
	       sscanf(text, "--tiles=%6u", &options->tiles) == 1 ||
	       sscanf(text, "--rounds=%3u", &options->rounds) == 1;
}

int main(int argc, char **argv)
{
	struct bench bench = {.options = {NULL, "WebMercatorQuad", NULL, 8, 16, 50, 3, false}};
	struct catalogue *catalogue = NULL;
	struct grids *grids = NULL;
	struct error error = {0};
	int first = 1;

	for (; first < argc && argv[first][0] == '-'; first++) {
		if (!read_option(&bench.options, argv[first]))
			usage();
	}
	if (!bench.options.state || first == argc || bench.options.rounds < 1 ||
	    bench.options.rounds > ROUNDS_MOST)
		usage();
	source_init();
	if (grids_new(&grids, &error) || catalogue_new((const char *const *)argv + first,
						       (size_t)(argc - first), &catalogue, &error))
		fail(&error);
	bench.grid = grids_find(grids, bench.options.grid);
	if (!bench.grid)
		usage();
	bench.renderer = renderer_new();
	bench.compressor = compressor_new(GZIP_LEVEL);
	buf_init(&bench.raw, 0);
	buf_init(&bench.packed, 0);
	fprintf(stderr, "%s, level %d\n", compressor_library(), GZIP_LEVEL);
	puts("theme\tz\ttiles\tfeatures\traw\tgzip\tproj\tms\tfloor\tmost\tworst");
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++)
		run_theme(&bench, catalogue_theme(catalogue, i));
	buf_release(&bench.raw);
	buf_release(&bench.packed);
	compressor_free(bench.compressor);
	renderer_free(bench.renderer);
	catalogue_unref(catalogue);
	grids_free(grids);
	return 0;
}

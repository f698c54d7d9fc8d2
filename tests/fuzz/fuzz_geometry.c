/* SPDX-License-Identifier: EUPL-1.2 */
/* Any geometry through the whole renderer: the tile that comes out keeps MVT's rules, whatever
 * crosses, touches or collapses in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/small_fgb.h"
#include "tests/fuzz/tile_check.h"
#include "tiler/render.h"

const unsigned fuzz_rounds = 300;

enum {
	CRS_COUNT = 3,
	GRID_COUNT = 2,
	PATHS_MOST = 12,
	POINTS_MOST = 100,
	GEOMETRIES_MOST = 3,
};

/* What every input shares; made at the first. */
struct workplace {
	struct grids *grids;
	struct crs *crs[CRS_COUNT];
	struct renderer *renderer;
	struct buf file, tile;
	/* The tile over the centre of Rennes of each grid and level, and its ground in each CRS. */
	struct tile_id tiles[GRID_COUNT][GRID_LEVELS_MOST];
	struct box grounds[GRID_COUNT][GRID_LEVELS_MOST][CRS_COUNT];
};

static const struct point RENNES = {-1.68, 48.11};

static void find_tiles(struct workplace *place, uint32_t grid_index)
{
	const struct grid *grid = grids_at(place->grids, grid_index);
	struct transform *to_grid[CRS_COUNT];
	struct point centre = RENNES;
	struct error error;

	for (unsigned i = 0; i < CRS_COUNT; i++)
		FUZZ_CHECK(!transform_new(place->crs[i], grid->crs, &to_grid[i], &error));
	transform_forward(to_grid[0], &centre, 1);
	for (uint32_t z = 0; z < grid->level_count; z++) {
		struct tile_range range;
		struct box point = {centre.x, centre.y, centre.x, centre.y};

		FUZZ_CHECK(grid_range(grid, z, point, &range));
		place->tiles[grid_index][z] = (struct tile_id){z, range.min_x, range.min_y};
		for (unsigned i = 0; i < CRS_COUNT; i++)
			place->grounds[grid_index][z][i] = transform_box_back(
				to_grid[i], grid_tile_box(grid, place->tiles[grid_index][z]), NULL);
	}
	for (unsigned i = 0; i < CRS_COUNT; i++)
		transform_free(to_grid[i]);
}

static struct workplace *workplace(void)
{
	static const char *const definitions[CRS_COUNT] = {"EPSG:4326", "EPSG:3948", "EPSG:3857"};
	static struct workplace place;
	struct error error;

	if (place.renderer)
		return &place;
	FUZZ_CHECK(!grids_new(&place.grids, &error));
	FUZZ_CHECK(grids_count(place.grids) >= GRID_COUNT);
	for (unsigned i = 0; i < CRS_COUNT; i++)
		FUZZ_CHECK(!crs_new(definitions[i], &place.crs[i], &error));
	for (uint32_t i = 0; i < GRID_COUNT; i++)
		find_tiles(&place, i);
	buf_init(&place.file, 0);
	buf_init(&place.tile, 1 << 24);
	place.renderer = renderer_new();
	return &place;
}

/* The input as a list of choices; past its end all are 0. */
struct choices {
	const uint8_t *bytes;
	size_t left;
};

static unsigned choose(struct choices *choices, unsigned limit)
{
	if (!choices->left)
		return 0;
	choices->left--;
	return *choices->bytes++ % limit;
}

/* How the coordinates of an input are made. */
struct drawing_board {
	struct box ground;
	bool coarse; /* few different places, so that things touch and coincide */
	bool odd;    /* infinities and the like among them */
};

static double coordinate(struct choices *choices, const struct drawing_board *board, double least,
			 double size)
{
	static const double odd[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 1e-300, 0, 90};
	unsigned high = choose(choices, 256), low = board->coarse ? 0 : choose(choices, 256);

	if (board->odd && high > 247)
		return odd[high - 248];
	if (board->coarse)
		high &= 0xf0;
	/* From one side of a tile left of ours to three of it to the right. */
	return least + size * ((double)(high << 8 | low) / 16384 - 1);
}

static struct path make_path(struct choices *choices, const struct drawing_board *board, bool ring)
{
	uint32_t count = 1 + choose(choices, POINTS_MOST);
	struct path path = {calloc(count + 1, sizeof(struct point)), count, false};

	for (uint32_t i = 0; i < count; i++) {
		path.points[i].x = coordinate(choices, board, board->ground.minx,
					      board->ground.maxx - board->ground.minx);
		path.points[i].y = coordinate(choices, board, board->ground.miny,
					      board->ground.maxy - board->ground.miny);
	}
	if (ring)
		path.points[path.count++] = path.points[0];
	return path;
}

static struct geometry make_geometry(struct choices *choices, const struct drawing_board *board)
{
	enum geometry_kind kind = (enum geometry_kind)(1 + choose(choices, 3));
	struct geometry geometry = {kind, 1 + choose(choices, PATHS_MOST), NULL};

	geometry.paths = calloc(geometry.path_count, sizeof(*geometry.paths));
	for (uint32_t i = 0; i < geometry.path_count; i++) {
		bool exterior = choose(choices, 2) == 1 || i == 0;

		geometry.paths[i] = make_path(choices, board, kind == GEOMETRY_POLYGON);
		geometry.paths[i].exterior = exterior;
	}
	return geometry;
}

static void free_geometry(struct geometry geometry)
{
	for (uint32_t i = 0; i < geometry.path_count; i++)
		free(geometry.paths[i].points);
	free(geometry.paths);
}

static void add_feature(struct small_fgb *fgb, struct choices *choices,
			const struct drawing_board *board)
{
	struct geometry geometries[GEOMETRIES_MOST];
	uint32_t count = 1 + choose(choices, GEOMETRIES_MOST);
	uint8_t number = (uint8_t)fgb->feature_count;
	const uint8_t properties[] = {0, 0, number, 0, 0, 0, 0, 0, 0, 0, 1, 0, number};

	for (uint32_t i = 0; i < count; i++)
		geometries[i] = make_geometry(choices, board);
	small_fgb_add(fgb, geometries, count, properties, sizeof(properties));
	for (uint32_t i = 0; i < count; i++)
		free_geometry(geometries[i]);
}

static void make_file(struct choices *choices, const struct drawing_board *board, struct buf *file,
		      struct box *extent)
{
	static const struct small_fgb_column columns[] = {{FGB_ID_COLUMN, 7}, {"nombre", 1}};
	struct small_fgb fgb;

	small_fgb_init(&fgb, columns, 2, 16);
	do
		add_feature(&fgb, choices, board);
	while (choices->left && fgb.feature_count < SMALL_FGB_FEATURES_MOST);
	buf_empty(file);
	small_fgb_write(&fgb, file);
	*extent = small_fgb_extent(&fgb);
	small_fgb_release(&fgb);
}

static void render(struct workplace *place, struct fgb *fgb, struct crs *crs, struct box extent,
		   const struct grid *grid, struct tile_id tile, bool odd)
{
	struct column column = {.name = "nombre", .type = VALUE_INTEGER};
	struct prepared prepared = {
		.theme_id = "essai:formes",
		.crs = crs,
		.extent = extent,
		.centre = RENNES,
		.feature_count = fgb_feature_count(fgb),
		.columns = &column,
		.column_count = 1,
		.level_count = 1,
		.levels = {{.fgb = fgb}},
	};
	struct render_layer layer = {.prepared = &prepared, .name = "formes"};
	struct render_stats stats;
	struct error error = {0};
	enum error_code code;

	buf_empty(&place->tile);
	code = renderer_tile(place->renderer, &layer, 1, grid, tile, &place->tile, &stats, &error);
	FUZZ_CHECK(code == ERROR_NONE || (odd && error.text[0]));
	if (code)
		return;
	FUZZ_CHECK(tile_check((const uint8_t *)place->tile.bytes, place->tile.length) >=
		   stats.features_drawn);
	FUZZ_CHECK((place->tile.length > 0) == (stats.features_drawn > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct workplace *place = workplace();
	struct choices choices = {bytes, size};
	unsigned flags = choose(&choices, 4), crs = choose(&choices, CRS_COUNT);
	unsigned grid_index = choose(&choices, GRID_COUNT);
	const struct grid *grid = grids_at(place->grids, grid_index);
	uint32_t z = choose(&choices, grid->level_count);
	struct drawing_board board = {place->grounds[grid_index][z][crs], flags & 1, flags & 2};
	struct error error;
	struct box extent;
	struct fgb *fgb;
	char path[64];
	int file;

	make_file(&choices, &board, &place->file, &extent);
	file = small_file_open(place->file.bytes, place->file.length, path);
	FUZZ_CHECK(fgb_open(path, &fgb, &error) == ERROR_NONE);
	render(place, fgb, place->crs[crs], extent, grid, place->tiles[grid_index][z], board.odd);
	fgb_close(fgb);
	small_file_close(file);
	return 0;
}

bool fuzz_seed(unsigned index, struct buf *seed)
{
	uint64_t state = index;

	if (index >= 24)
		return false;
	buf_add_char(seed, (char)(index % 4));
	buf_add_char(seed, (char)(index % CRS_COUNT));
	buf_add_char(seed, (char)(index / CRS_COUNT % GRID_COUNT));
	buf_add_char(seed, (char)(index == 0 ? 0 : 10 + index % 8));
	for (unsigned i = 0; i < 200 + 40 * index; i++)
		buf_add_char(seed, (char)fuzz_random(&state));
	return true;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cpl_string.h>
#include <cpl_vsi.h>

#include "ogr_data.h"
#include "tiler/buf.h"
#include "tiler/catalogue_settings.h"
#include "tiler/prepare.h"
#include "tiler/prepared.h"
#include "tiler/render.h"

/* Themes are prepared with options, drawn, and what came of it read by GDAL. */

enum {
	SIDE = 24,    /* of the mosaic, in polygons */
	CELL = 60,    /* metres */
	EXTENT = 4096 /* tile units a side */
};

static const double EDGE = 20037508.342789244; /* of Web Mercator */

static void keep_theme(struct theme *theme, void *context)
{
	*(struct theme **)context = theme;
}

static void no_problem(const char *place, const char *text, void *context)
{
	(void)context;
	fail_msg("%s: %s", place, text);
}

static struct theme *theme_of(const char *path)
{
	struct theme *theme = NULL;
	struct source_visitor visitor = {
		.theme = keep_theme, .problem = no_problem, .context = &theme};
	struct dataset_settings settings = {.name = (char *)(uintptr_t)path};
	struct source_listing *listing;
	struct error error;

	assert_int_equal(source_listing_new(&visitor, &listing, &error), ERROR_NONE);
	assert_int_equal(source_list(listing, &settings, &error), ERROR_NONE);
	source_listing_free(listing);
	assert_non_null(theme);
	theme->id = theme->id ? theme->id : memory_print("%s:%s", theme->group, theme->layer);
	return theme;
}

static void fill_row(OGRLayerH layer, int number, const char *wkt)
{
	OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(layer));

	OGR_F_SetFieldString(row, 0, CPLSPrintf("nom %d", number));
	OGR_F_SetFieldString(row, 1, "secret");
	OGR_F_SetFieldInteger(row, 2, 10000 + number);
	OGR_F_SetFieldInteger(row, 3, number * 7919 % 1000);
	OGR_F_SetFieldDouble(row, 4, -1);
	OGR_F_SetGeometryDirectly(row, geometry_make(wkt));
	assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
	OGR_F_Destroy(row);
}

static OGRLayerH layer_with_columns(GDALDatasetH data, OGRwkbGeometryType type)
{
	OGRLayerH layer = layer_make(data, "a", "EPSG:3948", type);

	column_make(layer, "nom", OFTString, OFSTNone);
	column_make(layer, "proprietaire", OFTString, OFSTNone);
	column_make(layer, "numero", OFTInteger, OFSTNone);
	column_make(layer, "rang", OFTInteger, OFSTNone);
	column_make(layer, "angle", OFTReal, OFSTNone);
	return layer;
}

/* A vertex of the mosaic: neighbours share it, wherever chance has moved it. */
static struct point corner(int column, int row)
{
	uint32_t chance = ((uint32_t)column * 73856093u ^ (uint32_t)row * 19349663u) * 2654435761u;

	return (struct point){1351000 + CELL * column + (chance >> 16) % 40,
			      7222000 + CELL * row + (chance >> 8) % 40};
}

static char *square_wkt(int column, int row)
{
	struct point a = corner(column, row), b = corner(column + 1, row),
		     c = corner(column + 1, row + 1), d = corner(column, row + 1);

	return memory_print("MULTIPOLYGON(((%g %g,%g %g,%g %g,%g %g,%g %g)))", a.x, a.y, b.x, b.y,
			    c.x, c.y, d.x, d.y, a.x, a.y);
}

/* A zigzag that many tiles share. */
static char *line_wkt(int column, int row)
{
	struct point a = corner(column, row), b = corner(column + 3, row + 1),
		     c = corner(column + 1, row + 3);

	return memory_print("MULTILINESTRING((%g %g,%g %g,%g %g))", a.x, a.y, b.x, b.y, c.x, c.y);
}

/* A source of SIDE * SIDE rows. New path. */
static char *source_make(void **state, const char *name, OGRwkbGeometryType type, int step)
{
	char *path = memory_print("%s/%s.gpkg", (const char *)*state, name);
	GDALDatasetH data = data_make("GPKG", path);
	OGRLayerH layer = layer_with_columns(data, type);

	for (int row = 0; row < SIDE; row++) {
		for (int column = 0; column < SIDE; column++) {
			char *wkt = type == wkbMultiPolygon ? square_wkt(step * column, step * row)
							    : line_wkt(step * column, step * row);

			fill_row(layer, row * SIDE + column, wkt);
			free(wkt);
		}
	}
	GDALClose(data);
	return path;
}

struct room {
	char *state;
	struct theme *theme;
	struct prepared *prepared;
	struct grids *grids;
	const struct grid *grid;
	struct renderer *renderer;
};

static struct room room_open(const char *source, struct theme_options *options)
{
	struct room room = {.state = memory_print("%s.state", source)};
	struct error error;

	room.theme = theme_of(source);
	if (theme_set_options(room.theme, options, &error) ||
	    prepare_theme(room.state, room.theme, NULL, NULL, &error) ||
	    prepared_open(room.state, room.theme, &room.prepared, &error))
		fail_msg("%s", error.text);
	theme_options_release(options);
	assert_int_equal(grids_new(&room.grids, &error), ERROR_NONE);
	room.grid = grids_find(room.grids, "WebMercatorQuad");
	room.renderer = renderer_new();
	return room;
}

static void room_close(struct room *room)
{
	renderer_free(room->renderer);
	grids_free(room->grids);
	prepared_unref(room->prepared);
	theme_free(room->theme);
	free(room->state);
}

/* The tile as GDAL opens it, in Web Mercator; NULL: it is empty. */
static GDALDatasetH tile_open(const struct room *room, struct tile_id tile)
{
	const char *const options[] = {"CLIP=NO", NULL};
	struct render_layer layer = {.prepared = room->prepared, .name = "a"};
	char *path = memory_print("/vsimem/%u/%u/%u.pbf", tile.z, tile.x, tile.y);
	GDALDatasetH data = NULL;
	struct error error;
	struct buf bytes;

	buf_init(&bytes, 0);
	if (renderer_tile(room->renderer, &layer, 1, room->grid, tile, &bytes, NULL, &error))
		fail_msg("%s", error.text);
	if (bytes.length) {
		GByte *copy = VSIMalloc(bytes.length);

		memcpy(copy, bytes.bytes, bytes.length);
		VSIFCloseL(VSIFileFromMemBuffer(path, copy, bytes.length, TRUE));
		data = GDALOpenEx(path, GDAL_OF_VECTOR, NULL, options, NULL);
		assert_non_null(data);
	}
	buf_release(&bytes);
	free(path);
	return data;
}

static void tile_close(GDALDatasetH data)
{
	if (data)
		GDALClose(data);
}

/* What the tiles of a level say of each row. */
struct tally {
	int points[SIDE * SIDE]; /* in tiles proper */
	int shapes[SIDE * SIDE]; /* features, in any tile */
	int inside;		 /* points looked at against their polygons */
	int columns;		 /* of the last layer of points */
	bool angles;		 /* each point has one */
};

static OGRFeatureH next_row(OGRLayerH layer, int *number)
{
	OGRFeatureH row = OGR_L_GetNextFeature(layer);

	if (row)
		*number = (int)OGR_F_GetFieldAsInteger64(row, OGR_F_GetFieldIndex(row, "numero")) -
			  10000;
	return row;
}

/* The shapes of one tile by row, to judge its points by; GDAL's handles. */
static void read_shapes(GDALDatasetH data, struct tally *tally, OGRGeometryH *shapes)
{
	OGRLayerH layer = GDALDatasetGetLayerByName(data, "a");
	OGRFeatureH row;
	int number;

	while (layer && (row = next_row(layer, &number))) {
		tally->shapes[number]++;
		shapes[number] = OGR_G_Clone(OGR_F_GetGeometryRef(row));
		OGR_F_Destroy(row);
	}
}

static void read_points(GDALDatasetH data, struct tile_id tile, struct tally *tally,
			OGRGeometryH *shapes)
{
	OGRLayerH layer = GDALDatasetGetLayerByName(data, "a_pt");
	double side = 2 * EDGE / ldexp(1, (int)tile.z), unit = side / EXTENT;
	OGRFeatureH row;
	int number;

	if (layer)
		tally->columns = OGR_FD_GetFieldCount(OGR_L_GetLayerDefn(layer));
	while (layer && (row = next_row(layer, &number))) {
		OGRGeometryH point = OGR_F_GetGeometryRef(row);
		double x = (OGR_G_GetX(point, 0) + EDGE) / side - tile.x;
		double y = (EDGE - OGR_G_GetY(point, 0)) / side - tile.y;
		int angle = OGR_F_GetFieldIndex(row, "angle");
		bool proper = x > -1e-9 && x < 1 - 1e-9 && y > -1e-9 && y < 1 - 1e-9;

		assert_int_equal(wkbFlatten(OGR_G_GetGeometryType(point)), wkbPoint);
		tally->points[number] += proper;
		tally->angles = tally->angles && angle >= 0 &&
				OGR_F_GetFieldAsDouble(row, angle) >= 0;
		if (proper && shapes[number]) {
			tally->inside++;
			/* Both were moved to the grid, by half its diagonal at most. */
			if (OGR_G_Distance(shapes[number], point) > 1.42 * unit)
				fail_msg("z%u: the point of %d lies outside", tile.z, number);
		}
		OGR_F_Destroy(row);
	}
}

static struct tally tally_level(const struct room *room, uint32_t z)
{
	struct tally tally = {.angles = true};
	struct box extent = room->prepared->extent;
	struct transform *transform = NULL;
	struct tile_range range;
	struct error error;

	assert_int_equal(transform_new(room->theme->crs, room->grid->crs, &transform, &error),
			 ERROR_NONE);
	extent = transform_box(transform, extent, NULL);
	transform_free(transform);
	assert_true(grid_range(room->grid, z, extent, &range));
	for (uint32_t x = range.min_x; x <= range.max_x; x++) {
		for (uint32_t y = range.min_y; y <= range.max_y; y++) {
			OGRGeometryH shapes[SIDE * SIDE] = {NULL};
			struct tile_id tile = {z, x, y};
			GDALDatasetH data = tile_open(room, tile);

			if (data) {
				read_shapes(data, &tally, shapes);
				read_points(data, tile, &tally, shapes);
			}
			tile_close(data);
			for (int i = 0; i < SIDE * SIDE; i++)
				OGR_G_DestroyGeometry(shapes[i]);
		}
	}
	return tally;
}

static void assert_one_each(const struct tally *tally, uint32_t z)
{
	for (int i = 0; i < SIDE * SIDE; i++)
		if (tally->points[i] != (tally->shapes[i] > 0))
			fail_msg("z%u: %d has %d points, is in %d tiles", z, i, tally->points[i],
				 tally->shapes[i]);
}

static int count(const int *numbers)
{
	int sum = 0;

	for (int i = 0; i < SIDE * SIDE; i++)
		sum += numbers[i] > 0;
	return sum;
}

static struct theme_options accompanied(enum companion_point point)
{
	struct theme_options options;

	theme_options_init(&options);
	options.companion = point;
	return options;
}

static void assert_points_of_squares(void **state, int step, uint32_t first, uint32_t last,
				     int thinned)
{
	char *source = source_make(state, "polygones", wkbMultiPolygon, step);
	struct theme_options options = accompanied(COMPANION_INTERIOR);
	struct room room = room_open(source, &options);

	assert_true(room.prepared->level_count > 1);
	for (uint32_t z = first; z <= last; z++) {
		struct tally tally = tally_level(&room, z);

		assert_one_each(&tally, z);
		assert_int_equal(tally.inside, count(tally.points));
		assert_int_equal(tally.columns, 6); /* mvt_id is one */
		if (z == last)
			assert_int_equal(count(tally.points), SIDE * SIDE);
		else if (z == first)
			assert_in_range(count(tally.points), 1, SIDE * SIDE - thinned);
	}
	room_close(&room);
	assert_int_equal(unlink(source), 0);
	free(source);
}

static void polygons_of_a_coverage_have_one_point_each(void **state)
{
	assert_points_of_squares(state, 1, 9, 16, 0);
}

/* At the first zooms not all are shown. */
static void lone_polygons_have_one_point_each(void **state)
{
	assert_points_of_squares(state, 12, 6, 14, 1);
}

static void lines_have_one_point_each_with_its_angle(void **state)
{
	char *source = source_make(state, "lignes", wkbMultiLineString, 2);
	struct theme_options options = accompanied(COMPANION_MIDDLE);
	struct room room = room_open(source, &options);

	for (uint32_t z = 9; z <= 17; z += 2) {
		struct tally tally = tally_level(&room, z);

		for (int i = 0; i < SIDE * SIDE; i++)
			assert_int_equal(tally.points[i], tally.shapes[i] > 0);
		assert_true(tally.angles);
		assert_int_equal(tally.columns, 6); /* mvt_id is one; the own angle, -1, is not */
	}
	room_close(&room);
	free(source);
}

/* A line due east in CC48 goes down to the right in Web Mercator: the grids' norths differ by 3.5
 * degrees near Rennes. */
static void angles_are_those_of_the_tile(void **state)
{
	char *path = memory_print("%s/est.gpkg", (const char *)*state);
	GDALDatasetH data = data_make("GPKG", path);
	OGRLayerH layer = layer_with_columns(data, wkbLineString);
	struct theme_options options = accompanied(COMPANION_END);
	struct point ends[2] = {{1351000, 7222000}, {1351100, 7222000}};
	struct transform *transform = NULL;
	struct tile_range range;
	struct error error;
	struct room room;
	OGRFeatureH row;
	double angle;

	fill_row(layer, 0, "LINESTRING(1351000 7222000,1351100 7222000)");
	GDALClose(data);
	room = room_open(path, &options);
	assert_int_equal(transform_new(room.theme->crs, room.grid->crs, &transform, &error),
			 ERROR_NONE);
	transform_forward(transform, ends, 2);
	transform_free(transform);
	angle = -atan2(ends[1].y - ends[0].y, ends[1].x - ends[0].x) * 180 / M_PI;
	assert_true(fabs(angle) > 2);
	assert_true(grid_range(room.grid, 16,
			       (struct box){ends[1].x, ends[1].y, ends[1].x, ends[1].y}, &range));
	data = tile_open(&room, (struct tile_id){16, range.min_x, range.min_y});
	assert_non_null(data);
	layer = GDALDatasetGetLayerByName(data, "a_pt");
	assert_non_null(layer);
	row = OGR_L_GetNextFeature(layer);
	assert_true(fabs(remainder(OGR_F_GetFieldAsDouble(row, OGR_F_GetFieldIndex(row, "angle")) -
					   angle,
				   360)) <= 0.5);
	assert_true(fabs(OGR_G_GetX(OGR_F_GetGeometryRef(row), 0) - ends[1].x) < 0.2);
	OGR_F_Destroy(row);
	tile_close(data);
	room_close(&room);
	free(path);
}

/* Is TEXT in a file of the folder that holds the theme's version? */
static bool is_on_disk(const struct room *room, const char *text)
{
	char *command = memory_print("grep -rqa '%s' '%s'", text, room->state);
	int status = system(command);

	free(command);
	return status == 0;
}

static OGRFeatureH first_row(const struct room *room, uint32_t z, GDALDatasetH *data)
{
	struct box at = box_empty();
	struct transform *transform = NULL;
	struct tile_range range;
	struct error error;
	OGRLayerH layer;

	assert_int_equal(transform_new(room->theme->crs, room->grid->crs, &transform, &error),
			 ERROR_NONE);
	at = transform_box(transform, (struct box){1351400, 7222400, 1351401, 7222401}, NULL);
	transform_free(transform);
	assert_true(grid_range(room->grid, z, at, &range));
	*data = tile_open(room, (struct tile_id){z, range.min_x, range.min_y});
	if (!*data)
		return NULL;
	layer = GDALDatasetGetLayerByName(*data, "a");
	return OGR_L_GetNextFeature(layer);
}

static void hidden_columns_never_leave_the_source(void **state)
{
	char *source = source_make(state, "cachees", wkbMultiPolygon, 1);
	struct theme_options options = accompanied(COMPANION_CENTROID);
	struct room room;
	GDALDatasetH data;
	OGRFeatureH row;

	theme_options_hide(&options, "proprietaire");
	theme_options_hide(&options, "numero");
	theme_options_hide(&options, "rang");
	theme_options_set_id(&options, "numero");
	theme_options_set_priority(&options, "rang", false);
	room = room_open(source, &options);
	assert_int_equal(room.prepared->column_count, 2);
	assert_int_equal(fgb_column_count(room.prepared->levels[0].fgb), 2);
	assert_int_equal(fgb_column_count(room.prepared->levels[0].points), 2);
	assert_true(is_on_disk(&room, "nom 17"));
	assert_false(is_on_disk(&room, "secret"));
	assert_false(is_on_disk(&room, "proprietaire"));
	row = first_row(&room, 16, &data);
	assert_non_null(row);
	assert_true(OGR_F_GetFieldIndex(row, "nom") >= 0);
	assert_int_equal(OGR_F_GetFieldIndex(row, "proprietaire"), -1);
	assert_int_equal(OGR_F_GetFieldIndex(row, "rang"), -1);
	assert_true(OGR_F_GetFieldAsInteger64(row, OGR_F_GetFieldIndex(row, "mvt_id")) >= 10000);
	OGR_F_Destroy(row);
	tile_close(data);
	room_close(&room);
	assert_int_equal(unlink(source), 0);
	free(source);
}

static bool carries(const struct room *room, uint32_t z, const char *column)
{
	GDALDatasetH data;
	OGRFeatureH row = first_row(room, z, &data);
	bool carried;

	assert_non_null(row);
	carried = OGR_F_GetFieldIndex(row, column) >= 0;
	OGR_F_Destroy(row);
	tile_close(data);
	return carried;
}

static void columns_come_with_their_zoom(void **state)
{
	char *source = source_make(state, "zooms", wkbMultiPolygon, 1);
	struct theme_options options = accompanied(COMPANION_NONE);
	struct room room;

	theme_options_carry_from(&options, "nom", 15);
	room = room_open(source, &options);
	assert_false(carries(&room, 14, "nom"));
	assert_true(carries(&room, 14, "rang"));
	assert_true(carries(&room, 15, "nom"));
	assert_true(carries(&room, 18, "nom"));
	room_close(&room);
	assert_int_equal(unlink(source), 0);
	free(source);
}

static void zooms_bound_what_is_drawn(void **state)
{
	char *source = source_make(state, "bornes", wkbMultiPolygon, 1);
	struct theme_options options = accompanied(COMPANION_NONE);
	struct prepared *plain = NULL;
	struct theme *theme = theme_of(source);
	struct error error;
	struct room room;
	GDALDatasetH data;

	options.min_zoom = 13;
	options.max_zoom = 14;
	room = room_open(source, &options);
	assert_null(first_row(&room, 12, &data));
	OGR_F_Destroy(first_row(&room, 13, &data));
	tile_close(data);
	OGR_F_Destroy(first_row(&room, 17, &data)); /* for who asks, with what 14 shows */
	tile_close(data);
	assert_int_equal(room.prepared->zoom_limit, 15);
	/* The same preparation serves other zooms, under another version. */
	if (prepared_open(room.state, theme, &plain, &error))
		fail_msg("%s", error.text);
	assert_string_not_equal(plain->version, room.prepared->version);
	assert_int_equal(plain->zoom_limit, 0);
	prepared_unref(plain);
	theme_free(theme);
	room_close(&room);
	free(source);
}

static void other_options_prepare_anew(void **state)
{
	char *source = source_make(state, "anew", wkbMultiPolygon, 1);
	struct theme_options options = accompanied(COMPANION_NONE);
	struct room room = room_open(source, &options);
	struct theme *theme = theme_of(source);
	struct prepared *prepared = NULL;
	struct error error;

	options = accompanied(COMPANION_CENTROID);
	assert_int_equal(theme_set_options(theme, &options, &error), ERROR_NONE);
	theme_options_release(&options);
	assert_int_equal(prepared_open(room.state, theme, &prepared, &error), ERROR_NOT_FOUND);
	theme_free(theme);
	room_close(&room);
	free(source);
}

static uint64_t largest_tile(const struct room *room)
{
	uint64_t largest = 0;

	for (uint32_t i = 1; i < room->prepared->level_count; i++)
		if (room->prepared->levels[i].largest_tile > largest)
			largest = room->prepared->levels[i].largest_tile;
	return largest;
}

static void the_budget_is_the_themes_own(void **state)
{
	char *source = source_make(state, "budget", wkbMultiPolygon, 3);
	struct theme_options options = accompanied(COMPANION_CENTROID);
	struct room room = room_open(source, &options);

	assert_true(largest_tile(&room) > 6000);
	room_close(&room);
	options = accompanied(COMPANION_CENTROID);
	options.tile_budget = 5000;
	room = room_open(source, &options);
	assert_in_range(largest_tile(&room), 3000, 5000);
	room_close(&room);
	free(source);
}

enum {
	TREES = 4000
};

/* Points at chance places whose "rang" is their number. New path. */
static char *trees_make(void **state, const char *name)
{
	char *path = memory_print("%s/%s.gpkg", (const char *)*state, name);
	GDALDatasetH data = data_make("GPKG", path);
	OGRLayerH layer = layer_with_columns(data, wkbPoint);
	uint32_t seed = 3;

	assert_int_equal(OGR_L_StartTransaction(layer), OGRERR_NONE);
	for (int i = 0; i < TREES; i++) {
		OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(layer));
		OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
		double place[2];

		for (int k = 0; k < 2; k++) {
			seed = seed * 1664525 + 1013904223;
			place[k] = (seed >> 8) % 10000;
		}
		OGR_G_SetPoint_2D(point, 0, 1351000 + place[0], 7222000 + place[1]);
		OGR_F_SetFieldInteger(row, 3, i);
		OGR_F_SetGeometryDirectly(row, point);
		assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
		OGR_F_Destroy(row);
	}
	assert_int_equal(OGR_L_CommitTransaction(layer), OGRERR_NONE);
	GDALClose(data);
	return path;
}

struct kept {
	double sum; /* of the ids, which go with the ranks */
	uint64_t count;
	bool ids[TREES + 1];
};

static enum error_code add_id(const struct feature *feature, void *context, struct error *error)
{
	struct kept *kept = context;

	(void)error;
	kept->sum += (double)feature->id;
	kept->count++;
	kept->ids[feature->id] = true;
	return ERROR_NONE;
}

/* What the coarsest level keeps of the trees; each level is part of the finer one. */
static struct kept keep(void **state, const char *name, bool prefer, bool smallest)
{
	static const struct box everywhere = {-INFINITY, -INFINITY, INFINITY, INFINITY};
	char *source = trees_make(state, name);
	struct theme_options options = accompanied(COMPANION_NONE);
	struct kept kept = {0}, finer;
	struct arena *arena = arena_new();
	struct error error;
	struct room room;

	options.tile_budget = 3000;
	theme_options_hide(&options, "rang");
	if (prefer)
		theme_options_set_priority(&options, "rang", smallest);
	room = room_open(source, &options);
	assert_true(room.prepared->level_count > 2);
	for (uint32_t i = 0; i < room.prepared->level_count; i++) {
		finer = kept;
		kept = (struct kept){0};
		assert_int_equal(fgb_query(room.prepared->levels[i].fgb, everywhere, arena, add_id,
					   &kept, &error),
				 ERROR_NONE);
		for (int id = 0; i > 0 && id <= TREES; id++)
			assert_true(!kept.ids[id] || finer.ids[id]);
	}
	assert_true(kept.count > 10 && kept.count < TREES / 4);
	arena_free(arena);
	room_close(&room);
	free(source);
	return kept;
}

static void those_of_priority_stay(void **state)
{
	struct kept plain = keep(state, "arbres", false, false);
	struct kept greatest = keep(state, "grands", true, false);
	struct kept smallest = keep(state, "petits", true, true);

	assert_true(fabs(plain.sum / (double)plain.count - TREES / 2.0) < TREES / 4.0);
	assert_true(greatest.sum / (double)greatest.count > 0.85 * TREES);
	assert_true(smallest.sum / (double)smallest.count < 0.15 * TREES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polygons_of_a_coverage_have_one_point_each),
		cmocka_unit_test(lone_polygons_have_one_point_each),
		cmocka_unit_test(lines_have_one_point_each_with_its_angle),
		cmocka_unit_test(angles_are_those_of_the_tile),
		cmocka_unit_test(hidden_columns_never_leave_the_source),
		cmocka_unit_test(columns_come_with_their_zoom),
		cmocka_unit_test(zooms_bound_what_is_drawn),
		cmocka_unit_test(other_options_prepare_anew),
		cmocka_unit_test(the_budget_is_the_themes_own),
		cmocka_unit_test(those_of_priority_stay),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

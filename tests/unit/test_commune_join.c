/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <cpl_string.h>

#include "ogr_data.h"
#include "shapes.h"
#include "tiler/commune_join.h"
#include "tiler/commune_list.h"
#include "tiler/prepare.h"

/* Which features are in which commune, against what OGR (GEOS) finds by intersecting. */

enum {
	SIDE = 4,     /* of the communes, in squares of a grid ... */
	CELL = 1000,  /* ... of metres */
	SHAPES = 240, /* of each kind: corners on a grid so coarse that many lie on borders */
	STEP = 250
};

struct town {
	char *folder, *state;
	struct catalogue *catalogue;
	struct prepared *communes;
	struct commune_source source;
	OGRGeometryH outlines[SIDE * SIDE];
	struct error error;
};

static void fill_row(OGRLayerH layer, const char *code, const char *name, const char *wkt)
{
	OGRFeatureH row = OGR_F_Create(OGR_L_GetLayerDefn(layer));

	OGR_F_SetFieldString(row, 0, code);
	OGR_F_SetFieldString(row, 1, name);
	OGR_F_SetGeometryDirectly(row, geometry_make(wkt));
	assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
	OGR_F_Destroy(row);
}

static struct point corner_at(int column, int row)
{
	return (struct point){1350000 + CELL * column, 7220000 + CELL * row};
}

static char *square_wkt(struct point at, double side)
{
	return memory_print("POLYGON((%.0f %.0f,%.0f %.0f,%.0f %.0f,%.0f %.0f,%.0f %.0f))", at.x,
			    at.y, at.x + side, at.y, at.x + side, at.y + side, at.x, at.y + side,
			    at.x, at.y);
}

static void make_communes(struct town *town, GDALDatasetH data)
{
	OGRLayerH layer = layer_make(data, "commune", "EPSG:3948", wkbPolygon);

	column_make(layer, "code_insee", OFTString, OFSTNone);
	column_make(layer, "nom", OFTString, OFSTNone);
	for (int n = 0; n < SIDE * SIDE; n++) {
		char *wkt = square_wkt(corner_at(n % SIDE, n / SIDE), CELL);

		town->outlines[n] = geometry_make(wkt);
		fill_row(layer, CPLSPrintf("35%03d", n), CPLSPrintf("Commune %d", n), wkt);
		free(wkt);
	}
	fill_row(layer, "", "nulle part", "POLYGON((0 0,1 0,1 1,0 0))");
}

static struct point chance_corner(struct chance *chance)
{
	struct point at = corner_at(0, 0);

	at.x += STEP * (double)chance_below(chance, SIDE * CELL / STEP + 1);
	at.y += STEP * (double)chance_below(chance, SIDE * CELL / STEP + 1);
	return at;
}

static char *chance_wkt(struct chance *chance, enum geometry_kind kind)
{
	struct point a = chance_corner(chance), b = chance_corner(chance);

	if (kind == GEOMETRY_POINT)
		return memory_print("POINT(%.0f %.0f)", a.x, a.y);
	if (kind == GEOMETRY_LINE)
		return memory_print("LINESTRING(%.0f %.0f,%.0f %.0f,%.0f %.0f)", a.x, a.y, a.x,
				    a.y + STEP, b.x, b.y);
	return square_wkt(a, STEP * (1 + (double)chance_below(chance, 4)));
}

static void make_shapes(GDALDatasetH data, const char *name, enum geometry_kind kind)
{
	static const OGRwkbGeometryType types[GEOMETRY_KINDS] = {wkbUnknown, wkbPoint,
								 wkbLineString, wkbPolygon};
	OGRLayerH layer = layer_make(data, name, "EPSG:3948", types[kind]);
	struct chance chance = {kind};

	for (int n = 0; n < SHAPES; n++) {
		char *wkt = chance_wkt(&chance, kind);

		row_add(layer, wkt);
		free(wkt);
	}
}

static struct prepared *prepare(struct town *town, const char *id)
{
	const struct theme *theme = catalogue_find(town->catalogue, id);
	struct prepared *prepared = NULL;

	assert_non_null(theme);
	if (prepare_theme(town->state, theme, NULL, NULL, &town->error) ||
	    prepared_open(town->state, theme, &prepared, &town->error))
		fail_msg("%s", town->error.text);
	return prepared;
}

static int make_town(void **state)
{
	struct town *town = memory_zeroed(1, sizeof(*town));
	struct commune_settings settings = {0};
	GDALDatasetH data;
	char *path;

	scratch_make((void **)&town->folder);
	town->state = memory_print("%s/state", town->folder);
	mkdir(town->state, 0777);
	path = memory_print("%s/ville.gpkg", town->folder);
	data = data_make("GPKG", path);
	make_communes(town, data);
	make_shapes(data, "points", GEOMETRY_POINT);
	make_shapes(data, "lignes", GEOMETRY_LINE);
	make_shapes(data, "zones", GEOMETRY_POLYGON);
	GDALClose(data);
	assert_int_equal(
		catalogue_new((const char *const *)&path, 1, &town->catalogue, &town->error), 0);
	assert_int_equal(
		commune_source_find(town->catalogue, &settings, &town->source, &town->error), 0);
	free(path);
	town->communes = prepare(town, "ville:commune");
	*state = town;
	return 0;
}

static int drop_town(void **state)
{
	struct town *town = *state;

	for (int n = 0; n < SIDE * SIDE; n++)
		OGR_G_DestroyGeometry(town->outlines[n]);
	prepared_unref(town->communes);
	catalogue_unref(town->catalogue);
	scratch_remove((void **)&town->folder);
	free(town->state);
	free(town);
	return 0;
}

static struct commune_join *join_of(struct town *town, struct prepared *theme)
{
	struct commune_join_of of = {town->state, theme, town->communes, &town->source};
	struct commune_join *join = NULL;

	if (commune_join_make(&of, NULL, NULL, &town->error) ||
	    commune_join_open(&of, &join, &town->error))
		fail_msg("%s", town->error.text);
	return join;
}

static bool shares(OGRGeometryH outline, OGRGeometryH shape)
{
	OGRGeometryH common = OGR_G_Intersection(outline, shape);
	bool part = common && !OGR_G_IsEmpty(common) &&
		    OGR_G_GetDimension(common) == OGR_G_GetDimension(shape);

	OGR_G_DestroyGeometry(common);
	return part;
}

static void check_theme(struct town *town, const char *name, uint32_t least)
{
	struct prepared *theme = prepare(town, CPLSPrintf("ville:%s", name));
	struct commune_join *join = join_of(town, theme);
	GDALDatasetH data = GDALOpenEx(CPLSPrintf("%s/ville.gpkg", town->folder), GDAL_OF_VECTOR,
				       NULL, NULL, NULL);
	OGRLayerH layer = GDALDatasetGetLayerByName(data, name);
	uint32_t in = 0;
	OGRFeatureH row;

	while ((row = OGR_L_GetNextFeature(layer))) {
		uint64_t id = (uint64_t)OGR_F_GetFID(row);
		OGREnvelope box;

		OGR_G_GetEnvelope(OGR_F_GetGeometryRef(row), &box);
		for (int n = 0; n < SIDE * SIDE; n++) {
			const char *code = CPLSPrintf("35%03d", n);
			struct commune_limit limit = commune_join_limit(join, code);
			bool part = shares(town->outlines[n], OGR_F_GetGeometryRef(row));

			if (commune_limit_keeps(&limit, id) != part)
				fail_msg("%s %llu in %s", name, (unsigned long long)id, code);
			if (part && !box_contains(limit.box, (struct box){box.MinX, box.MinY,
									  box.MaxX, box.MaxY}))
				fail_msg("%s %llu beyond the box of %s", name,
					 (unsigned long long)id, code);
			in += part;
		}
		OGR_F_Destroy(row);
	}
	GDALClose(data);
	assert_true(in > least);
	commune_join_unref(join);
	prepared_unref(theme);
}

/* Many are in several, those on the outer border beside in none. */
static void features_are_those_that_intersect(void **state)
{
	check_theme(*state, "points", SHAPES);
	check_theme(*state, "lignes", SHAPES);
	check_theme(*state, "zones", SHAPES);
}

static void communes_are_limited_by_themselves(void **state)
{
	struct town *town = *state;
	struct commune_join *join = join_of(town, town->communes);

	for (int n = 0; n < SIDE * SIDE; n++) {
		struct commune_limit limit = commune_join_limit(join, CPLSPrintf("35%03d", n));

		assert_int_equal(limit.count, 1);
		assert_int_equal(limit.ids[0], n + 1);
	}
	assert_int_equal(commune_join_limit(join, "99999").count, 0);
	commune_join_unref(join);
}

static void the_list_has_each_commune_once(void **state)
{
	struct town *town = *state;
	struct commune_list *list = NULL;
	const struct commune *commune;

	assert_int_equal(commune_list_new(town->communes, &town->source, &list, &town->error), 0);
	assert_int_equal(list->count, SIDE * SIDE);
	assert_int_equal(list->nameless, 1);
	assert_int_equal(list->repeated, 0);
	commune = commune_list_find(list, "35005");
	assert_non_null(commune);
	assert_string_equal(commune->name, "Commune 5");
	assert_true(commune->bounds.minx > -2.5 && commune->bounds.maxx < -1);
	assert_null(commune_list_find(list, "3500"));
	commune_list_unref(list);
}

/* The one file of the theme's folder. */
static char *file_of(const struct town *town, const struct prepared *theme)
{
	char *name = theme_folder_name(theme->theme_id);
	char *path = memory_print("%s/communes/%s/%s-%s", town->state, name, theme->version,
				  town->communes->version);

	free(name);
	return path;
}

static void a_damaged_file_is_told_and_made_anew(void **state)
{
	struct town *town = *state;
	struct prepared *theme = prepare(town, "ville:points");
	struct commune_join_of of = {town->state, theme, town->communes, &town->source};
	struct commune_join *join = join_of(town, theme);
	char *path = file_of(town, theme);
	FILE *file = fopen(path, "r+b");

	assert_true(commune_join_is_of(join, theme->version, town->communes->version));
	assert_true(commune_join_is_whole(join));
	assert_non_null(file);
	fseek(file, 70, SEEK_SET);
	fputc('?', file);
	fclose(file);
	assert_false(commune_join_is_whole(join));
	commune_join_unref(join);
	assert_int_equal(commune_join_open(&of, &join, &town->error), ERROR_INVALID);
	assert_int_equal(truncate(path, 100), 0);
	assert_int_equal(commune_join_open(&of, &join, &town->error), ERROR_INVALID);
	commune_join_unref(join_of(town, theme));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(commune_join_open(&of, &join, &town->error), ERROR_NOT_FOUND);
	free(path);
	prepared_unref(theme);
}

static void settings_name_theme_and_columns(void **state)
{
	static const struct {
		struct commune_settings settings;
		enum error_code code;
		const char *words;
	} cases[] = {
		{{"ville:rien", NULL, NULL}, ERROR_NOT_FOUND, "ville:rien"},
		{{"ville:points", NULL, NULL}, ERROR_INVALID, "no polygons"},
		{{"ville:zones", NULL, NULL}, ERROR_INVALID, "communes_code"},
		{{"ville:commune", "insee", NULL}, ERROR_INVALID, "no column insee"},
	};
	struct commune_settings by_name = {"ville:commune", "nom", "code_insee"};
	struct town *town = *state;
	struct commune_source source;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(commune_source_find(town->catalogue, &cases[i].settings, &source,
						     &town->error),
				 cases[i].code);
		if (!strstr(town->error.text, cases[i].words))
			fail_msg("%s", town->error.text);
	}
	assert_int_equal(commune_source_find(town->catalogue, &by_name, &source, NULL), 0);
	assert_string_equal(source.code->name, "nom");
	assert_string_equal(source.name->name, "code_insee");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_are_those_that_intersect),
		cmocka_unit_test(communes_are_limited_by_themselves),
		cmocka_unit_test(the_list_has_each_commune_once),
		cmocka_unit_test(a_damaged_file_is_told_and_made_anew),
		cmocka_unit_test(settings_name_theme_and_columns),
	};

	return cmocka_run_group_tests_name("commune_join", tests, make_town, drop_town);
}

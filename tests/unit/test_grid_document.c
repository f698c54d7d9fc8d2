/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tiler/buf.h"
#include "tiler/grid.h"
#include "tiler/grid_document.h"
#include "tiler/memory.h"
#include "tiler/source.h"

/* Documents are written with ' for " to be read. */
#define LEVEL(members) \
	"{'id':'0','scaleDenominator':1e6,'tileWidth':256,'tileHeight':256," members "}"
#define PLAIN "'cellSize':280,'pointOfOrigin':[2420000,1350000],'matrixWidth':6,'matrixHeight':5"
#define GRID(crs, levels) "{'id':'essai','crs':" crs ",'tileMatrices':[" levels "]}"
#define SWISS "'http://www.opengis.net/def/crs/EPSG/0/2056'"

static enum error_code try_parse(const char *text, struct grid **grid, struct error *error)
{
	char *json = memory_text(text);
	enum error_code code;

	for (char *c = json; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	code = grid_document_parse(json, strlen(json), "fichier", grid, error);
	free(json);
	return code;
}

static struct grid *parse(const char *text)
{
	struct grid *grid = NULL;
	struct error error = {0};

	if (try_parse(text, &grid, &error))
		fail_msg("%s", error.text);
	return grid;
}

static void refuse(const char *text, enum error_code expected, const char *word)
{
	struct grid *grid = NULL;
	struct error error = {0};
	enum error_code code = try_parse(text, &grid, &error);

	if (code != expected || !strstr(error.text, word))
		fail_msg("%.200s: code %d, \"%s\" has no \"%s\"", text, code, error.text, word);
	assert_null(grid);
	assert_true(strlen(error.text) < sizeof(error.text) - 1);
}

static void a_swiss_grid_is_read(void **state)
{
	struct grid *grid = parse(GRID(SWISS, LEVEL(PLAIN)));
	struct box box = grid_tile_box(grid, (struct tile_id){0, 1, 2});

	(void)state;
	assert_string_equal(grid->id, "essai");
	assert_string_equal(grid->title, "essai");
	assert_null(grid->uri);
	assert_string_equal(grid->crs->definition, "EPSG:2056");
	assert_int_equal(grid->level_count, 1);
	assert_true(box.minx == 2420000 + 280 * 256 && box.maxy == 1350000 - 2 * 280 * 256);
	assert_true(box.maxx - box.minx == 280 * 256 && box.maxy - box.miny == 280 * 256);
	assert_false(grid_has(grid, (struct tile_id){0, 6, 0}));
	assert_false(grid_has(grid, (struct tile_id){0, 0, 5}));
	assert_false(grid_is_quad(grid));
	grid_free(grid);
}

static void a_crs_is_named_in_many_ways(void **state)
{
	static const char *const ways[] = {
		SWISS,
		"'EPSG:2056'",
		"'[EPSG:2056]'",
		"'urn:ogc:def:crs:EPSG::2056'",
		"{'uri':" SWISS "}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		char *text = memory_print(GRID("%s", LEVEL(PLAIN)), ways[i]);
		struct grid *grid = parse(text);

		assert_string_equal(grid->crs->definition, "EPSG:2056");
		grid_free(grid);
		free(text);
	}
}

static void a_crs_may_be_written_out(void **state)
{
	struct error error;
	struct crs *crs;
	struct grid *grid;
	char *json, *text;

	(void)state;
	assert_int_equal(crs_new("EPSG:2056", &crs, &error), 0);
	json = crs_projjson(crs);
	text = memory_print(GRID("{'wkt':%s}", LEVEL(PLAIN)), json);
	/* apostrophes of the names must not become quotes */
	for (char *c = strstr(text, "{\""); c && *c; c++)
		*c = *c == '\'' && c < strstr(text, "tileMatrices") - 2 ? ' ' : *c;
	grid = parse(text);
	assert_string_equal(grid->crs->definition, "EPSG:2056");
	grid_free(grid);
	free(text);
	free(json);
	crs_free(crs);
}

/* EPSG:3035 and EPSG:4326 name the northing first, EPSG:2056 does not. */
static void axes_come_in_either_order(void **state)
{
#define EUROPE(axes, origin)                                              \
	"{'id':'essai','crs':'EPSG:3035'," axes "'tileMatrices':[" LEVEL( \
		"'cellSize':280,'matrixWidth':60,'matrixHeight':60,'pointOfOrigin':" origin) "]}"
	static const char *const documents[] = {
		EUROPE("", "[5500000,2000000]"),
		EUROPE("'orderedAxes':['Y','X'],", "[5500000,2000000]"),
		EUROPE("'orderedAxes':['X','Y'],", "[2000000,5500000]"),
		EUROPE("'orderedAxes':['E','N'],", "[2000000,5500000]"),
		EUROPE("'orderedAxes':['northing','easting'],", "[5500000,2000000]"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(*documents); i++) {
		struct grid *grid = parse(documents[i]);

		assert_true(grid->crs->northing_first);
		assert_true(grid->levels[0].origin.x == 2000000);
		assert_true(grid->levels[0].origin.y == 5500000);
		grid_free(grid);
	}
	refuse(EUROPE("'orderedAxes':['a','b'],", "[1,2]"), ERROR_INVALID, "orderedAxes");
	refuse(EUROPE("'orderedAxes':['X'],", "[1,2]"), ERROR_INVALID, "orderedAxes");
	refuse(EUROPE("'orderedAxes':'XY',", "[1,2]"), ERROR_INVALID, "orderedAxes");
	/* no X lies at 55 million */
	refuse(EUROPE("'orderedAxes':['X','Y'],", "[55000000,2000000]"), ERROR_INVALID,
	       "pointOfOrigin");
}

static void rows_may_count_from_the_south(void **state)
{
	struct grid *grid = parse(GRID(
		SWISS, LEVEL("'cellSize':280,'pointOfOrigin':[2420000,1030000],'matrixWidth':6,"
			     "'matrixHeight':5,'cornerOfOrigin':'bottomLeft'")));
	double side = 280 * 256;
	struct box box = grid_tile_box(grid, (struct tile_id){0, 0, 1});
	struct tile_range range;

	(void)state;
	assert_true(grid->levels[0].rows_from_south);
	assert_true(box.miny == 1030000 + side && box.maxy == 1030000 + 2 * side);
	assert_true(grid_range(grid, 0, box_grown(box, -1), &range));
	assert_int_equal(range.min_y, 1);
	assert_int_equal(range.max_y, 1);
	assert_true(grid_range(grid, 0, (struct box){2.5e6, 0, 2.5e6, 1030000 + 1}, &range));
	assert_int_equal(range.min_y, 0);
	assert_int_equal(range.max_y, 0);
	grid_free(grid);
}

/* Levels in any order, not halving, of tiles that are not square. */
static void levels_need_not_halve(void **state)
{
#define MATRIX(id, cell, sizes) \
	"{'id':'" id "','cellSize':" cell ",'pointOfOrigin':[2420000,1350000]," sizes "}"
	struct grid *grid = parse(GRID(
		SWISS,
		MATRIX("b", "100", "'tileWidth':512,'tileHeight':256,'matrixWidth':9,'matrixHeight':13") "," MATRIX(
			"a", "650",
			"'tileWidth':256,'tileHeight':128,'matrixWidth':3,'matrixHeight':4") "," MATRIX("c",
													"7.5",
													"'tileWidth':256,'tileHeight':256,'matrixWidth':250,'matrixHeight':167")));

	(void)state;
	assert_int_equal(grid->level_count, 3);
	assert_true(grid->levels[0].cell_size == 650 && grid->levels[2].cell_size == 7.5);
	assert_true(grid_resolution(grid, 0) == 325); /* of 256ths of the shorter side */
	assert_true(grid_resolution(grid, 1) == 100);
	assert_false(grid_is_quad(grid));
	grid_free(grid);
	refuse(GRID(SWISS,
		    MATRIX("a", "650",
			   "'tileWidth':256,'tileHeight':256,'matrixWidth':1,"
			   "'matrixHeight':1") "," MATRIX("b", "650",
							  "'tileWidth':256,'tileHeight':256,'matrixWidth':1,'matrixHeight':1")),
	       ERROR_INVALID, "finer");
}

static void a_scale_will_do_for_a_cell_size(void **state)
{
	struct grid *grid = parse(
		GRID(SWISS, "{'id':'0','scaleDenominator':1e6,'pointOfOrigin':[2420000,1350000],"
			    "'tileWidth':256,'tileHeight':256,'matrixWidth':6,'matrixHeight':5}"));

	(void)state;
	assert_true(fabs(grid->levels[0].cell_size - 280) < 1e-9);
	grid_free(grid);
}

/* As in OGC's register: pixels of 96 an inch, and the cell size is right. */
static void a_scale_may_count_other_pixels(void **state)
{
	struct grid *grid = parse(
		"{'id':'CanadianNAD83_LCC','orderedAxes':['E','N'],"
		"'crs':'http://www.opengis.net/def/crs/EPSG/0/3978','tileMatrices':["
		"{'id':'0','scaleDenominator':145000000,'cellSize':38364.6600626534,"
		"'cornerOfOrigin':'topLeft','pointOfOrigin':[-34655800,39310000],"
		"'tileWidth':256,'tileHeight':256,'matrixWidth':5,'matrixHeight':5}]}");

	(void)state;
	assert_true(grid->levels[0].cell_size == 38364.6600626534);
	grid_free(grid);
}

static void the_file_names_a_grid_without_id(void **state)
{
	struct grid *grid = parse("{'crs':" SWISS
				  ",'title':'Suisse','tileMatrices':[" LEVEL(PLAIN) "]}");

	(void)state;
	assert_string_equal(grid->id, "fichier");
	assert_string_equal(grid->title, "Suisse");
	grid_free(grid);
}

static void nonsense_is_refused_by_member(void **state)
{
	static const struct {
		const char *members, *word;
	} levels[] = {
		{"'cellSize':-280,'pointOfOrigin':[2420000,1350000],'matrixWidth':6,"
		 "'matrixHeight':5",
		 "cellSize must be"},
		{"'cellSize':0,'pointOfOrigin':[2420000,1350000],'matrixWidth':6,'matrixHeight':5",
		 "cellSize must be"},
		{"'cellSize':'280'", "cellSize must be"},
		{"'cellSize':350", "does not fit scaleDenominator"},
		{"'cellSize':280", "matrixWidth"},
		{"'cellSize':280,'matrixWidth':0", "matrixWidth must be a whole number from 1"},
		{"'cellSize':280,'matrixWidth':1.5", "matrixWidth"},
		{"'cellSize':280,'matrixWidth':4294967297", "matrixWidth"},
		{"'cellSize':280,'matrixWidth':6,'matrixHeight':-1", "matrixHeight"},
		{"'cellSize':280,'matrixWidth':6,'matrixHeight':5", "pointOfOrigin"},
		{"'cellSize':280,'matrixWidth':6,'matrixHeight':5,'pointOfOrigin':[1]",
		 "pointOfOrigin"},
		{PLAIN ",'cornerOfOrigin':'center'", "cornerOfOrigin"},
		{PLAIN ",'cornerOfOrigin':7", "cornerOfOrigin"},
		{"'cellSize':280,'pointOfOrigin':[1e300,0],'matrixWidth':6,'matrixHeight':5",
		 "reach farther"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
		char *text = memory_print(GRID(SWISS, LEVEL("%s")), levels[i].members);

		refuse(text, ERROR_INVALID, levels[i].word);
		refuse(text, ERROR_INVALID, "tileMatrices[0] (\"0\")");
		free(text);
	}
	refuse(GRID(SWISS, "{'id':'0','cellSize':280,'tileWidth':0}"), ERROR_INVALID, "tileWidth");
	refuse(GRID(SWISS, "{'id':'0','cellSize':280,'tileWidth':256,'tileHeight':99999}"),
	       ERROR_INVALID, "tileHeight");
	refuse(GRID(SWISS, "{'id':'0','cellSize':1e-7,'pointOfOrigin':[2420000,1350000],"
			   "'tileWidth':256,'tileHeight':256,'matrixWidth':6,'matrixHeight':5}"),
	       ERROR_INVALID, "finer than coordinates");
	refuse(GRID(SWISS, "{'id':'0'}"), ERROR_INVALID, "cellSize is missing");
	refuse(GRID(SWISS, "{}"), ERROR_INVALID, "id must be a text");
	refuse(GRID(SWISS, "7"), ERROR_INVALID, "must be an object");
	refuse(GRID(SWISS, ""), ERROR_INVALID, "one at least");
	refuse(GRID(SWISS, LEVEL(PLAIN) "," LEVEL(PLAIN)), ERROR_INVALID, "same id");
	refuse(GRID(SWISS, LEVEL(PLAIN ",'variableMatrixWidths':[{'coalesce':2}]")),
	       ERROR_UNSUPPORTED, "variableMatrixWidths");
}

static void nonsense_is_refused_at_the_top(void **state)
{
	(void)state;
	refuse("", ERROR_INVALID, "JSON");
	refuse("{'id':", ERROR_INVALID, "JSON");
	refuse("{'crs':1,'crs':2}", ERROR_INVALID, "JSON");
	refuse("[]", ERROR_INVALID, "crs and tileMatrices");
	refuse("{}", ERROR_INVALID, "crs and tileMatrices");
	refuse("{'identifier':'x','supportedCRS':'','tileMatrix':[]}", ERROR_UNSUPPORTED,
	       "version 1");
	refuse(GRID("'EPSG:99999'", LEVEL(PLAIN)), ERROR_INVALID, "crs: ");
	refuse(GRID("'EPSG:5703'", LEVEL(PLAIN)), ERROR_UNSUPPORTED, "crs: ");
	refuse(GRID("7", LEVEL(PLAIN)), ERROR_INVALID, "crs must be");
	refuse(GRID("{'referenceSystem':{}}", LEVEL(PLAIN)), ERROR_INVALID, "crs must be");
	refuse(GRID("{'wkt':{}}", LEVEL(PLAIN)), ERROR_INVALID, "crs: ");
	refuse("{'id':'a/b','crs':'EPSG:2056','tileMatrices':[]}", ERROR_INVALID, "the id");
	refuse("{'id':'..','crs':'EPSG:2056','tileMatrices':[]}", ERROR_INVALID, "the id");
	refuse("{'id':'','crs':'EPSG:2056','tileMatrices':[]}", ERROR_INVALID, "the id");
	refuse("{'id':'x.json','crs':'EPSG:2056','tileMatrices':[]}", ERROR_INVALID, "the id");
	refuse("{'id':7,'crs':'EPSG:2056','tileMatrices':[]}", ERROR_INVALID, "id must be");
	refuse("{'id':'é','crs':'EPSG:2056','tileMatrices':[]}", ERROR_INVALID, "the id");
	/* Swiss coordinates in the other order lie in the sea */
	refuse(GRID("'EPSG:2056'", LEVEL("'cellSize':280,'matrixWidth':6,'matrixHeight':5,"
					 "'pointOfOrigin':[1350000,2420000]")),
	       ERROR_INVALID, "no tile is where");
}

static void a_document_may_not_be_giant(void **state)
{
	size_t length = GRID_DOCUMENT_BYTES_MOST + 1;
	char *text = memory_zeroed(length, 1);
	struct error error = {0};
	struct grid *grid = NULL;
	struct buf many;

	(void)state;
	memset(text, ' ', length);
	assert_int_equal(grid_document_parse(text, length, "x", &grid, &error), ERROR_LIMIT);
	free(text);
	buf_init(&many, 0);
	buf_add_text(&many, "{'id':'essai','crs':'EPSG:2056','tileMatrices':[{}");
	for (int i = 0; i < 100000; i++)
		buf_add_text(&many, ",{}");
	buf_add_text(&many, "]}");
	refuse(many.bytes, ERROR_LIMIT, "100001 tile matrices");
	buf_release(&many);
}

static void write_text(const char *folder, const char *name, const char *text)
{
	char *path = memory_print("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (const char *c = text; *c; c++)
		fputc(*c == '\'' ? '"' : *c, file);
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* Those that are right are served, each of the others is told with its file. */
static void one_broken_file_stops_no_other(void **state)
{
	char folder[] = "/tmp/tuilerie-grids-XXXXXX";
	static const char *const names[] = {"a.json", "b.json", "c.json", "d.txt", "e.json"};
	struct error error = {0};
	struct grids *grids;
	char *list, *path;

	(void)state;
	assert_non_null(mkdtemp(folder));
	write_text(folder, "a.json", GRID(SWISS, LEVEL(PLAIN)));
	write_text(folder, "b.json", "{");
	write_text(folder, "c.json", GRID("'EPSG:2056'", LEVEL(PLAIN))); /* the id of a.json */
	write_text(folder, "d.txt", "no grid");
	write_text(folder, "e.json", "{'crs':" SWISS ",'tileMatrices':[" LEVEL(PLAIN) "]}");
	list = memory_print("%s,,/nowhere.json,/dev/null", folder);
	assert_int_equal(grids_new(&grids, &error), 0);
	grids_add_files(grids, "");
	assert_int_equal(grids_problem_count(grids), 0);
	grids_add_files(grids, list);
	assert_int_equal(grids_count(grids), 6);
	assert_non_null(grids_find(grids, "essai"));
	assert_non_null(grids_find(grids, "e"));
	assert_int_equal(grids_problem_count(grids), 4);
	assert_non_null(strstr(grids_problem(grids, 0)->place, "/b.json"));
	assert_non_null(strstr(grids_problem(grids, 0)->text, "JSON"));
	assert_non_null(strstr(grids_problem(grids, 1)->place, "/c.json"));
	assert_non_null(strstr(grids_problem(grids, 1)->text, "already"));
	assert_string_equal(grids_problem(grids, 2)->place, "/nowhere.json");
	assert_string_equal(grids_problem(grids, 3)->place, "/dev/null");
	grids_free(grids);
	free(list);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		path = memory_print("%s/%s", folder, names[i]);
		unlink(path);
		free(path);
	}
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_swiss_grid_is_read),
		cmocka_unit_test(a_crs_is_named_in_many_ways),
		cmocka_unit_test(a_crs_may_be_written_out),
		cmocka_unit_test(axes_come_in_either_order),
		cmocka_unit_test(rows_may_count_from_the_south),
		cmocka_unit_test(levels_need_not_halve),
		cmocka_unit_test(a_scale_will_do_for_a_cell_size),
		cmocka_unit_test(a_scale_may_count_other_pixels),
		cmocka_unit_test(the_file_names_a_grid_without_id),
		cmocka_unit_test(nonsense_is_refused_by_member),
		cmocka_unit_test(nonsense_is_refused_at_the_top),
		cmocka_unit_test(a_document_may_not_be_giant),
		cmocka_unit_test(one_broken_file_stops_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

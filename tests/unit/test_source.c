/* SPDX-License-Identifier: EUPL-1.2 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ogr_data.h"
#include "tiler/buf.h"
#include "tiler/catalogue.h"

#include <cpl_string.h>
#include <cpl_vsi.h>

/* What a listing told: themes, and problems as lines of text. */
struct listed {
	struct theme *themes[64];
	size_t count;
	struct buf problems;
	enum error_code code;
	struct error error;
};

static void keep_theme(struct theme *theme, void *context)
{
	struct listed *listed = context;

	assert_true(listed->count < 64);
	listed->themes[listed->count++] = theme;
}

static void keep_problem(const char *place, const char *text, void *context)
{
	struct listed *listed = context;

	buf_print(&listed->problems, "%s: %s\n", place, text);
}

static struct listed list(const char *path)
{
	struct listed listed = {.count = 0};
	struct source_visitor visitor = {
		.theme = keep_theme, .problem = keep_problem, .context = &listed};
	const struct dataset_settings settings = {.name = (char *)path};
	struct source_listing *listing;

	buf_init(&listed.problems, 0);
	buf_add_text(&listed.problems, "");
	listed.code = source_listing_new(&visitor, &listing, &listed.error);
	if (!listed.code)
		listed.code = source_list(listing, &settings, &listed.error);
	source_listing_free(listing);
	return listed;
}

static void forget(struct listed *listed)
{
	for (size_t i = 0; i < listed->count; i++)
		theme_free(listed->themes[i]);
	buf_release(&listed->problems);
}

static char *below(void **state, const char *name)
{
	return memory_print("%s/%s", (const char *)*state, name);
}

static void assert_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, text);
}

static const char *const ONE_POINT[] = {"POINT(1351000 7222000)", NULL};

static void a_layer_is_listed_with_its_facts(void **state)
{
	char *path = below(state, "eq_educ.gpkg");
	GDALDatasetH data = data_make("GPKG", path);
	OGRLayerH layer = layer_make(data, "ecole", "EPSG:3948", wkbMultiPoint);
	struct listed listed;
	struct theme *theme;

	GDALSetMetadataItem(layer, "IDENTIFIER", "Écoles", NULL);
	GDALSetMetadataItem(layer, "DESCRIPTION", "Toutes les écoles", NULL);
	GDALSetMetadataItem(layer, "LICENSE", "etalab-2.0", NULL);
	GDALSetMetadataItem(data, "ATTRIBUTION", "La métropole", NULL);
	column_make(layer, "nom", OFTString, OFSTNone);
	column_make(layer, "photo", OFTBinary, OFSTNone);
	column_make(layer, "ouverte", OFTInteger, OFSTBoolean);
	column_make(layer, "jour", OFTDate, OFSTNone);
	row_add(layer, "MULTIPOINT((1351000 7222000),(1352000 7223000))");
	row_add(layer, NULL);
	GDALClose(data);

	listed = list(path);
	assert_int_equal(listed.code, ERROR_NONE);
	assert_int_equal(listed.count, 1);
	theme = listed.themes[0];
	assert_string_equal(theme->id, "eq_educ:ecole");
	assert_string_equal(theme->group, "eq_educ");
	assert_string_equal(theme->layer, "ecole");
	assert_string_equal(theme->title, "Écoles");
	assert_string_equal(theme->abstract, "Toutes les écoles");
	assert_string_equal(theme->licence, "etalab-2.0");
	assert_string_equal(theme->attribution, "La métropole");
	assert_null(theme->frequency);
	assert_string_equal(theme->crs->definition, "EPSG:3948");
	assert_string_equal(theme->origin.driver, "GPKG");
	assert_int_equal(theme->kind, GEOMETRY_POINT);
	assert_int_equal(theme->feature_count, 2);
	assert_true(theme->extent.minx == 1351000 && theme->extent.maxy == 7223000);
	assert_true(theme->bounds.minx > -1.70 && theme->bounds.maxx < -1.67);
	assert_true(theme->bounds.miny > 48.10 && theme->bounds.maxy < 48.12);
	assert_int_equal(theme->column_count, 3);
	assert_string_equal(theme->columns[0].name, "nom");
	assert_int_equal(theme->columns[0].type, VALUE_TEXT);
	assert_string_equal(theme->columns[1].source_type, "Boolean");
	assert_int_equal(theme->columns[1].type, VALUE_BOOLEAN);
	assert_string_equal(theme->columns[2].source_type, "Date");
	assert_int_equal(theme->columns[2].type, VALUE_TEXT);
	forget(&listed);
	free(path);
}

static void a_title_is_never_missing(void **state)
{
	char *path = below(state, "sans_titre.geojson");
	struct listed listed;

	file_make(path, "{\"type\":\"Point\",\"coordinates\":[2,48]}", 37);
	listed = list(path);
	assert_int_equal(listed.count, 1);
	assert_string_equal(listed.themes[0]->title, "sans_titre");
	assert_string_equal(listed.themes[0]->id, "sans_titre:sans_titre");
	forget(&listed);
	free(path);
}

static void a_layer_that_cannot_be_served_is_a_problem(void **state)
{
	char *path = below(state, "melange.gpkg");
	GDALDatasetH data = data_make("GPKG", path);
	struct listed listed;

	row_add(layer_make(data, "perdue", NULL, wkbPoint), "POINT(1 2)");
	layer_make(data, "tableau", NULL, wkbNone);
	layer_make(data, "layer_styles", NULL, wkbNone);
	row_add(layer_make(data, "bonne", "EPSG:2154", wkbPoint), "POINT(352000 6789000)");
	GDALClose(data);

	listed = list(path);
	assert_int_equal(listed.code, ERROR_NONE);
	assert_int_equal(listed.count, 1);
	assert_string_equal(listed.themes[0]->id, "melange:bonne");
	assert_holds(listed.problems.bytes,
		     "melange.gpkg, layer perdue: it has no coordinate "
		     "reference system; assign one, for example with: ogr2ogr");
	assert_holds(listed.problems.bytes, "layer tableau: it has no geometry");
	assert_null(strstr(listed.problems.bytes, "layer_styles"));
	forget(&listed);
	free(path);
}

static void metres_are_not_taken_for_degrees(void **state)
{
	static const char document[] = "{\"type\":\"Point\",\"coordinates\":[1351000,7222000]}";
	char *path = below(state, "metres.geojson");
	struct listed listed;

	file_make(path, document, strlen(document));
	listed = list(path);
	assert_int_equal(listed.count, 0);
	assert_holds(listed.problems.bytes, "its coordinates (1351000 7222000, for example) are "
					    "not degrees");
	forget(&listed);
	free(path);
}

static void a_crs_without_a_place_on_earth_is_a_problem(void **state)
{
	char *path = below(state, "chantier.gpkg");
	GDALDatasetH data = data_make("GPKG", path);
	struct listed listed;

	row_add(layer_make(data, "plan", "LOCAL_CS[\"chantier\",UNIT[\"metre\",1]]", wkbPoint),
		"POINT(1 2)");
	GDALClose(data);
	listed = list(path);
	assert_int_equal(listed.code, ERROR_NOT_FOUND);
	assert_int_equal(listed.count, 0);
	assert_holds(listed.problems.bytes, "layer plan: ");
	forget(&listed);
	free(path);
}

static void a_crs_of_another_register_gets_its_epsg_code(void **state)
{
	char *path = below(state, "ign.gpkg");
	GDALDatasetH data = data_make("GPKG", path);
	struct listed listed;

	row_add(layer_make(data, "a", "IGNF:LAMB93", wkbPoint), "POINT(352000 6789000)");
	GDALClose(data);
	listed = list(path);
	assert_int_equal(listed.count, 1);
	assert_string_equal(listed.themes[0]->crs->definition, "EPSG:2154");
	forget(&listed);
	free(path);
}

static void any_layer_name_makes_an_id(void **state)
{
	char *path = below(state, "noms, divers.gpkg");
	GDALDatasetH data = data_make("GPKG", path);
	struct listed listed;

	row_add(layer_make(data, "eau/l'air, \"feu\" é", "EPSG:3948", wkbPoint), ONE_POINT[0]);
	GDALClose(data);
	listed = list(path);
	assert_int_equal(listed.count, 1);
	assert_string_equal(listed.themes[0]->id, "noms_ divers:eau_l'air_ \"feu\" é");
	assert_string_equal(listed.themes[0]->layer, "eau/l'air, \"feu\" é");
	assert_string_equal(listed.themes[0]->origin.layer, "eau/l'air, \"feu\" é");
	forget(&listed);
	free(path);
}

static void a_folder_is_listed_in_order_of_name(void **state)
{
	char *folder = below(state, "portail"), *inner = below(state, "portail/b");
	char *paths[] = {below(state, "portail/c.gpkg"),       below(state, "portail/b/z.shp"),
			 below(state, "portail/a.fgb"),	       below(state, "portail/.cache.gpkg"),
			 below(state, "portail/LISEZMOI.txt"), below(state, "portail/boucle")};
	struct listed listed;

	assert_int_equal(mkdir(folder, 0777), 0);
	assert_int_equal(mkdir(inner, 0777), 0);
	gpkg_make(paths[0], "c", wkbPoint, ONE_POINT);
	for (int i = 1; i <= 2; i++) {
		GDALDatasetH data = data_make(i == 1 ? "ESRI Shapefile" : "FlatGeobuf", paths[i]);

		row_add(layer_make(data, i == 1 ? "z" : "a", "EPSG:2154", wkbPoint),
			"POINT(352000 6789000)");
		GDALClose(data);
	}
	gpkg_make(paths[3], "caché", wkbPoint, ONE_POINT);
	file_make(paths[4], "Bonjour", 7);
	assert_int_equal(symlink(".", paths[5]), 0);

	listed = list(folder);
	assert_int_equal(listed.code, ERROR_NONE);
	assert_string_equal(listed.problems.bytes, "");
	assert_int_equal(listed.count, 3);
	assert_string_equal(listed.themes[0]->id, "a:a");
	assert_string_equal(listed.themes[1]->id, "z:z");
	assert_string_equal(listed.themes[2]->id, "c:c");
	forget(&listed);
	for (int i = 0; i < 6; i++)
		free(paths[i]);
	free(inner);
	free(folder);
}

static void files_put_aside_are_not_served_but_by_their_own_name(void **state)
{
	char *folder = below(state, "mis de côté"), *path = below(state, "mis de côté/c.gpkg");
	char *aside[] = {below(state, "mis de côté/c.gpkg.bak"),
			 below(state, "mis de côté/c.gpkg~"),
			 below(state, "mis de côté/c.gpkg.OLD")};
	struct listed listed;

	assert_int_equal(mkdir(folder, 0777), 0);
	for (int i = 0; i < 3; i++) {
		gpkg_make(path, "c", wkbPoint, ONE_POINT);
		assert_int_equal(rename(path, aside[i]), 0);
	}
	listed = list(folder);
	assert_int_equal(listed.count, 0);
	assert_string_equal(listed.problems.bytes, "");
	forget(&listed);
	listed = list(aside[0]);
	assert_int_equal(listed.count, 1);
	forget(&listed);
	for (int i = 0; i < 3; i++)
		free(aside[i]);
	free(path);
	free(folder);
}

/* Packs the file FROM into the zip TO under NAME. */
static void pack(const char *from, const char *to, const char *name)
{
	char *member = memory_print("/vsizip/%s/%s", to, name);
	VSILFILE *source = VSIFOpenL(from, "rb"), *target = VSIFOpenL(member, "wb");
	char bytes[4096];
	size_t length;

	assert_non_null(source);
	assert_non_null(target);
	while ((length = VSIFReadL(bytes, 1, sizeof(bytes), source)))
		assert_int_equal(VSIFWriteL(bytes, 1, length, target), length);
	VSIFCloseL(source);
	VSIFCloseL(target);
	free(member);
}

static void a_zip_of_one_data_set_lends_it_its_name(void **state)
{
	char *file = below(state, "dedans.gpkg"), *zip = below(state, "paquet.gpkg.zip");
	struct listed listed;

	gpkg_make(file, "couche", wkbPoint, ONE_POINT);
	pack(file, zip, "dossier/dedans.gpkg");
	listed = list(zip);
	assert_int_equal(listed.code, ERROR_NONE);
	assert_int_equal(listed.count, 1);
	assert_string_equal(listed.themes[0]->id, "paquet:couche");
	forget(&listed);

	pack(file, zip, "autre.gpkg");
	pack(file, zip, "__MACOSX/autre.gpkg");
	listed = list(zip);
	assert_int_equal(listed.count, 2);
	assert_string_equal(listed.themes[0]->id, "autre:couche");
	assert_string_equal(listed.themes[1]->id, "dedans:couche");
	forget(&listed);
	free(zip);
	free(file);
}

static void what_is_not_data_is_named_in_a_sentence(void **state)
{
	static const struct {
		const char *name, *bytes, *expected;
	} cases[] = {
		{"texte.gpkg", "Ceci n'est pas un GeoPackage", "cannot be opened"},
		{"vide.shp", "", "cannot be opened"},
		{"faux.zip", "PK nothing", "cannot be opened"},
		{"abime.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{",
		 "cannot be opened"},
		{"notes.txt", "des notes", "cannot be opened"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *path = below(state, cases[i].name);
		struct listed listed;

		file_make(path, cases[i].bytes, strlen(cases[i].bytes));
		listed = list(path);
		assert_int_equal(listed.code, ERROR_NOT_FOUND);
		assert_int_equal(listed.count, 0);
		assert_holds(listed.problems.bytes, cases[i].name);
		assert_holds(listed.problems.bytes, cases[i].expected);
		forget(&listed);
		free(path);
	}
}

static void a_missing_path_is_an_error(void **state)
{
	char *path = below(state, "nulle/part.gpkg");
	struct listed listed = list(path);

	assert_int_equal(listed.code, ERROR_NOT_FOUND);
	assert_holds(listed.error.text, "nulle/part.gpkg");
	forget(&listed);
	free(path);
}

static void a_truncated_geopackage_is_a_problem(void **state)
{
	char *path = below(state, "coupe.gpkg");
	struct listed listed;

	gpkg_make(path, "a", wkbPoint, ONE_POINT);
	assert_int_equal(truncate(path, 5000), 0);
	listed = list(path);
	assert_int_equal(listed.code, ERROR_NOT_FOUND);
	assert_holds(listed.problems.bytes, "coupe.gpkg");
	forget(&listed);
	free(path);
}

static void a_picture_is_passed_over(void **state)
{
	char *folder = below(state, "images"), *path = below(state, "images/plan.tif");
	GDALDatasetH picture;
	struct listed listed;

	assert_int_equal(mkdir(folder, 0777), 0);
	picture = GDALCreate(GDALGetDriverByName("GTiff"), path, 4, 4, 1, GDT_Byte, NULL);
	assert_non_null(picture);
	GDALClose(picture);
	listed = list(folder);
	assert_int_equal(listed.code, ERROR_NOT_FOUND);
	assert_string_equal(listed.problems.bytes, "");
	forget(&listed);
	free(path);
	free(folder);
}

static void nothing_is_written_to_the_terminal(void **state)
{
	char *path = below(state, "bruit.gpkg"), *log = below(state, "stderr.txt");
	int terminal = dup(STDERR_FILENO);
	struct listed listed;
	struct stat facts;

	file_make(path, "SQLite format 3", 16);
	assert_non_null(freopen(log, "w", stderr));
	listed = list(path);
	fflush(stderr);
	dup2(terminal, STDERR_FILENO);
	close(terminal);
	assert_int_equal(listed.code, ERROR_NOT_FOUND);
	assert_int_equal(stat(log, &facts), 0);
	assert_int_equal(facts.st_size, 0);
	forget(&listed);
	free(log);
	free(path);
}

static void the_stamp_follows_the_files(void **state)
{
	char *path = below(state, "timbre.gpkg"), *log = below(state, "timbre.gpkg-wal");
	char first[33], second[33], third[33];
	struct timespec times[2] = {{1000000000, 5}, {1000000000, 5}};
	struct error error;

	gpkg_make(path, "a", wkbPoint, ONE_POINT);
	assert_int_equal(source_stamp(path, first, &error), ERROR_NONE);
	assert_int_equal(source_stamp(path, second, &error), ERROR_NONE);
	assert_string_equal(first, second);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	assert_int_equal(source_stamp(path, second, &error), ERROR_NONE);
	assert_string_not_equal(first, second);
	file_make(log, "", 0);
	assert_int_equal(source_stamp(path, third, &error), ERROR_NONE);
	assert_string_equal(second, third);
	unlink(path);
	assert_int_equal(source_stamp(path, third, &error), ERROR_NOT_FOUND);
	assert_holds(error.text, "timbre.gpkg");
	free(log);
	free(path);
}

/* --- one pass over a layer --- */

static void print_path(struct buf *text, const struct path *path)
{
	buf_add_text(text, path->exterior ? "+(" : "(");
	for (uint32_t i = 0; i < path->count; i++)
		buf_print(text, i ? ",%g %g" : "%g %g", path->points[i].x, path->points[i].y);
	buf_add_char(text, ')');
}

/* One line a row: "point(1 2)", "polygon+(0 0,...)(...)", "-" for one that cannot be drawn. */
static enum error_code print_geometry(const struct feature *feature, void *context,
				      struct error *error)
{
	struct buf *text = context;

	(void)error;
	for (uint32_t i = 0; feature && i < feature->geometry_count; i++) {
		const struct geometry *geometry = &feature->geometries[i];

		buf_print(text, "%s%s", i ? " " : "", geometry_kind_name(geometry->kind));
		for (uint32_t k = 0; k < geometry->path_count; k++)
			print_path(text, &geometry->paths[k]);
	}
	buf_add_text(text, feature ? "\n" : "-\n");
	return ERROR_NONE;
}

/* Writes WKT as the one row of a layer and gives what reading it makes of it. The caller frees the
 * report. */
static char *reading_of(void **state, const char *wkt, struct prepare_report *report)
{
	char *path = below(state, "lecture.gpkg"), *line;
	GDALDatasetH data = data_make("GPKG", path);
	struct listed listed;
	struct error error;
	struct buf text;

	row_add(layer_make(data, "a", "EPSG:3948", wkbUnknown), wkt);
	GDALClose(data);
	listed = list(path);
	assert_int_equal(listed.count, 1);
	buf_init(&text, 0);
	if (source_read(listed.themes[0], print_geometry, &text, report, &error))
		fail_msg("%s: %s", wkt, error.text);
	forget(&listed);
	assert_int_equal(unlink(path), 0);
	free(path);
	line = buf_take(&text, NULL);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static void geometries_are_read_flat_finite_and_of_one_kind_a_part(void **state)
{
	static const struct {
		const char *wkt, *expected;
	} cases[] = {
		{NULL, "-"},
		{"POINT EMPTY", "-"},
		{"GEOMETRYCOLLECTION(POINT EMPTY, LINESTRING EMPTY)", "-"},
		{"POINT(1 2)", "point(1 2)"},
		{"POINT ZM(1 2 3 4)", "point(1 2)"},
		{"MULTIPOINT((1 2),EMPTY,(3 4))", "point(1 2,3 4)"},
		{"LINESTRING Z(0 0 9,1 1 9)", "line(0 0,1 1)"},
		{"MULTILINESTRING((0 0,1 1),(2 2,3 3))", "line(0 0,1 1)(2 2,3 3)"},
		{"POLYGON((0 0,9 0,9 9,0 0),(3 1,5 1,5 2,3 1))",
		 "polygon+(0 0,9 0,9 9,0 0)(3 1,5 1,5 2,3 1)"},
		{"MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 0,6 0,6 1,5 0)))",
		 "polygon+(0 0,1 0,1 1,0 0)+(5 0,6 0,6 1,5 0)"},
		{"TIN(((0 0 0,1 0 0,1 1 0,0 0 0)))", "polygon+(0 0,1 0,1 1,0 0)"},
		{"GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0)),GEOMETRYCOLLECTION(POINT(1 "
		 "2),LINESTRING(0 0,1 1),POINT(3 4)))",
		 "point(1 2,3 4) line(0 0,1 1) polygon+(0 0,1 0,1 1,0 0)"},
		{"COMPOUNDCURVE((0 0,1 1),(1 1,2 2))", "line(0 0,1 1,2 2)"},
		{"CURVEPOLYGON((0 0,1 0,1 1,0 0))", "polygon+(0 0,1 0,1 1,0 0)"},
		{"MULTISURFACE(((0 0,1 0,1 1,0 0)))", "polygon+(0 0,1 0,1 1,0 0)"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct prepare_report report;
		char *line = reading_of(state, cases[i].wkt, &report);

		if (strcmp(line, cases[i].expected) != 0)
			fail_msg("%s was read as %s", cases[i].wkt, line);
		assert_int_equal(report.rows, 1);
		assert_int_equal(report.without_geometry, *line == '-');
		assert_int_equal(report.unreadable + report.repaired, 0);
		assert_int_equal(report.flaws[FLAW_EMPTY].features, *line == '-');
		free(line);
	}
}

static void curves_are_drawn_in_short_strokes(void **state)
{
	struct prepare_report report;
	char *line = reading_of(state, "CIRCULARSTRING(0 0,1 1,2 0)", &report);
	size_t points = 1;

	for (const char *c = line; *c; c++)
		points += *c == ',';
	assert_true(points >= 40);
	free(line);
}

static void invalid_polygons_are_repaired_and_reported(void **state)
{
	struct prepare_report report;
	char *line = reading_of(state, "POLYGON((0 0,10 10,10 0,0 10,0 0))", &report);

	assert_int_equal(report.repaired, 1);
	assert_int_equal(report.flaws[FLAW_SELF_INTERSECTION].features, 1);
	assert_int_equal(report.flaws[FLAW_SELF_INTERSECTION].example.id, 1);
	assert_true(report.flaws[FLAW_SELF_INTERSECTION].example.place.x == 5);
	assert_holds(line, "5 5");
	report_release(&report);
	free(line);

	/* Overlapping parts are joined, not cut out of one another. */
	line = reading_of(state, "MULTIPOLYGON(((0 0,2 0,2 2,0 2,0 0)),((1 0,3 0,3 2,1 2,1 0)))",
			  &report);
	assert_int_equal(report.repaired, 1);
	assert_holds(line, "polygon+(");
	assert_null(strstr(line + strlen("polygon+("), "("));
	report_release(&report);
	free(line);
}

static void what_cannot_be_drawn_is_counted_with_the_reason(void **state)
{
	static const struct {
		const char *wkt;
		enum flaw flaw;
	} cases[] = {
		{"LINESTRING(0 0,1 777)", FLAW_NOT_A_NUMBER},
		{"LINESTRING(0 0,888 1)", FLAW_NOT_A_NUMBER},
		{"POLYGON((0 0,1 0,777 1,0 0))", FLAW_NOT_A_NUMBER},
		{"GEOMETRYCOLLECTION(POINT(1 1),POINT(777 1))", FLAW_NOT_A_NUMBER},
		{"POLYGON((0 0,5 5,9 9,0 0))", FLAW_NO_AREA},
		{"LINESTRING(3 3)", FLAW_FEW_POINTS},
		{"POLYGON((0 0,1 1))", FLAW_FEW_POINTS},
		{"POINT(1e300 -1e300)", FLAW_FAR_AWAY},
		{"LINESTRING(0 0,5e7 1000000001)", FLAW_FAR_AWAY},
		{"POLYGON((0 0,9 0,1e300 -1e300,0 9,9 9,0 0))", FLAW_FAR_AWAY},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct prepare_report report;
		char *line = reading_of(state, cases[i].wkt, &report);

		assert_string_equal(line, "-");
		assert_int_equal(report.unreadable, 1);
		assert_int_equal(report.flaws[cases[i].flaw].features, 1);
		assert_int_equal(report.flaws[cases[i].flaw].example.id, 1);
		report_release(&report);
		free(line);
	}
}

/* One line a value: "name type value". */
static enum error_code print_values(const struct feature *feature, void *context,
				    struct error *error)
{
	struct {
		const struct theme *theme;
		struct buf text;
	} *values = context;

	(void)error;
	for (uint32_t i = 0; i < values->theme->column_count; i++) {
		const struct value *value = &feature->values[i];

		buf_print(&values->text, "%s %s ", values->theme->columns[i].name,
			  value_type_name(value->type));
		if (value->type == VALUE_BOOLEAN)
			buf_add_text(&values->text, value->boolean ? "true" : "false");
		else if (value->type == VALUE_INTEGER)
			buf_print(&values->text, "%lld", (long long)value->integer);
		else if (value->type == VALUE_REAL)
			buf_print(&values->text, "%.17g", value->real);
		else if (value->type == VALUE_TEXT)
			buf_add(&values->text, value->text.bytes, value->text.length);
		buf_add_char(&values->text, '\n');
	}
	return ERROR_NONE;
}

/* LONG_TEXT: the column of a text that is left out; NULL: none is. */
static void assert_values(const char *path, const char *expected, const char *long_text)
{
	struct {
		const struct theme *theme;
		struct buf text;
	} values;
	struct prepare_report report;
	struct listed listed = list(path);
	struct error error;

	assert_int_equal(listed.count, 1);
	values.theme = listed.themes[0];
	buf_init(&values.text, 0);
	if (source_read(listed.themes[0], print_values, &values, &report, &error))
		fail_msg("%s", error.text);
	assert_string_equal(values.text.bytes, expected);
	assert_int_equal(report.flaws[FLAW_LONG_TEXT].features, long_text != NULL);
	if (long_text)
		assert_string_equal(report.flaws[FLAW_LONG_TEXT].example.detail, long_text);
	report_release(&report);
	buf_release(&values.text);
	forget(&listed);
}

static void values_keep_their_types(void **state)
{
	static const char document[] =
		"{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]},"
		"\"properties\":{"
		"\"texte\":\"l'été\",\"oui\":true,\"entier\":-9223372036854775808,\"reel\":0.1,"
		"\"jour\":\"2024-05-01\",\"heure\":\"10:20:30.5\","
		"\"est\":\"2024-05-01T10:20:30+02:00\",\"utc\":\"2024-05-01T10:20:30.25Z\","
		"\"sans\":\"2024-05-01T10:20:59\",\"ouest\":\"2024-05-01T10:20:30-04:30\","
		"\"entiers\":[1,-2],\"longs\":[1,-9007199254740993],\"reels\":[0.1,1e300],"
		"\"textes\":[\"a\\\"b\",\"c\\nd\\\\\"],\"objet\":{\"a\":1},\"nul\":null,"
		"\"vide\":\"\"}}";
	static const char expected[] = "texte text l'été\n"
				       "oui boolean true\n"
				       "entier integer -9223372036854775808\n"
				       "reel real 0.10000000000000001\n"
				       "jour text 2024-05-01\n"
				       "heure text 10:20:30.500\n"
				       "est text 2024-05-01T10:20:30+02:00\n"
				       "utc text 2024-05-01T10:20:30.250Z\n"
				       "sans text 2024-05-01T10:20:59\n"
				       "ouest text 2024-05-01T10:20:30-04:30\n"
				       "entiers text [1,-2]\n"
				       "longs text [1,-9007199254740993]\n"
				       "reels text [0.1,1e+300]\n"
				       "textes text [\"a\\\"b\",\"c\\u000ad\\\\\"]\n"
				       "objet text { \"a\": 1 }\n"
				       "nul null \n"
				       "vide text \n";
	char *path = below(state, "valeurs.geojson");

	file_make(path, document, strlen(document));
	assert_values(path, expected, NULL);
	free(path);
}

/* A dBase table says in byte 29 how its texts are written; 0 is "not said". */
static void text_that_is_not_utf8_is_taken_for_windows_1252(void **state)
{
	char *path = below(state, "latin.shp"), *table = below(state, "latin.dbf");
	char *layout = below(state, "latin.cpg");
	GDALDatasetH data = data_make("ESRI Shapefile", path);
	OGRLayerH layer = layer_make(data, "latin", "EPSG:2154", wkbPoint);
	OGRFeatureH row;
	FILE *file;

	column_make(layer, "nom", OFTString, OFSTNone);
	row = OGR_F_Create(OGR_L_GetLayerDefn(layer));
	OGR_F_SetFieldString(row, 0, "Vezin-le-Coquet");
	OGR_F_SetGeometryDirectly(row, geometry_make("POINT(1 2)"));
	assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
	OGR_F_Destroy(row);
	GDALClose(data);
	unlink(layout);
	file = fopen(table, "r+b");
	assert_non_null(file);
	fseek(file, 29, SEEK_SET);
	fputc(0, file);
	fseek(file, -80 - 1, SEEK_END);
	fputs("C\xe9zembre \x9cuf", file);
	fclose(file);
	assert_values(path, "nom text Cézembre œufuet\n", NULL);
	free(layout);
	free(table);
	free(path);
}

static void a_text_that_would_fill_a_tile_is_left_out(void **state)
{
	char *path = below(state, "long.gpkg");
	GDALDatasetH data = data_make("GPKG", path);
	OGRLayerH layer = layer_make(data, "a", "EPSG:3948", wkbPoint);
	char *text = memory_zeroed(2000001, 1);
	OGRFeatureH row;

	column_make(layer, "roman", OFTString, OFSTNone);
	memset(text, 'x', 2000000);
	row = OGR_F_Create(OGR_L_GetLayerDefn(layer));
	OGR_F_SetFieldString(row, 0, text);
	OGR_F_SetGeometryDirectly(row, geometry_make("POINT(1 2)"));
	assert_int_equal(OGR_L_CreateFeature(layer, row), OGRERR_NONE);
	OGR_F_Destroy(row);
	GDALClose(data);
	free(text);
	assert_values(path, "roman null \n", "roman");
	free(path);
}

/* Overwrites bytes of a file: the geometry's type becomes one that is not. */
static void a_geometry_that_breaks_its_format_is_counted(void **state)
{
	static const char sound[] = "\x01\x02\x00\x00\x00\x02\x00\x00\x00";
	static const char broken[] = "\x01\x02\x00\x00\x00\xff\xff\xff\x7f";
	static const char *const wkts[] = {"LINESTRING(1 2,3 4)", NULL};
	char *path = below(state, "casse.gpkg"), *bytes, *place;
	struct prepare_report report;
	struct listed listed;
	struct error error;
	size_t length;
	struct buf text;
	FILE *file;

	gpkg_make(path, "a", wkbLineString, wkts);
	bytes = memory_zeroed(1 << 20, 1);
	file = fopen(path, "rb");
	assert_non_null(file);
	length = fread(bytes, 1, 1 << 20, file);
	fclose(file);
	place = memmem(bytes, length, sound, sizeof(sound) - 1);
	assert_non_null(place);
	memcpy(place, broken, sizeof(broken) - 1);
	file_make(path, bytes, length);
	free(bytes);

	listed = list(path);
	assert_int_equal(listed.count, 1);
	buf_init(&text, 0);
	assert_int_equal(source_read(listed.themes[0], print_geometry, &text, &report, &error),
			 ERROR_NONE);
	assert_string_equal(text.bytes, "-\n");
	assert_int_equal(report.unreadable, 1);
	assert_int_equal(report.without_geometry, 0);
	assert_int_equal(report.flaws[FLAW_UNREAD].features, 1);
	assert_non_null(report.flaws[FLAW_UNREAD].example.detail);
	report_release(&report);
	buf_release(&text);
	forget(&listed);
	free(path);
}

static void data_that_changed_since_the_listing_are_not_read(void **state)
{
	char *path = below(state, "change.gpkg");
	struct prepare_report report;
	struct listed listed;
	struct error error;
	struct buf text;

	gpkg_make(path, "a", wkbPoint, ONE_POINT);
	listed = list(path);
	assert_int_equal(listed.count, 1);
	unlink(path);
	gpkg_make(path, "a", wkbPoint, ONE_POINT + 1);
	buf_init(&text, 0);
	assert_int_equal(source_read(listed.themes[0], print_geometry, &text, &report, &error),
			 ERROR_BUSY);
	assert_holds(error.text, "change.gpkg, layer a: it has changed");
	unlink(path);
	assert_int_equal(source_read(listed.themes[0], print_geometry, &text, &report, &error),
			 ERROR_NOT_FOUND);
	forget(&listed);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_layer_is_listed_with_its_facts),
		cmocka_unit_test(a_title_is_never_missing),
		cmocka_unit_test(a_layer_that_cannot_be_served_is_a_problem),
		cmocka_unit_test(metres_are_not_taken_for_degrees),
		cmocka_unit_test(a_crs_without_a_place_on_earth_is_a_problem),
		cmocka_unit_test(a_crs_of_another_register_gets_its_epsg_code),
		cmocka_unit_test(any_layer_name_makes_an_id),
		cmocka_unit_test(a_folder_is_listed_in_order_of_name),
		cmocka_unit_test(files_put_aside_are_not_served_but_by_their_own_name),
		cmocka_unit_test(a_zip_of_one_data_set_lends_it_its_name),
		cmocka_unit_test(what_is_not_data_is_named_in_a_sentence),
		cmocka_unit_test(a_missing_path_is_an_error),
		cmocka_unit_test(a_truncated_geopackage_is_a_problem),
		cmocka_unit_test(a_picture_is_passed_over),
		cmocka_unit_test(nothing_is_written_to_the_terminal),
		cmocka_unit_test(the_stamp_follows_the_files),
		cmocka_unit_test(geometries_are_read_flat_finite_and_of_one_kind_a_part),
		cmocka_unit_test(curves_are_drawn_in_short_strokes),
		cmocka_unit_test(invalid_polygons_are_repaired_and_reported),
		cmocka_unit_test(what_cannot_be_drawn_is_counted_with_the_reason),
		cmocka_unit_test(values_keep_their_types),
		cmocka_unit_test(text_that_is_not_utf8_is_taken_for_windows_1252),
		cmocka_unit_test(a_text_that_would_fill_a_tile_is_left_out),
		cmocka_unit_test(a_geometry_that_breaks_its_format_is_counted),
		cmocka_unit_test(data_that_changed_since_the_listing_are_not_read),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

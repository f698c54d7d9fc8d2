/* SPDX-License-Identifier: EUPL-1.2 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "ogr_data.h"
#include "tiler/catalogue.h"

static const char *const ONE_POINT[] = {"POINT(1351000 7222000)", NULL};

static struct catalogue *catalogue_of(const char *path)
{
	struct catalogue *catalogue = NULL;
	struct error error;

	if (catalogue_new(&path, 1, &catalogue, &error))
		fail_msg("%s: %s", path, error.text);
	return catalogue;
}

/* A GeoPackage in FOLDER with layers of one point; the names end with NULL. */
static void portal_make(const char *folder, const char *file, const char *const *layers)
{
	char *path = memory_print("%s/%s", folder, file);
	GDALDatasetH data;

	mkdir(folder, 0777);
	data = data_make("GPKG", path);
	for (; *layers; layers++)
		row_add(layer_make(data, *layers, "EPSG:3948", wkbPoint), ONE_POINT[0]);
	GDALClose(data);
	free(path);
}

static void themes_are_found_by_id(void **state)
{
	static const char *const layers[] = {"lycee", "ecole", "college", NULL};
	char *folder = memory_print("%s/tri", (const char *)*state);
	struct catalogue *catalogue;

	portal_make(folder, "eq.gpkg", layers);
	catalogue = catalogue_of(folder);
	assert_int_equal(catalogue_theme_count(catalogue), 3);
	assert_string_equal(catalogue_theme(catalogue, 0)->id, "eq:college");
	assert_string_equal(catalogue_theme(catalogue, 1)->id, "eq:ecole");
	assert_string_equal(catalogue_theme(catalogue, 2)->id, "eq:lycee");
	for (size_t i = 0; i < 3; i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);

		assert_ptr_equal(catalogue_find(catalogue, theme->id), theme);
	}
	assert_null(catalogue_find(catalogue, "eq:creche"));
	assert_null(catalogue_find(catalogue, ""));
	assert_int_equal(catalogue_problem_count(catalogue), 0);
	catalogue_unref(catalogue);
	free(folder);
}

static void two_layers_of_one_name_get_two_ids(void **state)
{
	/* Commas and slashes become the same letter in ids; the third id is taken already. */
	static const char *const layers[] = {"a,b", "a/b", "a_b~2", NULL};
	char *folder = memory_print("%s/homonymes", (const char *)*state);
	struct catalogue *catalogue;
	const struct problem *problem;

	portal_make(folder, "g.gpkg", layers);
	catalogue = catalogue_of(folder);
	assert_int_equal(catalogue_theme_count(catalogue), 3);
	assert_string_equal(catalogue_find(catalogue, "g:a_b")->origin.layer, "a,b");
	assert_string_equal(catalogue_find(catalogue, "g:a_b~2")->origin.layer, "a_b~2");
	assert_string_equal(catalogue_find(catalogue, "g:a_b~3")->origin.layer, "a/b");
	assert_string_equal(catalogue_find(catalogue, "g:a_b~3")->layer, "a/b~3");
	assert_int_equal(catalogue_problem_count(catalogue), 1);
	problem = catalogue_problem(catalogue, 0);
	assert_non_null(strstr(problem->place, "g.gpkg, layer a/b"));
	assert_non_null(strstr(problem->text, "g:a_b~3"));
	catalogue_unref(catalogue);
	free(folder);
}

static void files_of_one_name_in_two_folders_are_told_apart(void **state)
{
	static const char *const layers[] = {"a", NULL};
	char *folder = memory_print("%s/deux", (const char *)*state);
	char *folders[] = {memory_print("%s/x", folder), memory_print("%s/y", folder)};
	struct catalogue *catalogue;

	mkdir(folder, 0777);
	portal_make(folders[0], "g.gpkg", layers);
	portal_make(folders[1], "g.gpkg", layers);
	catalogue = catalogue_of(folder);
	assert_int_equal(catalogue_theme_count(catalogue), 2);
	assert_non_null(strstr(catalogue_find(catalogue, "g:a")->origin.dataset, "/x/"));
	assert_non_null(strstr(catalogue_find(catalogue, "g:a~2")->origin.dataset, "/y/"));
	catalogue_unref(catalogue);
	free(folders[0]);
	free(folders[1]);
	free(folder);
}

static void a_path_that_cannot_be_opened_is_a_problem_of_its_own(void **state)
{
	static const char *const layers[] = {"a", NULL};
	char *folder = memory_print("%s/seul", (const char *)*state);
	const char *paths[] = {"/nulle/part", folder};
	struct catalogue *catalogue = NULL;
	struct error error;

	portal_make(folder, "g.gpkg", layers);
	assert_int_equal(catalogue_new(paths, 2, &catalogue, &error), ERROR_NONE);
	assert_int_equal(catalogue_theme_count(catalogue), 1);
	assert_int_equal(catalogue_problem_count(catalogue), 1);
	assert_string_equal(catalogue_problem(catalogue, 0)->place, "/nulle/part");
	catalogue_unref(catalogue);

	assert_int_equal(catalogue_new(paths, 1, &catalogue, &error), ERROR_NONE);
	assert_int_equal(catalogue_theme_count(catalogue), 0);
	assert_null(catalogue_find(catalogue, "g:a"));
	assert_int_equal(catalogue_problem_count(catalogue), 1);
	catalogue_unref(catalogue);
	free(folder);
}

static void one_fault_is_one_problem(void **state)
{
	char *path = memory_print("%s/texte.gpkg", (const char *)*state);
	struct catalogue *catalogue;

	file_make(path, "bonjour", 7);
	catalogue = catalogue_of(path);
	assert_int_equal(catalogue_problem_count(catalogue), 1);
	assert_non_null(strstr(catalogue_problem(catalogue, 0)->text, "cannot be opened"));
	catalogue_unref(catalogue);
	free(path);
}

static void a_catalogue_of_no_path_is_refused(void **state)
{
	struct catalogue *catalogue = NULL;
	struct error error;

	(void)state;
	assert_int_equal(catalogue_new(NULL, 0, &catalogue, &error), ERROR_INVALID);
	assert_null(catalogue);
}

static void *use(void *catalogue)
{
	for (int i = 0; i < 10000; i++)
		catalogue_unref(catalogue_ref(catalogue));
	catalogue_unref(catalogue);
	return NULL;
}

static void the_last_reader_ends_it(void **state)
{
	static const char *const layers[] = {"a", NULL};
	char *folder = memory_print("%s/lecteurs", (const char *)*state);
	struct catalogue *catalogue;
	pthread_t threads[2];

	portal_make(folder, "g.gpkg", layers);
	catalogue = catalogue_of(folder);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, use, catalogue_ref(catalogue)),
				 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(catalogue_theme_count(catalogue), 1);
	catalogue_unref(catalogue);
	catalogue_unref(NULL);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(themes_are_found_by_id),
		cmocka_unit_test(two_layers_of_one_name_get_two_ids),
		cmocka_unit_test(files_of_one_name_in_two_folders_are_told_apart),
		cmocka_unit_test(a_path_that_cannot_be_opened_is_a_problem_of_its_own),
		cmocka_unit_test(one_fault_is_one_problem),
		cmocka_unit_test(a_catalogue_of_no_path_is_refused),
		cmocka_unit_test(the_last_reader_ends_it),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

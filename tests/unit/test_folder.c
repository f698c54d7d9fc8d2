/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tiler/folder.h"
#include "tiler/memory.h"

enum {
	KILLED = 9
};

static bool dies_removing;

/* In place of the C library's. */
int remove(const char *path)
{
	if (dies_removing)
		_exit(KILLED);
	return unlink(path) == 0 ? 0 : rmdir(path);
}

static int make_scratch(void **state)
{
	char *path = memory_text("/tmp/tuilerie-test-XXXXXX");

	*state = path;
	return mkdtemp(path) ? 0 : -1;
}

static int remove_scratch(void **state)
{
	folder_remove(*state);
	assert_int_not_equal(access(*state, F_OK), 0);
	free(*state);
	return 0;
}

static char *below(const char *folder, const char *name)
{
	return memory_print("%s/%s", folder, name);
}

static bool exists(const char *folder, const char *name)
{
	char *path = below(folder, name);
	bool found = access(path, F_OK) == 0;

	free(path);
	return found;
}

static void make_file(const char *folder, const char *name)
{
	char *path = below(folder, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fclose(file);
	free(path);
}

static void folders_are_made_with_those_above(void **state)
{
	char *path = below(*state, "a/b/c");
	struct error error;

	assert_int_equal(folder_make(path, &error), ERROR_NONE);
	assert_int_equal(folder_make(path, &error), ERROR_NONE);
	assert_true(exists(*state, "a/b/c"));
	free(path);
}

static void a_file_in_the_way_is_an_error(void **state)
{
	char *path = below(*state, "file/b");
	struct error error;

	make_file(*state, "file");
	assert_int_equal(folder_make(path, &error), ERROR_IO);
	assert_non_null(strstr(error.text, "file/b"));
	free(path);
}

static void what_is_published_takes_the_place_of_the_old(void **state)
{
	char *target = below(*state, "version"), *first = NULL, *second = NULL;
	struct error error;

	assert_int_equal(folder_make_partial(*state, &first, &error), ERROR_NONE);
	assert_int_equal(folder_make_partial(*state, &second, &error), ERROR_NONE);
	assert_string_not_equal(first, second);
	make_file(first, "old");
	make_file(second, "new");
	assert_int_equal(folder_publish(first, target, &error), ERROR_NONE);
	assert_true(exists(target, "old"));
	assert_int_equal(folder_publish(second, target, &error), ERROR_NONE);
	assert_true(exists(target, "new"));
	assert_false(exists(target, "old"));
	assert_int_not_equal(access(first, F_OK), 0);
	assert_int_not_equal(access(second, F_OK), 0);
	free(second);
	free(first);
	free(target);
}

static void a_removed_folder_takes_no_other_with_it(void **state)
{
	char *kept = below(*state, "kept"), *gone = below(*state, "gone");
	char *inner = below(gone, "inner"), *link = below(inner, "link");
	struct error error;

	assert_int_equal(folder_make(kept, &error), ERROR_NONE);
	assert_int_equal(folder_make(inner, &error), ERROR_NONE);
	make_file(kept, "file");
	make_file(inner, "file");
	assert_int_equal(symlink(kept, link), 0);
	folder_remove(gone);
	assert_false(exists(*state, "gone"));
	assert_true(exists(kept, "file"));
	folder_remove(gone);
	free(link);
	free(inner);
	free(gone);
	free(kept);
}

/* Killed at its first removal of a file, it leaves nothing under the name that readers know. */
static void a_discarded_folder_is_whole_or_gone(void **state)
{
	char *gone = below(*state, "discarded"), *left;
	struct error error;
	int status = 0;
	pid_t child;

	assert_int_equal(folder_make(gone, &error), ERROR_NONE);
	make_file(gone, "theme.json");
	make_file(gone, "level-0.fgb");
	child = fork();
	if (child == 0) {
		dies_removing = true;
		folder_discard(gone);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_int_equal(WEXITSTATUS(status), KILLED);
	assert_false(exists(*state, "discarded"));
	left = memory_print("%s/.partial-%ld-0", (const char *)*state, (long)child);
	assert_true(exists(left, "theme.json"));
	folder_sweep(*state);
	assert_int_not_equal(access(left, F_OK), 0);
	free(left);
	free(gone);
}

static void only_what_dead_processes_left_is_swept(void **state)
{
	char *living = NULL, *left, *other = below(*state, ".partial-notes");
	struct error error;
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
	left = memory_print("%s/.partial-%ld-0", (const char *)*state, (long)child);
	assert_int_equal(folder_make(left, &error), ERROR_NONE);
	assert_int_equal(folder_make(other, &error), ERROR_NONE);
	assert_int_equal(folder_make_partial(*state, &living, &error), ERROR_NONE);
	make_file(left, "level-0.fgb");
	folder_sweep(*state);
	assert_int_not_equal(access(left, F_OK), 0);
	assert_int_equal(access(living, F_OK), 0);
	assert_int_equal(access(other, F_OK), 0);
	folder_sweep("/nulle/part");
	free(living);
	free(left);
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folders_are_made_with_those_above),
		cmocka_unit_test(a_file_in_the_way_is_an_error),
		cmocka_unit_test(what_is_published_takes_the_place_of_the_old),
		cmocka_unit_test(a_removed_folder_takes_no_other_with_it),
		cmocka_unit_test(a_discarded_folder_is_whole_or_gone),
		cmocka_unit_test(only_what_dead_processes_left_is_swept),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}

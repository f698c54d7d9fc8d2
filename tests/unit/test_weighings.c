/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ogr_data.h"
#include "tiler/weighings.h"

static char *path_in(void **state)
{
	return memory_print("%s/weighings", (const char *)*state);
}

static void write_to(const struct weighings *weighings, const char *path)
{
	struct error error;

	if (weighings_write(weighings, path, &error))
		fail_msg("%s", error.text);
}

static void assert_weighed(struct weighings *weighings, const char *tile, size_t expected)
{
	size_t weight = 0;

	assert_int_equal(weighings_find(weighings, tile, strlen(tile), &weight), expected > 0);
	assert_int_equal(weight, expected);
}

/* A file of "a tile", 7, and "another", 300000. */
static void two_to(const char *path)
{
	struct weighings *weighings = weighings_read(NULL);

	assert_weighed(weighings, "a tile", 0);
	weighings_note(weighings, "a tile", 6, 7);
	weighings_note(weighings, "a tile", 6, 7);
	weighings_note(weighings, "another", 7, 300000);
	assert_weighed(weighings, "a tile", 7);
	write_to(weighings, path);
	weighings_free(weighings);
}

static void assert_none_known(const char *path)
{
	struct weighings *weighings = weighings_read(path);

	assert_weighed(weighings, "a tile", 0);
	assert_weighed(weighings, "another", 0);
	weighings_free(weighings);
}

static void what_was_weighed_is_known_again(void **state)
{
	char *path = path_in(state);
	struct weighings *weighings;

	two_to(path);
	weighings = weighings_read(path);
	assert_weighed(weighings, "a tile", 7);
	assert_weighed(weighings, "another", 300000);
	assert_weighed(weighings, "a third", 0);
	weighings_free(weighings);
	free(path);
}

static void what_nobody_asked_for_again_is_forgotten(void **state)
{
	char *path = path_in(state);
	struct weighings *weighings;

	two_to(path);
	weighings = weighings_read(path);
	assert_weighed(weighings, "another", 300000);
	weighings_note(weighings, "a third", 7, 9);
	write_to(weighings, path);
	weighings_free(weighings);
	weighings = weighings_read(path);
	assert_weighed(weighings, "a tile", 0);
	assert_weighed(weighings, "another", 300000);
	assert_weighed(weighings, "a third", 9);
	weighings_free(weighings);
	free(path);
}

static size_t read_text(const char *path, char *text, size_t room)
{
	FILE *file = fopen(path, "rb");
	size_t length = fread(text, 1, room, file);

	fclose(file);
	return length;
}

static void write_text(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "wb");

	assert_int_equal(fwrite(text, 1, length, file), length);
	fclose(file);
}

/* Any byte that is another, and any cut, and all is weighed anew. */
static void a_damaged_file_is_none(void **state)
{
	char *path = path_in(state), text[1000];
	struct weighings *weighings;
	size_t length;

	two_to(path);
	length = read_text(path, text, sizeof(text));
	assert_true(length > 100 && length < sizeof(text));
	for (size_t i = 0; i < length; i++) {
		text[i] ^= 1;
		write_text(path, text, length);
		assert_none_known(path);
		text[i] ^= 1;
		write_text(path, text, i);
		assert_none_known(path);
	}
	write_text(path, text, length);
	weighings = weighings_read(path);
	assert_weighed(weighings, "another", 300000);
	weighings_free(weighings);
	free(path);
}

static void a_file_that_cannot_be_made_is_an_error(void **state)
{
	char *path = memory_print("%s/nowhere/weighings", (const char *)*state);
	struct weighings *weighings = weighings_read(path);
	struct error error;

	assert_int_equal(weighings_write(weighings, path, &error), ERROR_IO);
	assert_non_null(strstr(error.text, path));
	weighings_free(weighings);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_weighed_is_known_again),
		cmocka_unit_test(what_nobody_asked_for_again_is_forgotten),
		cmocka_unit_test(a_damaged_file_is_none),
		cmocka_unit_test(a_file_that_cannot_be_made_is_an_error),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tiler/folder.h"
#include "tiler/mapped_file.h"
#include "tiler/memory.h"

enum {
	PAGE = 65536, /* at least one of any machine */
	SIZE = 4 * PAGE,
};

/* cmocka takes all signals of faults for itself, so each case runs in a process of its own, where
 * the first file that is opened takes this one back. */
#define CHECK(truth)                                                                \
	do {                                                                        \
		if (!(truth)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #truth); \
			_exit(1);                                                   \
		}                                                                   \
	} while (0)

static void run_apart(void (*test)(void **state), void **state)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		signal(SIGBUS, SIG_DFL);
		test(state);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#define CASE(name)                             \
	static void name(void **state);        \
	static void name##_apart(void **state) \
	{                                      \
		run_apart(name, state);        \
	}                                      \
	static void name(void **state)

static int scratch_make(void **state)
{
	char *path = memory_text("/tmp/tuilerie-test-XXXXXX");

	*state = path;
	return mkdtemp(path) ? 0 : -1;
}

static int scratch_remove(void **state)
{
	folder_remove(*state);
	free(*state);
	return 0;
}

static void write_file(const char *path, char letter, size_t size)
{
	char *bytes = memory_new(size + 1);
	FILE *file = fopen(path, "wb");

	memset(bytes, letter, size);
	CHECK(file);
	CHECK(fwrite(bytes, 1, size, file) == size);
	CHECK(fclose(file) == 0);
	free(bytes);
}

static struct mapped_file *open_new(void **state, const char *name, char **path)
{
	struct mapped_file *file = NULL;
	struct error error;

	*path = memory_print("%s/%s", (const char *)*state, name);
	write_file(*path, 'a', SIZE);
	CHECK(mapped_file_open(*path, &file, &error) == ERROR_NONE);
	CHECK(mapped_file_size(file) == SIZE);
	return file;
}

static uint64_t sum_of(const struct mapped_file *file)
{
	const volatile uint8_t *bytes = mapped_file_bytes(file);
	uint64_t sum = 0;

	for (size_t i = 0; i < mapped_file_size(file); i++)
		sum += bytes[i];
	return sum;
}

CASE(a_file_left_alone_is_whole_and_unchanged)
{
	char *path;
	struct mapped_file *file = open_new(state, "sain", &path);

	CHECK(sum_of(file) == (uint64_t)SIZE * 'a');
	CHECK(mapped_file_is_whole(file));
	CHECK(mapped_file_is_unchanged(file));
	mapped_file_close(file);
	mapped_file_close(NULL);
	free(path);
}

CASE(what_is_missing_or_empty_is_told)
{
	char *path = memory_print("%s/rien", (const char *)*state);
	struct mapped_file *file = NULL;
	struct error error;

	CHECK(mapped_file_open(path, &file, &error) == ERROR_NOT_FOUND);
	CHECK(strstr(error.text, "rien"));
	write_file(path, 'a', 0);
	CHECK(mapped_file_open(path, &file, &error) == ERROR_NOT_FOUND);
	CHECK(strstr(error.text, "empty"));
	free(path);
}

CASE(a_file_cut_under_its_reader_reads_as_zeros_and_says_so)
{
	char *path;
	struct mapped_file *file = open_new(state, "coupe", &path);

	CHECK(truncate(path, PAGE) == 0);
	CHECK(mapped_file_is_whole(file)); /* nobody has looked yet */
	CHECK(!mapped_file_is_unchanged(file));
	CHECK(sum_of(file) == (uint64_t)PAGE * 'a');
	CHECK(!mapped_file_is_whole(file));
	CHECK(!mapped_file_is_unchanged(file));
	mapped_file_close(file);

	/* The place in the list that the file leaves is as good as new. */
	free(path);
	file = open_new(state, "neuf", &path);
	CHECK(mapped_file_is_unchanged(file));
	mapped_file_close(file);
	free(path);
}

/* A cut within a page faults nowhere. */
CASE(a_small_cut_and_an_overwriting_are_changes)
{
	struct timespec times[2] = {{1000000000, 0}, {1000000000, 0}};
	char *path;
	struct mapped_file *file = open_new(state, "rogne", &path);

	CHECK(truncate(path, SIZE - 10) == 0);
	CHECK(sum_of(file) < (uint64_t)SIZE * 'a');
	CHECK(mapped_file_is_whole(file));
	CHECK(!mapped_file_is_unchanged(file));
	mapped_file_close(file);
	free(path);

	file = open_new(state, "recrit", &path);
	CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);
	CHECK(!mapped_file_is_unchanged(file));
	mapped_file_close(file);
	free(path);
}

CASE(a_file_removed_or_replaced_is_what_it_was)
{
	char *path, *other = memory_print("%s/autre", (const char *)*state);
	struct mapped_file *file = open_new(state, "ancien", &path);

	write_file(other, 'b', PAGE);
	CHECK(rename(other, path) == 0);
	CHECK(mapped_file_is_unchanged(file));
	CHECK(unlink(path) == 0);
	CHECK(mapped_file_is_unchanged(file));
	CHECK(sum_of(file) == (uint64_t)SIZE * 'a');
	mapped_file_close(file);
	free(other);
	free(path);
}

static void *read_again_and_again(void *file)
{
	while (mapped_file_is_whole(file))
		(void)sum_of(file);
	return NULL;
}

CASE(many_readers_survive_a_cut)
{
	char *path;
	struct mapped_file *file = open_new(state, "foule", &path);
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&threads[i], NULL, read_again_and_again, file) == 0);
	CHECK(truncate(path, 0) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	CHECK(sum_of(file) == 0);
	mapped_file_close(file);
	free(path);
}

/* Only our own files are spared: whoever else stumbles has a fault that must be seen. */
CASE(a_fault_elsewhere_still_ends_the_process)
{
	char *path;
	struct mapped_file *file = open_new(state, "hors", &path);
	pid_t child = fork();
	int status, descriptor;

	if (child == 0) {
		struct rlimit none = {0, 0};
		const volatile char *bytes;

		setrlimit(RLIMIT_CORE, &none);
		descriptor = open(path, O_RDWR);
		bytes = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, descriptor, 0);
		if (ftruncate(descriptor, 0) != 0)
			_exit(0);
		_exit(bytes[0] == 0 ? 0 : 1);
	}
	CHECK(waitpid(child, &status, 0) == child);
	/* a sanitizer ends the process in its own way */
	CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGBUS : WEXITSTATUS(status) != 0);
	mapped_file_close(file);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_left_alone_is_whole_and_unchanged_apart),
		cmocka_unit_test(what_is_missing_or_empty_is_told_apart),
		cmocka_unit_test(a_file_cut_under_its_reader_reads_as_zeros_and_says_so_apart),
		cmocka_unit_test(a_small_cut_and_an_overwriting_are_changes_apart),
		cmocka_unit_test(a_file_removed_or_replaced_is_what_it_was_apart),
		cmocka_unit_test(many_readers_survive_a_cut_apart),
		cmocka_unit_test(a_fault_elsewhere_still_ends_the_process_apart),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

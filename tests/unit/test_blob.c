/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/blob.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiler/memory.h"

enum {
	THREADS = 8,
	ROUNDS = 10000
};

static struct blob *text_blob(const char *text, const char *raw)
{
	return blob_new(memory_text(text), strlen(text), true, raw, strlen(raw));
}

static void test_holds_its_bytes(void **state)
{
	struct blob *blob = text_blob("packed", "the content");

	(void)state;
	assert_memory_equal(blob->bytes, "packed", 6);
	assert_int_equal(blob->length, 6);
	assert_int_equal(blob->raw_length, 11);
	assert_true(blob->gzipped);
	assert_true(blob_footprint(blob) >= sizeof(*blob) + 6);
	blob_unref(blob);
}

static void test_hash_is_of_the_content(void **state)
{
	struct blob *packed = text_blob("one way", "content");
	struct blob *otherwise = text_blob("another way", "content");
	struct blob *other = text_blob("one way", "other content");

	(void)state;
	assert_string_equal(packed->hash, otherwise->hash);
	assert_string_not_equal(packed->hash, other->hash);
	blob_unref(packed);
	blob_unref(otherwise);
	blob_unref(other);
}

static void test_empty_tile(void **state)
{
	struct blob *blob = blob_new(NULL, 0, false, "", 0);

	(void)state;
	assert_int_equal(blob->length, 0);
	assert_int_equal(strlen(blob->hash), 32);
	blob_unref(blob);
	blob_unref(NULL);
}

static void *take_and_let_go(void *context)
{
	struct blob *blob = context;

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct blob *taken = blob_ref(blob);

		if (taken->length != 4)
			return blob;
		blob_unref(taken);
	}
	blob_unref(blob);
	return NULL;
}

/* The last of them frees it: a count gone wrong is seen by the sanitizers. */
static void test_shared_by_threads(void **state)
{
	struct blob *blob = text_blob("text", "text");
	pthread_t threads[THREADS];

	(void)state;
	for (unsigned i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, take_and_let_go, blob_ref(blob));
	blob_unref(blob);
	for (unsigned i = 0; i < THREADS; i++) {
		void *failed;

		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

/* What a test attaches, and how many of them were released. */
struct thing {
	struct blob_attachment attachment;
	atomic_uint *released;
};

static void release_thing(struct blob_attachment *attachment)
{
	struct thing *thing = (struct thing *)attachment;

	atomic_fetch_add(thing->released, 1);
	free(thing);
}

static struct blob_attachment *thing_new(atomic_uint *released)
{
	struct thing *thing = memory_new(sizeof(*thing));

	*thing = (struct thing){{release_thing}, released};
	return &thing->attachment;
}

static void test_keeps_what_is_attached(void **state)
{
	struct blob *blob = text_blob("packed", "x");
	struct blob_attachment *first;
	atomic_uint released = 0;

	(void)state;
	assert_null(blob_attached(blob));
	first = blob_attach(blob, thing_new(&released));
	assert_ptr_equal(blob_attached(blob), first);
	/* the second comes too late, and goes at once */
	assert_ptr_equal(blob_attach(blob, thing_new(&released)), first);
	assert_int_equal(released, 1);
	blob_unref(blob_ref(blob));
	assert_int_equal(released, 1);
	blob_unref(blob);
	assert_int_equal(released, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holds_its_bytes),
		cmocka_unit_test(test_hash_is_of_the_content),
		cmocka_unit_test(test_empty_tile),
		cmocka_unit_test(test_shared_by_threads),
		cmocka_unit_test(test_keeps_what_is_attached),
	};

	return cmocka_run_group_tests_name("blob", tests, NULL, NULL);
}

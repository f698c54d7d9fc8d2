/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shapes.h"
#include "tiler/compress.h"
#include "tiler/memory.h"

static void compress(int level, const void *bytes, size_t length, struct buf *out)
{
	struct compressor *compressor = compressor_new(level);
	struct error error;

	if (compress_gzip(compressor, bytes, length, out, &error))
		fail_msg("%s", error.text);
	compressor_free(compressor);
}

/* Bytes that neither repeat nor are wholly random, as a tile's. */
static char *some_bytes(size_t length)
{
	struct chance chance = {length};
	char *bytes = memory_new(length + 1);

	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)chance_below(&chance, i % 3 ? 200 : 4);
	return bytes;
}

static void what_goes_in_comes_out(void **state)
{
	static const size_t lengths[] = {0, 1, 100, 65536, 300001};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		char *bytes = some_bytes(lengths[i]);
		struct buf packed, unpacked;
		struct error error;

		buf_init(&packed, 0);
		buf_init(&unpacked, 0);
		compress(1 + (int)i * 2, bytes, lengths[i], &packed);
		assert_int_equal((unsigned char)packed.bytes[0], 0x1f);
		assert_int_equal((unsigned char)packed.bytes[1], 0x8b);
		assert_int_equal(inflate_gzip(packed.bytes, packed.length, &unpacked, &error), 0);
		assert_int_equal(unpacked.length, lengths[i]);
		assert_memory_equal(unpacked.bytes, bytes, lengths[i]);
		buf_release(&packed);
		buf_release(&unpacked);
		free(bytes);
	}
}

static void one_compressor_does_many(void **state)
{
	struct compressor *compressor = compressor_new(6);
	char *bytes = some_bytes(5000);
	struct buf first, second;
	struct error error;

	(void)state;
	buf_init(&first, 0);
	buf_init(&second, 0);
	assert_int_equal(compress_gzip(compressor, bytes, 5000, &first, &error), 0);
	assert_int_equal(compress_gzip(compressor, "other", 5, &second, &error), 0);
	buf_empty(&second);
	assert_int_equal(compress_gzip(compressor, bytes, 5000, &second, &error), 0);
	assert_int_equal(first.length, second.length);
	assert_memory_equal(first.bytes, second.bytes, first.length);
	/* Bytes 4 to 7 are the time: none. */
	assert_memory_equal(first.bytes + 4, "\0\0\0\0", 4);
	buf_release(&first);
	buf_release(&second);
	free(bytes);
	compressor_free(compressor);
}

static void output_is_appended(void **state)
{
	struct buf out, unpacked;
	struct error error;

	(void)state;
	buf_init(&out, 0);
	buf_init(&unpacked, 0);
	buf_add_text(&out, "before");
	compress(6, "tile", 4, &out);
	assert_memory_equal(out.bytes, "before", 6);
	buf_add_text(&unpacked, "also ");
	assert_int_equal(inflate_gzip(out.bytes + 6, out.length - 6, &unpacked, &error), 0);
	assert_string_equal(unpacked.bytes, "also tile");
	buf_release(&out);
	buf_release(&unpacked);
}

static void a_limit_is_kept(void **state)
{
	struct compressor *compressor = compressor_new(6);
	char *bytes = some_bytes(50000);
	struct buf small, packed;
	struct error error;

	(void)state;
	buf_init(&small, 1000);
	buf_init(&packed, 0);
	assert_int_equal(compress_gzip(compressor, bytes, 50000, &small, &error), ERROR_LIMIT);
	assert_true(small.length <= 1000);
	compress(6, bytes, 50000, &packed);
	buf_empty(&small);
	assert_int_equal(inflate_gzip(packed.bytes, packed.length, &small, &error), ERROR_LIMIT);
	buf_release(&small);
	buf_release(&packed);
	free(bytes);
	compressor_free(compressor);
}

static void content_up_to_the_limit_comes_out(void **state)
{
	char *bytes = some_bytes(50000);
	struct buf exact, packed;
	struct error error;

	(void)state;
	buf_init(&exact, 50000);
	buf_init(&packed, 0);
	compress(6, bytes, 50000, &packed);
	assert_int_equal(inflate_gzip(packed.bytes, packed.length, &exact, &error), 0);
	assert_int_equal(exact.length, 50000);
	buf_release(&exact);
	buf_release(&packed);
	free(bytes);
}

static void damage_is_seen(void **state)
{
	char *bytes = some_bytes(20000);
	struct buf packed, out;
	struct error error;

	(void)state;
	buf_init(&packed, 0);
	buf_init(&out, 0);
	compress(6, bytes, 20000, &packed);
	for (size_t cut = 0; cut < packed.length; cut += 97)
		assert_int_equal(inflate_gzip(packed.bytes, cut, &out, &error), ERROR_INVALID);
	packed.bytes[packed.length / 2] ^= 0x10;
	assert_int_equal(inflate_gzip(packed.bytes, packed.length, &out, &error), ERROR_INVALID);
	assert_int_equal(inflate_gzip("not gzip at all", 15, &out, &error), ERROR_INVALID);
	buf_release(&packed);
	buf_release(&out);
	free(bytes);
}

/* Four letters at chance, and pieces of what was said before among them: where each stands first is
 * found by those who look long among all the places that begin alike. */
static char *some_repetitions(size_t length)
{
	struct chance chance = {length};
	char *bytes = memory_new(length + 1);
	size_t i = 0;

	while (i < length) {
		size_t piece = 20, back = i < 20000 ? 0 : 1000 + chance_below(&chance, 19000);

		for (; piece && i < length; piece--, i++)
			bytes[i] = back ? bytes[i - back] : "ACGT"[chance_below(&chance, 4)];
		for (piece = 10; piece && i < length; piece--, i++)
			bytes[i] = "ACGT"[chance_below(&chance, 4)];
	}
	return bytes;
}

static size_t size_as_tile(char *bytes, size_t length, size_t *plainly)
{
	struct compressor *compressor = compressor_new(6);
	struct buf packed, unpacked;
	struct error error;
	size_t size;

	buf_init(&packed, 0);
	buf_init(&unpacked, 0);
	compress(6, bytes, length, &packed);
	*plainly = packed.length;
	buf_empty(&packed);
	buf_add_char(&packed, '!'); /* what is there already stays */
	assert_int_equal(compress_tile(compressor, bytes, length, &packed, &error), ERROR_NONE);
	assert_int_equal(packed.bytes[0], '!');
	size = packed.length - 1;
	assert_int_equal(inflate_gzip(packed.bytes + 1, size, &unpacked, &error), ERROR_NONE);
	assert_int_equal(unpacked.length, length);
	assert_memory_equal(unpacked.bytes, bytes, length);
	buf_release(&packed);
	buf_release(&unpacked);
	compressor_free(compressor);
	free(bytes);
	return size;
}

/* Tiles within the usual budget are compressed at the level asked for, however large they are
 * before; those that nobody gets unasked as well as can be. */
static void only_heavy_tiles_take_longer(void **state)
{
	size_t plainly, size;

	(void)state;
	size = size_as_tile(some_bytes(1000), 1000, &plainly);
	assert_int_equal(size, plainly);
	size = size_as_tile(some_bytes(260000), 260000, &plainly);
	assert_int_equal(size, plainly);
	assert_in_range(plainly, 150000, 220000);
	size = size_as_tile(some_repetitions(1600000), 1600000, &plainly);
	assert_true(plainly > 220000 && size < plainly);
}

static void the_library_is_named(void **state)
{
	const char *name = compressor_library();

	(void)state;
	assert_true(strncmp(name, "libdeflate 1", 12) == 0 || strncmp(name, "zlib 1", 6) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(one_compressor_does_many),
		cmocka_unit_test(output_is_appended),
		cmocka_unit_test(a_limit_is_kept),
		cmocka_unit_test(content_up_to_the_limit_comes_out),
		cmocka_unit_test(damage_is_seen),
		cmocka_unit_test(only_heavy_tiles_take_longer),
		cmocka_unit_test(the_library_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

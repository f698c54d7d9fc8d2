/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a FlatGeobuf file: read or refused, never a crash, never a byte beyond the file. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/small_fgb.h"
#include "tiler/fgb.h"

const unsigned fuzz_rounds = 30000;

/* The reader's file is not mapped but copied into memory of exactly its size (the linker's --wrap
 * sends the calls here), so that the sanitizers see each byte read too many. */
void *__real_mmap(void *address, size_t length, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *address, size_t length, int protection, int flags, int file, off_t offset);
int __wrap_munmap(void *address, size_t length);

void *__wrap_mmap(void *address, size_t length, int protection, int flags, int file, off_t offset)
{
	void *bytes;

	if (file < 0)
		return __real_mmap(address, length, protection, flags, file, offset);
	bytes = malloc(length);
	FUZZ_CHECK(bytes && pread(file, bytes, length, offset) == (ssize_t)length);
	return bytes;
}

int __wrap_munmap(void *address, size_t length)
{
	(void)length;
	free(address);
	return 0;
}

/* Reads all a feature points at. */
struct reading {
	uint32_t columns;
	uint64_t features;
	volatile double sum;
};

static void read_values(struct reading *reading, const struct value *values)
{
	for (uint32_t i = 0; i < reading->columns; i++) {
		const struct value *value = &values[i];

		FUZZ_CHECK(value->type <= VALUE_TEXT);
		if (value->type == VALUE_REAL)
			reading->sum += value->real;
		for (uint32_t k = 0; value->type == VALUE_TEXT && k < value->text.length; k++)
			reading->sum += value->text.bytes[k];
	}
}

static enum error_code read_feature(const struct feature *feature, void *context,
				    struct error *error)
{
	struct reading *reading = context;

	(void)error;
	reading->features++;
	read_values(reading, feature->values);
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		const struct geometry *geometry = &feature->geometries[i];

		FUZZ_CHECK(geometry->kind >= GEOMETRY_POINT && geometry->kind <= GEOMETRY_POLYGON);
		for (uint32_t k = 0; k < geometry->path_count; k++)
			for (uint32_t p = 0; p < geometry->paths[k].count; p++)
				reading->sum += geometry->paths[k].points[p].x;
	}
	return ERROR_NONE;
}

static void query(const struct fgb *fgb, struct box box)
{
	struct reading reading = {.columns = fgb_column_count(fgb)};
	struct arena *arena = arena_new();
	struct error error = {0};
	enum error_code code = fgb_query(fgb, box, arena, read_feature, &reading, &error);

	FUZZ_CHECK(code == ERROR_NONE || code == ERROR_INVALID);
	FUZZ_CHECK(code == ERROR_NONE ? !error.text[0] : error.text[0] != 0);
	FUZZ_CHECK(reading.features <= fgb_feature_count(fgb));
	arena_free(arena);
}

/* The same a feature at a time. */
static void walk(const struct fgb *fgb, struct box box, uint64_t place)
{
	struct reading reading = {.columns = fgb_column_count(fgb)};
	struct arena *arena = arena_new();
	struct error error = {0};
	enum error_code code = fgb_seek(fgb, box, &place, &error);
	struct feature feature;

	while (!code && place < fgb_feature_count(fgb)) {
		arena_reset(arena);
		code = fgb_read(fgb, place++, arena, &feature, &error);
		if (!code)
			code = read_feature(&feature, &reading, &error);
		if (!code)
			code = fgb_seek(fgb, box, &place, &error);
	}
	FUZZ_CHECK(code == ERROR_NONE || (code == ERROR_INVALID && error.text[0]));
	FUZZ_CHECK(reading.features <= fgb_feature_count(fgb));
	arena_free(arena);
}

static void read_file(const uint8_t *bytes, size_t size)
{
	char path[64];
	int file = small_file_open(bytes, size, path);
	struct error error = {0};
	struct fgb *fgb;
	enum error_code code = fgb_open(path, &fgb, &error);

	FUZZ_CHECK(code == ERROR_NONE || error.text[0]);
	if (!code) {
		for (uint32_t i = 0; i < fgb_column_count(fgb); i++)
			FUZZ_CHECK(strlen(fgb_columns(fgb)[i].name) < size);
		query(fgb, (struct box){-1e308, -1e308, 1e308, 1e308});
		query(fgb, (struct box){3, 3, 4, 4});
		walk(fgb, (struct box){-1e308, -1e308, 1e308, 1e308}, 0);
		walk(fgb, (struct box){3, 3, 4, 4}, 1);
		fgb_close(fgb);
	}
	small_file_close(file);
}

/* What is left of a file that was cut is refused, or read as far as it goes. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	read_file(bytes, size);
	if (size)
		read_file(bytes, size * bytes[size - 1] / 256);
	return 0;
}

static const struct small_fgb_column columns[] = {{FGB_ID_COLUMN, 7}, {"vrai", 2},   {"entier", 5},
						  {"réel", 10},	      {"texte", 11}, {"octet", 0}};

static const char properties[] = "\0\0\x2a\0\0\0\0\0\0\0"
				 "\1\0\1"
				 "\2\0\xff\xff\xff\xff"
				 "\3\0\0\0\0\0\0\0\xf8\x3f"
				 "\4\0\3\0\0\0abc"
				 "\5\0\x80";

bool fuzz_seed(unsigned index, struct buf *seed)
{
	struct point square[] = {{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}};
	struct point hole[] = {{2, 2}, {2, 5}, {5, 5}, {5, 2}, {2, 2}};
	struct path rings[] = {{square, 5, true}, {hole, 5, false}, {hole, 5, true}};
	struct path lines[] = {{square, 3, false}, {hole, 2, false}};
	struct geometry geometries[] = {{GEOMETRY_POINT, 1, lines},
					{GEOMETRY_LINE, 2, lines},
					{GEOMETRY_POLYGON, 3, rings}};
	struct small_fgb fgb;

	if (index >= 6)
		return false;
	small_fgb_init(&fgb, columns, 6, index % 2 ? 16 : 0);
	for (unsigned i = 0; i < (index < 4 ? 3u : 0u); i++)
		small_fgb_add(&fgb, &geometries[index < 2 ? i : 0], index < 2 ? 1 : 3, properties,
			      i == 1 ? 0 : sizeof(properties) - 1);
	small_fgb_write(&fgb, seed);
	small_fgb_release(&fgb);
	return true;
}

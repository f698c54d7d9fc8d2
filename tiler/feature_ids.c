/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/feature_ids.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/file_write.h"
#include "tiler/flatbuffer.h"
#include "tiler/mapped_file.h"
#include "tiler/memory.h"

enum {
	PLACE_BYTES = 4,
};

struct numbered {
	uint64_t id;
	uint32_t place;
};

static int by_id(const void *left, const void *right)
{
	const struct numbered *a = left, *b = right;
	int order = (a->id > b->id) - (a->id < b->id);

	return order ? order : (a->place > b->place) - (a->place < b->place);
}

/* Those without an id come last, behind all there can be. False: the file is damaged. */
static bool id_at(const struct fgb *fgb, uint64_t place, uint64_t *id)
{
	struct fgb_record record;

	if (!fgb_record(fgb, place, &record))
		return false;
	if (!fgb_record_find_id(fgb, &record, id))
		*id = UINT64_MAX;
	return true;
}

static enum error_code write_places(const struct numbered *features, uint32_t count,
				    const char *path, struct error *error)
{
	uint8_t *bytes = memory_new((size_t)count * PLACE_BYTES + 1);
	enum error_code code = ERROR_NONE;

	for (uint32_t i = 0; i < count; i++)
		for (unsigned b = 0; b < PLACE_BYTES; b++)
			bytes[(size_t)i * PLACE_BYTES + b] = (uint8_t)(features[i].place >> 8 * b);
	if (!file_write(path, bytes, (size_t)count * PLACE_BYTES))
		code = error_set(error, ERROR_IO, "cannot write %s: %s", path, strerror(errno));
	free(bytes);
	return code;
}

enum error_code feature_ids_write(const char *level, const char *path, struct error *error)
{
	struct numbered *features;
	enum error_code code;
	struct fgb *fgb;
	uint64_t count;

	code = fgb_open(level, &fgb, error);
	if (code)
		return code;
	count = fgb_feature_count(fgb);
	features = memory_new(count * sizeof(*features) + 1);
	/* beyond, they would not fit: all features are looked at then */
	for (uint32_t i = 0; i < count && count <= UINT32_MAX && !code; i++) {
		features[i].place = i;
		if (!id_at(fgb, i, &features[i].id))
			code = error_set(error, ERROR_INVALID, "%s is damaged", level);
	}
	if (!code && count <= UINT32_MAX) {
		qsort(features, count, sizeof(*features), by_id);
		code = write_places(features, (uint32_t)count, path, error);
	}
	free(features);
	fgb_close(fgb);
	return code;
}

struct mapped_file *feature_ids_open(const char *path, const struct fgb *level)
{
	struct mapped_file *ids;

	if (mapped_file_open(path, &ids, NULL))
		return NULL;
	if (mapped_file_size(ids) == fgb_feature_count(level) * PLACE_BYTES)
		return ids;
	mapped_file_close(ids);
	return NULL;
}

/* The first of the places in order whose id is ID or more; false: the order is none. */
static bool search(const struct fgb *fgb, const uint8_t *places, uint64_t id, uint64_t *place)
{
	uint64_t count = fgb_feature_count(fgb), first = 0, end = count;
	struct numbered below = {0}, above = {0}, found; /* those before FIRST and at END */

	while (first < end) {
		uint64_t middle = first + (end - first) / 2;

		found.place = load_u32(places + middle * PLACE_BYTES);
		if (!id_at(fgb, found.place, &found.id) ||
		    (first > 0 && by_id(&below, &found) >= 0) ||
		    (end < count && by_id(&found, &above) >= 0))
			return false;
		if (found.id < id) {
			below = found;
			first = middle + 1;
		} else {
			above = found;
			end = middle;
		}
	}
	*place = first < count ? above.place : count;
	return true;
}

static bool look_through(const struct fgb *fgb, uint64_t id, uint64_t *place)
{
	uint64_t found = 0;

	for (*place = 0; *place < fgb_feature_count(fgb); ++*place) {
		if (!id_at(fgb, *place, &found))
			return false;
		if (found == id)
			break;
	}
	return true;
}

enum error_code feature_find(const struct prepared *prepared, uint64_t id, uint64_t *place,
			     struct error *error)
{
	const struct fgb *fgb = prepared->level_count ? prepared->levels[0].fgb : NULL;
	const struct mapped_file *ids = prepared->ids;
	uint64_t found = 0;
	bool sound = true;

	if (fgb && !(ids && search(fgb, mapped_file_bytes(ids), id, place) &&
		     mapped_file_is_unchanged(ids)))
		sound = look_through(fgb, id, place);
	if (!sound)
		return error_set(error, ERROR_INVALID, "level 0 is damaged");
	if (fgb && id != UINT64_MAX && *place < fgb_feature_count(fgb) &&
	    id_at(fgb, *place, &found) && found == id)
		return ERROR_NONE;
	return error_set(error, ERROR_NOT_FOUND, "theme %s has no feature %llu", prepared->theme_id,
			 (unsigned long long)id);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "tiler/commune_join_file.h"
#include "tiler/compare.h"
#include "tiler/memory.h"
#include "tiler/region.h"

enum {
	FEATURES_BETWEEN_LOOKS = 1024 /* at whether to stop */
};

struct making {
	const struct commune_join_of *of;
	bool (*go_on)(void *context);
	void *context;
	struct transform *transform; /* from the communes to the theme; NULL: it is the same CRS */
	struct arena *arena;	     /* of the theme's features */
	struct commune_found *communes;
	uint32_t count, capacity;
	struct region *region; /* of the commune that is looked at, in the theme's CRS */
	uint64_t looked_at;
};

static struct commune_found *add_commune(struct making *making, const char code[COMMUNE_CODE_SIZE])
{
	struct commune_found *found;

	if (making->count == making->capacity) {
		making->capacity = making->capacity ? 2 * making->capacity : 64;
		making->communes = memory_resize(making->communes, making->capacity,
						 sizeof(*making->communes));
	}
	found = &making->communes[making->count++];
	*found = (struct commune_found){.box = box_empty()};
	strcpy(found->code, code);
	return found;
}

static void add_id(struct commune_found *found, uint64_t id)
{
	if (found->count == found->capacity) {
		found->capacity = found->capacity ? 2 * found->capacity : 16;
		found->ids = memory_resize(found->ids, found->capacity, sizeof(*found->ids));
	}
	found->ids[found->count++] = id;
}

static enum error_code look_at(const struct feature *feature, void *context, struct error *error)
{
	struct making *making = context;

	if (++making->looked_at % FEATURES_BETWEEN_LOOKS == 0 && making->go_on &&
	    !making->go_on(making->context))
		return error_set(error, ERROR_STOPPED, "the program ends");
	for (uint32_t i = 0; i < feature->geometry_count; i++)
		if (region_has_part(making->region, &feature->geometries[i])) {
			add_id(&making->communes[making->count - 1], feature->id);
			break;
		}
	return ERROR_NONE;
}

/* The outline of a commune where the theme is; NOT_FOUND: it is elsewhere. */
static enum error_code place_outline(struct making *making, const struct feature *commune,
				     struct error *error)
{
	const struct prepared *theme = making->of->theme;
	struct region *outline = NULL;
	enum error_code code = region_of_geometries(commune->geometries, commune->geometry_count,
						    &outline, error);

	if (code || !making->transform) {
		making->region = outline;
		return code;
	}
	code = region_moved(outline, making->transform, theme->crs, theme->extent, &making->region,
			    error);
	region_free(outline);
	return code;
}

static enum error_code find_features(const char code[COMMUNE_CODE_SIZE], const char *name,
				     const struct feature *commune, void *context,
				     struct error *error)
{
	struct making *making = context;
	enum error_code result = place_outline(making, commune, error);

	(void)name;
	if (result)
		return result == ERROR_NOT_FOUND ? ERROR_NONE : result;
	add_commune(making, code);
	result = fgb_query(making->of->theme->levels[0].fgb, region_box(making->region),
			   making->arena, look_at, making, error);
	region_free(making->region);
	making->region = NULL;
	return result;
}

/* The reading of codes. */
struct reading {
	struct making *making;
	uint32_t column;
};

/* Features that lie together in the file lie together on the ground: most are of the commune of
 * the one before, and need no room of their own until all are merged. */
static struct commune_found *commune_of(struct making *making, const char code[COMMUNE_CODE_SIZE])
{
	struct commune_found *last = making->count ? &making->communes[making->count - 1] : NULL;

	return last && strcmp(last->code, code) == 0 ? last : add_commune(making, code);
}

static enum error_code read_feature(const struct feature *feature, void *context,
				    struct error *error)
{
	struct reading *reading = context;
	char code[COMMUNE_CODE_SIZE];

	(void)error;
	if (commune_code_of(&feature->values[reading->column], code))
		add_id(commune_of(reading->making, code), feature->id);
	return ERROR_NONE;
}

static enum error_code read_codes(struct making *making, struct error *error)
{
	const struct prepared *theme = making->of->theme;
	struct reading reading = {making, 0};

	while (reading.column < theme->column_count &&
	       strcmp(theme->columns[reading.column].name, theme->commune_column) != 0)
		reading.column++;
	if (reading.column == theme->column_count)
		return error_set(error, ERROR_INVALID,
				 "its column %.80s, which tells the commune, is not published",
				 theme->commune_column);
	return fgb_query(theme->levels[0].fgb, theme->extent, making->arena, read_feature, &reading,
			 error);
}

static int by_code(const void *left, const void *right)
{
	return strcmp(((const struct commune_found *)left)->code,
		      ((const struct commune_found *)right)->code);
}

static void sort_ids(struct commune_found *found)
{
	uint64_t kept = 0;

	if (found->count)
		qsort(found->ids, found->count, sizeof(*found->ids), compare_u64);
	for (uint64_t i = 0; i < found->count; i++)
		if (kept == 0 || found->ids[kept - 1] != found->ids[i])
			found->ids[kept++] = found->ids[i];
	found->count = kept;
}

/* One of each code, in their order, and of its features each once; none without features. */
static void merge(struct making *making)
{
	uint32_t kept = 0;

	if (making->count)
		qsort(making->communes, making->count, sizeof(*making->communes), by_code);
	for (uint32_t i = 0; i < making->count; i++) {
		struct commune_found here = making->communes[i];
		struct commune_found *before = kept ? &making->communes[kept - 1] : NULL;

		if (before && strcmp(before->code, here.code) == 0) {
			for (uint64_t k = 0; k < here.count; k++)
				add_id(before, here.ids[k]);
			free(here.ids);
		} else if (here.count == 0) {
			free(here.ids);
		} else {
			making->communes[kept++] = here;
		}
	}
	making->count = kept;
	for (uint32_t i = 0; i < kept; i++)
		sort_ids(&making->communes[i]);
}

/* Who draws what: a feature may be several communes'. */
struct owner {
	uint64_t id;
	uint32_t commune;
};

static int by_id(const void *left, const void *right)
{
	const struct owner *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

/* Widens the boxes by what a file of the theme draws. */
static bool measure_file(struct making *making, const struct fgb *fgb, const struct owner *owners,
			 uint64_t count)
{
	for (uint64_t n = 0; fgb && n < fgb_feature_count(fgb); n++) {
		struct fgb_record record;
		uint64_t low = 0, high = count, id;

		if (!fgb_record(fgb, n, &record))
			return false;
		id = fgb_record_id(fgb, &record);
		while (low < high) {
			uint64_t middle = low + (high - low) / 2;

			if (owners[middle].id < id)
				low = middle + 1;
			else
				high = middle;
		}
		for (; low < count && owners[low].id == id; low++) {
			struct commune_found *found = &making->communes[owners[low].commune];

			found->box = box_union(found->box, record.box);
		}
	}
	return true;
}

/* A coarse level draws a feature larger than it is, or a whole group in its place. */
static enum error_code measure(struct making *making, struct error *error)
{
	const struct prepared *theme = making->of->theme;
	uint64_t count = commune_join_id_count(making->communes, making->count), filled = 0;
	struct owner *owners = memory_zeroed(count ? count : 1, sizeof(*owners));
	bool sound = true;

	for (uint32_t i = 0; i < making->count; i++)
		for (uint64_t k = 0; k < making->communes[i].count; k++)
			owners[filled++] = (struct owner){making->communes[i].ids[k], i};
	qsort(owners, count, sizeof(*owners), by_id);
	for (uint32_t l = 0; sound && l < theme->level_count; l++)
		sound = measure_file(making, theme->levels[l].fgb, owners, count) &&
			measure_file(making, theme->levels[l].points, owners, count);
	free(owners);
	return sound ? ERROR_NONE
		     : error_set(error, ERROR_INVALID, "theme %s is damaged on disk",
				 theme->theme_id);
}

/* The ground of the theme as the communes have it. */
static enum error_code find_ground(struct making *making, struct box *ground, struct error *error)
{
	const struct prepared *theme = making->of->theme, *communes = making->of->communes;
	size_t failed = 0;
	enum error_code code;

	*ground = theme->extent;
	if (crs_equal(communes->crs, theme->crs))
		return ERROR_NONE;
	code = transform_new(communes->crs, theme->crs, &making->transform, error);
	if (code)
		return code;
	*ground = transform_box_back(making->transform, theme->extent, &failed);
	if (failed || box_is_empty(*ground))
		*ground = communes->extent;
	return ERROR_NONE;
}

enum error_code commune_join_make(const struct commune_join_of *of, bool (*go_on)(void *context),
				  void *context, struct error *error)
{
	struct making making = {.of = of, .go_on = go_on, .context = context, .arena = arena_new()};
	struct arena *outlines = arena_new();
	struct box ground;
	enum error_code code = ERROR_NONE;

	if (of->theme->level_count > 0 && of->theme->commune_column) {
		code = read_codes(&making, error);
	} else if (of->theme->level_count > 0) {
		code = find_ground(&making, &ground, error);
		if (!code)
			code = commune_visit(of->communes, of->source, ground, outlines,
					     find_features, &making, NULL, error);
	}
	merge(&making);
	if (!code)
		code = measure(&making, error);
	if (!code)
		code = commune_join_write(of, making.communes, making.count, error);
	for (uint32_t i = 0; i < making.count; i++)
		free(making.communes[i].ids);
	free(making.communes);
	region_free(making.region);
	transform_free(making.transform);
	arena_free(making.arena);
	arena_free(outlines);
	return code;
}

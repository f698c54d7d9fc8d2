/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/filtering.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/compare.h"
#include "tiler/filter.h"
#include "tiler/memory.h"
#include "tiler/message_filter.h"
#include "tiler/transforms.h"

/* The features kept in a tile. */
struct kept {
	uint64_t *ids;
	size_t count, capacity;
	bool sorted;
};

struct filtering {
	struct transforms *transforms;
	struct crs *degrees; /* CRS84; NULL until it is needed */
	struct filter_binding *binding;
	struct variant *variant; /* a reference: whose filter is bound ... */
	char version[33];	 /* ... to this version of a theme */
	bool asks_place;
	struct kept kept;
};

struct filtering *filtering_new(void)
{
	struct filtering *filtering = memory_zeroed(1, sizeof(*filtering));

	filtering->transforms = transforms_new();
	return filtering;
}

static void let_go(struct filtering *filtering)
{
	filter_binding_free(filtering->binding);
	variant_unref(filtering->variant);
	filtering->binding = NULL;
	filtering->variant = NULL;
}

void filtering_free(struct filtering *filtering)
{
	if (!filtering)
		return;
	let_go(filtering);
	free(filtering->kept.ids);
	transforms_free(filtering->transforms);
	crs_free(filtering->degrees);
	free(filtering);
}

static enum error_code find_place(struct filtering *filtering, const struct variant *variant,
				  const struct prepared *prepared, struct filter_place *place,
				  struct error *error)
{
	const struct crs *crs = variant->filter_crs;
	enum error_code code = ERROR_NONE;

	*place = (struct filter_place){.crs = prepared->crs, .within = prepared->extent};
	if (!crs && !filtering->degrees)
		code = crs_new("OGC:CRS84", &filtering->degrees, error);
	if (code)
		return code;
	place->northing_first = crs && crs->northing_first;
	return transforms_get(filtering->transforms, crs ? crs : filtering->degrees, prepared->crs,
			      &place->transform, error);
}

static enum error_code bind(struct filtering *filtering, struct variant *variant,
			    const struct prepared *prepared, struct error *error)
{
	struct filter_place place = {0};
	enum error_code code = ERROR_NONE;

	let_go(filtering);
	filtering->asks_place = filter_asks_place(variant->filter);
	if (filtering->asks_place)
		code = find_place(filtering, variant, prepared, &place, error);
	if (!code)
		code = filter_bind(variant->filter, prepared->columns, prepared->column_count,
				   &place, prepared->theme_id, &filtering->binding, error);
	if (code)
		return code;
	filtering->variant = variant_ref(variant);
	memcpy(filtering->version, prepared->version, sizeof(filtering->version));
	return ERROR_NONE;
}

/* It was found sound when it was asked: of the theme's columns, and in its own CRS. */
static enum error_code explain(const struct prepared *prepared, struct error *error)
{
	switch (error->code) {
	case ERROR_INVALID:
		return error_tell(error, ERROR_BUSY, MESSAGE_FILTER_AWAITS_COLUMNS,
				  prepared->theme_id);
	case ERROR_LIMIT:
		error->code = ERROR_UNSUPPORTED;
		break;
	default:
		break;
	}
	return error_tell_prefix(error, MESSAGE_IN_FILTER);
}

enum error_code filtering_begin(struct filtering *filtering, struct variant *variant,
				const struct prepared *prepared, struct error *error)
{
	filtering->kept.count = 0;
	filtering->kept.sorted = false;
	if (filtering->variant && strcmp(filtering->variant->key, variant->key) == 0 &&
	    strcmp(filtering->version, prepared->version) == 0)
		return ERROR_NONE;
	return bind(filtering, variant, prepared, error) ? explain(prepared, error) : ERROR_NONE;
}

struct box filtering_box(const struct filtering *filtering)
{
	return filter_box(filtering->binding);
}

static void note(struct kept *kept, uint64_t id)
{
	if (kept->count == kept->capacity) {
		kept->capacity = kept->capacity ? 2 * kept->capacity : 64;
		kept->ids = memory_resize(kept->ids, kept->capacity, sizeof(*kept->ids));
	}
	kept->ids[kept->count++] = id;
	kept->sorted = false;
}

static bool was_kept(struct kept *kept, uint64_t id)
{
	if (!kept->count)
		return false;
	if (!kept->sorted)
		qsort(kept->ids, kept->count, sizeof(*kept->ids), compare_u64);
	kept->sorted = true;
	return bsearch(&id, kept->ids, kept->count, sizeof(*kept->ids), compare_u64);
}

bool filtering_keeps(const struct feature *feature, bool companion, void *context)
{
	struct filtering *filtering = context;
	bool keeps;

	if (companion && filtering->asks_place)
		return feature->has_id && was_kept(&filtering->kept, feature->id);
	keeps = filter_keeps(filtering->binding, feature);
	if (keeps && filtering->asks_place && feature->has_id)
		note(&filtering->kept, feature->id);
	return keeps;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/commune_list.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

/* The reading of a list; bounds are empty until its end. */
struct reading {
	struct commune_list *list;
	uint32_t capacity;
};

static enum error_code add(const char code[COMMUNE_CODE_SIZE], const char *name,
			   const struct feature *feature, void *context, struct error *error)
{
	struct reading *reading = context;
	struct commune_list *list = reading->list;
	struct commune *commune;

	(void)error;
	if (list->count == reading->capacity) {
		reading->capacity = reading->capacity ? 2 * reading->capacity : 64;
		list->communes = memory_resize(list->communes, reading->capacity,
					       sizeof(*list->communes));
	}
	commune = &list->communes[list->count++];
	strcpy(commune->code, code);
	commune->name = memory_text(name);
	commune->bounds = box_empty();
	commune->box = box_of_geometries(feature->geometries, feature->geometry_count);
	return ERROR_NONE;
}

static int by_code_and_name(const void *left, const void *right)
{
	const struct commune *a = left, *b = right;
	int order = strcmp(a->code, b->code);

	return order ? order : strcmp(a->name, b->name);
}

/* One of each code. */
static void merge(struct commune_list *list)
{
	uint32_t kept = 0;

	if (list->count)
		qsort(list->communes, list->count, sizeof(*list->communes), by_code_and_name);
	for (uint32_t i = 0; i < list->count; i++) {
		struct commune *here = &list->communes[i];

		if (kept && strcmp(list->communes[kept - 1].code, here->code) == 0) {
			struct box *box = &list->communes[kept - 1].box;

			*box = box_union(*box, here->box);
			free(here->name);
			list->repeated++;
		} else {
			list->communes[kept++] = *here;
		}
	}
	list->count = kept;
}

static enum error_code to_degrees(struct commune_list *list, const struct crs *crs,
				  struct error *error)
{
	struct transform *transform = NULL;
	struct crs *degrees = NULL;
	enum error_code code = crs_new("OGC:CRS84", &degrees, error);

	if (!code && !crs_equal(crs, degrees))
		code = transform_new(crs, degrees, &transform, error);
	for (uint32_t i = 0; !code && i < list->count; i++) {
		struct commune *commune = &list->communes[i];

		commune->bounds = transform ? transform_box(transform, commune->box, NULL)
					    : commune->box;
	}
	transform_free(transform);
	crs_free(degrees);
	return code;
}

enum error_code commune_list_new(struct prepared *prepared, const struct commune_source *source,
				 struct commune_list **out, struct error *error)
{
	struct commune_list *list = memory_zeroed(1, sizeof(*list));
	struct reading reading = {list, 0};
	struct arena *arena = arena_new();
	enum error_code code;

	list->references = 1;
	list->theme_id = memory_text(prepared->theme_id);
	list->prepared = prepared_ref(prepared);
	list->code_column = commune_code_column(prepared, source);
	memcpy(list->version, prepared->version, sizeof(list->version));
	code = commune_visit(prepared, source, prepared->extent, arena, add, &reading,
			     &list->nameless, error);
	arena_free(arena);
	merge(list);
	if (!code && list->count == 0)
		code = error_set(error, ERROR_INVALID,
				 "no feature of the theme %s has an INSEE code in its "
				 "column %s; name another one with communes_code",
				 list->theme_id, source->code->name);
	if (!code)
		code = to_degrees(list, prepared->crs, error);
	if (code)
		commune_list_unref(list);
	else
		*out = list;
	return code;
}

struct commune_list *commune_list_ref(struct commune_list *list)
{
	atomic_fetch_add(&list->references, 1);
	return list;
}

void commune_list_unref(struct commune_list *list)
{
	if (!list || atomic_fetch_sub(&list->references, 1) > 1)
		return;
	for (uint32_t i = 0; i < list->count; i++)
		free(list->communes[i].name);
	free(list->communes);
	free(list->theme_id);
	prepared_unref(list->prepared);
	free(list);
}

static int compare_code(const void *code, const void *commune)
{
	return strcmp(code, ((const struct commune *)commune)->code);
}

const struct commune *commune_list_find(const struct commune_list *list, const char *code)
{
	return bsearch(code, list->communes, list->count, sizeof(*list->communes), compare_code);
}

struct commune_outline commune_list_outline(const struct commune_list *list,
					    const struct commune *commune)
{
	struct commune_outline outline = {list->prepared, list->code_column, commune->box, ""};

	strcpy(outline.code, commune->code);
	return outline;
}

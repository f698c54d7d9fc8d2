/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "server/html.h"
#include "server/ogc.h"
#include "server/variant_query.h"
#include "tiler/memory.h"
#include "tiler/message.h"

/* Can one tile hold the themes of IDS? */
static bool stand_together(struct catalogue *catalogue, const char *ids)
{
	const struct grid any = {.id = ""};
	struct tile_request request;

	return tile_request_init(&request, catalogue, ids, &any, (struct tile_id){0, 0, 0},
				 &(struct error){0}) == ERROR_NONE;
}

/* What is meant by the whole data set: a tile holds TILE_THEMES_MOST themes at most, so of a
 * greater catalogue it is the first ones by id. An id with a comma cannot stand in a list. */
static char *first_themes(struct catalogue *catalogue, size_t *count)
{
	size_t all = catalogue_theme_count(catalogue);
	char *ids = memory_text("");

	*count = 0;
	for (size_t i = 0; i < all && *count < TILE_THEMES_MOST; i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		char *longer;
		bool fits;

		if (strchr(theme->id, ',') || theme->grids.count > 0)
			continue;
		longer = memory_print("%s%s%s", ids, *count ? "," : "", theme->id);
		fits = stand_together(catalogue, longer);
		free(fits ? ids : longer);
		ids = fits ? longer : ids;
		*count += fits;
	}
	return ids;
}

static char *encoded(const char *before, const char *text)
{
	struct buf url;

	buf_init(&url, 0);
	buf_add_text(&url, before);
	html_url(&url, text);
	return buf_take(&url, NULL);
}

static size_t count_ids(const char *ids)
{
	size_t count = 1;

	for (; *ids; ids++)
		count += *ids == ',';
	return count;
}

enum error_code ogc_subject_init(struct ogc_subject *subject, struct catalogue *catalogue,
				 const struct request *request, struct error *error)
{
	const char *chosen = request_query(request, "collections");

	*subject = (struct ogc_subject){.all_count = catalogue_theme_count(catalogue)};
	if (request->parameter_count > 0 && strcmp(request->parameters[0].name, "theme") == 0) {
		const char *id = request->parameters[0].value;
		char *name;

		subject->theme = catalogue_find(catalogue, id);
		if (!subject->theme)
			return error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_THEME_LISTED, id);
		name = encoded("/collections/", id);
		subject->ids = memory_text(id);
		subject->path = memory_print("%s/tiles", name);
		subject->query = memory_text("");
		free(name);
		return ERROR_NONE;
	}
	subject->path = memory_text("/tiles");
	if (chosen && *chosen) {
		subject->ids = memory_text(chosen);
		subject->query = encoded("?collections=", chosen);
		subject->theme_count = count_ids(chosen);
	} else {
		subject->ids = first_themes(catalogue, &subject->theme_count);
		subject->query = memory_text("");
	}
	return ERROR_NONE;
}

void ogc_subject_vary(struct ogc_subject *subject, const struct variant *variant)
{
	struct buf query;

	if (!variant)
		return;
	buf_init(&query, 0);
	buf_add_text(&query, subject->query);
	variant_query_write(variant, &query);
	free(subject->query);
	subject->query = buf_take(&query, NULL);
}

void ogc_subject_release(struct ogc_subject *subject)
{
	free(subject->ids);
	free(subject->path);
	free(subject->query);
}

bool ogc_subject_open(const struct ogc_subject *subject, const struct site *site,
		      const struct grid *grid, struct tileset *tileset)
{
	return tileset_open_named(tileset, site, subject->ids, grid->id, &(struct error){0}) ==
	       ERROR_NONE;
}

char *ogc_tileset_url(const struct ogc_subject *subject, const char *base, const struct grid *grid)
{
	return memory_print("%s%s/%s%s", base, subject->path, grid->id, subject->query);
}

char *ogc_tile_template(const struct ogc_subject *subject, const char *base,
			const struct grid *grid)
{
	return memory_print("%s%s/%s/{tileMatrix}/{tileRow}/{tileCol}%s", base, subject->path,
			    grid->id, subject->query);
}

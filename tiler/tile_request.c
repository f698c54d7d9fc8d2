/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_request.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/companion.h"
#include "tiler/memory.h"
#include "tiler/message.h"

/* Where THEME stands or would stand among the request's. */
static uint32_t place_of(const struct tile_request *request, const struct theme *theme)
{
	uint32_t place = 0;

	while (place < request->theme_count && strcmp(request->themes[place]->id, theme->id) < 0)
		place++;
	return place;
}

static enum error_code add_theme(struct tile_request *request, const struct theme *theme,
				 struct error *error)
{
	uint32_t place = place_of(request, theme);

	if (!theme_served_in(theme, request->grid->id))
		return error_tell(error, ERROR_NOT_FOUND, MESSAGE_NOT_IN_GRID, theme->id,
				  request->grid->id);
	if (place < request->theme_count && request->themes[place] == theme)
		return ERROR_NONE;
	if (request->theme_count == TILE_THEMES_MOST)
		return error_tell(error, ERROR_LIMIT, MESSAGE_TOO_MANY_THEMES, TILE_THEMES_MOST);
	memmove(request->themes + place + 1, request->themes + place,
		(request->theme_count - place) * sizeof(*request->themes));
	request->themes[place] = theme;
	request->theme_count++;
	return ERROR_NONE;
}

static enum error_code add_id(struct tile_request *request, const char *id, struct error *error)
{
	const struct theme *theme = catalogue_find(request->catalogue, id);

	if (!theme)
		return error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_THEME, id);
	return add_theme(request, theme, error);
}

static enum error_code add_list(struct tile_request *request, const char *ids, struct error *error)
{
	char *list = memory_text(ids), *rest = list, *id;
	enum error_code code = ERROR_NONE;

	while (!code && (id = strsep(&rest, ",")))
		code = add_id(request, id, error);
	free(list);
	return code;
}

/* Is B_NAME that of the layer of A, which bears A_NAME, or of its companions? */
static bool takes_name(const struct theme *a, const char *a_name, const char *b_name)
{
	size_t length = strlen(a_name);

	return strncmp(a_name, b_name, length) == 0 &&
	       (!b_name[length] || (a->options.companion != COMPANION_NONE &&
				    strcmp(b_name + length, COMPANION_SUFFIX) == 0));
}

const char *tile_request_layer_name(const struct tile_request *request, uint32_t index)
{
	const struct theme *theme = request->themes[index];

	for (uint32_t i = 0; i < request->theme_count; i++)
		if (i != index &&
		    (takes_name(theme, theme->layer, request->themes[i]->layer) ||
		     takes_name(request->themes[i], request->themes[i]->layer, theme->layer)))
			return theme->id;
	return theme->layer;
}

/* No two layers of a tile may share a name; ids of themes may still be those of others' layers. */
static enum error_code check_names(const struct tile_request *request, struct error *error)
{
	const char *names[TILE_THEMES_MOST];

	for (uint32_t i = 0; i < request->theme_count; i++)
		names[i] = tile_request_layer_name(request, i);
	for (uint32_t i = 0; i < request->theme_count; i++)
		for (uint32_t j = 0; j < request->theme_count; j++)
			if (i != j && takes_name(request->themes[i], names[i], names[j]))
				return error_set(error, ERROR_INVALID,
						 "themes %.100s and %.100s cannot be in one tile, "
						 "where both would have a layer %.100s: ask for "
						 "them in two",
						 request->themes[i]->id, request->themes[j]->id,
						 names[j]);
	return ERROR_NONE;
}

enum error_code tile_request_init(struct tile_request *request, struct catalogue *catalogue,
				  const char *ids, const struct grid *grid, struct tile_id tile,
				  struct error *error)
{
	const struct theme *theme = catalogue_find(catalogue, ids);

	enum error_code code;

	*request = (struct tile_request){.catalogue = catalogue, .grid = grid, .tile = tile};
	code = theme ? add_theme(request, theme, error) : add_list(request, ids, error);
	return code ? code : check_names(request, error);
}

bool tile_request_comes_unpacked(const struct tile_request *request)
{
	return request->unpacked && request->theme_count == 1 && !request->variant;
}

void tile_key_init(struct tile_key *key, const struct tile_request *request,
		   const char (*versions)[33])
{
	const char *themes[TILE_THEMES_MOST], *texts[TILE_THEMES_MOST];

	for (uint32_t i = 0; i < request->theme_count; i++) {
		themes[i] = request->themes[i]->id;
		texts[i] = versions[i];
	}
	tile_key_write(key, request->grid->id, request->tile, themes, texts, request->theme_count,
		       request->variant ? request->variant->key : NULL);
}

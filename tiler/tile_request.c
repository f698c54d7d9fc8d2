/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_request.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/companion.h"
#include "tiler/memory.h"

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
		return error_set(error, ERROR_NOT_FOUND, "theme %.200s is not served in grid %s",
				 theme->id, request->grid->id);
	if (place < request->theme_count && request->themes[place] == theme)
		return ERROR_NONE;
	if (request->theme_count == TILE_THEMES_MOST)
		return error_set(error, ERROR_LIMIT,
				 "one tile holds at most %d themes; ask for them in several tiles",
				 TILE_THEMES_MOST);
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
		return error_set(error, ERROR_NOT_FOUND, "there is no theme \"%.200s\"", id);
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

enum error_code tile_request_init(struct tile_request *request, struct catalogue *catalogue,
				  const char *ids, const struct grid *grid, struct tile_id tile,
				  struct error *error)
{
	const struct theme *theme = catalogue_find(catalogue, ids);

	*request = (struct tile_request){.catalogue = catalogue, .grid = grid, .tile = tile};
	return theme ? add_theme(request, theme, error) : add_list(request, ids, error);
}

/* Would a layer or the companions of B bear the name of one of A's? */
static bool clash(const struct theme *a, const struct theme *b)
{
	size_t length = strlen(a->layer);

	if (strncmp(a->layer, b->layer, length) != 0)
		return false;
	return b->layer[length] == '\0' || (a->options.companion != COMPANION_NONE &&
					    strcmp(b->layer + length, COMPANION_SUFFIX) == 0);
}

const char *tile_request_layer_name(const struct tile_request *request, uint32_t index)
{
	const struct theme *theme = request->themes[index];

	for (uint32_t i = 0; i < request->theme_count; i++)
		if (i != index &&
		    (clash(theme, request->themes[i]) || clash(request->themes[i], theme)))
			return theme->id;
	return theme->layer;
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

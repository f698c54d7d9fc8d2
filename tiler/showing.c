/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/showing.h"

#include <math.h>
#include <string.h>

#include "tiler/companion.h"

static const char **names_of(const struct prepared *prepared, long zoom, const bool *carries,
			     struct arena *arena)
{
	const char **names = arena_alloc(arena, prepared->column_count * sizeof(*names));

	for (uint32_t i = 0; i < prepared->column_count; i++) {
		bool carried = !prepared->first_zooms || zoom >= (long)prepared->first_zooms[i];

		names[i] = carried && (!carries || carries[i]) ? prepared->columns[i].name : NULL;
	}
	return names;
}

static const char **companion_names_of(const struct prepared *prepared, const char **names,
				       struct arena *arena)
{
	uint32_t count = prepared->column_count;
	const char **own = arena_alloc(arena, (count + 1) * sizeof(*own));

	for (uint32_t i = 0; i < count; i++) {
		bool hides = prepared->companion_turns && names[i] &&
			     strcmp(names[i], COMPANION_ANGLE) == 0;

		own[i] = hides ? NULL : names[i];
	}
	own[count] = COMPANION_ANGLE;
	return own;
}

/* The zoom of WebMercatorQuad as which level Z of GRID is shown: that of the theme's limit, where
 * it has one, beyond it. */
static long zoom_shown(const struct prepared *prepared, const struct grid *grid, uint32_t z)
{
	long zoom = prepared_zoom(prepared, grid, z), limit = (long)prepared->zoom_limit;

	return limit && zoom >= limit ? limit - 1 : zoom;
}

const struct prepared_level *showing_level(const struct prepared *prepared,
					   struct transform *transform, const struct grid *grid,
					   uint32_t z)
{
	double resolution = prepared_resolution(prepared, transform, grid, z);
	long beyond = prepared_zoom(prepared, grid, z) - zoom_shown(prepared, grid, z);

	return prepared_level(prepared, ldexp(resolution, (int)beyond));
}

struct showing showing_of(const struct prepared *prepared, struct transform *transform,
			  const struct grid *grid, uint32_t z, const bool *carries,
			  struct arena *arena)
{
	struct showing showing = {
		.level = showing_level(prepared, transform, grid, z),
		.names = names_of(prepared, zoom_shown(prepared, grid, z), carries, arena),
	};

	if (prepared->companion)
		showing.companion_names = companion_names_of(prepared, showing.names, arena);
	return showing;
}

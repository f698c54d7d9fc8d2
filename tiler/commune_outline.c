/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/commune_outline.h"

#include <string.h>

#include "tiler/drawing.h"
#include "tiler/footprint.h"
#include "tiler/mend.h"
#include "tiler/render.h"
#include "tiler/showing.h"

enum {
	BEYOND = 16, /* units that the outline is drawn beyond what is cut to it */
};

/* The drawing of the features of one code. */
struct gathering {
	const struct commune_outline *outline;
	struct drawing drawing;
	struct tile_rings rings;
	uint32_t capacity, features;
};

static void add_rings(struct gathering *gathering, const struct tile_path *rings, uint32_t count)
{
	struct tile_rings *all = &gathering->rings;

	if (all->count + count > gathering->capacity) {
		struct tile_path *grown;

		gathering->capacity = 2 * (all->count + count);
		grown = arena_alloc(gathering->drawing.arena, gathering->capacity * sizeof(*grown));
		if (all->count)
			memcpy(grown, all->rings, all->count * sizeof(*grown));
		all->rings = grown;
	}
	memcpy(all->rings + all->count, rings, count * sizeof(*rings));
	all->count += count;
}

static enum error_code gather(const struct feature *feature, void *context, struct error *error)
{
	struct gathering *gathering = context;
	const struct commune_outline *outline = gathering->outline;

	if (!commune_outline_has(outline, feature))
		return ERROR_NONE;
	gathering->features++;
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		struct tile_path *rings;
		uint32_t count;
		enum error_code failed;

		if (feature->geometries[i].kind != GEOMETRY_POLYGON)
			continue;
		failed = drawing_geometry(&gathering->drawing, &feature->geometries[i], &rings,
					  &count, error);
		if (failed)
			return failed;
		if (count)
			add_rings(gathering, rings, count);
	}
	return ERROR_NONE;
}

static bool lacks_some(const struct prepared_level *level)
{
	uint64_t lost = 0;

	for (int i = 0; i < LOSSES; i++)
		lost += level->losses.features[i];
	return lost > 0;
}

/* Levels are in order, the data first. */
static const struct prepared_level *level_of(const struct prepared *prepared,
					     struct transform *transform, const struct grid *grid,
					     uint32_t z)
{
	const struct prepared_level *level = showing_level(prepared, transform, grid, z);

	while (level && level > prepared->levels && lacks_some(level))
		level--;
	return level;
}

/* Draws it into GATHERING, whose arena is not SCRATCH. */
static enum error_code draw(struct gathering *gathering, struct transform *transform,
			    const struct grid *grid, struct tile_id tile, struct arena *scratch,
			    struct error *error)
{
	const struct commune_outline *outline = gathering->outline;
	const struct prepared *prepared = outline->prepared;
	const struct prepared_level *level = level_of(prepared, transform, grid, tile.z);
	struct box tile_box = grid_tile_box(grid, tile), ground, asked;
	double reach = RENDER_BUFFER + BEYOND;

	/* twice the buffer holds the reach */
	ground = footprint(transform, tile_box, 2 * footprint_buffer(tile_box), prepared->extent);
	asked = box_intersection(ground, outline->box);
	if (!level || box_is_empty(asked))
		return ERROR_NONE;
	lattice_init(&gathering->drawing.lattice, transform, ground, tile_box, RENDER_EXTENT,
		     gathering->drawing.arena);
	gathering->drawing.clip = (struct box){-reach, -reach, RENDER_EXTENT + reach,
					       RENDER_EXTENT + reach};
	return fgb_query_by_id(level->fgb, asked, scratch, gather, gathering, error);
}

enum error_code commune_outline_mask(const struct commune_outline *outline,
				     struct transforms *transforms, struct repairer *repairer,
				     const struct grid *grid, struct tile_id tile,
				     struct arena *kept, struct arena *scratch, struct mask **mask,
				     struct error *error)
{
	struct gathering gathering = {.outline = outline,
				      .drawing = {.arena = kept, .repairer = repairer}};
	struct box clip = {-RENDER_BUFFER, -RENDER_BUFFER, RENDER_EXTENT + RENDER_BUFFER,
			   RENDER_EXTENT + RENDER_BUFFER};
	struct transform *transform = NULL;
	struct geometry part;
	bool repaired;
	enum error_code code = transforms_get(transforms, outline->prepared->crs, grid->crs,
					      &transform, error);

	if (!code)
		code = draw(&gathering, transform, grid, tile, scratch, error);
	/* the parts of one commune may overlap */
	if (!code && gathering.features > 1)
		code = mend_rings(repairer, &gathering.rings, kept, &repaired, error);
	if (code)
		return code;
	*mask = mask_new(gathering.rings, clip, kept);
	if (mask_look(*mask, clip, kept, &part) == MASK_INSIDE)
		*mask = NULL;
	return ERROR_NONE;
}

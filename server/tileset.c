/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/tileset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/html.h"
#include "server/variant_query.h"
#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/message.h"
#include "tiler/transforms.h"

/* The deepest level said to hold tiles is the first as fine as this, in metres a pixel. Tiles have
 * 16 units a pixel, so it keeps the data to 4 cm; clients enlarge its tiles beyond. That is zoom 18
 * of WebMercatorQuad and level 18 of CC48_10cm; deeper tiles are served when asked for. */
static const double FINEST_RESOLUTION = 0.6;

static const double MERCATOR_RESOLUTION = 156543.03392804097; /* zoom 0, 256 pixels */
static const double MERCATOR_LATITUDE = 85.0511287798066;

/* The first level as fine as RESOLUTION, or the last there is. */
static uint32_t level_of(const struct grid *grid, double resolution)
{
	uint32_t z = 0;

	while (z + 1 < grid->level_count && grid_resolution(grid, z) > resolution)
		z++;
	return z;
}

uint32_t tileset_last_level(const struct grid *grid)
{
	return level_of(grid, FINEST_RESOLUTION);
}

/* The levels that show a theme; all where nothing is known of it yet. */
static void set_levels(struct tileset *tileset, uint32_t theme)
{
	const struct grid *grid = tileset->request.grid;
	const struct prepared *prepared = tileset->prepared[theme];
	struct tileset_levels *levels = &tileset->levels[theme];

	*levels = (struct tileset_levels){0, tileset_last_level(grid)};
	if (!prepared)
		return;
	if (prepared->zoom_limit)
		levels->last = prepared_level_of_zoom(prepared, grid, prepared->zoom_limit - 1);
	/* A theme with nothing to draw has nothing to hide either. */
	while (prepared->level_count && levels->first < levels->last &&
	       !prepared_shows(prepared, grid, levels->first))
		levels->first++;
}

static void set_zooms(struct tileset *tileset)
{
	tileset->min_zoom = UINT32_MAX;
	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		const struct tileset_levels *levels = &tileset->levels[i];

		set_levels(tileset, i);
		if (levels->first < tileset->min_zoom)
			tileset->min_zoom = levels->first;
		if (levels->last > tileset->max_zoom)
			tileset->max_zoom = levels->last;
	}
}

static void set_bounds(struct tileset *tileset)
{
	static const struct box world = {-180, -90, 180, 90};
	struct box bounds = box_empty();

	for (uint32_t i = 0; i < tileset->request.theme_count; i++)
		bounds = box_union(bounds, tileset->prepared[i]
						   ? tileset->prepared[i]->bounds
						   : tileset->request.themes[i]->bounds);
	bounds = box_intersection(bounds, world);
	if (box_is_empty(bounds) || !box_is_finite(bounds))
		bounds = world;
	if (strcmp(tileset->request.grid->id, "WebMercatorQuad") == 0) {
		bounds.miny = fmax(bounds.miny, -MERCATOR_LATITUDE);
		bounds.maxy = fmin(bounds.maxy, MERCATOR_LATITUDE);
	}
	tileset->bounds = bounds;
}

/* Where to look first: at the theme with the most features. */
static void set_centre(struct tileset *tileset)
{
	const struct prepared *densest = NULL;
	const struct box *bounds = &tileset->bounds;

	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		const struct prepared *prepared = tileset->prepared[i];

		if (prepared && prepared->level_count > 0 &&
		    (!densest || prepared->feature_count > densest->feature_count))
			densest = prepared;
	}
	if (densest) {
		double zoom = (double)densest->centre_zoom;

		tileset->centre = densest->centre;
		tileset->centre_zoom = level_of(tileset->request.grid,
						1.01 * MERCATOR_RESOLUTION / exp2(zoom));
		return;
	}
	tileset->centre = (struct point){(bounds->minx + bounds->maxx) / 2,
					 (bounds->miny + bounds->maxy) / 2};
	tileset->centre_zoom = level_of(tileset->request.grid,
					fmax(bounds->maxx - bounds->minx, 1e-5) * 111320 / 512);
}

/* The first digits of HASH: 28 bits fit any reader's integer. */
static void set_number(struct tileset *tileset, const char *hash)
{
	char digits[8];

	snprintf(digits, sizeof(digits), "%.7s", hash);
	snprintf(tileset->version, sizeof(tileset->version), "1.0.%lu", strtoul(digits, NULL, 16));
}

static void set_version(struct tileset *tileset)
{
	char all[TILE_THEMES_MOST * 32], hash[33];
	size_t length = 0;

	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		if (tileset->prepared[i]) {
			memcpy(all + length, tileset->prepared[i]->version, 32);
			length += 32;
		}
	}
	if (length == 0) {
		strcpy(tileset->version, "1.0.0");
		return;
	}
	hash_hex(all, length, hash);
	set_number(tileset, hash);
}

static void set_facts(struct tileset *tileset)
{
	tileset->ready = true;
	for (uint32_t i = 0; i < tileset->request.theme_count; i++)
		tileset->ready &= tileset->prepared[i] != NULL;
	set_zooms(tileset);
	set_bounds(tileset);
	set_centre(tileset);
	set_version(tileset);
}

static const char *parameter_or(const struct request *request, const char *name,
				const char *otherwise)
{
	for (uint32_t i = 0; i < request->parameter_count; i++) {
		if (strcmp(request->parameters[i].name, name) == 0)
			return request->parameters[i].value;
	}
	return otherwise;
}

enum error_code tileset_open(struct tileset *tileset, const struct site *site,
			     const struct request *request, struct error *error)
{
	const char *ids = parameter_or(request, "themes", parameter_or(request, "theme", ""));
	enum error_code code = tileset_open_named(
		tileset, site, ids, parameter_or(request, "grid", "WebMercatorQuad"), error);

	return code ? code : tileset_vary(tileset, site, request, error);
}

/* To what is told of the variant's commune, whose bounds are known. What its tiles hold changes
 * with the communes, too. */
static void narrow(struct tileset *tileset, const struct site *site)
{
	struct box bounds = variant_bounds(tileset->request.variant, tileset->bounds);
	char version[ENGINE_VERSION_SIZE];

	if (engine_version(site->engine, &tileset->request, version))
		set_number(tileset, version);
	tileset->bounds = bounds;
	tileset->centre = (struct point){(bounds.minx + bounds.maxx) / 2,
					 (bounds.miny + bounds.maxy) / 2};
	tileset->centre_zoom = level_of(tileset->request.grid,
					fmax(bounds.maxx - bounds.minx, 1e-5) * 111320 / 512);
}

/* To the commune of its variant, if it has one. */
static void limit(struct tileset *tileset, const struct site *site)
{
	const struct variant *variant = tileset->request.variant;

	if (variant_is_limited(variant) && !box_is_empty(variant->commune_bounds))
		narrow(tileset, site);
	else if (variant_is_limited(variant))
		tileset->ready = false;
}

enum error_code tileset_vary(struct tileset *tileset, const struct site *site,
			     const struct request *request, struct error *error)
{
	struct variant **variant = &tileset->request.variant;
	enum error_code code = variant_query_read(site, request, &tileset->request, variant, error);

	if (code)
		tileset_release(tileset);
	else
		limit(tileset, site);
	return code;
}

void tileset_vary_to(struct tileset *tileset, const struct site *site, struct variant *variant)
{
	tileset->request.variant = variant_ref(variant);
	limit(tileset, site);
}

enum error_code tileset_open_named(struct tileset *tileset, const struct site *site,
				   const char *ids, const char *grid_id, struct error *error)
{
	const struct grid *grid = grids_find(site->grids, grid_id);
	struct catalogue *catalogue;
	enum error_code code;

	*tileset = (struct tileset){0};
	if (!grid)
		return error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_GRID, grid_id);
	catalogue = engine_catalogue(site->engine);
	code = tile_request_init(&tileset->request, catalogue, ids, grid, (struct tile_id){0, 0, 0},
				 error);
	tileset->request.catalogue = catalogue;
	if (code) {
		tileset->request.theme_count = 0;
		tileset_release(tileset);
		return code;
	}
	for (uint32_t i = 0; i < tileset->request.theme_count; i++)
		engine_theme(site->engine, tileset->request.themes[i], &tileset->prepared[i], NULL);
	set_facts(tileset);
	return ERROR_NONE;
}

void tileset_init(struct tileset *tileset, const struct tile_request *request,
		  struct prepared *const *prepared)
{
	*tileset = (struct tileset){.request = *request};
	catalogue_ref(request->catalogue);
	variant_ref(request->variant);
	for (uint32_t i = 0; i < request->theme_count; i++)
		tileset->prepared[i] = prepared[i];
	set_facts(tileset);
}

void tileset_release(struct tileset *tileset)
{
	for (uint32_t i = 0; i < tileset->request.theme_count; i++)
		prepared_unref(tileset->prepared[i]);
	catalogue_unref(tileset->request.catalogue);
	variant_unref(tileset->request.variant);
	*tileset = (struct tileset){0};
}

struct tileset_transforms {
	struct crs *degrees; /* NULL until it is needed */
	struct transforms *transforms;
};

struct tileset_transforms *tileset_transforms_new(void)
{
	struct tileset_transforms *transforms = memory_zeroed(1, sizeof(*transforms));

	transforms->transforms = transforms_new();
	return transforms;
}

void tileset_transforms_free(struct tileset_transforms *transforms)
{
	if (!transforms)
		return;
	transforms_free(transforms->transforms);
	crs_free(transforms->degrees);
	free(transforms);
}

static enum error_code transform_bounds(const struct tileset *tileset,
					struct tileset_transforms *transforms, struct box *extent,
					struct error *error)
{
	struct transform *transform = NULL;
	enum error_code code = ERROR_NONE;

	if (!transforms->degrees)
		code = crs_new("OGC:CRS84", &transforms->degrees, error);
	if (!code)
		code = transforms_get(transforms->transforms, transforms->degrees,
				      tileset->request.grid->crs, &transform, error);
	if (!code)
		*extent = transform ? transform_box(transform, tileset->bounds, NULL)
				    : tileset->bounds;
	return code;
}

enum error_code tileset_extent(const struct tileset *tileset, struct tileset_transforms *transforms,
			       struct box *extent, struct error *error)
{
	const struct prepared *only = tileset->prepared[0];
	struct tileset_transforms *own;
	enum error_code code;

	if (tileset->request.theme_count == 1 && only && only->level_count > 0 &&
	    crs_equal(only->crs, tileset->request.grid->crs)) {
		*extent = only->extent;
		return ERROR_NONE;
	}
	if (transforms)
		return transform_bounds(tileset, transforms, extent, error);
	own = tileset_transforms_new();
	code = transform_bounds(tileset, own, extent, error);
	tileset_transforms_free(own);
	return code;
}

char *tileset_title(const struct tileset *tileset)
{
	struct buf title;

	buf_init(&title, 0);
	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		if (i > 0)
			buf_add_text(&title, " + ");
		buf_add_text(&title, tileset->request.themes[i]->title);
	}
	return buf_take(&title, NULL);
}

static bool said_before(const struct tileset *tileset, uint32_t index)
{
	for (uint32_t i = 0; i < index; i++) {
		const char *said = tileset->request.themes[i]->attribution;

		if (said && strcmp(said, tileset->request.themes[index]->attribution) == 0)
			return true;
	}
	return false;
}

char *tileset_attribution(const struct tileset *tileset)
{
	struct buf html;

	buf_init(&html, 0);
	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		const char *attribution = tileset->request.themes[i]->attribution;

		if (!attribution || !*attribution || said_before(tileset, i))
			continue;
		if (html.length > 0)
			buf_add_text(&html, " | ");
		html_text(&html, attribution);
	}
	return html.length > 0 ? buf_take(&html, NULL) : NULL;
}

char *tileset_path(const struct tileset *tileset)
{
	struct buf path;

	buf_init(&path, 0);
	for (uint32_t i = 0; i < tileset->request.theme_count; i++) {
		if (i > 0)
			buf_add_char(&path, ',');
		html_url(&path, tileset->request.themes[i]->id);
	}
	return buf_take(&path, NULL);
}

const char *tileset_cache_control(const struct tileset *tileset, const struct site *site)
{
	return tileset->ready ? site->document_cache_control : "no-cache";
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/pyramid_scope.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tiler/crs.h"

enum {
	ENOUGH_ZOOM = 14
};
static const struct box WORLD = {-180, -90, 180, 90};

/* "A-B", or "A" alone. */
static enum error_code read_zooms(struct pyramid_scope *scope, const char *text,
				  struct error *error)
{
	unsigned last = scope->grid->level_count - 1, from, to;
	char rest;

	if (strspn(text, "0123456789-") != strlen(text))
		goto nonsense;
	if (sscanf(text, "%9u%c", &from, &rest) == 1)
		to = from;
	else if (sscanf(text, "%9u-%9u%c", &from, &to, &rest) != 2 || from > to)
		goto nonsense;
	if (to > last)
		return error_set(error, ERROR_INVALID, "--zoom %s: the last level of %s is %u",
				 text, scope->grid->id, last);
	scope->has_zooms = true;
	scope->min_zoom = from;
	scope->max_zoom = to;
	return ERROR_NONE;
nonsense:
	return error_set(error, ERROR_INVALID,
			 "--zoom: \"%.40s\" is no range of levels, such as 0-14", text);
}

static enum error_code read_bbox(struct pyramid_scope *scope, const char *text, struct error *error)
{
	struct box *box = &scope->bounds;
	char rest;

	if (sscanf(text, "%lf,%lf,%lf,%lf%c", &box->minx, &box->miny, &box->maxx, &box->maxy,
		   &rest) != 4 ||
	    !box_is_finite(*box))
		return error_set(error, ERROR_INVALID,
				 "--bbox: \"%.80s\" is not WEST,SOUTH,EAST,NORTH in degrees", text);
	if (!(box->minx < box->maxx && box->miny < box->maxy) || !box_contains(WORLD, *box))
		return error_set(error, ERROR_INVALID,
				 "--bbox %.80s: west must be less than east, south less than "
				 "north, and all within -180,-90,180,90",
				 text);
	return ERROR_NONE;
}

/* The bounds in the grid's CRS. */
static enum error_code place_area(struct pyramid_scope *scope, struct error *error)
{
	struct box bounds = scope->bounds;
	struct transform *transform = NULL;
	struct crs *degrees = NULL;
	enum error_code code = crs_new("OGC:CRS84", &degrees, error);

	if (!code && !crs_equal(degrees, scope->grid->crs))
		code = transform_new(degrees, scope->grid->crs, &transform, error);
	/* The poles have no place in Web Mercator. */
	bounds.miny = fmax(bounds.miny, -89.9);
	bounds.maxy = fmin(bounds.maxy, 89.9);
	scope->area = transform ? transform_box(transform, bounds, NULL) : bounds;
	if (!code && box_is_empty(scope->area))
		code = error_set(error, ERROR_INVALID, "--bbox: there is no such place in %s",
				 scope->grid->id);
	transform_free(transform);
	crs_free(degrees);
	return code;
}

enum error_code pyramid_scope_read(struct pyramid_scope *scope,
				   const struct pyramid_scope_options *options,
				   const struct grids *grids, struct error *error)
{
	const char *grid = options->grid ? options->grid : "WebMercatorQuad";
	enum error_code code = ERROR_NONE;

	*scope = (struct pyramid_scope){
		.grid = grids_find(grids, grid),
		.bounds = WORLD,
		.area = {-HUGE_VAL, -HUGE_VAL, HUGE_VAL, HUGE_VAL},
	};
	if (!scope->grid)
		return error_set(error, ERROR_NOT_FOUND, "--grid: there is no grid \"%.100s\"",
				 grid);
	if (options->zoom)
		code = read_zooms(scope, options->zoom, error);
	if (!code && options->bbox) {
		code = read_bbox(scope, options->bbox, error);
		if (!code)
			code = place_area(scope, error);
	}
	return code;
}

void pyramid_scope_zooms(const struct pyramid_scope *scope, const struct prepared *prepared,
			 uint32_t *min, uint32_t *max)
{
	uint32_t from = scope->min_zoom, to = scope->max_zoom;

	if (prepared->level_count == 0)
		return;
	if (!scope->has_zooms) {
		uint32_t enough = ENOUGH_ZOOM;

		if (prepared->zoom_limit > 0 && prepared->zoom_limit - 1 < enough)
			enough = prepared->zoom_limit - 1;
		to = prepared_level_of_zoom(prepared, scope->grid, enough);
		for (from = 0; from < to && !prepared_shows(prepared, scope->grid, from);)
			from++;
	}
	*max = *min > *max || to > *max ? to : *max;
	*min = from < *min ? from : *min;
}

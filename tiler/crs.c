/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/crs.h"

#include <math.h>
#include <proj.h>
#include <proj_experimental.h> /* proj_crs_demote_to_2D */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tiler/memory.h"

static const double EARTH_RADIUS = 6378137.0; /* WGS84 semi-major axis, metres */

/* Samples a side of a box whose image is sought; the finer count is for boxes as large as a
 * continent, whose images are strongly curved. */
enum {
	BOX_SAMPLES = 9,
	BOX_SAMPLES_LARGE = 33,
	BOX_SAMPLES_MOST = 33 * 33
};
static const double LARGE_BOX = 2e6; /* metres */

struct transform {
	PJ_CONTEXT *context;
	PJ *projection;
	double from_metres, to_metres; /* metres a unit */
	size_t calls;
};

static PJ_CONTEXT *quiet_context(void)
{
	PJ_CONTEXT *context = proj_context_create();

	proj_log_level(context, PJ_LOG_NONE);
	proj_context_set_enable_network(context, 0);
	return context;
}

/* The two-dimensional part of a CRS, stealing CRS; NULL when there is none to draw on a map. */
static PJ *horizontal_part(PJ_CONTEXT *context, PJ *crs)
{
	PJ *part = NULL;

	switch (proj_get_type(crs)) {
	case PJ_TYPE_GEOGRAPHIC_2D_CRS:
	case PJ_TYPE_PROJECTED_CRS:
	case PJ_TYPE_BOUND_CRS:
		return crs;
	case PJ_TYPE_GEOGRAPHIC_3D_CRS:
		part = proj_crs_demote_to_2D(context, NULL, crs);
		break;
	case PJ_TYPE_COMPOUND_CRS:
		part = proj_crs_get_sub_crs(context, crs, 0);
		part = part ? horizontal_part(context, part) : NULL;
		break;
	default:
		break;
	}
	proj_destroy(crs);
	return part;
}

static void read_axes(PJ_CONTEXT *context, PJ *projection, struct crs *crs)
{
	PJ *source = proj_get_type(projection) == PJ_TYPE_BOUND_CRS
			     ? proj_get_source_crs(context, projection)
			     : NULL;
	PJ *system = proj_crs_get_coordinate_system(context, source ? source : projection);
	PJ_TYPE type = proj_get_type(source ? source : projection);
	double factor = 1;

	if (system)
		proj_cs_get_axis_info(context, system, 0, NULL, NULL, NULL, &factor, NULL, NULL,
				      NULL);
	crs->geographic = type == PJ_TYPE_GEOGRAPHIC_2D_CRS;
	crs->metres_per_unit = crs->geographic ? factor * EARTH_RADIUS : factor;
	proj_destroy(system);
	proj_destroy(source);
}

static void read_area_of_use(PJ_CONTEXT *context, PJ *projection, struct crs *crs)
{
	double west, south, east, north;

	crs->area_of_use = box_empty();
	if (!proj_get_area_of_use(context, projection, &west, &south, &east, &north, NULL) ||
	    west < -180 || west > 180 || south < -90 || north > 90)
		return;
	if (west > east)
		west = -180, east = 180;
	crs->area_of_use = (struct box){west, south, east, north};
}

static void read_identity(PJ_CONTEXT *context, PJ *projection, struct crs *crs)
{
	const char *authority = proj_get_id_auth_name(projection, 0);
	const char *code = proj_get_id_code(projection, 0);
	const char *name = proj_get_name(projection);

	crs->name = memory_text(name && *name ? name : "unnamed");
	if (authority && code) {
		crs->authority = memory_text(authority);
		crs->code = memory_text(code);
		crs->definition = memory_print("%s:%s", authority, code);
	} else {
		crs->definition = memory_text(proj_as_wkt(context, projection, PJ_WKT2_2019, NULL));
	}
}

enum error_code crs_new(const char *definition, struct crs **result, struct error *error)
{
	PJ_CONTEXT *context = quiet_context();
	PJ *projection = proj_create(context, definition);
	struct crs *crs = NULL;
	enum error_code code = ERROR_NONE;

	if (!projection || !proj_is_crs(projection)) {
		code = error_set(error, ERROR_INVALID,
				 "\"%.80s\" is not a coordinate reference system that PROJ knows; "
				 "use a code such as EPSG:3948",
				 definition);
		goto out;
	}
	projection = horizontal_part(context, projection);
	crs = memory_zeroed(1, sizeof(*crs));
	if (projection) {
		read_identity(context, projection, crs);
		read_axes(context, projection, crs);
		read_area_of_use(context, projection, crs);
	}
	if (!projection || !crs->definition) {
		crs_free(crs);
		code = error_set(error, ERROR_UNSUPPORTED,
				 "the coordinate reference system \"%.80s\" has no place on the "
				 "Earth's map (engineering, vertical or geocentric); assign the "
				 "data a projected or geographic one",
				 definition);
		goto out;
	}
	*result = crs;
out:
	proj_destroy(projection);
	proj_context_destroy(context);
	return code;
}

void crs_free(struct crs *crs)
{
	if (!crs)
		return;
	free(crs->definition);
	free(crs->name);
	free(crs->authority);
	free(crs->code);
	free(crs);
}

bool crs_equal(const struct crs *a, const struct crs *b)
{
	return a == b || strcmp(a->definition, b->definition) == 0;
}

enum error_code transform_new(const struct crs *from, const struct crs *to,
			      struct transform **result, struct error *error)
{
	PJ_CONTEXT *context = quiet_context();
	PJ *found = proj_create_crs_to_crs(context, from->definition, to->definition, NULL);
	PJ *projection = found ? proj_normalize_for_visualization(context, found) : NULL;
	struct transform *transform;

	proj_destroy(found);
	if (!projection) {
		proj_context_destroy(context);
		return error_set(error, ERROR_UNSUPPORTED,
				 "PROJ knows no transformation from %s to %s; assign the data "
				 "another coordinate reference system",
				 from->name, to->name);
	}
	transform = memory_new(sizeof(*transform));
	*transform = (struct transform){context, projection, from->metres_per_unit,
					to->metres_per_unit, 0};
	*result = transform;
	return ERROR_NONE;
}

void transform_free(struct transform *transform)
{
	if (!transform)
		return;
	proj_destroy(transform->projection);
	proj_context_destroy(transform->context);
	free(transform);
}

static size_t move(struct transform *transform, PJ_DIRECTION direction, struct point *points,
		   size_t count)
{
	size_t failed = 0;

	if (!count)
		return 0;
	proj_errno_reset(transform->projection);
	proj_trans_generic(transform->projection, direction, &points->x, sizeof(*points), count,
			   &points->y, sizeof(*points), count, NULL, 0, 0, NULL, 0, 0);
	transform->calls += count;
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(points[i].x) || !isfinite(points[i].y)) {
			points[i] = (struct point){HUGE_VAL, HUGE_VAL};
			failed++;
		}
	}
	return failed;
}

size_t transform_forward(struct transform *transform, struct point *points, size_t count)
{
	return move(transform, PJ_FWD, points, count);
}

size_t transform_back(struct transform *transform, struct point *points, size_t count)
{
	return move(transform, PJ_INV, points, count);
}

size_t transform_calls(const struct transform *transform)
{
	return transform->calls;
}

static struct box image_of_box(struct transform *transform, PJ_DIRECTION direction, struct box box,
			       double metres, size_t *failed)
{
	struct point samples[BOX_SAMPLES_MOST];
	bool large = fmax(box.maxx - box.minx, box.maxy - box.miny) * metres > LARGE_BOX;
	uint32_t side = large ? BOX_SAMPLES_LARGE : BOX_SAMPLES;
	struct box image = box_empty();
	size_t without;

	for (uint32_t i = 0; i < side * side; i++) {
		double u = (double)(i % side) / (side - 1), v = (double)(i / side) / (side - 1);

		samples[i] = (struct point){box.minx + u * (box.maxx - box.minx),
					    box.miny + v * (box.maxy - box.miny)};
	}
	without = move(transform, direction, samples, (size_t)side * side);
	for (uint32_t i = 0; i < side * side; i++) {
		if (samples[i].x != HUGE_VAL)
			image = box_include(image, samples[i]);
	}
	if (failed)
		*failed = without;
	return image;
}

struct box transform_box(struct transform *transform, struct box box, size_t *failed)
{
	return image_of_box(transform, PJ_FWD, box, transform->from_metres, failed);
}

struct box transform_box_back(struct transform *transform, struct box box, size_t *failed)
{
	return image_of_box(transform, PJ_INV, box, transform->to_metres, failed);
}

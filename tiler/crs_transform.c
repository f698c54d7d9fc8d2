/* SPDX-License-Identifier: EUPL-1.2 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/crs_context.h"
#include "tiler/memory.h"

/* Samples a side of a box whose image is sought. Of a box as large as a continent, whose image is
 * strongly curved and may hold a pole, there are more, and some inside. */
enum {
	BOX_SAMPLES = 9,
	BOX_SAMPLES_LARGE = 33,
	BOX_SAMPLES_MOST = 33 * 33
};
static const double LARGE_BOX = 2e6; /* metres */
static const double IN_STEP = 1e-12; /* of a turn */
static const double EDGE = 0.1;	     /* share of a box: more than buffer and margins */

struct transform {
	PJ_CONTEXT *context;
	PJ *projection;
	double from_metres, to_metres; /* metres a unit */
	double from_girth;
	double from_period, to_period; /* 0: none */
	double to_pole;
	bool in_step;
	double cut;
	struct point poles[2]; /* south and north, on the target's map */
	size_t calls;
};

/* Does what lies on the source's first meridian lie on the target's? */
static bool comes_round_with(struct transform *transform)
{
	PJ_COORD origin = proj_trans(transform->projection, PJ_FWD, proj_coord(0, 0, 0, 0));

	return transform->from_period > 0 && isfinite(origin.v[0]) &&
	       fabs(origin.v[0]) < IN_STEP * transform->to_period;
}

/* A parameter of a projection, in radians or metres, by its EPSG code or one of another name. */
static bool parameter(PJ_CONTEXT *context, const PJ *conversion, const char *const codes[2],
		      double *value)
{
	int count = proj_coordoperation_get_param_count(context, conversion);

	for (int i = 0; i < count; i++) {
		const char *code = NULL;
		double number, unit;

		if (proj_coordoperation_get_param(context, conversion, i, NULL, NULL, &code,
						  &number, NULL, &unit, NULL, NULL, NULL, NULL) &&
		    code && (strcmp(code, codes[0]) == 0 || strcmp(code, codes[1]) == 0)) {
			*value = number * unit;
			return true;
		}
	}
	return false;
}

/* The middle of the target is where its false origin is. */
static double find_cut(struct transform *transform, const struct crs *to)
{
	static const char *const easting[] = {"8806", "8826"}, *const northing[] = {"8807", "8827"};
	PJ *crs, *conversion;
	PJ_COORD origin = proj_coord(0, 0, 0, 0);
	double period = transform->from_period, cut = HUGE_VAL;

	if (!(period > 0) || transform->to_period > 0)
		return HUGE_VAL;
	crs = proj_create(transform->context, to->definition);
	conversion = crs ? proj_crs_get_coordoperation(transform->context, crs) : NULL;
	if (conversion && parameter(transform->context, conversion, easting, &origin.v[0]) &&
	    parameter(transform->context, conversion, northing, &origin.v[1])) {
		origin.v[0] /= transform->to_metres;
		origin.v[1] /= transform->to_metres;
		origin = proj_trans(transform->projection, PJ_INV, origin);
		if (isfinite(origin.v[0]))
			cut = origin.v[0] + (origin.v[0] < 0 ? period : -period) / 2;
	}
	proj_destroy(conversion);
	proj_destroy(crs);
	return cut;
}

/* Where all meridians of the source come together: of maps that are not cut open at the poles. */
static void find_poles(struct transform *transform, bool meet)
{
	for (int i = 0; i < 2; i++) {
		double pole = (i ? 1 : -1) * transform->from_period / 4;
		PJ_COORD image = proj_coord(HUGE_VAL, HUGE_VAL, 0, 0);

		if (meet)
			image = proj_trans(transform->projection, PJ_FWD,
					   proj_coord(0, pole, 0, 0));
		transform->poles[i] = (struct point){image.v[0], image.v[1]};
	}
}

enum error_code transform_new(const struct crs *from, const struct crs *to,
			      struct transform **result, struct error *error)
{
	PJ_CONTEXT *context = crs_context_new();
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
	*transform = (struct transform){context,
					projection,
					from->metres_per_unit,
					to->metres_per_unit,
					crs_full_turn(from),
					crs_period(from),
					crs_period(to),
					to->geographic ? crs_full_turn(to) / 4 : HUGE_VAL,
					false,
					HUGE_VAL,
					{{0, 0}, {0, 0}},
					0};
	transform->in_step = comes_round_with(transform);
	transform->cut = find_cut(transform, to);
	find_poles(transform, from->geographic && !(transform->to_period > 0));
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

double transform_scale(struct transform *transform, struct point at)
{
	double step = 10 / transform->from_metres;
	struct point points[3] = {at, {at.x + step, at.y}, {at.x, at.y + step}};

	if (move(transform, PJ_FWD, points, 3))
		return 0;
	return sqrt(fabs((points[1].x - points[0].x) * (points[2].y - points[0].y) -
			 (points[1].y - points[0].y) * (points[2].x - points[0].x))) /
	       step;
}

double transform_period(const struct transform *transform)
{
	return transform->to_period;
}

double transform_pole(const struct transform *transform)
{
	return transform->to_pole;
}

double transform_cut(const struct transform *transform)
{
	return transform->cut;
}

double transform_girth(const struct transform *transform)
{
	return transform->from_girth;
}

bool transform_in_step(const struct transform *transform)
{
	return transform->in_step;
}

size_t transform_calls(const struct transform *transform)
{
	return transform->calls;
}

/* The image of what a tile shows beyond the seam on its edge would otherwise be on the other side
 * of the Earth, and the box of both all around it. */
static struct box on_one_side(const struct transform *transform, const struct point *samples,
			      uint32_t count, double middle, struct box image)
{
	double period = transform->from_period;
	struct box near = box_empty();

	if (!(period > 0 && transform->to_period > 0) || middle == HUGE_VAL ||
	    image.maxx - image.minx < period / 2)
		return image;
	for (uint32_t i = 0; i < count; i++) {
		struct point point = samples[i];

		if (point.x == HUGE_VAL)
			continue;
		point.x -= period * round((point.x - middle) / period);
		near = box_include(near, point);
	}
	return fmax(near.maxx - period / 2, -period / 2 - near.minx) <
			       EDGE * (near.maxx - near.minx)
		       ? near
		       : image;
}

static struct box image_of_box(struct transform *transform, PJ_DIRECTION direction, struct box box,
			       double metres, size_t *failed)
{
	struct point samples[BOX_SAMPLES_MOST];
	bool large = fmax(box.maxx - box.minx, box.maxy - box.miny) * metres > LARGE_BOX;
	uint32_t side = large ? BOX_SAMPLES_LARGE : BOX_SAMPLES, count = 0;
	struct box image = box_empty();
	size_t without;

	for (uint32_t row = 0; row < side; row++) {
		uint32_t step = large || row == 0 || row == side - 1 ? 1 : side - 1;

		for (uint32_t column = 0; column < side; column += step) {
			double u = (double)column / (side - 1), v = (double)row / (side - 1);

			samples[count++] = (struct point){box.minx + u * (box.maxx - box.minx),
							  box.miny + v * (box.maxy - box.miny)};
		}
	}
	without = move(transform, direction, samples, count);
	for (uint32_t i = 0; i < count; i++) {
		if (samples[i].x != HUGE_VAL)
			image = box_include(image, samples[i]);
	}
	if (failed)
		*failed = without;
	return direction == PJ_INV
		       ? on_one_side(transform, samples, count, samples[side / 2].x, image)
		       : image;
}

struct box transform_box(struct transform *transform, struct box box, size_t *failed)
{
	return image_of_box(transform, PJ_FWD, box, transform->from_metres, failed);
}

/* Around a pole lie all meridians, which samples between which it lies do not tell. */
static struct box with_poles(const struct transform *transform, struct box box, struct box image)
{
	double half = transform->from_period / 2;

	for (int i = 0; i < 2; i++) {
		if (!box_contains(box, box_of_points(&transform->poles[i], 1)))
			continue;
		image = box_include(image, (struct point){-half, (i ? 1 : -1) * half / 2});
		image = box_include(image, (struct point){half, (i ? 1 : -1) * half / 2});
	}
	return image;
}

struct box transform_box_back(struct transform *transform, struct box box, size_t *failed)
{
	return with_poles(transform, box,
			  image_of_box(transform, PJ_INV, box, transform->to_metres, failed));
}

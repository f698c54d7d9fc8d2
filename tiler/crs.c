/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/crs.h"

#include <math.h>
#include <proj.h>
#include <proj_experimental.h> /* proj_crs_demote_to_2D */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tiler/crs_context.h"
#include "tiler/memory.h"

static const double EARTH_RADIUS = 6378137.0; /* WGS84 semi-major axis, metres */

enum {
	CERTAIN_MATCH = 90 /* per cent, of a CRS found in the register by its content */
};
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

static const char *first_axis(PJ_CONTEXT *context, const PJ *system)
{
	const char *name = NULL;

	if (system)
		proj_cs_get_axis_info(context, system, 0, &name, NULL, NULL, NULL, NULL, NULL,
				      NULL);
	return name ? name : "";
}

/* Does PROJ change the order of the axes to get easting, northing? */
static bool reversed(PJ_CONTEXT *context, const PJ *projection, const PJ *system)
{
	PJ *normal = proj_normalize_for_visualization(context, projection);
	PJ *ordered = normal ? proj_crs_get_coordinate_system(context, normal) : NULL;
	bool differs = ordered &&
		       strcmp(first_axis(context, system), first_axis(context, ordered)) != 0;

	proj_destroy(ordered);
	proj_destroy(normal);
	return differs;
}

static void read_axes(PJ_CONTEXT *context, PJ *projection, struct crs *crs)
{
	PJ *source = proj_get_type(projection) == PJ_TYPE_BOUND_CRS
			     ? proj_get_source_crs(context, projection)
			     : NULL;
	PJ *system = proj_crs_get_coordinate_system(context, source ? source : projection);
	PJ_TYPE type = proj_get_type(source ? source : projection);
	double factor = 1;

	for (int i = 0; system && i < 2; i++) {
		const char *axis = NULL;

		proj_cs_get_axis_info(context, system, i, NULL, &axis, NULL, &factor, NULL, NULL,
				      NULL);
		snprintf(crs->axes[i], sizeof(crs->axes[i]), "%s", axis ? axis : "");
	}
	crs->northing_first = reversed(context, source ? source : projection, system);
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

/* EPSG's name for a CRS that comes with another register's (IGNF:LAMB93 is EPSG:2154) or with none,
 * stealing CRS: clients and grids speak EPSG. One bound to a transformation of its own stays. */
static PJ *registered(PJ_CONTEXT *context, PJ *crs)
{
	const char *authority = proj_get_id_auth_name(crs, 0);
	int *confidence = NULL;
	PJ_OBJ_LIST *matches;
	PJ *found = NULL;

	if (proj_get_type(crs) == PJ_TYPE_BOUND_CRS ||
	    (authority && (strcmp(authority, "EPSG") == 0 || strcmp(authority, "OGC") == 0)))
		return crs;
	matches = proj_identify(context, crs, "EPSG", NULL, &confidence);
	if (matches && proj_list_get_count(matches) > 0 && confidence[0] >= CERTAIN_MATCH)
		found = proj_list_get(context, matches, 0);
	if (found &&
	    !proj_is_equivalent_to(found, crs, PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS)) {
		proj_destroy(found);
		found = NULL;
	}
	proj_list_destroy(matches);
	proj_int_list_destroy(confidence);
	if (found)
		proj_destroy(crs);
	return found ? found : crs;
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
	PJ_CONTEXT *context = crs_context_new();
	PJ *projection = proj_create(context, definition);
	struct crs *crs = NULL;
	char *name = NULL;
	enum error_code code = ERROR_NONE;

	if (!projection || !proj_is_crs(projection)) {
		code = error_set(error, ERROR_INVALID,
				 "\"%.80s\" is not a coordinate reference system that PROJ knows; "
				 "use a code such as EPSG:3948",
				 definition);
		goto out;
	}
	name = memory_text(proj_get_name(projection));
	projection = horizontal_part(context, projection);
	crs = memory_zeroed(1, sizeof(*crs));
	if (projection) {
		projection = registered(context, projection);
		read_identity(context, projection, crs);
		read_axes(context, projection, crs);
		read_area_of_use(context, projection, crs);
	}
	if (!projection || !crs->definition) {
		crs_free(crs);
		code = error_set(error, ERROR_UNSUPPORTED,
				 "the coordinate reference system \"%.200s\" has no place on the "
				 "Earth's map (engineering, vertical or geocentric); assign the "
				 "data a projected or geographic one",
				 name && *name ? name : definition);
		goto out;
	}
	*result = crs;
out:
	free(name);
	proj_destroy(projection);
	proj_context_destroy(context);
	return code;
}

struct crs *crs_copy(const struct crs *crs)
{
	struct crs *copy = memory_new(sizeof(*copy));

	*copy = *crs;
	copy->definition = memory_text(crs->definition);
	copy->name = memory_text(crs->name);
	copy->authority = memory_text(crs->authority);
	copy->code = memory_text(crs->code);
	return copy;
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

char *crs_projjson(const struct crs *crs)
{
	PJ_CONTEXT *context = crs_context_new();
	PJ *projection = proj_create(context, crs->definition);
	char *text = memory_text(projection ? proj_as_projjson(context, projection, NULL) : NULL);

	proj_destroy(projection);
	proj_context_destroy(context);
	return text;
}

static char *as_wkt(const struct crs *crs, PJ_WKT_TYPE type)
{
	static const char *const options[] = {"MULTILINE=NO", NULL};
	PJ_CONTEXT *context = crs_context_new();
	PJ *projection = proj_create(context, crs->definition);
	char *text = memory_text(projection ? proj_as_wkt(context, projection, type, options)
					    : NULL);

	proj_destroy(projection);
	proj_context_destroy(context);
	return text;
}

char *crs_wkt(const struct crs *crs)
{
	return as_wkt(crs, PJ_WKT2_2019);
}

char *crs_esri_wkt(const struct crs *crs)
{
	return as_wkt(crs, PJ_WKT1_ESRI);
}

/* The same degrees, but for the order of axes, which is nobody's business outside. */
static const char *essence(const struct crs *crs)
{
	return strcmp(crs->definition, "OGC:CRS84") == 0 ? "EPSG:4326" : crs->definition;
}

bool crs_equal(const struct crs *a, const struct crs *b)
{
	return a == b || strcmp(essence(a), essence(b)) == 0;
}

double crs_full_turn(const struct crs *crs)
{
	return 2 * M_PI * EARTH_RADIUS / crs->metres_per_unit;
}

double crs_period(const struct crs *crs)
{
	bool repeats = crs->geographic || strcmp(crs->definition, "EPSG:3857") == 0;

	return repeats ? crs_full_turn(crs) : 0;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "tiler/filter_node.h"

/* One side of the antimeridian and the other. */
static enum error_code region_of_two(struct box box, struct region **region, struct error *error)
{
	struct point corners[2][5];
	struct path paths[2];
	struct geometry both = {GEOMETRY_POLYGON, 2, paths};
	const double sides[2][2] = {{box.minx, 180}, {-180, box.maxx}};

	for (int i = 0; i < 2; i++) {
		double west = sides[i][0], east = sides[i][1];

		corners[i][0] = corners[i][4] = (struct point){west, box.miny};
		corners[i][1] = (struct point){east, box.miny};
		corners[i][2] = (struct point){east, box.maxy};
		corners[i][3] = (struct point){west, box.maxy};
		paths[i] = (struct path){corners[i], 5, true};
	}
	return region_of_geometries(&both, 1, region, error);
}

static enum error_code region_of_sides(struct box box, bool northing_first, struct region **region,
				       struct error *error)
{
	if (northing_first)
		box = (struct box){box.miny, box.minx, box.maxy, box.maxx};
	if (box.minx > box.maxx)
		return region_of_two(box, region, error);
	*region = region_of_box(box);
	return ERROR_NONE;
}

/* "POINT(1 2)" becomes "POINT(2 1)". */
static void turn_axes(const char *wkt, struct buf *turned)
{
	while (*wkt) {
		size_t plain = strcspn(wkt, "+-.0123456789"), first, second;

		buf_add(turned, wkt, plain);
		wkt += plain;
		first = strcspn(wkt, " ");
		if (!wkt[first])
			return;
		second = strcspn(wkt + first + 1, ",)");
		buf_add(turned, wkt + first + 1, second);
		buf_add_char(turned, ' ');
		buf_add(turned, wkt, first);
		wkt += first + 1 + second;
	}
}

enum error_code filter_geometry_region(const struct filter_geometry *geometry, bool northing_first,
				       struct region **region, struct error *error)
{
	enum error_code code;
	struct buf turned;

	if (geometry->is_box)
		return region_of_sides(geometry->box, northing_first, region, error);
	if (!northing_first)
		return region_of_wkt(geometry->wkt, region, error);
	buf_init(&turned, 0);
	turn_axes(geometry->wkt, &turned);
	code = region_of_wkt(turned.bytes, region, error);
	buf_release(&turned);
	return code;
}

enum error_code filter_geometry_check(const struct filter_geometry *geometry, struct error *error)
{
	struct region *region;

	if (!geometry->is_box)
		return region_check_wkt(geometry->wkt, error);
	if (region_of_sides(geometry->box, false, &region, error))
		return error->code;
	region_free(region);
	return ERROR_NONE;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/density.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"

/* Each feature is reduced to the cell it lies in, one of WebMercatorQuad's tiles at DEEPEST_ZOOM,
 * numbered along the Z curve: once sorted, the cells of any lower zoom are runs of one prefix. */

enum {
	DEEPEST_ZOOM = 16,
	BATCH = 1024, /* points given to PROJ at once */
	TILE_FEATURES_MOST = 30000,
	TILE_VERTICES_MOST = 1500000,
	SCREEN_PIXELS = 768, /* a side of the square that should hold the whole theme */
	TILE_PIXELS = 256,
	CLOSEST_VIEW = 17,
};
static const double LATITUDE_MOST = 85.0511287798066; /* where Web Mercator's square ends */
static const double DEGREES = 180 / 3.14159265358979323846;

struct cell {
	uint32_t place; /* number on the Z curve */
	uint32_t vertices;
};

struct density {
	struct transform *to_degrees;
	struct point middles[BATCH];
	uint32_t vertices[BATCH];
	size_t waiting;
	struct cell *cells;
	size_t count, capacity;
};

struct density *density_new(struct transform *to_degrees)
{
	struct density *density = memory_zeroed(1, sizeof(*density));

	density->to_degrees = to_degrees;
	return density;
}

void density_free(struct density *density)
{
	if (!density)
		return;
	free(density->cells);
	free(density);
}

/* 16 bits spread to the even places of 32. */
static uint32_t spread(uint32_t bits)
{
	bits = (bits | bits << 8) & 0x00ff00ff;
	bits = (bits | bits << 4) & 0x0f0f0f0f;
	bits = (bits | bits << 2) & 0x33333333;
	return (bits | bits << 1) & 0x55555555;
}

static uint32_t gathered(uint32_t bits)
{
	bits &= 0x55555555;
	bits = (bits | bits >> 1) & 0x33333333;
	bits = (bits | bits >> 2) & 0x0f0f0f0f;
	bits = (bits | bits >> 4) & 0x00ff00ff;
	return (bits | bits >> 8) & 0x0000ffff;
}

/* Position in Web Mercator's square, 0 to 1 from the west and from the north. */
static struct point mercator_of(struct point degrees)
{
	double latitude = fmin(fmax(degrees.y, -LATITUDE_MOST), LATITUDE_MOST) / DEGREES;

	return (struct point){(degrees.x + 180) / 360, 0.5 - asinh(tan(latitude)) / 2 / M_PI};
}

static struct point degrees_of(struct point mercator)
{
	return (struct point){mercator.x * 360 - 180,
			      atan(sinh(M_PI * (1 - 2 * mercator.y))) * DEGREES};
}

static uint32_t cell_coordinate(double fraction)
{
	double cells = 1 << DEEPEST_ZOOM;

	return (uint32_t)fmin(fmax(fraction * cells, 0), cells - 1);
}

static void count_waiting(struct density *density)
{
	transform_forward(density->to_degrees, density->middles, density->waiting);
	for (size_t i = 0; i < density->waiting; i++) {
		struct point place;

		if (!isfinite(density->middles[i].x) || !isfinite(density->middles[i].y))
			continue;
		if (density->count == density->capacity) {
			density->capacity = density->capacity ? 2 * density->capacity : BATCH;
			density->cells = memory_resize(density->cells, density->capacity,
						       sizeof(*density->cells));
		}
		place = mercator_of(density->middles[i]);
		density->cells[density->count++] = (struct cell){
			spread(cell_coordinate(place.x)) | spread(cell_coordinate(place.y)) << 1,
			density->vertices[i]};
	}
	density->waiting = 0;
}

void density_add(struct density *density, struct box box, uint64_t vertices)
{
	density->middles[density->waiting] = (struct point){box.minx + (box.maxx - box.minx) / 2,
							    box.miny + (box.maxy - box.miny) / 2};
	density->vertices[density->waiting++] = vertices < UINT32_MAX ? (uint32_t)vertices
								      : UINT32_MAX;
	if (density->waiting == BATCH)
		count_waiting(density);
}

static int by_place(const void *a, const void *b)
{
	uint32_t left = ((const struct cell *)a)->place, right = ((const struct cell *)b)->place;

	return left < right ? -1 : left > right;
}

/* The fullest tile of a zoom: by features, and the most vertices any has. */
struct fullest {
	size_t first, count; /* in the sorted cells */
	uint64_t vertices;
};

static struct fullest fullest_tile(const struct density *density, uint32_t zoom)
{
	uint32_t shift = 2 * (DEEPEST_ZOOM - zoom);
	struct fullest fullest = {0};
	uint64_t vertices = 0;
	size_t first = 0;

	for (size_t i = 0; i < density->count; i++) {
		/* 64 bits, because a shift by all 32 is not defined for 32. */
		if ((uint64_t)density->cells[i].place >> shift !=
		    (uint64_t)density->cells[first].place >> shift) {
			first = i;
			vertices = 0;
		}
		vertices += density->cells[i].vertices;
		if (vertices > fullest.vertices)
			fullest.vertices = vertices;
		if (i + 1 - first > fullest.count) {
			fullest.first = first;
			fullest.count = i + 1 - first;
		}
	}
	return fullest;
}

static struct point middle_of(const struct density *density, struct fullest tile)
{
	double cells = 1 << DEEPEST_ZOOM;
	struct point sum = {0, 0};

	for (size_t i = tile.first; i < tile.first + tile.count; i++) {
		sum.x += gathered(density->cells[i].place) + 0.5;
		sum.y += gathered(density->cells[i].place >> 1) + 0.5;
	}
	return degrees_of((struct point){sum.x / (double)tile.count / cells,
					 sum.y / (double)tile.count / cells});
}

/* The closest zoom at which BOUNDS fit on a screen; MIDDLE: of the picture. */
static uint32_t zoom_of_whole(struct box bounds, struct point *middle)
{
	struct point upper = mercator_of((struct point){bounds.minx, bounds.maxy});
	struct point lower = mercator_of((struct point){bounds.maxx, bounds.miny});
	double side = fmax(lower.x - upper.x, lower.y - upper.y);
	double zoom = log2((double)SCREEN_PIXELS / TILE_PIXELS / fmax(side, 1e-9));

	*middle = degrees_of((struct point){(upper.x + lower.x) / 2, (upper.y + lower.y) / 2});
	return (uint32_t)fmin(fmax(floor(zoom), 0), CLOSEST_VIEW);
}

/* The lowest zoom whose fullest tile is bearable, and that tile. What does not fit at the deepest
 * zoom either is one heap, or giants: no zoom makes it much lighter, so it is not hidden for that.
 */
static uint32_t least_zoom(const struct density *density, struct fullest *fullest)
{
	struct fullest deepest = fullest_tile(density, DEEPEST_ZOOM);
	size_t count = TILE_FEATURES_MOST;
	uint64_t vertices = TILE_VERTICES_MOST;
	uint32_t zoom = 0;

	if (deepest.count > count)
		count = 2 * deepest.count;
	if (deepest.vertices > vertices)
		vertices = 2 * deepest.vertices;
	*fullest = fullest_tile(density, zoom);
	while (fullest->count > count || fullest->vertices > vertices)
		*fullest = fullest_tile(density, ++zoom);
	return zoom;
}

struct density_summary density_summary(struct density *density, struct box bounds)
{
	struct density_summary summary = {0};
	struct fullest fullest = {0};
	struct point middle;
	uint32_t whole;

	count_waiting(density);
	if (density->count == 0 || box_is_empty(bounds))
		return summary;
	qsort(density->cells, density->count, sizeof(*density->cells), by_place);
	summary.min_zoom = least_zoom(density, &fullest);
	whole = zoom_of_whole(bounds, &middle);
	if (whole >= summary.min_zoom) {
		summary.centre = middle;
		summary.centre_zoom = whole;
	} else {
		summary.centre = middle_of(density, fullest);
		summary.centre_zoom = summary.min_zoom + 1;
	}
	return summary;
}

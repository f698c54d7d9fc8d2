/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/outline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/hilbert.h"
#include "tiler/memory.h"
#include "tiler/twins.h"
#include "tiler/value_weight.h"

static const uint32_t NO_VERTEX = UINT32_MAX;
enum {
	FIRST_SLOTS = 1 << 12,
	/* From so many on, the parts of a feature are put in the order of the Hilbert curve, as
	 * features are in their file: see thin_small. */
	PARTS_SORTED_FROM = 16,
	CURVE_ORDER = 16,
};
struct builder {
	struct outline *outline;
	struct value_weights *weights;
	const uint32_t *first_zooms; /* of each column */
	uint32_t column_count;
	struct box extent;
	uint32_t *slots; /* open addressing: vertex number or NO_VERTEX */
	uint64_t slot_count;
	uint64_t vertex_room, reference_room, path_room, shape_room;
	uint64_t feature_room, id_room, weight_room;
};

static uint64_t slot_of(const struct builder *builder, struct point point)
{
	/* Minus zero is zero. */
	struct point key = {point.x + 0.0, point.y + 0.0};

	return hash_bytes(&key, sizeof(key)) & (builder->slot_count - 1);
}

static void grow_slots(struct builder *builder)
{
	builder->slot_count *= 2;
	free(builder->slots);
	builder->slots = memory_new(builder->slot_count * sizeof(*builder->slots));
	memset(builder->slots, 0xff, builder->slot_count * sizeof(*builder->slots));
	for (uint32_t v = 0; v < builder->outline->vertex_count; v++) {
		uint64_t slot = slot_of(builder, builder->outline->points[v]);

		while (builder->slots[slot] != NO_VERTEX)
			slot = (slot + 1) & (builder->slot_count - 1);
		builder->slots[slot] = v;
	}
}

#define ROOM(array, count, room)                                                    \
	do {                                                                        \
		if ((count) == (room)) {                                            \
			(room) = (room) ? (room)*2 : 1024;                          \
			(array) = memory_resize((array), (room), sizeof(*(array))); \
		}                                                                   \
	} while (0)

/* The number of the vertex at POINT, new if it is the first there. */
static uint32_t vertex_at(struct builder *builder, struct point point)
{
	struct outline *outline = builder->outline;
	uint64_t slot = slot_of(builder, point);
	uint32_t vertex;

	for (; (vertex = builder->slots[slot]) != NO_VERTEX;
	     slot = (slot + 1) & (builder->slot_count - 1)) {
		if (outline->points[vertex].x == point.x && outline->points[vertex].y == point.y)
			return vertex;
	}
	ROOM(outline->points, outline->vertex_count, builder->vertex_room);
	outline->points[outline->vertex_count] = point;
	builder->slots[slot] = outline->vertex_count++;
	if (outline->vertex_count > builder->slot_count / 2)
		grow_slots(builder);
	return outline->vertex_count - 1;
}

static void add_reference(struct builder *builder, uint32_t vertex)
{
	struct outline *outline = builder->outline;

	ROOM(outline->vertices, outline->reference_count, builder->reference_room);
	outline->vertices[outline->reference_count++] = vertex;
}

/* Exteriors one way, holes the other, whatever the source does. */
static void wind(struct outline *outline, const struct outline_path *path)
{
	uint32_t *ring = outline->vertices + path->first;
	double sum = 0;

	for (uint32_t i = 0; i < path->count; i++) {
		struct point origin = outline->points[ring[0]], a = outline->points[ring[i]];
		struct point b = outline->points[ring[i + 1 == path->count ? 0 : i + 1]];

		sum += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
	}
	if (sum == 0 || (sum > 0) == path->exterior)
		return;
	for (uint32_t i = 0, j = path->count - 1; i < j; i++, j--) {
		uint32_t swap = ring[i];

		ring[i] = ring[j];
		ring[j] = swap;
	}
}

static void add_path(struct builder *builder, const struct path *path, enum geometry_kind kind)
{
	struct outline *outline = builder->outline;
	uint64_t first = outline->reference_count;
	uint32_t last = NO_VERTEX;

	for (uint32_t i = 0; i < path->count; i++) {
		uint32_t vertex = vertex_at(builder, path->points[i]);

		if (vertex == last && kind != GEOMETRY_POINT)
			continue;
		add_reference(builder, vertex);
		last = vertex;
	}
	if (kind == GEOMETRY_POLYGON && outline->reference_count > first + 1 &&
	    outline->vertices[first] == last)
		outline->reference_count--;
	ROOM(outline->paths, outline->path_count, builder->path_room);
	outline->paths[outline->path_count] = (struct outline_path){
		first, (uint32_t)(outline->reference_count - first), path->exterior};
	if (kind == GEOMETRY_POLYGON)
		wind(outline, &outline->paths[outline->path_count]);
	outline->path_count++;
}

static void add_shape(struct builder *builder, enum geometry_kind kind)
{
	struct outline *outline = builder->outline;

	ROOM(outline->shapes, outline->shape_count, builder->shape_room);
	outline->shapes[outline->shape_count++] = (struct outline_shape){outline->feature_count, 0,
									 outline->path_count, kind};
}

static void add_part_path(struct builder *builder, const struct path *path, enum geometry_kind kind)
{
	add_path(builder, path, kind);
	builder->outline->shapes[builder->outline->shape_count - 1].path_count++;
}

static void add_points(struct builder *builder, const struct path *points)
{
	for (uint32_t i = 0; i < points->count; i++) {
		struct path one = {points->points + i, 1, false};

		add_shape(builder, GEOMETRY_POINT);
		add_part_path(builder, &one, GEOMETRY_POINT);
	}
}

static void add_parts(struct builder *builder, const struct geometry *geometry)
{
	for (uint32_t k = 0; k < geometry->path_count; k++) {
		const struct path *path = &geometry->paths[k];

		if (geometry->kind == GEOMETRY_POINT) {
			add_points(builder, path);
			continue;
		}
		if (k == 0 || geometry->kind == GEOMETRY_LINE || path->exterior)
			add_shape(builder, geometry->kind);
		add_part_path(builder, path, geometry->kind);
	}
}

struct placed_shape {
	uint64_t place; /* on the curve */
	struct outline_shape shape;
};

static int by_place(const void *left, const void *right)
{
	const struct placed_shape *a = left, *b = right;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return (a->shape.first_path > b->shape.first_path) -
	       (a->shape.first_path < b->shape.first_path);
}

static uint64_t place_on_curve(const struct builder *builder, const struct outline_shape *shape)
{
	const struct outline_path *path = &builder->outline->paths[shape->first_path];
	const struct box *extent = &builder->extent;
	double width = extent->maxx - extent->minx, height = extent->maxy - extent->miny;
	double most = (1 << CURVE_ORDER) - 1;
	struct point at;

	if (!path->count || !(width > 0) || !(height > 0))
		return 0;
	at = builder->outline->points[builder->outline->vertices[path->first]];
	return hilbert_index(CURVE_ORDER,
			     (uint32_t)fmin(most, fmax(0, (at.x - extent->minx) / width * most)),
			     (uint32_t)fmin(most, fmax(0, (at.y - extent->miny) / height * most)));
}

/* Sorts the shapes from FIRST on, the parts of one feature. */
static void sort_parts(struct builder *builder, uint64_t first)
{
	struct outline *outline = builder->outline;
	uint64_t count = outline->shape_count - first;
	struct placed_shape *parts;

	if (count < PARTS_SORTED_FROM)
		return;
	parts = memory_new(count * sizeof(*parts));
	for (uint64_t i = 0; i < count; i++)
		parts[i] = (struct placed_shape){
			place_on_curve(builder, &outline->shapes[first + i]),
			outline->shapes[first + i]};
	qsort(parts, count, sizeof(*parts), by_place);
	for (uint64_t i = 0; i < count; i++)
		outline->shapes[first + i] = parts[i].shape;
	free(parts);
}

static enum error_code add_feature(const struct feature *feature, void *context,
				   struct error *error)
{
	struct builder *builder = context;
	struct outline *outline = builder->outline;
	uint64_t first = outline->shape_count;

	if (outline->feature_count == NO_VERTEX || outline->vertex_count > NO_VERTEX / 2)
		return error_set(error, ERROR_LIMIT,
				 "the theme has more vertices than can be generalised");
	ROOM(outline->places, outline->feature_count, builder->feature_room);
	ROOM(outline->ids, outline->feature_count, builder->id_room);
	ROOM(outline->weights, outline->feature_count, builder->weight_room);
	outline->places[outline->feature_count] = feature->place;
	outline->ids[outline->feature_count] = feature->id;
	outline->weights[outline->feature_count] = value_weights_of(
		builder->weights, feature->values, builder->column_count, builder->first_zooms);
	for (uint32_t i = 0; i < feature->geometry_count; i++)
		add_parts(builder, &feature->geometries[i]);
	sort_parts(builder, first);
	outline->feature_count++;
	return ERROR_NONE;
}

struct outline_ties outline_ties_new(const struct outline *outline, const bool *among)
{
	struct outline_ties ties = {
		among, memory_new(2 * (size_t)outline->vertex_count * sizeof(uint32_t)),
		memory_zeroed(outline->vertex_count, sizeof(bool))};

	memset(ties.pairs, 0xff, 2 * (size_t)outline->vertex_count * sizeof(uint32_t));
	return ties;
}

static void tie(struct outline_ties *ties, uint32_t vertex, uint32_t other)
{
	uint32_t *pair = ties->pairs + 2 * (size_t)vertex;

	if ((ties->among && !ties->among[vertex]) || pair[0] == other || pair[1] == other)
		return;
	if (pair[0] == NO_VERTEX)
		pair[0] = other;
	else if (pair[1] == NO_VERTEX)
		pair[1] = other;
	else
		ties->junction[vertex] = true;
}

void outline_tie_path(struct outline_ties *ties, const uint32_t *vertices, uint32_t count,
		      bool ring)
{
	for (uint32_t i = 1; i < count; i++) {
		tie(ties, vertices[i - 1], vertices[i]);
		tie(ties, vertices[i], vertices[i - 1]);
	}
	if (ring && count) {
		tie(ties, vertices[count - 1], vertices[0]);
		tie(ties, vertices[0], vertices[count - 1]);
	} else if (count) {
		ties->junction[vertices[0]] = ties->junction[vertices[count - 1]] = true;
	}
}

static void find_junctions(struct outline *outline)
{
	struct outline_ties ties = outline_ties_new(outline, NULL);

	for (uint64_t s = 0; s < outline->shape_count; s++) {
		const struct outline_shape *shape = &outline->shapes[s];

		for (uint32_t p = 0; p < shape->path_count && shape->kind != GEOMETRY_POINT; p++) {
			const struct outline_path *path = &outline->paths[shape->first_path + p];

			outline_tie_path(&ties, outline->vertices + path->first, path->count,
					 shape->kind == GEOMETRY_POLYGON);
		}
	}
	outline->junction = ties.junction;
	free(ties.pairs);
}

uint32_t outline_next(const struct outline *outline, uint32_t shape, uint32_t reference)
{
	const struct outline_path *paths = &outline->paths[outline->shapes[shape].first_path];
	uint32_t low = 0, high = outline->shapes[shape].path_count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (paths[middle].first <= reference)
			low = middle;
		else
			high = middle;
	}
	return reference + 1 < paths[low].first + paths[low].count ? reference + 1
								   : (uint32_t)paths[low].first;
}

enum error_code outline_new(const struct fgb *fgb, const uint32_t *first_zooms,
			    struct outline **result, struct error *error)
{
	struct outline *outline = memory_zeroed(1, sizeof(*outline));
	struct builder builder = {.outline = outline,
				  .weights = value_weights_new(),
				  .first_zooms = first_zooms,
				  .column_count = fgb_column_count(fgb),
				  .extent = fgb_extent(fgb),
				  .slot_count = FIRST_SLOTS / 2};
	struct arena *arena = arena_new();
	struct box everywhere = {-INFINITY, -INFINITY, INFINITY, INFINITY};
	enum error_code code;

	grow_slots(&builder);
	code = fgb_query(fgb, everywhere, arena, add_feature, &builder, error);
	arena_free(arena);
	value_weights_free(builder.weights);
	free(builder.slots);
	if (code) {
		outline_free(outline);
		return code;
	}
	outline->significance = memory_new(outline->vertex_count * sizeof(float));
	find_junctions(outline);
	find_twins(outline);
	*result = outline;
	return ERROR_NONE;
}

void outline_free(struct outline *outline)
{
	if (!outline)
		return;
	free(outline->points);
	free(outline->significance);
	free(outline->junction);
	free(outline->vertices);
	free(outline->paths);
	free(outline->shapes);
	free(outline->places);
	free(outline->ids);
	free(outline->weights);
	free(outline->precedence);
	free(outline->owners);
	free(outline->twins);
	free(outline);
}

int outline_precedence(const struct outline *outline, uint64_t a, uint64_t b)
{
	uint32_t first, second;

	if (!outline->precedence)
		return 0;
	first = outline->precedence[outline->shapes[a].feature];
	second = outline->precedence[outline->shapes[b].feature];
	return (first > second) - (first < second);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/mvt_shape.h"

#include "tiler/mvt_bytes.h"

enum command {
	MOVE_TO = 1,
	LINE_TO = 2,
	CLOSE_PATH = 7
};

struct pen {
	char *end;
	struct tile_point at;
};

static inline void pen_command(struct pen *pen, enum command command, uint32_t count)
{
	pen->end = put_varint(pen->end, (uint64_t)count << 3 | command);
}

static inline void pen_points(struct pen *pen, const struct tile_point *points, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		pen->end = put_varint(pen->end, zigzag((int64_t)points[i].x - pen->at.x));
		pen->end = put_varint(pen->end, zigzag((int64_t)points[i].y - pen->at.y));
		pen->at = points[i];
	}
}

/* Where the ring starts for its closing edge to be the one of most bytes; of two, the longer. */
static uint32_t start_of(const struct tile_path *ring)
{
	struct tile_point last = ring->points[ring->count - 1];
	uint64_t most = 0;
	uint32_t start = 0;

	for (uint32_t i = 0; i < ring->count; i++) {
		uint64_t x = zigzag((int64_t)ring->points[i].x - last.x);
		uint64_t y = zigzag((int64_t)ring->points[i].y - last.y);
		uint64_t cost = (varint_size(x) + varint_size(y)) << 48 | (x + y);

		if (cost > most) {
			most = cost;
			start = i;
		}
		last = ring->points[i];
	}
	return start;
}

/* Points share one MoveTo; lines and rings have one each. */
void mvt_shape_add(struct buf *out, enum geometry_kind kind, const struct tile_path *paths,
		   uint32_t path_count)
{
	struct pen pen = {NULL, {0, 0}};
	uint64_t points = 0;
	char *begin;
	uint32_t start;

	for (uint32_t i = 0; i < path_count; i++)
		points += paths[i].count;
	begin = pen.end = buf_reserve(out, (2 * points + 3 * (uint64_t)path_count + 1) *
						   (VARINT_MOST / 2));
	if (!begin)
		return;
	if (kind == GEOMETRY_POINT)
		pen_command(&pen, MOVE_TO, (uint32_t)points);
	for (uint32_t i = 0; i < path_count; i++) {
		const struct tile_path *path = &paths[i];

		if (kind == GEOMETRY_POINT) {
			pen_points(&pen, path->points, path->count);
			continue;
		}
		start = kind == GEOMETRY_POLYGON ? start_of(path) : 0;
		pen_command(&pen, MOVE_TO, 1);
		pen_points(&pen, path->points + start, 1);
		pen_command(&pen, LINE_TO, path->count - 1);
		pen_points(&pen, path->points + start + 1, path->count - 1 - start);
		pen_points(&pen, path->points, start);
		if (kind == GEOMETRY_POLYGON)
			pen_command(&pen, CLOSE_PATH, 1);
	}
	out->length += (size_t)(pen.end - begin);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/fuzz/tile_check.h"

#include <geos_c.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tiler/render.h"

enum {
	RINGS_MOST = 4096,
	POINTS_MOST = 1 << 16
};

struct bytes {
	const uint8_t *at, *end;
};

/* A field of a message: its number, and its content as a number or as bytes. */
struct field {
	uint32_t number, wire_type;
	uint64_t value;
	struct bytes content;
};

static uint64_t read_varint(struct bytes *in)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		FUZZ_CHECK(in->at < in->end);
		value |= (uint64_t)(*in->at & 0x7f) << shift;
		if (!(*in->at++ & 0x80))
			return value;
	}
	fuzz_broken("a varint ends", __FILE__, __LINE__);
}

static struct bytes read_bytes(struct bytes *in, uint64_t length)
{
	struct bytes content = {in->at, in->at + length};

	FUZZ_CHECK(length <= (uint64_t)(in->end - in->at));
	in->at += length;
	return content;
}

static bool read_field(struct bytes *in, struct field *field)
{
	uint64_t tag;

	if (in->at == in->end)
		return false;
	tag = read_varint(in);
	field->number = (uint32_t)(tag >> 3);
	field->wire_type = tag & 7;
	switch (field->wire_type) {
	case 0:
		field->value = read_varint(in);
		break;
	case 1:
		field->content = read_bytes(in, 8);
		break;
	case 2:
		field->content = read_bytes(in, read_varint(in));
		break;
	case 5:
		field->content = read_bytes(in, 4);
		break;
	default:
		fuzz_broken("a known wire type", __FILE__, __LINE__);
	}
	return true;
}

struct point_at {
	int64_t x, y;
};

struct ring {
	uint32_t first, count; /* of the shape's points */
};

/* What a feature's commands draw. */
struct shape {
	struct point_at points[POINTS_MOST];
	uint32_t point_count;
	struct ring rings[RINGS_MOST]; /* lines and points, too */
	uint32_t ring_count;
};

static int64_t read_delta(struct bytes *in)
{
	uint64_t value = read_varint(in);

	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static void read_points(struct bytes *in, struct point_at *pen, uint32_t count, struct shape *shape)
{
	while (count--) {
		pen->x += read_delta(in);
		pen->y += read_delta(in);
		FUZZ_CHECK(pen->x >= -RENDER_BUFFER && pen->x <= RENDER_EXTENT + RENDER_BUFFER);
		FUZZ_CHECK(pen->y >= -RENDER_BUFFER && pen->y <= RENDER_EXTENT + RENDER_BUFFER);
		FUZZ_CHECK(shape->point_count < POINTS_MOST);
		shape->points[shape->point_count++] = *pen;
		shape->rings[shape->ring_count - 1].count++;
	}
}

/* One command, an integer that holds its name and its count (4.3.1). */
static uint32_t read_command(struct bytes *in, unsigned name)
{
	uint64_t command = read_varint(in);

	FUZZ_CHECK((command & 7) == name);
	FUZZ_CHECK(command >> 3 > 0 && command >> 3 < POINTS_MOST);
	return (uint32_t)(command >> 3);
}

static void begin_ring(struct shape *shape)
{
	FUZZ_CHECK(shape->ring_count < RINGS_MOST);
	shape->rings[shape->ring_count++] = (struct ring){shape->point_count, 0};
}

static void read_shape(struct bytes in, unsigned kind, struct shape *shape)
{
	struct point_at pen = {0, 0};

	shape->point_count = shape->ring_count = 0;
	FUZZ_CHECK(kind >= 1 && kind <= 3 && in.at < in.end);
	if (kind == 1) {
		begin_ring(shape);
		read_points(&in, &pen, read_command(&in, 1), shape);
		FUZZ_CHECK(in.at == in.end);
	}
	while (in.at < in.end) {
		begin_ring(shape);
		FUZZ_CHECK(read_command(&in, 1) == 1);
		read_points(&in, &pen, 1, shape);
		read_points(&in, &pen, read_command(&in, 2), shape);
		if (kind == 3)
			FUZZ_CHECK(read_command(&in, 7) == 1);
	}
}

/* Every segment has a length. */
static void check_line(const struct shape *shape, struct ring line)
{
	const struct point_at *points = shape->points + line.first;

	FUZZ_CHECK(line.count >= 2);
	for (uint32_t i = 1; i < line.count; i++)
		FUZZ_CHECK(points[i].x != points[i - 1].x || points[i].y != points[i - 1].y);
}

static int64_t double_area(const struct shape *shape, struct ring ring)
{
	const struct point_at *points = shape->points + ring.first;
	int64_t sum = 0;

	for (uint32_t i = 0; i < ring.count; i++) {
		const struct point_at *a = &points[i], *b = &points[(i + 1) % ring.count];

		sum += a->x * b->y - b->x * a->y;
	}
	return sum;
}

static GEOSGeometry *ring_geometry(const struct shape *shape, struct ring ring)
{
	GEOSCoordSequence *points = GEOSCoordSeq_create(ring.count + 1, 2);

	for (uint32_t i = 0; i <= ring.count; i++) {
		const struct point_at *point = &shape->points[ring.first + i % ring.count];

		GEOSCoordSeq_setXY(points, i, (double)point->x, (double)point->y);
	}
	return GEOSGeom_createLinearRing(points);
}

/* The polygon that opens with ring FIRST; *NEXT: the ring after its last hole. */
static GEOSGeometry *polygon_geometry(const struct shape *shape, uint32_t first, uint32_t *next)
{
	static GEOSGeometry *holes[RINGS_MOST];
	GEOSGeometry *shell = ring_geometry(shape, shape->rings[first]);
	uint32_t count = 0;

	FUZZ_CHECK(double_area(shape, shape->rings[first]) > 0);
	for (*next = first + 1; *next < shape->ring_count; (*next)++) {
		if (double_area(shape, shape->rings[*next]) >= 0)
			break;
		holes[count++] = ring_geometry(shape, shape->rings[*next]);
	}
	return GEOSGeom_createPolygon(shell, holes, count);
}

static void ignore(const char *format, ...)
{
	(void)format;
}

static void check_polygons(const struct shape *shape)
{
	static GEOSGeometry *polygons[RINGS_MOST];
	GEOSGeometry *all;
	uint32_t count = 0;

	initGEOS(ignore, ignore);
	for (uint32_t i = 0; i < shape->ring_count; i++) {
		FUZZ_CHECK(shape->rings[i].count >= 3);
		FUZZ_CHECK(double_area(shape, shape->rings[i]) != 0);
	}
	for (uint32_t i = 0; i < shape->ring_count;)
		polygons[count++] = polygon_geometry(shape, i, &i);
	all = GEOSGeom_createCollection(GEOS_MULTIPOLYGON, polygons, count);
	FUZZ_CHECK(GEOSisValid(all) == 1);
	GEOSGeom_destroy(all);
	finishGEOS();
}

struct layer {
	uint64_t keys, values, features;
	bool named;
	uint64_t version, extent;
};

static void check_tags(struct bytes in, const struct layer *layer)
{
	while (in.at < in.end) {
		FUZZ_CHECK(read_varint(&in) < layer->keys);
		FUZZ_CHECK(read_varint(&in) < layer->values);
	}
}

static void check_feature(struct bytes in, const struct layer *layer)
{
	static struct shape shape;
	struct field field;
	uint64_t kind = 0;
	struct bytes drawn = {NULL, NULL};

	while (read_field(&in, &field)) {
		FUZZ_CHECK(field.number >= 1 && field.number <= 4);
		FUZZ_CHECK(field.wire_type == (field.number % 2 ? 0 : 2));
		if (field.number == 2)
			check_tags(field.content, layer);
		else if (field.number == 3)
			kind = field.value;
		else if (field.number == 4)
			drawn = field.content;
	}
	read_shape(drawn, (unsigned)kind, &shape);
	for (uint32_t i = 0; kind == 2 && i < shape.ring_count; i++)
		check_line(&shape, shape.rings[i]);
	if (kind == 3)
		check_polygons(&shape);
}

/* A value holds exactly one field (4.1). */
static void check_value(struct bytes in)
{
	static const uint32_t wire_types[] = {9, 2, 5, 1, 0, 0, 0, 0};
	struct field field;

	FUZZ_CHECK(read_field(&in, &field));
	FUZZ_CHECK(field.number >= 1 && field.number <= 7);
	FUZZ_CHECK(field.wire_type == wire_types[field.number]);
	FUZZ_CHECK(in.at == in.end);
}

static void read_layer_field(const struct field *field, struct layer *layer)
{
	switch (field->number) {
	case 1:
		layer->named = field->content.end > field->content.at;
		break;
	case 2:
		layer->features++;
		break;
	case 3:
		layer->keys++;
		break;
	case 4:
		check_value(field->content);
		layer->values++;
		break;
	case 5:
		layer->extent = field->value;
		break;
	case 15:
		layer->version = field->value;
		break;
	default:
		fuzz_broken("a field the specification knows", __FILE__, __LINE__);
	}
}

static size_t check_layer(struct bytes in)
{
	struct layer layer = {0};
	struct bytes again = in;
	struct field field;

	while (read_field(&in, &field))
		read_layer_field(&field, &layer);
	FUZZ_CHECK(layer.named && layer.version == 2 && layer.extent == RENDER_EXTENT);
	FUZZ_CHECK(layer.features > 0);
	while (read_field(&again, &field))
		if (field.number == 2)
			check_feature(field.content, &layer);
	return layer.features;
}

size_t tile_check(const uint8_t *bytes, size_t length)
{
	struct bytes in = {bytes, length ? bytes + length : bytes};
	struct field field;
	size_t features = 0;

	while (read_field(&in, &field)) {
		FUZZ_CHECK(field.number == 3 && field.wire_type == 2);
		features += check_layer(field.content);
	}
	return features;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/fgb_feature.h"

enum feature_field {
	FEATURE_GEOMETRY = 0,
	FEATURE_PROPERTIES = 1
};
enum geometry_field {
	GEOMETRY_ENDS = 0,
	GEOMETRY_XY = 1,
	GEOMETRY_TYPE = 6,
	GEOMETRY_PARTS = 7
};
enum {
	COLLECTION_PARTS_MOST = 64
};

enum value_type fgb_value_type(uint8_t column_type)
{
	switch (column_type) {
	case FGB_BOOL:
		return VALUE_BOOLEAN;
	case FGB_FLOAT:
	case FGB_DOUBLE:
		return VALUE_REAL;
	case FGB_STRING:
	case FGB_JSON:
	case FGB_DATETIME:
	case FGB_BINARY:
		return VALUE_TEXT;
	default:
		return VALUE_INTEGER;
	}
}

/* Reads one value at BYTES, of which ROOM are left; returns the bytes it took, 0 when it does not
 * fit. */
static uint32_t read_value(uint8_t type, const uint8_t *bytes, uint32_t room, struct value *value)
{
	static const uint8_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4, 4, 4, 4};
	float single;
	uint32_t length;

	if (type > FGB_BINARY || room < sizes[type])
		return 0;
	value->type = fgb_value_type(type);
	switch (type) {
	case FGB_BYTE:
		value->integer = (int8_t)bytes[0];
		break;
	case FGB_UBYTE:
		value->integer = bytes[0];
		break;
	case FGB_BOOL:
		value->boolean = bytes[0] != 0;
		break;
	case FGB_SHORT:
		value->integer = (int16_t)load_u16(bytes);
		break;
	case FGB_USHORT:
		value->integer = load_u16(bytes);
		break;
	case FGB_INT:
		value->integer = (int32_t)load_u32(bytes);
		break;
	case FGB_UINT:
		value->integer = load_u32(bytes);
		break;
	case FGB_LONG:
	case FGB_ULONG:
		value->integer = (int64_t)load_u64(bytes);
		break;
	case FGB_FLOAT:
		memcpy(&single, bytes, sizeof(single));
		value->real = single;
		break;
	case FGB_DOUBLE:
		value->real = load_double(bytes);
		break;
	default:
		length = load_u32(bytes);
		if (length > room - 4)
			return 0;
		value->text.bytes = (const char *)bytes + 4;
		value->text.length = length;
		return length + 4;
	}
	return sizes[type];
}

static bool read_properties(const struct flatbuffer_table *table, const struct fgb_layout *layout,
			    struct arena *arena, struct feature *feature)
{
	struct value *values = arena_alloc(arena, layout->value_count * sizeof(*values));
	struct flatbuffer_vector bytes;
	uint32_t at = 0;

	memset(values, 0, layout->value_count * sizeof(*values));
	feature->values = values;
	feature->id = 0;
	feature->has_id = false;
	if (!flatbuffer_vector(table, FEATURE_PROPERTIES, 1, &bytes))
		return false;
	while (at + 2 <= bytes.count) {
		uint16_t index = load_u16(bytes.items + at);
		const struct fgb_layout_column *column;
		struct value value;
		uint32_t taken;

		if (index >= layout->column_count)
			return false;
		column = &layout->columns[index];
		taken = read_value(column->type, bytes.items + at + 2, bytes.count - at - 2,
				   &value);
		if (!taken)
			return false;
		at += 2 + taken;
		if (!column->is_id) {
			values[column->value] = value;
		} else if (value.type == VALUE_INTEGER) {
			feature->id = (uint64_t)value.integer;
			feature->has_id = true;
		}
	}
	return at == bytes.count;
}

/* What is left to give out for one feature. An honest one stores each coordinate and each end of a
 * path once; tables that are referred to again and again could ask for any amount of memory. */
struct reader {
	struct arena *arena;
	uint64_t points_left, paths_left;
};

static struct point *copy_points(struct flatbuffer_vector xy, uint32_t first, uint32_t count,
				 struct reader *reader)
{
	struct point *points = arena_alloc(reader->arena, count * sizeof(*points));

	if (count)
		memcpy(points, xy.items + (size_t)first * sizeof(*points), count * sizeof(*points));
	return points;
}

/* Splits the coordinates of one geometry table into paths, one for each of its ends (or one in all
 * where it has none). The first path opens a polygon, the others are its holes. */
static bool read_paths(const struct flatbuffer_table *table, struct reader *reader,
		       struct path *paths, uint32_t *path_count)
{
	struct flatbuffer_vector xy, ends;
	uint32_t start = 0, total;

	if (!flatbuffer_vector(table, GEOMETRY_XY, 8, &xy) ||
	    !flatbuffer_vector(table, GEOMETRY_ENDS, 4, &ends))
		return false;
	total = xy.count / 2;
	if (total > reader->points_left)
		return false;
	reader->points_left -= total;
	for (uint32_t i = 0; i < (ends.count ? ends.count : 1); i++) {
		uint32_t end = ends.count ? load_u32(ends.items + (size_t)i * 4) : total;

		if (end < start || end > total)
			return false;
		paths[i].points = copy_points(xy, start, end - start, reader);
		paths[i].count = end - start;
		paths[i].exterior = i == 0;
		start = end;
	}
	*path_count = ends.count ? ends.count : 1;
	return true;
}

static bool count_paths(const struct flatbuffer_table *table, struct reader *reader,
			uint32_t *count)
{
	struct flatbuffer_vector ends;
	uint32_t paths;

	if (!flatbuffer_vector(table, GEOMETRY_ENDS, 4, &ends))
		return false;
	paths = ends.count ? ends.count : 1;
	if (paths > reader->paths_left)
		return false;
	reader->paths_left -= paths;
	*count += paths;
	return true;
}

static bool read_multi_polygon(const struct flatbuffer_table *table, struct reader *reader,
			       struct geometry *geometry)
{
	struct flatbuffer_vector parts;
	struct flatbuffer_table part;
	uint32_t count = 0, taken;

	if (!flatbuffer_vector(table, GEOMETRY_PARTS, 4, &parts))
		return false;
	for (uint32_t i = 0; i < parts.count; i++) {
		if (!flatbuffer_vector_table(table->buffer, parts, i, &part) ||
		    !count_paths(&part, reader, &count))
			return false;
	}
	geometry->paths = arena_alloc(reader->arena, count * sizeof(*geometry->paths));
	geometry->path_count = 0;
	for (uint32_t i = 0; i < parts.count; i++) {
		if (!flatbuffer_vector_table(table->buffer, parts, i, &part) ||
		    !read_paths(&part, reader, geometry->paths + geometry->path_count, &taken))
			return false;
		geometry->path_count += taken;
	}
	return true;
}

static bool read_geometry(const struct flatbuffer_table *table, uint8_t type, struct reader *reader,
			  struct geometry *geometry)
{
	uint32_t count = 0;

	switch (type) {
	case FGB_POINT:
	case FGB_MULTI_POINT:
		geometry->kind = GEOMETRY_POINT;
		break;
	case FGB_LINE_STRING:
	case FGB_MULTI_LINE_STRING:
		geometry->kind = GEOMETRY_LINE;
		break;
	case FGB_POLYGON:
		geometry->kind = GEOMETRY_POLYGON;
		break;
	case FGB_MULTI_POLYGON:
		geometry->kind = GEOMETRY_POLYGON;
		return read_multi_polygon(table, reader, geometry);
	default:
		return false;
	}
	if (!count_paths(table, reader, &count))
		return false;
	geometry->paths = arena_alloc(reader->arena, count * sizeof(*geometry->paths));
	return read_paths(table, reader, geometry->paths, &geometry->path_count);
}

static bool read_collection(const struct flatbuffer_table *table, struct reader *reader,
			    struct feature *feature)
{
	struct flatbuffer_vector parts;
	struct flatbuffer_table part;
	struct geometry *geometries;

	if (!flatbuffer_vector(table, GEOMETRY_PARTS, 4, &parts) ||
	    parts.count > COLLECTION_PARTS_MOST)
		return false;
	geometries = arena_alloc(reader->arena, parts.count * sizeof(*geometries));
	for (uint32_t i = 0; i < parts.count; i++) {
		if (!flatbuffer_vector_table(table->buffer, parts, i, &part) ||
		    !read_geometry(&part, flatbuffer_u8(&part, GEOMETRY_TYPE, 0), reader,
				   &geometries[i]))
			return false;
	}
	feature->geometries = geometries;
	feature->geometry_count = parts.count;
	return true;
}

bool fgb_feature_read(struct flatbuffer buffer, const struct fgb_layout *layout,
		      struct arena *arena, struct feature *feature)
{
	struct flatbuffer_table table, shape;
	struct geometry *geometry;
	struct reader reader = {arena, buffer.size / sizeof(struct point), buffer.size / 4};
	uint8_t type;
	uint32_t at;

	if (!flatbuffer_root(buffer, &table) || !read_properties(&table, layout, arena, feature))
		return false;
	at = flatbuffer_target(&table, FEATURE_GEOMETRY);
	if (!at || !flatbuffer_table_at(buffer, at, &shape))
		return false;
	type = layout->geometry_type ? layout->geometry_type
				     : flatbuffer_u8(&shape, GEOMETRY_TYPE, 0);
	if (type == FGB_COLLECTION)
		return read_collection(&shape, &reader, feature);
	geometry = arena_alloc(arena, sizeof(*geometry));
	feature->geometries = geometry;
	feature->geometry_count = 1;
	return read_geometry(&shape, type, &reader, geometry);
}

bool fgb_feature_id(struct flatbuffer buffer, const struct fgb_layout *layout, uint64_t *id)
{
	struct flatbuffer_table table;
	struct flatbuffer_vector bytes;
	uint32_t at = 0, taken = 1;

	if (!flatbuffer_root(buffer, &table) ||
	    !flatbuffer_vector(&table, FEATURE_PROPERTIES, 1, &bytes))
		return false;
	for (; taken && at + 2 <= bytes.count; at += 2 + taken) {
		uint16_t index = load_u16(bytes.items + at);
		struct value value;

		if (index >= layout->column_count)
			return false;
		taken = read_value(layout->columns[index].type, bytes.items + at + 2,
				   bytes.count - at - 2, &value);
		if (taken && layout->columns[index].is_id) {
			*id = value.type == VALUE_INTEGER ? (uint64_t)value.integer : 0;
			return value.type == VALUE_INTEGER;
		}
	}
	return false;
}

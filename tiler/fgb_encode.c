/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/fgb_encode.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/fgb.h"
#include "tiler/fgb_feature.h"
#include "tiler/flatbuffer_writer.h"

/* The tables of the schemas: where we put their fields. */

enum header_place {
	HEADER_NAME = 4,
	HEADER_COUNT = 8,
	HEADER_ENVELOPE = 16,
	HEADER_COLUMNS = 20,
	HEADER_CRS = 24,
	HEADER_NODE_SIZE = 28,
	HEADER_TYPE = 30
};
static const struct flatbuffer_shape HEADER = {32,
					       11,
					       8,
					       {HEADER_NAME, HEADER_ENVELOPE, HEADER_TYPE, 0, 0, 0,
						0, HEADER_COLUMNS, HEADER_COUNT, HEADER_NODE_SIZE,
						HEADER_CRS}};

enum crs_place {
	CRS_ORGANISATION = 4,
	CRS_CODE = 8,
	CRS_NAME = 12,
	CRS_WKT = 16,
	CRS_CODE_TEXT = 20
};
static const struct flatbuffer_shape REGISTERED_CRS = {
	20, 5, 4, {CRS_ORGANISATION, CRS_CODE, CRS_NAME, 0, CRS_WKT}};
/* One whose register counts otherwise than by numbers. */
static const struct flatbuffer_shape NAMED_CRS = {
	24, 6, 4, {CRS_ORGANISATION, 0, CRS_NAME, 0, CRS_WKT, CRS_CODE_TEXT}};
static const struct flatbuffer_shape OWN_CRS = {20, 5, 4, {0, 0, CRS_NAME, 0, CRS_WKT}};

enum column_place {
	COLUMN_NAME = 4,
	COLUMN_TYPE = 8
};
static const struct flatbuffer_shape COLUMN = {12, 2, 4, {COLUMN_NAME, COLUMN_TYPE}};

enum feature_place {
	FEATURE_GEOMETRY = 4,
	FEATURE_PROPERTIES = 8
};
static const struct flatbuffer_shape FEATURE = {12, 2, 4, {FEATURE_GEOMETRY, FEATURE_PROPERTIES}};

enum geometry_place {
	GEOMETRY_XY = 4,
	GEOMETRY_TYPE = 8,
	GEOMETRY_ENDS = 12,
	GEOMETRY_PARTS = 4
};
static const struct flatbuffer_shape ONE_PATH = {
	12, 7, 4, {0, GEOMETRY_XY, 0, 0, 0, 0, GEOMETRY_TYPE}};
static const struct flatbuffer_shape SOME_PATHS = {
	16, 7, 4, {GEOMETRY_ENDS, GEOMETRY_XY, 0, 0, 0, 0, GEOMETRY_TYPE}};
static const struct flatbuffer_shape SOME_PARTS = {
	12, 8, 4, {0, 0, 0, 0, 0, 0, GEOMETRY_TYPE, GEOMETRY_PARTS}};

enum {
	TABLE_MOST = 72, /* bytes of a table, its shape and its alignment */
	VECTOR_MOST = 16 /* of what a vector takes beside its items */
};

static uint8_t column_type(enum value_type type)
{
	switch (type) {
	case VALUE_BOOLEAN:
		return FGB_BOOL;
	case VALUE_INTEGER:
		return FGB_LONG;
	case VALUE_REAL:
		return FGB_DOUBLE;
	case VALUE_NULL:
	case VALUE_TEXT:
		break;
	}
	return FGB_STRING;
}

static uint8_t type_of_all(enum geometry_kind kind)
{
	static const uint8_t types[GEOMETRY_KINDS] = {0, FGB_MULTI_POINT, FGB_MULTI_LINE_STRING,
						      FGB_MULTI_POLYGON};

	return types[kind];
}

static void put_column(struct flatbuffer_writer *writer, size_t field, const char *name,
		       enum value_type type)
{
	size_t table = flatbuffer_put_table(writer, &COLUMN);

	flatbuffer_lead(writer, field, table);
	writer->bytes[table + COLUMN_TYPE] = column_type(type);
	flatbuffer_put_text(writer, table + COLUMN_NAME, name);
}

static bool is_number(const char *text)
{
	return *text && strlen(text) < 10 && strspn(text, "0123456789") == strlen(text);
}

static void put_crs(struct flatbuffer_writer *writer, size_t field, const struct crs *crs,
		    const char *wkt)
{
	bool registered = crs->authority && crs->code,
	     numbered = registered && is_number(crs->code);
	size_t table = flatbuffer_put_table(writer, numbered	 ? &REGISTERED_CRS
						    : registered ? &NAMED_CRS
								 : &OWN_CRS);

	flatbuffer_lead(writer, field, table);
	if (numbered)
		store_u32(writer->bytes + table + CRS_CODE, (uint32_t)atoi(crs->code));
	if (registered)
		flatbuffer_put_text(writer, table + CRS_ORGANISATION, crs->authority);
	if (registered && !numbered)
		flatbuffer_put_text(writer, table + CRS_CODE_TEXT, crs->code);
	flatbuffer_put_text(writer, table + CRS_NAME, crs->name);
	flatbuffer_put_text(writer, table + CRS_WKT, wkt);
}

static size_t header_most(const struct fgb_writer_layout *layout, const char *wkt)
{
	const struct crs *crs = layout->crs;
	size_t most = 2 * TABLE_MOST + 8 * VECTOR_MOST + strlen(layout->layer) + strlen(crs->name) +
		      strlen(wkt) + sizeof(struct box) + strlen(FGB_ID_COLUMN);

	if (crs->authority && crs->code)
		most += strlen(crs->authority) + strlen(crs->code);
	for (uint32_t i = 0; i < layout->column_count; i++)
		most += strlen(layout->columns[i].name);
	return most + ((size_t)layout->column_count + 1) * (TABLE_MOST + VECTOR_MOST);
}

void fgb_encode_header(const struct fgb_writer_layout *layout, struct buf *out,
		       struct fgb_header_places *places)
{
	char *wkt = crs_wkt(layout->crs);
	struct flatbuffer_writer writer = {
		(uint8_t *)buf_reserve(out, header_most(layout, wkt ? wkt : "")), 0};
	size_t header, columns;

	flatbuffer_begin(&writer);
	header = flatbuffer_put_table(&writer, &HEADER);
	writer.bytes[header + HEADER_TYPE] = type_of_all(layout->kind);
	flatbuffer_put_text(&writer, header + HEADER_NAME, layout->layer);
	*places = (struct fgb_header_places){
		.extent = flatbuffer_put_vector(&writer, header + HEADER_ENVELOPE, 4, 8),
		.feature_count = header + HEADER_COUNT,
		.node_size = header + HEADER_NODE_SIZE,
	};
	memset(writer.bytes + writer.at, 0, sizeof(struct box));
	writer.at += sizeof(struct box);
	columns = flatbuffer_put_vector(&writer, header + HEADER_COLUMNS, layout->column_count + 1,
					4);
	writer.at += 4 * ((size_t)layout->column_count + 1);
	put_column(&writer, columns, FGB_ID_COLUMN, VALUE_INTEGER);
	for (uint32_t i = 0; i < layout->column_count; i++)
		put_column(&writer, columns + 4 * ((size_t)i + 1), layout->columns[i].name,
			   layout->columns[i].type);
	put_crs(&writer, header + HEADER_CRS, layout->crs, wkt ? wkt : "");
	flatbuffer_end(&writer, header);
	out->length += writer.at;
	free(wkt);
}

/* At most, with its column's number. */
static size_t value_most(const struct value *value)
{
	return 2 + (value->type == VALUE_TEXT ? 4 + (size_t)value->text.length : 8);
}

static void put_value(struct flatbuffer_writer *writer, uint32_t column, const struct value *value)
{
	uint8_t boolean = value->type == VALUE_BOOLEAN && value->boolean;

	if (value->type == VALUE_NULL)
		return;
	flatbuffer_put_u16(writer, (uint16_t)column);
	if (value->type == VALUE_BOOLEAN) {
		flatbuffer_put(writer, &boolean, 1);
	} else if (value->type == VALUE_INTEGER) {
		flatbuffer_put(writer, &value->integer, sizeof(value->integer));
	} else if (value->type == VALUE_REAL) {
		flatbuffer_put(writer, &value->real, sizeof(value->real));
	} else {
		flatbuffer_put_u32(writer, value->text.length);
		flatbuffer_put(writer, value->text.bytes, value->text.length);
	}
}

static void put_properties(struct flatbuffer_writer *writer, size_t field,
			   const struct feature *feature, const enum value_type *types,
			   uint32_t count)
{
	struct value id = {.type = feature->has_id ? VALUE_INTEGER : VALUE_NULL,
			   .integer = (int64_t)feature->id};
	size_t start = flatbuffer_put_vector(writer, field, 0, 1);

	put_value(writer, 0, &id);
	for (uint32_t i = 0; i < count; i++) {
		assert(feature->values[i].type == VALUE_NULL ||
		       column_type(types[i]) == column_type(feature->values[i].type));
		put_value(writer, i + 1, &feature->values[i]);
	}
	store_u32(writer->bytes + start - 4, (uint32_t)(writer->at - start));
}

/* COUNT paths as one table, with an end for each where ENDS; returns its place. */
static size_t put_paths(struct flatbuffer_writer *writer, const struct path *paths, uint32_t count,
			uint8_t type, bool ends)
{
	size_t table = flatbuffer_put_table(writer, ends ? &SOME_PATHS : &ONE_PATH);
	uint32_t points = 0;

	writer->bytes[table + GEOMETRY_TYPE] = type;
	if (ends)
		flatbuffer_put_vector(writer, table + GEOMETRY_ENDS, count, 4);
	for (uint32_t i = 0; i < count; i++) {
		points += paths[i].count;
		if (ends)
			flatbuffer_put_u32(writer, points);
	}
	flatbuffer_put_vector(writer, table + GEOMETRY_XY, 2 * points, 8);
	for (uint32_t i = 0; i < count; i++)
		flatbuffer_put(writer, paths[i].points, paths[i].count * sizeof(struct point));
	return table;
}

/* How many of the paths from FIRST on are rings of one polygon. */
static uint32_t rings_of_polygon(const struct geometry *geometry, uint32_t first)
{
	uint32_t end = first + 1;

	while (end < geometry->path_count && !geometry->paths[end].exterior)
		end++;
	return end - first;
}

static size_t put_polygons(struct flatbuffer_writer *writer, const struct geometry *geometry)
{
	size_t table = flatbuffer_put_table(writer, &SOME_PARTS), parts;
	uint32_t count = 0, rings;

	for (uint32_t first = 0; first < geometry->path_count; first += rings, count++)
		rings = rings_of_polygon(geometry, first);
	writer->bytes[table + GEOMETRY_TYPE] = FGB_MULTI_POLYGON;
	parts = flatbuffer_put_vector(writer, table + GEOMETRY_PARTS, count, 4);
	writer->at += 4 * (size_t)count;
	for (uint32_t first = 0; first < geometry->path_count; first += rings, parts += 4) {
		rings = rings_of_polygon(geometry, first);
		flatbuffer_lead(
			writer, parts,
			put_paths(writer, geometry->paths + first, rings, FGB_POLYGON, rings > 1));
	}
	return table;
}

static size_t put_geometry(struct flatbuffer_writer *writer, const struct geometry *geometry)
{
	if (geometry->kind == GEOMETRY_POLYGON)
		return put_polygons(writer, geometry);
	/* GDAL asks for the ends of lines, even of one */
	return put_paths(writer, geometry->paths, geometry->path_count, type_of_all(geometry->kind),
			 geometry->kind == GEOMETRY_LINE);
}

static size_t put_collection(struct flatbuffer_writer *writer, const struct feature *feature)
{
	size_t table = flatbuffer_put_table(writer, &SOME_PARTS), parts;

	writer->bytes[table + GEOMETRY_TYPE] = FGB_COLLECTION;
	parts = flatbuffer_put_vector(writer, table + GEOMETRY_PARTS, feature->geometry_count, 4);
	writer->at += 4 * (size_t)feature->geometry_count;
	for (uint32_t i = 0; i < feature->geometry_count; i++)
		flatbuffer_lead(writer, parts + 4 * (size_t)i,
				put_geometry(writer, &feature->geometries[i]));
	return table;
}

static size_t feature_most(const struct feature *feature, uint32_t count)
{
	size_t most = 2 * TABLE_MOST + 2 * VECTOR_MOST + 10;

	for (uint32_t i = 0; i < count; i++)
		most += value_most(&feature->values[i]);
	for (uint32_t i = 0; i < feature->geometry_count; i++) {
		const struct geometry *geometry = &feature->geometries[i];

		most += TABLE_MOST + 2 * VECTOR_MOST + 4;
		for (uint32_t k = 0; k < geometry->path_count; k++)
			most += TABLE_MOST + 2 * VECTOR_MOST + 8 +
				geometry->paths[k].count * sizeof(struct point);
	}
	return most;
}

bool fgb_encode_feature(const struct feature *feature, enum geometry_kind kind,
			const enum value_type *types, uint32_t count, struct buf *out)
{
	size_t most = feature_most(feature, count), table;
	struct flatbuffer_writer writer = {NULL, 0};

	if (most < INT32_MAX)
		writer.bytes = (uint8_t *)buf_reserve(out, most);
	if (!writer.bytes)
		return false;
	flatbuffer_begin(&writer);
	table = flatbuffer_put_table(&writer, &FEATURE);
	put_properties(&writer, table + FEATURE_PROPERTIES, feature, types, count);
	flatbuffer_lead(&writer, table + FEATURE_GEOMETRY,
			kind == GEOMETRY_MIXED && feature->geometry_count > 1
				? put_collection(&writer, feature)
				: put_geometry(&writer, &feature->geometries[0]));
	flatbuffer_end(&writer, table);
	out->length += writer.at;
	return true;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/fuzz/small_fgb.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

/* FlatBuffers are written forwards: each table before what it points at. All numbers are
 * little-endian, as the machines this is tested on. */

enum {
	GEOMETRY_COLLECTION = 7
};

static void add_u16(struct buf *out, uint16_t value)
{
	buf_add(out, &value, sizeof(value));
}

static void add_u32(struct buf *out, uint32_t value)
{
	buf_add(out, &value, sizeof(value));
}

static void add_u64(struct buf *out, uint64_t value)
{
	buf_add(out, &value, sizeof(value));
}

static void put_u32(struct buf *out, size_t at, uint32_t value)
{
	memcpy(out->bytes + at, &value, sizeof(value));
}

/* Makes the offset stored at AT point at the end of what is written. */
static void link_to_end(struct buf *out, size_t at)
{
	put_u32(out, at, (uint32_t)(out->length - at));
}

/* A table of SIZE bytes, zeroed; FIELDS: the place of each field in it, 0 where it is absent. Gives
 * the table's place. */
static size_t add_table(struct buf *out, const uint16_t *fields, uint16_t field_count,
			uint16_t size)
{
	uint16_t vtable_size = (uint16_t)(4 + 2 * field_count);
	size_t table;

	add_u16(out, vtable_size);
	add_u16(out, size);
	buf_add(out, fields, field_count * sizeof(*fields));
	table = out->length;
	add_u32(out, vtable_size);
	for (uint16_t i = 4; i < size; i++)
		buf_add_char(out, '\0');
	return table;
}

static void add_vector(struct buf *out, size_t link, const void *items, uint32_t count,
		       size_t item_size)
{
	link_to_end(out, link);
	add_u32(out, count);
	buf_add(out, items, count * item_size);
}

/* A vector of offsets to be linked one by one; gives the place of the first. */
static size_t add_links(struct buf *out, size_t link, uint32_t count)
{
	size_t first;

	link_to_end(out, link);
	add_u32(out, count);
	first = out->length;
	for (uint32_t i = 0; i < count; i++)
		add_u32(out, 0);
	return first;
}

/* Where the table at the end of a link begins depends on its vtable: links go to the table. */
static size_t add_linked_table(struct buf *out, size_t link, const uint16_t *fields,
			       uint16_t field_count, uint16_t size)
{
	size_t table = add_table(out, fields, field_count, size);

	put_u32(out, link, (uint32_t)(table - link));
	return table;
}

void small_fgb_init(struct small_fgb *fgb, const struct small_fgb_column *columns,
		    uint32_t column_count, uint16_t node_size)
{
	*fgb = (struct small_fgb){
		.columns = columns, .column_count = column_count, .node_size = node_size};
	buf_init(&fgb->features, 0);
}

void small_fgb_release(struct small_fgb *fgb)
{
	buf_release(&fgb->features);
}

static uint8_t type_of(const struct geometry *geometry)
{
	static const uint8_t types[] = {0, 4, 5, 6}; /* the multi kinds */

	return types[geometry->kind];
}

/* ends, xy, (z, m, t, tm), type, parts */
static const uint16_t geometry_fields[] = {4, 8, 0, 0, 0, 0, 12, 16};
enum {
	GEOMETRY_FIELDS = 8,
	GEOMETRY_SIZE = 20
};

static void add_paths(struct buf *out, size_t table, const struct path *paths, uint32_t count)
{
	uint32_t end = 0;

	link_to_end(out, table + 4);
	add_u32(out, count);
	for (uint32_t i = 0; i < count; i++)
		add_u32(out, end += paths[i].count);
	link_to_end(out, table + 8);
	add_u32(out, 2 * end);
	for (uint32_t i = 0; i < count; i++)
		buf_add(out, paths[i].points, paths[i].count * sizeof(*paths[i].points));
}

/* An empty vector where a link would else point nowhere. */
static void add_nothing(struct buf *out, size_t link)
{
	add_vector(out, link, NULL, 0, 1);
}

static uint32_t polygon_length(const struct geometry *geometry, uint32_t first)
{
	uint32_t length = 1;

	while (first + length < geometry->path_count && !geometry->paths[first + length].exterior)
		length++;
	return length;
}

static void add_polygons(struct buf *out, size_t table, const struct geometry *geometry)
{
	uint32_t polygons = 0, part = 0;
	size_t links;

	for (uint32_t i = 0; i < geometry->path_count; i += polygon_length(geometry, i))
		polygons++;
	add_nothing(out, table + 4);
	add_nothing(out, table + 8);
	links = add_links(out, table + 16, polygons);
	for (uint32_t i = 0; i < geometry->path_count; part++) {
		uint32_t rings = polygon_length(geometry, i);
		size_t polygon = add_linked_table(out, links + 4 * (size_t)part, geometry_fields,
						  GEOMETRY_FIELDS, GEOMETRY_SIZE);

		out->bytes[polygon + 12] = 3;
		add_paths(out, polygon, geometry->paths + i, rings);
		add_nothing(out, polygon + 16);
		i += rings;
	}
}

static void add_geometry(struct buf *out, size_t link, const struct geometry *geometry)
{
	size_t table = add_linked_table(out, link, geometry_fields, GEOMETRY_FIELDS, GEOMETRY_SIZE);

	out->bytes[table + 12] = (char)type_of(geometry);
	if (geometry->kind == GEOMETRY_POLYGON) {
		add_polygons(out, table, geometry);
		return;
	}
	add_paths(out, table, geometry->paths, geometry->path_count);
	add_nothing(out, table + 16);
}

static void add_collection(struct buf *out, size_t link, const struct geometry *geometries,
			   uint32_t count)
{
	size_t table = add_linked_table(out, link, geometry_fields, GEOMETRY_FIELDS, GEOMETRY_SIZE);
	size_t links;

	out->bytes[table + 12] = GEOMETRY_COLLECTION;
	add_nothing(out, table + 4);
	add_nothing(out, table + 8);
	links = add_links(out, table + 16, count);
	for (uint32_t i = 0; i < count; i++)
		add_geometry(out, links + 4 * (size_t)i, &geometries[i]);
}

static struct box box_of(const struct geometry *geometries, uint32_t count)
{
	struct box box = box_empty();

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < geometries[i].path_count; k++)
			box = box_union(box, box_of_points(geometries[i].paths[k].points,
							   geometries[i].paths[k].count));
	return box;
}

void small_fgb_add(struct small_fgb *fgb, const struct geometry *geometries, uint32_t count,
		   const void *properties, size_t length)
{
	static const uint16_t fields[] = {4, 8};
	struct buf *out = &fgb->features;
	size_t start = out->length, table;

	FUZZ_CHECK(fgb->feature_count < SMALL_FGB_FEATURES_MOST);
	fgb->offsets[fgb->feature_count] = start;
	fgb->boxes[fgb->feature_count++] = box_of(geometries, count);
	add_u32(out, 0);
	add_u32(out, 0);
	table = add_table(out, fields, 2, 12);
	put_u32(out, start + 4, (uint32_t)(table - start - 4));
	add_vector(out, table + 8, properties, (uint32_t)length, 1);
	if (count == 1)
		add_geometry(out, table + 4, geometries);
	else
		add_collection(out, table + 4, geometries, count);
	put_u32(out, start, (uint32_t)(out->length - start - 4));
}

struct box small_fgb_extent(const struct small_fgb *fgb)
{
	struct box box = box_empty();

	for (uint32_t i = 0; i < fgb->feature_count; i++)
		box = box_union(box, fgb->boxes[i]);
	return box;
}

static void add_columns(const struct small_fgb *fgb, struct buf *out, size_t link)
{
	static const uint16_t fields[] = {4, 8}; /* name, type */
	size_t links = add_links(out, link, fgb->column_count);

	for (uint32_t i = 0; i < fgb->column_count; i++) {
		const struct small_fgb_column *column = &fgb->columns[i];
		size_t table = add_linked_table(out, links + 4 * (size_t)i, fields, 2, 12);

		out->bytes[table + 8] = (char)column->type;
		add_vector(out, table + 4, column->name, (uint32_t)strlen(column->name), 1);
		buf_add_char(out, '\0');
	}
}

static void add_header(const struct small_fgb *fgb, struct buf *out)
{
	/* name, envelope, type, (z, m, t, tm), columns, count, node size */
	static const uint16_t fields[] = {0, 4, 8, 0, 0, 0, 0, 12, 16, 24};
	struct box extent = small_fgb_extent(fgb);
	uint64_t count = fgb->feature_count;
	size_t start = out->length, table;

	add_u32(out, 0);
	add_u32(out, 0);
	table = add_table(out, fields, 10, 26);
	put_u32(out, start + 4, (uint32_t)(table - start - 4));
	memcpy(out->bytes + table + 16, &count, sizeof(count));
	memcpy(out->bytes + table + 24, &fgb->node_size, sizeof(fgb->node_size));
	add_vector(out, table + 4, &extent, 4, sizeof(double));
	add_columns(fgb, out, table + 12);
	put_u32(out, start, (uint32_t)(out->length - start - 4));
}

static void add_node(struct buf *out, struct box box, uint64_t offset)
{
	buf_add(out, &box, sizeof(box));
	add_u64(out, offset);
}

/* A root over its leaves: all that SMALL_FGB_FEATURES_MOST features need. */
static void add_index(const struct small_fgb *fgb, struct buf *out)
{
	FUZZ_CHECK(fgb->node_size >= fgb->feature_count);
	add_node(out, small_fgb_extent(fgb), 1);
	for (uint32_t i = 0; i < fgb->feature_count; i++)
		add_node(out, fgb->boxes[i], fgb->offsets[i]);
}

void small_fgb_write(const struct small_fgb *fgb, struct buf *out)
{
	buf_add(out, "fgb\3fgb\0", 8);
	add_header(fgb, out);
	if (fgb->node_size && fgb->feature_count)
		add_index(fgb, out);
	buf_add(out, fgb->features.bytes, fgb->features.length);
}

int small_file_open(const void *bytes, size_t length, char path[64])
{
	int file = memfd_create("fuzz", MFD_CLOEXEC);

	FUZZ_CHECK(file >= 0);
	FUZZ_CHECK(write(file, bytes, length) == (ssize_t)length);
	snprintf(path, 64, "/proc/self/fd/%d", file);
	return file;
}

void small_file_close(int file)
{
	close(file);
}

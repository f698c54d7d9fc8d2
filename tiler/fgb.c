/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/fgb.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/fgb_file.h"
#include "tiler/flatbuffer.h"
#include "tiler/memory.h"

enum header_field {
	HEADER_ENVELOPE = 1,
	HEADER_GEOMETRY_TYPE = 2,
	HEADER_COLUMNS = 7,
	HEADER_FEATURES_COUNT = 8,
	HEADER_INDEX_NODE_SIZE = 9,
};
enum column_field {
	COLUMN_NAME = 0,
	COLUMN_TYPE = 1
};

enum error_code fgb_damaged(struct error *error, const char *what)
{
	return error_set(error, ERROR_INVALID, "the FlatGeobuf file is damaged (%s)", what);
}

static bool read_columns(struct fgb *fgb, const struct flatbuffer_table *header)
{
	struct flatbuffer_vector columns, name;
	struct flatbuffer_table column;

	if (!flatbuffer_vector(header, HEADER_COLUMNS, 4, &columns) || columns.count > UINT16_MAX)
		return false;
	fgb->layout.columns = memory_zeroed(columns.count, sizeof(*fgb->layout.columns));
	fgb->columns = memory_zeroed(columns.count, sizeof(*fgb->columns));
	for (uint32_t i = 0; i < columns.count; i++) {
		struct fgb_layout_column *layout = &fgb->layout.columns[i];
		char *text;

		if (!flatbuffer_vector_table(header->buffer, columns, i, &column) ||
		    !flatbuffer_vector(&column, COLUMN_NAME, 1, &name))
			return false;
		layout->type = flatbuffer_u8(&column, COLUMN_TYPE, FGB_BYTE);
		fgb->layout.column_count = i + 1;
		text = memory_new(name.count + 1);
		if (name.count)
			memcpy(text, name.items, name.count);
		text[name.count] = '\0';
		layout->is_id = strcmp(text, FGB_ID_COLUMN) == 0;
		if (layout->is_id) {
			free(text);
			continue;
		}
		layout->value = fgb->column_count;
		fgb->columns[fgb->column_count++] = (struct fgb_column){
			text, fgb_value_type(layout->type)};
	}
	fgb->layout.value_count = fgb->column_count;
	return true;
}

/* Lays the levels of the tree out, as the format prescribes; false when there would be more nodes
 * than the file has room for. */
static bool lay_out_index(struct fgb *fgb, size_t room)
{
	uint64_t nodes = fgb->feature_count, total = nodes, end;
	uint64_t counts[FGB_TREE_LEVELS_MOST];

	counts[0] = nodes;
	fgb->level_count = 1;
	while (nodes > 1) {
		nodes = (nodes + fgb->node_size - 1) / fgb->node_size;
		if (fgb->level_count == FGB_TREE_LEVELS_MOST)
			return false;
		counts[fgb->level_count++] = nodes;
		total += nodes;
	}
	/* A single feature still has a root of its own above its leaf. */
	if (fgb->level_count == 1) {
		counts[fgb->level_count++] = 1;
		total++;
	}
	if (total > room / FGB_NODE_SIZE)
		return false;
	end = total;
	for (uint32_t level = 0; level < fgb->level_count; level++) {
		fgb->level_end[level] = end;
		fgb->level_start[level] = end -= counts[level];
	}
	fgb->features = fgb->nodes + total * FGB_NODE_SIZE;
	fgb->features_size = room - total * FGB_NODE_SIZE;
	return true;
}

static bool read_header(struct fgb *fgb)
{
	struct flatbuffer header_buffer;
	struct flatbuffer_table header;
	struct flatbuffer_vector envelope;
	uint32_t at;
	size_t after;

	if (fgb->size < FGB_MAGIC_SIZE + 4 ||
	    memcmp(fgb->bytes, FGB_MAGIC, FGB_MAGIC_SIZE - 1) != 0)
		return false;
	header_buffer.size = load_u32(fgb->bytes + FGB_MAGIC_SIZE);
	header_buffer.bytes = fgb->bytes + FGB_MAGIC_SIZE + 4;
	if (header_buffer.size > fgb->size - FGB_MAGIC_SIZE - 4 ||
	    !flatbuffer_root(header_buffer, &header) || !read_columns(fgb, &header) ||
	    !flatbuffer_vector(&header, HEADER_ENVELOPE, 8, &envelope))
		return false;
	fgb->extent = envelope.count >= 4 ? fgb_load_box(envelope.items) : box_empty();
	fgb->layout.geometry_type = flatbuffer_u8(&header, HEADER_GEOMETRY_TYPE, 0);
	at = flatbuffer_field(&header, HEADER_FEATURES_COUNT, 8);
	fgb->feature_count = at ? load_u64(header_buffer.bytes + at) : 0;
	at = flatbuffer_field(&header, HEADER_INDEX_NODE_SIZE, 2);
	fgb->node_size = at ? load_u16(header_buffer.bytes + at) : 16;
	after = FGB_MAGIC_SIZE + 4 + (size_t)header_buffer.size;
	fgb->features = fgb->bytes + after;
	fgb->features_size = fgb->size - after;
	if (fgb->node_size < 2 || fgb->feature_count == 0)
		return fgb->node_size == 0 || fgb->feature_count == 0;
	fgb->nodes = fgb->bytes + after;
	return fgb->feature_count <= fgb->size / FGB_NODE_SIZE &&
	       lay_out_index(fgb, fgb->size - after);
}

enum error_code fgb_open(const char *path, struct fgb **result, struct error *error)
{
	struct fgb *fgb = memory_zeroed(1, sizeof(*fgb));
	enum error_code code = mapped_file_open(path, &fgb->file, error);

	if (!code) {
		fgb->bytes = mapped_file_bytes(fgb->file);
		fgb->size = mapped_file_size(fgb->file);
		if (!read_header(fgb) || !mapped_file_is_whole(fgb->file))
			code = fgb_damaged(error, "header");
	}
	if (code)
		fgb_close(fgb);
	else
		*result = fgb;
	return code;
}

void fgb_close(struct fgb *fgb)
{
	if (!fgb)
		return;
	for (uint32_t i = 0; i < fgb->column_count; i++)
		free((void *)(uintptr_t)fgb->columns[i].name);
	free(fgb->columns);
	free(fgb->layout.columns);
	mapped_file_close(fgb->file);
	free(fgb);
}

uint64_t fgb_bytes(const struct fgb *fgb)
{
	return fgb->size;
}

uint64_t fgb_feature_count(const struct fgb *fgb)
{
	return fgb->feature_count;
}

struct box fgb_extent(const struct fgb *fgb)
{
	return fgb->extent;
}

uint32_t fgb_column_count(const struct fgb *fgb)
{
	return fgb->column_count;
}

const struct fgb_column *fgb_columns(const struct fgb *fgb)
{
	return fgb->columns;
}

enum {
	ID_DIGIT_BITS = 8,
	ID_DIGITS = 1 << ID_DIGIT_BITS,
	/* Ids lead all over the file, and its pages are far from the processor. */
	FETCHED_AHEAD = 4,
	FETCHED_BYTES = 256,
	CACHE_LINE = 64
};

struct place {
	uint64_t id, offset;
};

struct places {
	struct place *list;
	uint64_t count, room;
};

struct query {
	const struct fgb *fgb;
	struct box box;
	struct arena *arena;
	fgb_visit_f visit;
	void *context;
	struct error *error;
	struct places *places; /* where not NULL: features are not visited but noted here */
};

/* Hands the feature at OFFSET over; *NEXT: where the following one starts. */
static enum error_code visit_feature(const struct query *query, uint64_t offset, uint64_t *next)
{
	struct arena_mark mark = arena_mark(query->arena);
	struct flatbuffer buffer;
	struct feature feature;
	enum error_code code;

	if (!fgb_feature_buffer(query->fgb, offset, &buffer))
		return fgb_damaged(query->error, "a feature runs out of the file");
	*next = offset + 4 + buffer.size;
	if (!fgb_feature_read(buffer, &query->fgb->layout, query->arena, &feature))
		return fgb_damaged(query->error, "a feature's content");
	feature.place = offset;
	code = query->visit(&feature, query->context, query->error);
	arena_rewind(query->arena, mark);
	return code;
}

static enum error_code note_place(const struct query *query, uint64_t offset)
{
	struct places *places = query->places;
	struct flatbuffer buffer;
	uint64_t id;

	if (!fgb_feature_buffer(query->fgb, offset, &buffer))
		return fgb_damaged(query->error, "a feature runs out of the file");
	if (places->count == places->room) {
		struct place *grown;

		places->room = places->room ? 2 * places->room : 64;
		grown = arena_alloc(query->arena, places->room * sizeof(*grown));
		if (places->count)
			memcpy(grown, places->list, places->count * sizeof(*grown));
		places->list = grown;
	}
	if (!fgb_feature_id(buffer, &query->fgb->layout, &id))
		id = 0;
	places->list[places->count++] = (struct place){id, offset};
	return ERROR_NONE;
}

static enum error_code query_nodes(const struct query *query, uint32_t level, uint64_t first)
{
	const struct fgb *fgb = query->fgb;
	uint64_t end = first + fgb->node_size;
	enum error_code code = ERROR_NONE;

	if (first < fgb->level_start[level] || first >= fgb->level_end[level])
		return fgb_damaged(query->error, "index");
	if (end > fgb->level_end[level])
		end = fgb->level_end[level];
	for (uint64_t i = first; i < end && !code; i++) {
		const uint8_t *node = fgb->nodes + i * FGB_NODE_SIZE;
		uint64_t offset = load_u64(node + 32), next;

		if (!box_intersects(fgb_load_box(node), query->box))
			continue;
		if (level)
			code = query_nodes(query, level - 1, offset);
		else
			code = query->places ? note_place(query, offset)
					     : visit_feature(query, offset, &next);
	}
	return code;
}

static enum error_code query_all(const struct query *query)
{
	uint64_t offset = 0;
	enum error_code code = ERROR_NONE;

	for (uint64_t i = 0; i < query->fgb->feature_count && !code; i++)
		code = visit_feature(query, offset, &offset);
	return code;
}

/* What was read of a file that somebody wrote to meanwhile is not to be trusted, however sound it
 * looked. */
static enum error_code trusted(const struct fgb *fgb, enum error_code code, struct error *error)
{
	if (mapped_file_is_unchanged(fgb->file))
		return code;
	return fgb_damaged(error, "it was cut or written to while it was in use");
}

enum error_code fgb_query(const struct fgb *fgb, struct box box, struct arena *arena,
			  fgb_visit_f visit, void *context, struct error *error)
{
	struct query query = {fgb, box, arena, visit, context, error, NULL};
	enum error_code code;

	if (fgb->feature_count == 0 || box_is_empty(box))
		return ERROR_NONE;
	code = fgb->nodes ? query_nodes(&query, fgb->level_count - 1, 0) : query_all(&query);
	return trusted(fgb, code, error);
}

/* One pass of a radix sort. */
static void deal_out(const struct place *from, struct place *to, uint64_t count, unsigned shift)
{
	uint64_t ends[ID_DIGITS] = {0}, end = 0;

	for (uint64_t i = 0; i < count; i++)
		ends[from[i].id >> shift & (ID_DIGITS - 1)]++;
	for (uint32_t digit = 0; digit < ID_DIGITS; digit++) {
		uint64_t alike = ends[digit];

		ends[digit] = end;
		end += alike;
	}
	for (uint64_t i = 0; i < count; i++)
		to[ends[from[i].id >> shift & (ID_DIGITS - 1)]++] = from[i];
}

/* Equal ids stay in the order of the file. */
static void sort_by_id(struct places *places, struct arena *arena)
{
	struct place *other, *swap;
	uint64_t differing = 0;

	for (uint64_t i = 1; i < places->count; i++)
		differing |= places->list[i].id ^ places->list[0].id;
	if (!differing)
		return;
	other = arena_alloc(arena, places->count * sizeof(*other));
	for (unsigned shift = 0; shift < 64 && differing >> shift; shift += ID_DIGIT_BITS) {
		if (!(differing >> shift & (ID_DIGITS - 1)))
			continue;
		deal_out(places->list, other, places->count, shift);
		swap = places->list;
		places->list = other;
		other = swap;
	}
}

static void fetch(const uint8_t *bytes)
{
	for (int at = 0; at < FETCHED_BYTES; at += CACHE_LINE)
		__builtin_prefetch(bytes + at);
}

enum error_code fgb_query_by_id(const struct fgb *fgb, struct box box, struct arena *arena,
				fgb_visit_f visit, void *context, struct error *error)
{
	struct places places = {NULL, 0, 0};
	struct query query = {fgb, box, arena, visit, context, error, &places};
	enum error_code code = ERROR_NONE;
	uint64_t next;

	if (fgb->feature_count == 0 || box_is_empty(box))
		return ERROR_NONE;
	if (!fgb->nodes)
		return fgb_query(fgb, box, arena, visit, context, error);
	code = query_nodes(&query, fgb->level_count - 1, 0);
	sort_by_id(&places, arena);
	for (uint64_t i = 0; i < places.count && !code; i++) {
		if (i + FETCHED_AHEAD < places.count)
			fetch(fgb->features + places.list[i + FETCHED_AHEAD].offset);
		code = visit_feature(&query, places.list[i].offset, &next);
	}
	return trusted(fgb, code, error);
}

enum error_code fgb_visit_at(const struct fgb *fgb, uint64_t place, struct arena *arena,
			     fgb_visit_f visit, void *context, struct error *error)
{
	struct query query = {fgb, box_empty(), arena, visit, context, error, NULL};
	uint64_t next;
	enum error_code code = visit_feature(&query, place, &next);

	if (!mapped_file_is_whole(fgb->file))
		code = fgb_damaged(error, "it was cut while it was in use");
	return code;
}

void fgb_rest(const struct fgb *fgb)
{
	mapped_file_rest(fgb->file);
}

bool fgb_is_unchanged(const struct fgb *fgb)
{
	return mapped_file_is_unchanged(fgb->file);
}

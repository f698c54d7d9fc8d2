/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/fgb_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/fgb_encode.h"
#include "tiler/fgb_file.h"
#include "tiler/fgb_index.h"
#include "tiler/file_write.h"
#include "tiler/flatbuffer_writer.h"
#include "tiler/memory.h"

enum {
	PENDING_MOST = 1 << 20, /* bytes that are written in one go */
};

/* What is written to front to back. */
struct output {
	int file;    /* -1: none */
	uint64_t at; /* where in the file PENDING goes */
	struct buf pending;
};

struct fgb_writer {
	char *path;
	char *aside;	   /* the file of features that have no order yet; NULL: they have */
	struct output out; /* of features */
	int file;
	enum geometry_kind kind;
	enum value_type *types;
	uint32_t column_count;
	struct buf header;
	struct fgb_header_places places;
	struct fgb_node *leaves;
	uint64_t count, room;
	uint64_t start;	 /* of the features in the file */
	uint64_t length; /* of the features so far */
	struct box extent;
};

static enum error_code refused(const struct fgb_writer *writer, struct error *error)
{
	return error_set(error, ERROR_IO, "%s cannot be written (is the disk full?): %s",
			 writer->path, strerror(errno));
}

static int make_file(const char *path)
{
	unlink(path);
	return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

static uint64_t index_size(uint64_t count)
{
	return fgb_index_nodes(count) * FGB_NODE_SIZE;
}

enum error_code fgb_writer_new(const char *path, const struct fgb_writer_layout *layout,
			       struct fgb_writer **result, struct error *error)
{
	struct fgb_writer *writer = memory_zeroed(1, sizeof(*writer));
	enum error_code code = ERROR_NONE;

	writer->path = memory_text(path);
	writer->aside = layout->in_order ? NULL : memory_print("%s.unordered", path);
	writer->kind = layout->kind;
	writer->column_count = layout->column_count;
	writer->types = memory_new(layout->column_count * sizeof(*writer->types));
	for (uint32_t i = 0; i < layout->column_count; i++)
		writer->types[i] = layout->columns[i].type;
	writer->extent = box_empty();
	buf_init(&writer->header, 0);
	buf_init(&writer->out.pending, 0);
	fgb_encode_header(layout, &writer->header, &writer->places);
	writer->start = FGB_MAGIC_SIZE + writer->header.length + index_size(layout->in_order);
	writer->file = make_file(path);
	writer->out.file = writer->file;
	writer->out.at = writer->start;
	if (writer->aside) {
		writer->out.file = make_file(writer->aside);
		writer->out.at = 0;
	}
	if (writer->file < 0 || writer->out.file < 0) {
		code = refused(writer, error);
		fgb_writer_free(writer);
		return code;
	}
	*result = writer;
	return ERROR_NONE;
}

void fgb_writer_free(struct fgb_writer *writer)
{
	if (!writer)
		return;
	if (writer->out.file >= 0 && writer->out.file != writer->file)
		close(writer->out.file);
	if (writer->file >= 0)
		close(writer->file);
	if (writer->aside)
		unlink(writer->aside);
	buf_release(&writer->out.pending);
	buf_release(&writer->header);
	free(writer->leaves);
	free(writer->types);
	free(writer->aside);
	free(writer->path);
	free(writer);
}

static bool flush(struct output *out)
{
	size_t length = out->pending.length;

	if (!file_write_at(out->file, out->pending.bytes, length, (off_t)out->at))
		return false;
	out->at += length;
	buf_empty(&out->pending);
	return true;
}

static void note_leaf(struct fgb_writer *writer, struct box box)
{
	if (writer->count == writer->room) {
		writer->room = writer->room ? writer->room + writer->room / 2 : 256;
		writer->leaves = memory_resize(writer->leaves, writer->room,
					       sizeof(*writer->leaves));
	}
	writer->leaves[writer->count++] = (struct fgb_node){box, writer->length};
	writer->extent = box_union(writer->extent, box);
}

enum error_code fgb_writer_add(struct fgb_writer *writer, const struct feature *feature,
			       struct error *error)
{
	struct buf *pending = &writer->out.pending;
	size_t before = pending->length;

	if (writer->kind != GEOMETRY_MIXED &&
	    (feature->geometry_count != 1 || feature->geometries[0].kind != writer->kind))
		return error_set(error, ERROR_UNSUPPORTED, "%s: a feature is not a %s",
				 writer->path, geometry_kind_name(writer->kind));
	if (!fgb_encode_feature(feature, writer->kind, writer->types, writer->column_count,
				pending))
		return error_set(error, ERROR_IO, "%s: a feature is larger than 1 GiB",
				 writer->path);
	note_leaf(writer, box_of_geometries(feature->geometries, feature->geometry_count));
	writer->length += pending->length - before;
	if (pending->length >= PENDING_MOST && !flush(&writer->out))
		return refused(writer, error);
	return ERROR_NONE;
}

/* Puts the features, read from ASIDE, in the order of the curve behind each other. */
static bool copy_features(struct fgb_writer *writer, const uint8_t *aside)
{
	struct output *out = &writer->out;
	uint64_t length = 0;
	bool sound = true;

	for (uint64_t i = 0; i < writer->count && sound; i++) {
		const uint8_t *feature = aside + writer->leaves[i].offset;
		size_t size = FLATBUFFER_SIZE + load_u32(feature);

		buf_add(&out->pending, feature, size);
		writer->leaves[i].offset = length;
		length += size;
		if (out->pending.length >= PENDING_MOST)
			sound = flush(out);
	}
	return sound && flush(out);
}

static enum error_code put_in_order(struct fgb_writer *writer, struct error *error)
{
	struct mapped_file *aside;
	enum error_code code = mapped_file_open(writer->aside, &aside, error);
	bool copied;

	if (code)
		return code;
	close(writer->out.file);
	writer->out.file = writer->file;
	writer->out.at = writer->start;
	fgb_index_sort(writer->leaves, writer->count, writer->extent);
	copied = copy_features(writer, mapped_file_bytes(aside));
	if (!copied)
		code = refused(writer, error);
	else if (!mapped_file_is_unchanged(aside))
		code = error_set(error, ERROR_IO, "%s was written to by somebody else",
				 writer->aside);
	mapped_file_close(aside);
	return code;
}

/* Moves the features to TO, nearer the beginning. */
static bool move_features(struct fgb_writer *writer, uint64_t to)
{
	char *bytes = memory_new(PENDING_MOST);
	uint64_t moved = 0;
	bool sound = true;

	while (moved < writer->length && sound) {
		uint64_t left = writer->length - moved;
		ssize_t got = pread(writer->file, bytes, left < PENDING_MOST ? left : PENDING_MOST,
				    (off_t)(writer->start + moved));

		sound = got > 0 &&
			file_write_at(writer->file, bytes, (size_t)got, (off_t)(to + moved));
		moved += got > 0 ? (uint64_t)got : 0;
	}
	free(bytes);
	return sound && ftruncate(writer->file, (off_t)(to + writer->length)) == 0;
}

static void complete_header(struct fgb_writer *writer)
{
	uint8_t *header = (uint8_t *)writer->header.bytes;
	uint16_t node_size = writer->count ? FGB_NODE_CHILDREN : 0;

	if (writer->count)
		memcpy(header + writer->places.extent, &writer->extent, sizeof(writer->extent));
	store_u64(header + writer->places.feature_count, writer->count);
	memcpy(header + writer->places.node_size, &node_size, sizeof(node_size));
}

/* Magic, header and index, in front of the features. */
static bool write_front(struct fgb_writer *writer)
{
	struct fgb_node *inner = fgb_index_inner(writer->leaves, writer->count);
	size_t leaves = writer->count * FGB_NODE_SIZE;
	size_t above = index_size(writer->count) - leaves;
	off_t at = FGB_MAGIC_SIZE;
	bool written;

	complete_header(writer);
	written = file_write_at(writer->file, FGB_MAGIC, FGB_MAGIC_SIZE, 0) &&
		  file_write_at(writer->file, writer->header.bytes, writer->header.length, at);
	at += (off_t)writer->header.length;
	written = written && file_write_at(writer->file, inner, above, at) &&
		  file_write_at(writer->file, writer->leaves, leaves, at + (off_t)above);
	free(inner);
	return written;
}

enum error_code fgb_writer_finish(struct fgb_writer *writer, struct error *error)
{
	uint64_t start = FGB_MAGIC_SIZE + writer->header.length + index_size(writer->count);
	enum error_code code = ERROR_NONE;

	if (!flush(&writer->out))
		code = refused(writer, error);
	if (!code && writer->aside) {
		writer->start = start;
		code = writer->count ? put_in_order(writer, error) : ERROR_NONE;
	} else if (!code && start != writer->start && !move_features(writer, start)) {
		code = refused(writer, error);
	}
	if (!code && (!write_front(writer) || fsync(writer->file) != 0))
		code = refused(writer, error);
	fgb_writer_free(writer);
	return code;
}

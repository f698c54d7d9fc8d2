/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/pmtiles_directory.h"

#include <stdlib.h>

#include "tiler/memory.h"

enum {
	GZIP_LEVEL = 9,
	VARINT_MOST = 10,
	LEAF_FIRST_SIZE = 4096, /* entries; more where the root would not hold all leaves */
};

static void add_varint(struct buf *buf, uint64_t number)
{
	unsigned char bytes[VARINT_MOST];
	size_t length = 0;

	while (number >= 0x80) {
		bytes[length++] = (unsigned char)(number | 0x80);
		number >>= 7;
	}
	bytes[length++] = (unsigned char)number;
	buf_add(buf, bytes, length);
}

/* Appends a directory: the numbers of the same kind together, which compresses well. */
static enum error_code add_directory(const struct pmtiles_entry *entries, size_t count,
				     struct compressor *compressor, struct buf *out,
				     struct error *error)
{
	struct buf plain;
	enum error_code code;

	buf_init(&plain, 0);
	add_varint(&plain, count);
	for (size_t i = 0; i < count; i++)
		add_varint(&plain, entries[i].tile - (i ? entries[i - 1].tile : 0));
	for (size_t i = 0; i < count; i++)
		add_varint(&plain, entries[i].run);
	for (size_t i = 0; i < count; i++)
		add_varint(&plain, entries[i].length);
	for (size_t i = 0; i < count; i++) {
		bool follows = i > 0 &&
			       entries[i].offset == entries[i - 1].offset + entries[i - 1].length;

		add_varint(&plain, follows ? 0 : entries[i].offset + 1);
	}
	code = plain.full ? error_set(error, ERROR_LIMIT, "there are too many tiles")
			  : compress_gzip(compressor, plain.bytes, plain.length, out, error);
	buf_release(&plain);
	return code;
}

/* Leaves of SIZE entries, and the root that leads to them. */
static enum error_code add_leaves(const struct pmtiles_entry *entries, size_t count, size_t size,
				  struct compressor *compressor,
				  struct pmtiles_directories *directories, struct error *error)
{
	size_t leaf_count = (count + size - 1) / size;
	struct pmtiles_entry *root = memory_zeroed(leaf_count, sizeof(*root));
	enum error_code code = ERROR_NONE;

	for (size_t i = 0; i < leaf_count && !code; i++) {
		size_t first = i * size, before = directories->leaves.length;

		code = add_directory(entries + first, count - first < size ? count - first : size,
				     compressor, &directories->leaves, error);
		/* an entry of no run at all leads to a leaf */
		root[i] = (struct pmtiles_entry){entries[first].tile, before,
						 (uint32_t)(directories->leaves.length - before),
						 0};
	}
	if (!code)
		code = add_directory(root, leaf_count, compressor, &directories->root, error);
	free(root);
	return code;
}

enum error_code pmtiles_directories_make(const struct pmtiles_entry *entries, size_t count,
					 size_t root_most, struct pmtiles_directories *directories,
					 struct error *error)
{
	struct compressor *compressor = compressor_new(GZIP_LEVEL);
	size_t size = LEAF_FIRST_SIZE;
	enum error_code code;

	buf_init(&directories->root, 0);
	buf_init(&directories->leaves, 0);
	code = add_directory(entries, count, compressor, &directories->root, error);
	while (!code && directories->root.length > root_most) {
		buf_empty(&directories->root);
		buf_empty(&directories->leaves);
		code = add_leaves(entries, count, size, compressor, directories, error);
		size *= 2;
	}
	compressor_free(compressor);
	return code;
}

void pmtiles_directories_release(struct pmtiles_directories *directories)
{
	buf_release(&directories->root);
	buf_release(&directories->leaves);
}

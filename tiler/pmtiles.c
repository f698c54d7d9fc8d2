/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/pmtiles.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/hash.h"
#include "tiler/hilbert.h"
#include "tiler/memory.h"
#include "tiler/pmtiles_directory.h"

/* The directories stand before the tiles and are known after them: the tiles go into a file of
 * their own first, beside the archive and without a name, and are copied behind the
 * directories. */

enum {
	HEADER_SIZE = 127,
	ROOT_END = 16384, /* what readers fetch first holds the header and the whole root */
	COPY_STEP = 1 << 20,
	SLOTS_LEAST = 1024,
	GZIP = 2,
	MVT = 1,
};

/* Where the tiles' bytes were seen, by their hash: an open-addressing table. */
struct seen {
	uint64_t hash, offset;
	uint32_t length; /* 0: free */
};

struct pmtiles {
	char *path;
	FILE *archive, *tiles;
	uint64_t tiles_length;
	uint64_t tile_count;
	struct pmtiles_entry *entries;
	size_t entry_count, entry_capacity;
	struct seen *slots;
	size_t slot_count, content_count;
	void *scratch; /* COPY_STEP bytes */
};

static enum error_code write_failed(const struct pmtiles *pmtiles, struct error *error)
{
	return error_set(error, ERROR_IO, "%s cannot be written: %s", pmtiles->path,
			 strerror(errno));
}

enum error_code pmtiles_new(const char *path, struct pmtiles **result, struct error *error)
{
	struct pmtiles *pmtiles = memory_zeroed(1, sizeof(*pmtiles));
	char *aside = memory_print("%s-tiles", path);
	enum error_code code = ERROR_NONE;

	pmtiles->path = memory_text(path);
	pmtiles->archive = fopen(path, "wbe");
	pmtiles->tiles = pmtiles->archive ? fopen(aside, "w+be") : NULL;
	if (!pmtiles->tiles)
		code = write_failed(pmtiles, error);
	else
		unlink(aside);
	free(aside);
	pmtiles->slot_count = SLOTS_LEAST;
	pmtiles->slots = memory_zeroed(pmtiles->slot_count, sizeof(*pmtiles->slots));
	pmtiles->scratch = memory_new(COPY_STEP);
	if (code)
		pmtiles_free(pmtiles);
	else
		*result = pmtiles;
	return code;
}

void pmtiles_free(struct pmtiles *pmtiles)
{
	if (!pmtiles)
		return;
	if (pmtiles->archive)
		fclose(pmtiles->archive);
	if (pmtiles->tiles)
		fclose(pmtiles->tiles);
	free(pmtiles->entries);
	free(pmtiles->slots);
	free(pmtiles->scratch);
	free(pmtiles->path);
	free(pmtiles);
}

static uint64_t number_of(struct tile_id tile)
{
	uint64_t above = (((uint64_t)1 << 2 * tile.z) - 1) / 3;

	return above + hilbert_index(tile.z, tile.x, tile.y);
}

/* Are the bytes at OFFSET of the tiles these? */
static bool same_bytes(struct pmtiles *pmtiles, uint64_t offset, const void *bytes, size_t length)
{
	const char *rest = bytes;

	while (length > 0) {
		size_t step = length < COPY_STEP ? length : COPY_STEP;

		if (pread(fileno(pmtiles->tiles), pmtiles->scratch, step, (off_t)offset) !=
			    (ssize_t)step ||
		    memcmp(pmtiles->scratch, rest, step) != 0)
			return false;
		offset += step;
		rest += step;
		length -= step;
	}
	return true;
}

static void grow_slots(struct pmtiles *pmtiles)
{
	size_t count = 2 * pmtiles->slot_count;
	struct seen *slots = memory_zeroed(count, sizeof(*slots));

	for (size_t i = 0; i < pmtiles->slot_count; i++) {
		size_t at = pmtiles->slots[i].hash & (count - 1);

		if (!pmtiles->slots[i].length)
			continue;
		while (slots[at].length)
			at = (at + 1) & (count - 1);
		slots[at] = pmtiles->slots[i];
	}
	free(pmtiles->slots);
	pmtiles->slots = slots;
	pmtiles->slot_count = count;
}

/* Where the bytes are, written first if they are new. */
static enum error_code place_bytes(struct pmtiles *pmtiles, const void *bytes, size_t length,
				   uint64_t *offset, struct error *error)
{
	uint64_t hash = hash_bytes(bytes, length);
	size_t at = hash & (pmtiles->slot_count - 1);
	struct seen *seen;

	for (seen = &pmtiles->slots[at]; seen->length; seen = &pmtiles->slots[at]) {
		/* what lies in the stream's buffer cannot be read back yet */
		if (seen->hash == hash && seen->length == length && fflush(pmtiles->tiles) == 0 &&
		    same_bytes(pmtiles, seen->offset, bytes, length)) {
			*offset = seen->offset;
			return ERROR_NONE;
		}
		at = (at + 1) & (pmtiles->slot_count - 1);
	}
	*seen = (struct seen){hash, pmtiles->tiles_length, (uint32_t)length};
	if (fwrite(bytes, 1, length, pmtiles->tiles) != length)
		return write_failed(pmtiles, error);
	*offset = pmtiles->tiles_length;
	pmtiles->tiles_length += length;
	if (++pmtiles->content_count > pmtiles->slot_count / 2)
		grow_slots(pmtiles);
	return ERROR_NONE;
}

enum error_code pmtiles_add(struct pmtiles *pmtiles, struct tile_id tile, const void *bytes,
			    size_t length, struct error *error)
{
	struct pmtiles_entry *last = pmtiles->entry_count
					     ? &pmtiles->entries[pmtiles->entry_count - 1]
					     : NULL;
	uint64_t number = number_of(tile), offset = 0;
	enum error_code code;

	assert(length > 0 && length <= UINT32_MAX);
	assert(!last || number >= last->tile + last->run);
	code = place_bytes(pmtiles, bytes, length, &offset, error);
	if (code)
		return code;
	pmtiles->tile_count++;
	if (last && last->offset == offset && number == last->tile + last->run) {
		last->run++;
		return ERROR_NONE;
	}
	if (pmtiles->entry_count == pmtiles->entry_capacity) {
		pmtiles->entry_capacity = pmtiles->entry_capacity ? 2 * pmtiles->entry_capacity
								  : 256;
		pmtiles->entries = memory_resize(pmtiles->entries, pmtiles->entry_capacity,
						 sizeof(*pmtiles->entries));
	}
	pmtiles->entries[pmtiles->entry_count++] = (struct pmtiles_entry){number, offset,
									  (uint32_t)length, 1};
	return ERROR_NONE;
}

static unsigned char *put_number(unsigned char *end, uint64_t number, unsigned bytes)
{
	while (bytes-- > 0) {
		*end++ = (unsigned char)number;
		number >>= 8;
	}
	return end;
}

static unsigned char *put_degrees(unsigned char *end, double degrees)
{
	return put_number(end, (uint64_t)llrint(degrees * 1e7), 4);
}

static void write_header(const struct pmtiles *pmtiles, const struct pmtiles_header *header,
			 const struct pmtiles_directories *directories, size_t metadata_length,
			 unsigned char bytes[HEADER_SIZE])
{
	uint64_t sections[] = {directories->root.length, metadata_length,
			       directories->leaves.length, pmtiles->tiles_length};
	uint64_t offset = HEADER_SIZE;
	unsigned char *end = bytes;

	memcpy(end, "PMTiles\003", 8);
	end += 8;
	for (size_t i = 0; i < 4; i++) {
		end = put_number(end, offset, 8);
		end = put_number(end, sections[i], 8);
		offset += sections[i];
	}
	end = put_number(end, pmtiles->tile_count, 8);
	end = put_number(end, pmtiles->entry_count, 8);
	end = put_number(end, pmtiles->content_count, 8);
	*end++ = 1; /* clustered */
	*end++ = GZIP;
	*end++ = GZIP;
	*end++ = MVT;
	*end++ = (unsigned char)header->min_zoom;
	*end++ = (unsigned char)header->max_zoom;
	end = put_degrees(end, header->bounds.minx);
	end = put_degrees(end, header->bounds.miny);
	end = put_degrees(end, header->bounds.maxx);
	end = put_degrees(end, header->bounds.maxy);
	*end++ = (unsigned char)header->centre_zoom;
	end = put_degrees(end, header->centre.x);
	end = put_degrees(end, header->centre.y);
	assert(end == bytes + HEADER_SIZE);
}

static bool put(struct pmtiles *pmtiles, const void *bytes, size_t length)
{
	return length == 0 || fwrite(bytes, 1, length, pmtiles->archive) == length;
}

static bool copy_tiles(struct pmtiles *pmtiles)
{
	size_t length;

	if (fflush(pmtiles->tiles) || fseek(pmtiles->tiles, 0, SEEK_SET))
		return false;
	while ((length = fread(pmtiles->scratch, 1, COPY_STEP, pmtiles->tiles)) > 0) {
		if (!put(pmtiles, pmtiles->scratch, length))
			return false;
	}
	return !ferror(pmtiles->tiles);
}

enum error_code pmtiles_finish(struct pmtiles *pmtiles, const struct pmtiles_header *header,
			       struct error *error)
{
	struct compressor *compressor = compressor_new(9);
	struct pmtiles_directories directories;
	unsigned char bytes[HEADER_SIZE];
	struct buf metadata;
	enum error_code code;

	buf_init(&metadata, 0);
	code = pmtiles_directories_make(pmtiles->entries, pmtiles->entry_count,
					ROOT_END - HEADER_SIZE, &directories, error);
	if (!code)
		code = compress_gzip(compressor, header->metadata, strlen(header->metadata),
				     &metadata, error);
	if (code)
		goto out;
	write_header(pmtiles, header, &directories, metadata.length, bytes);
	if (!put(pmtiles, bytes, sizeof(bytes)) ||
	    !put(pmtiles, directories.root.bytes, directories.root.length) ||
	    !put(pmtiles, metadata.bytes, metadata.length) ||
	    !put(pmtiles, directories.leaves.bytes, directories.leaves.length) ||
	    !copy_tiles(pmtiles) || fflush(pmtiles->archive) || fsync(fileno(pmtiles->archive)))
		code = write_failed(pmtiles, error);
out:
	pmtiles_directories_release(&directories);
	buf_release(&metadata);
	compressor_free(compressor);
	return code;
}

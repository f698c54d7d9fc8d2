/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/weighings.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/compress.h"
#include "tiler/file_write.h"
#include "tiler/hash.h"
#include "tiler/mapped_file.h"
#include "tiler/memory.h"
#include "tiler/thread.h"

enum {
	HASH = 32, /* digits */
	LINE_MOST = 128,
	WEIGHINGS_MOST = 100000 /* of a file: a preparation makes hundreds */
};

/* A file is lines of text: what weighed; a tile's hash and weight each; the hash of all before. */

struct weighing {
	char tile[HASH + 1];
	size_t weight;
	bool used;
};

struct weighings {
	pthread_mutex_t lock;
	struct weighing *list;
	size_t count, room;
};

/* The number is another when compress_tile packs otherwise. */
static char *scales_name(void)
{
	return memory_print("weighings 1 by %s", compressor_library());
}

static struct weighing *find(struct weighings *weighings, const char *tile)
{
	for (size_t i = 0; i < weighings->count; i++) {
		if (memcmp(weighings->list[i].tile, tile, HASH) == 0)
			return &weighings->list[i];
	}
	return NULL;
}

static void add(struct weighings *weighings, const char *tile, size_t weight, bool used)
{
	struct weighing *weighing;

	if (weighings->count == weighings->room) {
		weighings->room = 2 * weighings->room + 64;
		weighings->list = memory_resize(weighings->list, weighings->room,
						sizeof(*weighings->list));
	}
	weighing = &weighings->list[weighings->count++];
	*weighing = (struct weighing){.weight = weight, .used = used};
	memcpy(weighing->tile, tile, HASH);
}

/* The length of what the last line, a hash, vouches for; 0: it does not. */
static size_t vouched_for(const char *text, size_t length)
{
	char hash[HASH + 1];

	if (length < HASH + 1 || text[length - 1] != '\n')
		return 0;
	length -= HASH + 1;
	hash_hex(text, length, hash);
	return memcmp(text + length, hash, HASH) == 0 ? length : 0;
}

/* The next line, without its end; false: there is none. */
static bool next_line(const char **text, const char *end, char line[LINE_MOST])
{
	const char *newline = *text < end ? memchr(*text, '\n', (size_t)(end - *text)) : NULL;

	if (!newline || newline - *text >= LINE_MOST)
		return false;
	memcpy(line, *text, (size_t)(newline - *text));
	line[newline - *text] = '\0';
	*text = newline + 1;
	return true;
}

static void parse(struct weighings *weighings, const char *text, size_t length)
{
	const char *end = text + vouched_for(text, length);
	char line[LINE_MOST], *rest, *name = scales_name();
	bool known = next_line(&text, end, line) && strcmp(line, name) == 0;

	free(name);
	while (known && next_line(&text, end, line) && weighings->count < WEIGHINGS_MOST) {
		if (strspn(line, "0123456789abcdef") != HASH || line[HASH] != ' ')
			return;
		add(weighings, line, (size_t)strtoull(line + HASH + 1, &rest, 10), false);
	}
}

struct weighings *weighings_read(const char *path)
{
	struct weighings *weighings = memory_zeroed(1, sizeof(*weighings));
	struct mapped_file *file;
	struct error none;

	pthread_mutex_init(&weighings->lock, NULL);
	if (!path || mapped_file_open(path, &file, &none))
		return weighings;
	parse(weighings, (const char *)mapped_file_bytes(file), mapped_file_size(file));
	mapped_file_close(file);
	return weighings;
}

void weighings_free(struct weighings *weighings)
{
	if (!weighings)
		return;
	pthread_mutex_destroy(&weighings->lock);
	free(weighings->list);
	free(weighings);
}

bool weighings_find(struct weighings *weighings, const void *tile, size_t length, size_t *weight)
{
	struct weighing *found;
	char hash[HASH + 1];

	hash_hex(tile, length, hash);
	pthread_mutex_lock(&weighings->lock);
	found = find(weighings, hash);
	if (found) {
		found->used = true;
		*weight = found->weight;
	}
	pthread_mutex_unlock(&weighings->lock);
	return found;
}

void weighings_note(struct weighings *weighings, const void *tile, size_t length, size_t weight)
{
	char hash[HASH + 1];

	hash_hex(tile, length, hash);
	pthread_mutex_lock(&weighings->lock);
	if (!find(weighings, hash))
		add(weighings, hash, weight, true);
	pthread_mutex_unlock(&weighings->lock);
}

static int by_tile(const void *left, const void *right)
{
	const struct weighing *a = left, *b = right;

	return memcmp(a->tile, b->tile, HASH);
}

enum error_code weighings_write(const struct weighings *weighings, const char *path,
				struct error *error)
{
	size_t size = weighings->count * sizeof(struct weighing);
	struct weighing *sorted = memory_new(size);
	enum error_code code = ERROR_NONE;
	char hash[HASH + 1], *name = scales_name();
	struct buf text;

	buf_init(&text, 0);
	buf_print(&text, "%s\n", name);
	if (size) {
		memcpy(sorted, weighings->list, size);
		qsort(sorted, weighings->count, sizeof(*sorted), by_tile);
	}
	for (size_t i = 0; i < weighings->count; i++) {
		if (sorted[i].used)
			buf_print(&text, "%s %zu\n", sorted[i].tile, sorted[i].weight);
	}
	hash_hex(text.bytes, text.length, hash);
	buf_print(&text, "%s\n", hash);
	if (!file_write(path, text.bytes, text.length))
		code = error_set(error, ERROR_IO, "%s cannot be written: %s", path,
				 strerror(errno));
	buf_release(&text);
	free(sorted);
	free(name);
	return code;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_key.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

enum {
	LONGEST_NUMBER = 20
};

static char *add_text(char *end, const char *text, size_t length)
{
	memcpy(end, text, length);
	return end + length;
}

static char *add_number(char *end, size_t number)
{
	char digits[LONGEST_NUMBER];
	size_t first = sizeof(digits);

	do
		digits[--first] = (char)('0' + number % 10);
	while (number /= 10);
	return add_text(end, digits + first, sizeof(digits) - first);
}

/* Ids may hold any byte: their length before them keeps keys apart. */
static char *add_counted(char *end, const char *text)
{
	size_t length = strlen(text);

	end = add_number(end, length);
	*end++ = ':';
	return add_text(end, text, length);
}

static char *add_tile(char *end, struct tile_id tile)
{
	const uint32_t numbers[] = {tile.z, tile.x, tile.y};

	for (unsigned i = 0; i < 3; i++) {
		*end++ = '/';
		end = add_number(end, numbers[i]);
	}
	return end;
}

/* Where the text of a key is written that is no longer than LONGEST. */
static char *begin(struct tile_key *key, size_t longest)
{
	char *text;

	key->allocated = longest > sizeof(key->space) ? memory_new(longest) : NULL;
	key->text = text = key->allocated ? key->allocated : key->space;
	return text;
}

static size_t longest_key(const char *grid, const char *const *themes, const char *const *versions,
			  uint32_t count, const char *variant)
{
	size_t length = strlen(grid) + 4 * (LONGEST_NUMBER + 1) + 1;

	for (uint32_t i = 0; i < count; i++)
		length += strlen(themes[i]) + LONGEST_NUMBER + 4 + strlen(versions[i]);
	return length + (variant ? strlen(variant) + 1 : 0);
}

/* A mark that no version bears, and at the end of all what the variant is. */
static const char VARIANT_MARK = '~', VARIANT_BEGIN = '?';

void tile_key_write(struct tile_key *key, const char *grid, struct tile_id tile,
		    const char *const *themes, const char *const *versions, uint32_t count,
		    const char *variant)
{
	size_t longest = longest_key(grid, themes, versions, count, variant);
	char *end = add_tile(add_counted(begin(key, longest), grid), tile);

	for (uint32_t i = 0; i < count; i++) {
		*end++ = '/';
		end = add_counted(end, themes[i]);
		*end++ = '@';
		end = add_text(end, versions[i], strlen(versions[i]));
		if (variant)
			*end++ = VARIANT_MARK;
	}
	if (variant) {
		*end++ = VARIANT_BEGIN;
		end = add_text(end, variant, strlen(variant));
	}
	*end = '\0';
	assert((size_t)(end - key->text) < longest);
}

static size_t read_number(const char **text)
{
	char *end;
	size_t number = strtoul(*text, &end, 10);

	*text = end;
	return number;
}

/* "3:abc": the text within, and its length. */
static const char *read_counted(const char **text, size_t *length)
{
	const char *counted;

	*length = read_number(text);
	counted = *text + 1;
	*text = counted + *length;
	return counted;
}

struct tile_key_frame tile_key_frame(const char *text)
{
	const char *rest = text;
	struct tile_key_frame frame;
	size_t length;

	read_counted(&rest, &length);
	frame.before = (size_t)(rest - text);
	for (unsigned i = 0; i < 3; i++)
		rest += 1 + strspn(rest + 1, "0123456789");
	frame.after = (size_t)(rest - text);
	frame.end = frame.after + strlen(rest);
	return frame;
}

void tile_key_move(struct tile_key *key, const char *like, const struct tile_key_frame *frame,
		   struct tile_id tile)
{
	size_t rest = frame->end - frame->after + 1;
	char *text = begin(key, frame->before + 3 * (LONGEST_NUMBER + 1) + rest);

	add_text(add_tile(add_text(text, like, frame->before), tile), like + frame->after, rest);
}

void tile_key_release(struct tile_key *key)
{
	free(key->allocated);
}

void tile_key_read(const char *text, char *grid, size_t grid_size, struct tile_id *tile,
		   const char **members)
{
	size_t length;
	const char *id = read_counted(&text, &length);

	length = length < grid_size ? length : grid_size - 1;
	memcpy(grid, id, length);
	grid[length] = '\0';
	text++;
	tile->z = (uint32_t)read_number(&text);
	text++;
	tile->x = (uint32_t)read_number(&text);
	text++;
	tile->y = (uint32_t)read_number(&text);
	*members = text;
}

bool tile_key_next(const char **members, struct tile_key_member *member)
{
	const char *text = *members;

	if (*text != '/')
		return false;
	text++;
	member->theme = read_counted(&text, &member->theme_length);
	member->version = text + 1;
	member->version_length = strcspn(member->version, "/?");
	*members = member->version + member->version_length;
	return true;
}

static bool is(const char *text, size_t length, const char *other)
{
	return strlen(other) == length && memcmp(text, other, length) == 0;
}

bool tile_key_member_is(const struct tile_key_member *member, const char *theme,
			const char *version)
{
	return is(member->theme, member->theme_length, theme) &&
	       (!version || is(member->version, member->version_length, version));
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/tile_recall.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/tile_names.h"
#include "tiler/hash.h"
#include "tiler/memory.h"

enum {
	PLACES = 256, /* beginnings a thread remembers, at most */
	BEGINNING_LONGEST = 128,
	KEY_LONGEST = 300,
};

struct place {
	unsigned turn;
	size_t length; /* of the beginning; 0: the place is free */
	const struct grid *grid;
	char beginning[BEGINNING_LONGEST];
	struct tile_key_frame frame;
	char key[KEY_LONGEST];	     /* of one of its tiles */
	char theme[KEY_LONGEST + 1]; /* of a single theme: its id, with its version behind the NUL;
					else empty */
	const char *version;
};

/* What a thread remembers. */
struct memo {
	struct memo *next;
	struct place places[PLACES];
};

struct tile_recall {
	struct engine *engine;
	pthread_key_t memo;   /* that of the thread */
	pthread_mutex_t lock; /* of the list of all, which is looked at when a thread is new */
	struct memo *first;
};

struct tile_recall *tile_recall_new(struct engine *engine)
{
	struct tile_recall *recall = memory_zeroed(1, sizeof(*recall));

	recall->engine = engine;
	pthread_mutex_init(&recall->lock, NULL);
	if (pthread_key_create(&recall->memo, NULL))
		abort();
	return recall;
}

void tile_recall_free(struct tile_recall *recall)
{
	struct memo *memo, *next;

	if (!recall)
		return;
	for (memo = recall->first; memo; memo = next) {
		next = memo->next;
		free(memo);
	}
	pthread_key_delete(recall->memo);
	pthread_mutex_destroy(&recall->lock);
	free(recall);
}

static struct memo *memo_new(struct tile_recall *recall)
{
	struct memo *memo = memory_zeroed(1, sizeof(*memo));

	pthread_mutex_lock(&recall->lock);
	memo->next = recall->first;
	recall->first = memo;
	pthread_mutex_unlock(&recall->lock);
	pthread_setspecific(recall->memo, memo);
	return memo;
}

/* The length of what stands before the numbers of SENT, the slash included; 0: there are none. */
static size_t read_address(const char *sent, struct tile_id *tile)
{
	const char *slash = sent + strlen(sent), *text;

	for (unsigned i = 0; i < 3 && slash; i++)
		slash = memrchr(sent, '/', (size_t)(slash - sent));
	if (!slash || !(text = tile_number_scan(slash + 1, &tile->z)) || *text != '/' ||
	    !(text = tile_number_scan(text + 1, &tile->x)) || *text != '/' ||
	    !tile_last_number_read(text + 1, &tile->y))
		return 0;
	return (size_t)(slash + 1 - sent);
}

static struct place *place_of(struct memo *memo, const char *beginning, size_t length)
{
	return &memo->places[hash_bytes(beginning, length) % PLACES];
}

static bool is_of(const struct place *place, const char *beginning, size_t length, unsigned turn)
{
	return place->length == length && place->turn == turn &&
	       memcmp(place->beginning, beginning, length) == 0;
}

static struct blob *find_stored(struct engine *engine, const struct place *place,
				struct tile_id tile, const char *key)
{
	struct tile_address address = {place->theme, place->version, place->grid->id, tile};

	return *place->theme ? engine_tile_recalled_stored(engine, &address, key) : NULL;
}

struct blob *tile_recall_find(struct tile_recall *recall, const char *sent, bool *stored)
{
	struct memo *memo = pthread_getspecific(recall->memo);
	struct tile_id tile;
	size_t length = memo ? read_address(sent, &tile) : 0;
	struct blob *blob = NULL;
	struct place *place;
	struct tile_key key;

	if (!length)
		return NULL;
	place = place_of(memo, sent, length);
	if (is_of(place, sent, length, engine_turn(recall->engine)) &&
	    grid_has(place->grid, tile)) {
		tile_key_move(&key, place->key, &place->frame, tile);
		blob = engine_tile_recalled(recall->engine, key.text);
		*stored = !blob;
		if (*stored)
			blob = find_stored(recall->engine, place, tile, key.text);
		tile_key_release(&key);
	}
	return blob;
}

/* Remembers the theme and the version in the key of the place, if there is one of each: the cache
 * on disk has no other tiles. */
static void note_theme(struct place *place)
{
	struct tile_key_member member;
	const char *members = place->key + place->frame.after;

	if (!tile_key_next(&members, &member) || *members)
		return;
	memcpy(place->theme, member.theme, member.theme_length);
	place->version = place->theme + member.theme_length + 1;
	memcpy(place->theme + member.theme_length + 1, member.version, member.version_length);
}

void tile_recall_note(struct tile_recall *recall, const char *sent,
		      const struct tile_request *request, unsigned turn)
{
	struct memo *memo = pthread_getspecific(recall->memo);
	struct tile_id tile;
	size_t length = read_address(sent, &tile);
	struct place *place;
	struct tile_key key;

	if (!length || length > BEGINNING_LONGEST)
		return;
	if (!memo)
		memo = memo_new(recall);
	place = place_of(memo, sent, length);
	if (is_of(place, sent, length, turn) || !engine_tile_key(recall->engine, request, &key))
		return;
	if (strlen(key.text) < KEY_LONGEST) {
		*place = (struct place){.turn = turn, .length = length, .grid = request->grid};
		memcpy(place->beginning, sent, length);
		strcpy(place->key, key.text);
		place->frame = tile_key_frame(key.text);
		note_theme(place);
	}
	tile_key_release(&key);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/pyramid.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "tiler/memory.h"
#include "tiler/pyramid_square.h"
#include "tiler/thread.h"

/* Before anything is made, the grid is looked over for the squares of 4 by 4 tiles that hold
 * something: a look costs next to nothing, and then it is known how much there is to do. The
 * threads take squares in order and lay what they made into a ring of harvests, from which the
 * caller's thread takes it in the same order; the ring is what bounds the memory. */

enum {
	SQUARE_DEPTH = 2, /* 4 tiles a side */
	RING_A_JOB = 8,
	WAITING_BYTES_MOST = 64 * 1024 * 1024,
};

struct pyramid {
	int gzip_level;
	struct pyramid_plan plan;
	struct transforms *transforms; /* of the caller's thread */
	struct arena *arena;
	struct pyramid_square *squares;
	size_t square_count, square_capacity;

	pthread_mutex_t lock; /* of what follows, but of a harvest that is being brought in */
	pthread_cond_t room, harvested;
	size_t next, taken; /* squares: begun by a thread, all handed out */
	unsigned busy;	    /* threads with a square in hand */
	bool ends;
	uint64_t waiting_bytes; /* of tiles not handed out */
	struct pyramid_progress progress;
	struct pyramid_harvest *ring;
	bool *ready; /* of the ring */
	unsigned ring_size;

	unsigned job_count, started;
	pthread_t jobs[PYRAMID_JOBS_MOST];
};

/* A square more may be begun while the ring has a place and not too much waits to be taken; the one
 * the caller waits for always. */
static bool may_begin(const struct pyramid *pyramid)
{
	return pyramid->next < pyramid->square_count &&
	       pyramid->next - pyramid->taken < pyramid->ring_size &&
	       (pyramid->waiting_bytes < WAITING_BYTES_MOST || pyramid->next == pyramid->taken);
}

static void *make_squares(void *context)
{
	struct pyramid *pyramid = context;
	struct pyramid_maker *maker;

	pthread_mutex_lock(&pyramid->lock);
	maker = pyramid_maker_new(pyramid->gzip_level, pyramid->started++);
	for (;;) {
		struct pyramid_square square;
		unsigned place;

		while (!pyramid->ends && !may_begin(pyramid))
			pthread_cond_wait(&pyramid->room, &pyramid->lock);
		if (pyramid->ends)
			break;
		square = pyramid->squares[pyramid->next];
		place = (unsigned)(pyramid->next++ % pyramid->ring_size);
		pyramid->busy++;
		pthread_mutex_unlock(&pyramid->lock);
		pyramid_maker_make(maker, &pyramid->plan, square, &pyramid->ring[place]);
		pthread_mutex_lock(&pyramid->lock);
		pyramid->busy--;
		pyramid->ready[place] = true;
		pyramid->waiting_bytes += pyramid->ring[place].bytes;
		pthread_cond_signal(&pyramid->harvested);
	}
	pthread_mutex_unlock(&pyramid->lock);
	pyramid_maker_free(maker);
	return NULL;
}

enum error_code pyramid_new(unsigned jobs, int gzip_level, struct pyramid **result,
			    struct error *error)
{
	struct pyramid *pyramid = memory_zeroed(1, sizeof(*pyramid));
	enum error_code code = ERROR_NONE;

	assert(jobs > 0);
	jobs = jobs < PYRAMID_JOBS_MOST ? jobs : PYRAMID_JOBS_MOST;
	pyramid->gzip_level = gzip_level;
	pyramid->transforms = transforms_new();
	pyramid->arena = arena_new();
	pyramid->ring_size = jobs * RING_A_JOB;
	pyramid->ring = memory_zeroed(pyramid->ring_size, sizeof(*pyramid->ring));
	pyramid->ready = memory_zeroed(pyramid->ring_size, sizeof(*pyramid->ready));
	pthread_mutex_init(&pyramid->lock, NULL);
	condition_init(&pyramid->room);
	condition_init(&pyramid->harvested);
	while (!code && pyramid->job_count < jobs) {
		code = thread_start(&pyramid->jobs[pyramid->job_count], "pyramid", make_squares,
				    pyramid, error);
		pyramid->job_count += !code;
	}
	if (code)
		pyramid_free(pyramid);
	else
		*result = pyramid;
	return code;
}

void pyramid_free(struct pyramid *pyramid)
{
	if (!pyramid)
		return;
	pthread_mutex_lock(&pyramid->lock);
	pyramid->ends = true;
	pthread_cond_broadcast(&pyramid->room);
	pthread_mutex_unlock(&pyramid->lock);
	for (unsigned i = 0; i < pyramid->job_count; i++)
		pthread_join(pyramid->jobs[i], NULL);
	for (unsigned i = 0; i < pyramid->ring_size; i++)
		pyramid_harvest_release(&pyramid->ring[i]);
	pthread_cond_destroy(&pyramid->room);
	pthread_cond_destroy(&pyramid->harvested);
	pthread_mutex_destroy(&pyramid->lock);
	transforms_free(pyramid->transforms);
	arena_free(pyramid->arena);
	free(pyramid->squares);
	free(pyramid->ring);
	free(pyramid->ready);
	free(pyramid);
}

void pyramid_rest(struct pyramid *pyramid)
{
	pthread_mutex_lock(&pyramid->lock);
	pyramid->next = pyramid->square_count;
	while (pyramid->busy > 0)
		pthread_cond_wait(&pyramid->harvested, &pyramid->lock);
	for (unsigned i = 0; i < pyramid->ring_size; i++) {
		pyramid_harvest_empty(&pyramid->ring[i]);
		pyramid->ready[i] = false;
	}
	pyramid->next = pyramid->taken = pyramid->square_count = 0;
	pyramid->waiting_bytes = 0;
	pyramid->progress = (struct pyramid_progress){0};
	pthread_mutex_unlock(&pyramid->lock);
}

struct listing {
	struct pyramid *pyramid;
	uint32_t z;
	size_t count;
};

static enum error_code list_square(struct cover_square square, void *context, struct error *error)
{
	struct listing *listing = context;
	struct pyramid *pyramid = listing->pyramid;

	if (listing->count == PYRAMID_SQUARES_MOST)
		return error_set(error, ERROR_LIMIT,
				 "there are more than %d million tiles down to level %u: ask for "
				 "fewer levels (--zoom) or a smaller area (--bbox)",
				 PYRAMID_SQUARES_MOST / 1000000 * 16, listing->z);
	if (listing->count == pyramid->square_capacity) {
		pyramid->square_capacity = pyramid->square_capacity ? 2 * pyramid->square_capacity
								    : 64;
		pyramid->squares = memory_resize(pyramid->squares, pyramid->square_capacity,
						 sizeof(*pyramid->squares));
	}
	pyramid->squares[listing->count++] = (struct pyramid_square){listing->z, square};
	return ERROR_NONE;
}

enum error_code pyramid_begin(struct pyramid *pyramid, const struct pyramid_plan *plan,
			      struct error *error)
{
	struct cover cover = {
		.layers = plan->layers,
		.layer_count = plan->layer_count,
		.grid = plan->grid,
		.area = plan->area,
		.transforms = pyramid->transforms,
		.arena = pyramid->arena,
	};
	struct listing listing = {.pyramid = pyramid};
	enum error_code code = ERROR_NONE;

	pyramid_rest(pyramid);
	for (uint32_t z = plan->min_zoom; z <= plan->max_zoom && !code; z++) {
		uint32_t depth = cover_order(plan->grid, z);

		listing.z = z;
		code = cover_walk(&cover, z, (struct cover_square){0, 0},
				  depth > SQUARE_DEPTH ? depth - SQUARE_DEPTH : 0, list_square,
				  &listing, error);
		arena_reset(pyramid->arena);
	}
	if (code)
		return code;
	pthread_mutex_lock(&pyramid->lock);
	pyramid->plan = *plan;
	pyramid->square_count = pyramid->progress.squares = listing.count;
	pthread_cond_broadcast(&pyramid->room);
	pthread_mutex_unlock(&pyramid->lock);
	return ERROR_NONE;
}

static void add_spent(struct pyramid_progress *total, const struct pyramid_progress *spent)
{
	total->squares_done++;
	total->skipped += spent->skipped;
	total->render_us += spent->render_us;
	total->compress_us += spent->compress_us;
	total->render.features_read += spent->render.features_read;
	total->render.features_drawn += spent->render.features_drawn;
	total->render.repaired += spent->render.repaired;
	total->render.proj_calls += spent->render.proj_calls;
}

/* The harvest of the square that is the caller's turn; waits for it. Under the lock. */
static struct pyramid_harvest *await_harvest(struct pyramid *pyramid)
{
	unsigned place = (unsigned)(pyramid->taken % pyramid->ring_size);

	while (!pyramid->ready[place])
		pthread_cond_wait(&pyramid->harvested, &pyramid->lock);
	return &pyramid->ring[place];
}

static void finish_square(struct pyramid *pyramid, struct pyramid_harvest *harvest)
{
	add_spent(&pyramid->progress, &harvest->spent);
	pyramid->waiting_bytes -= harvest->bytes;
	pyramid->ready[pyramid->taken % pyramid->ring_size] = false;
	pyramid->taken++;
	pyramid_harvest_empty(harvest);
	pthread_cond_broadcast(&pyramid->room);
}

enum error_code pyramid_next(struct pyramid *pyramid, struct tile_id *tile, struct blob **blob,
			     struct error *error)
{
	enum error_code code = ERROR_NONE;

	*blob = NULL;
	pthread_mutex_lock(&pyramid->lock);
	while (!*blob && !code && pyramid->taken < pyramid->square_count) {
		struct pyramid_harvest *harvest = await_harvest(pyramid);

		if (harvest->taken < harvest->count) {
			*tile = harvest->tiles[harvest->taken].tile;
			*blob = harvest->tiles[harvest->taken++].blob;
			pyramid->progress.tiles++;
			pyramid->progress.bytes += (*blob)->length;
		} else if (harvest->code) {
			code = harvest->code;
			*error = harvest->error;
		} else {
			finish_square(pyramid, harvest);
		}
	}
	pthread_mutex_unlock(&pyramid->lock);
	return code;
}

struct pyramid_progress pyramid_progress(struct pyramid *pyramid)
{
	struct pyramid_progress progress;

	pthread_mutex_lock(&pyramid->lock);
	progress = pyramid->progress;
	pthread_mutex_unlock(&pyramid->lock);
	return progress;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/level_writing.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "tiler/arena.h"
#include "tiler/level_feature.h"
#include "tiler/memory.h"
#include "tiler/thread.h"

enum {
	FEATURES_BETWEEN_LOOKS = 1000, /* at whether to stop */
	WAIT_MS = 200		       /* between questions whether to go on */
};

struct level_writing {
	struct level_writing_job job;
	pthread_t thread;
	bool threaded;
	atomic_bool stop;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool at_end; /* under the lock; then CODE and ERROR are set */
	enum error_code code;
	struct error error;
};

/* The writing of one feature. */
struct shapes {
	const struct level_look *look;
	struct fgb_writer *writer;
	struct arena *arena;
	uint64_t first, count;
};

static enum error_code write_feature(const struct feature *feature, void *context,
				     struct error *error)
{
	struct shapes *shapes = context;
	uint64_t *numbers = arena_alloc(shapes->arena, shapes->count * sizeof(*numbers));
	struct geometry geometries[GEOMETRY_KINDS - 1];
	struct feature shown = *feature;

	for (uint64_t i = 0; i < shapes->count; i++)
		numbers[i] = shapes->first + i;
	shown.geometries = geometries;
	shown.geometry_count = level_feature(shapes->look, numbers, shapes->count, shapes->arena,
					     geometries);
	if (!shown.geometry_count)
		return ERROR_NONE;
	return fgb_writer_add(shapes->writer, &shown, error);
}

static enum error_code write_features(struct level_writing *writing, struct fgb_writer *writer,
				      struct error *error)
{
	const struct level_look *look = writing->job.look;
	const struct outline *outline = look->outline;
	struct shapes shapes = {look, writer, arena_new(), 0, 0};
	enum error_code code = ERROR_NONE;
	uint64_t looks = 0;

	for (uint64_t s = 0; s < outline->shape_count && !code; s += shapes.count) {
		uint32_t feature = outline->shapes[s].feature;
		bool any = false;

		shapes.first = s;
		shapes.count = 0;
		for (uint64_t i = s;
		     i < outline->shape_count && outline->shapes[i].feature == feature;
		     i++, shapes.count++)
			any = any || look->selection->kept[i];
		if (!any)
			continue;
		if (++looks % FEATURES_BETWEEN_LOOKS == 0 && atomic_load(&writing->stop))
			code = error_set(error, ERROR_STOPPED, "stopped");
		if (!code)
			code = fgb_visit_at(writing->job.data, outline->places[feature],
					    shapes.arena, write_feature, &shapes, error);
		arena_reset(shapes.arena);
	}
	arena_free(shapes.arena);
	return code;
}

static enum error_code write_level(struct level_writing *writing, struct error *error)
{
	struct fgb_writer *writer;
	enum error_code code = fgb_writer_new(writing->job.path, &writing->job.layout, &writer,
					      error);

	if (code)
		return code;
	code = write_features(writing, writer, error);
	if (code)
		fgb_writer_free(writer);
	else
		code = fgb_writer_finish(writer, error);
	return code;
}

static void *run(void *context)
{
	struct level_writing *writing = context;
	enum error_code code = write_level(writing, &writing->error);

	pthread_mutex_lock(&writing->lock);
	writing->code = code;
	writing->at_end = true;
	pthread_cond_signal(&writing->ended);
	pthread_mutex_unlock(&writing->lock);
	return NULL;
}

struct level_writing *level_writing_start(const struct level_writing_job *job)
{
	struct level_writing *writing = memory_zeroed(1, sizeof(*writing));
	struct error error;

	writing->job = *job;
	atomic_init(&writing->stop, false);
	pthread_mutex_init(&writing->lock, NULL);
	condition_init(&writing->ended);
	writing->threaded = thread_start(&writing->thread, "level", run, writing, &error) ==
			    ERROR_NONE;
	if (!writing->threaded)
		run(writing);
	return writing;
}

static void wait_for_end(struct level_writing *writing, bool (*go_on)(void *context), void *context)
{
	pthread_mutex_lock(&writing->lock);
	while (!writing->at_end) {
		condition_wait_until(&writing->ended, &writing->lock, clock_ms() + WAIT_MS);
		if (!writing->at_end && go_on && !go_on(context))
			atomic_store(&writing->stop, true);
	}
	pthread_mutex_unlock(&writing->lock);
	if (writing->threaded)
		pthread_join(writing->thread, NULL);
}

enum error_code level_writing_finish(struct level_writing *writing, bool (*go_on)(void *context),
				     void *context, struct error *error)
{
	enum error_code code;

	if (!writing)
		return ERROR_NONE;
	wait_for_end(writing, go_on, context);
	code = writing->code;
	if (code)
		*error = writing->error;
	pthread_cond_destroy(&writing->ended);
	pthread_mutex_destroy(&writing->lock);
	free(writing->job.path);
	free(writing);
	return code;
}

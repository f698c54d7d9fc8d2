/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/engine_job.h"

#include <stdlib.h>

#include "tiler/memory.h"
#include "tiler/tile_member.h"

struct engine_job {
	struct catalogue *catalogue;
	struct variant *variant;
	const struct theme *const *themes;
	uint32_t theme_count;
	bool reads;
	union {
		struct tile_request tile;
		struct reading reading;
	};
};

struct engine_job *engine_job_of_tile(const struct tile_request *request)
{
	struct engine_job *job = memory_new(sizeof(*job));

	job->catalogue = catalogue_ref(request->catalogue);
	job->variant = variant_ref(request->variant);
	job->reads = false;
	job->tile = *request;
	job->themes = job->tile.themes;
	job->theme_count = request->theme_count;
	return job;
}

struct engine_job *engine_job_of_reading(const struct reading *reading)
{
	struct engine_job *job = memory_new(sizeof(*job));

	job->catalogue = catalogue_ref(reading->catalogue);
	job->variant = variant_ref(reading->variant);
	job->reads = true;
	job->reading = *reading;
	job->themes = &job->reading.theme;
	job->theme_count = 1;
	return job;
}

bool engine_job_is_ready(const struct engine_job *job, const struct tile_workshop *workshop)
{
	bool limited = variant_is_limited(job->variant), all = true;

	for (uint32_t i = 0; i < job->theme_count; i++) {
		if (shelf_has_failed(workshop->shelf, job->themes[i]))
			return true;
		all = all && shelf_is_settled(workshop->shelf, job->themes[i]) &&
		      (!limited || communes_are_settled(workshop->communes, job->themes[i],
							job->variant->commune));
	}
	return all;
}

void engine_job_free(struct engine_job *job)
{
	if (job->reads)
		job->reading.release(job->reading.content);
	catalogue_unref(job->catalogue);
	variant_unref(job->variant);
	free(job);
}

struct engine_worker {
	struct tile_workshop *workshop;
	struct tile_maker *maker;
	struct reading_tools *tools; /* NULL until the first reading */
};

struct engine_worker *engine_worker_new(struct tile_workshop *workshop)
{
	struct engine_worker *worker = memory_new(sizeof(*worker));

	*worker = (struct engine_worker){workshop, tile_maker_new(workshop), NULL};
	return worker;
}

void engine_worker_free(struct engine_worker *worker)
{
	tile_maker_free(worker->maker);
	reading_tools_free(worker->tools);
	free(worker);
}

static enum error_code read_member(struct engine_worker *worker, const struct reading *reading,
				   const struct tile_member *member, struct blob **blob,
				   struct error *error)
{
	struct reading_tools *tools = worker->tools;
	struct render_layer showing = {.prepared = member->prepared};
	struct reading_source source = {member->prepared, &showing};
	struct variant_view view;
	enum error_code code = variant_view_init(&view, reading->variant, member->prepared,
						 &member->commune, tools->filtering, error);

	if (!code) {
		variant_view_show(&view, &showing);
		code = reading->read(&source, tools, reading->content, blob, error);
		if (code == ERROR_INVALID &&
		    shelf_is_mending(worker->workshop->shelf, reading->theme, member->prepared,
				     error))
			code = error_set(error, ERROR_BUSY,
					 "theme %s was damaged on disk and is being prepared anew; "
					 "ask again",
					 reading->theme->id);
	}
	variant_view_release(&view);
	reading_tools_rest(tools);
	return code;
}

static enum error_code read_theme(struct engine_worker *worker, const struct reading *reading,
				  struct blob **result, struct error *error)
{
	struct tile_member member;
	struct blob *blob = NULL;
	enum error_code code = tile_member_take(worker->workshop, reading->theme, reading->variant,
						&member, error);

	if (code)
		return code;
	if (!worker->tools)
		worker->tools = reading_tools_new();
	code = read_member(worker, reading, &member, &blob, error);
	if (!code)
		code = tile_member_check(worker->workshop, &member, error);
	if (code)
		blob_unref(blob);
	else
		*result = blob;
	tile_member_release(&member);
	return code;
}

void engine_worker_finish(struct engine_worker *worker)
{
	tile_maker_finish(worker->maker);
}

enum error_code engine_worker_do(struct engine_worker *worker, struct engine_job *job,
				 struct blob **blob, struct error *error)
{
	return job->reads ? read_theme(worker, &job->reading, blob, error)
			  : tile_maker_make(worker->maker, &job->tile, blob, error);
}

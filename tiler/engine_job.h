/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/reading.h"
#include "tiler/tile_maker.h"
#include "tiler/tile_request.h"

/* What waits in the engine's queue: a tile to be made, or a theme to be read. For engine.c alone.
 */
struct engine_job;

/* New, of a copy of REQUEST; keeps its catalogue and variant alive. */
struct engine_job *engine_job_of_tile(const struct tile_request *request);

/* New, of a copy of READING; keeps its catalogue and variant alive and takes its content. */
struct engine_job *engine_job_of_reading(const struct reading *reading);

/* May it start: are all its themes there, and is it known what of them is the commune's, or will
 * one never be? Quick. */
bool engine_job_is_ready(const struct engine_job *job, const struct tile_workshop *workshop);
void engine_job_free(struct engine_job *job);

/* One thread that does them. */
struct engine_worker;

struct engine_worker *engine_worker_new(struct tile_workshop *workshop); /* borrowed */
void engine_worker_free(struct engine_worker *worker);
/* What the job left to be done, while it still is there. */
void engine_worker_finish(struct engine_worker *worker);
MUST_CHECK enum error_code engine_worker_do(struct engine_worker *worker, struct engine_job *job,
					    struct blob **blob, struct error *error);

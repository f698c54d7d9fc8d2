/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/error.h"
#include "tiler/fgb_writer.h"
#include "tiler/level_shape.h"

/* Writes the file of a level on a thread of its own, while its maker chooses the next coarser one.
 */
struct level_writing;

/* Of the level, what it shows, the data (level 0) its attributes come from, and its file; all
 * borrowed until the writing ends. */
struct level_writing_job {
	const struct level_look *look;
	const struct fgb *data;
	struct fgb_writer_layout layout;
	char *path; /* stolen */
};

/* New; the writing is under way when this returns. */
struct level_writing *level_writing_start(const struct level_writing_job *job);

/* Waits for the end, asking GO_ON (may be NULL) now and then; false: stop (ERROR_STOPPED). WRITING
 * is gone in every case; NULL is a writing that went well. */
MUST_CHECK enum error_code level_writing_finish(struct level_writing *writing,
						bool (*go_on)(void *context), void *context,
						struct error *error);

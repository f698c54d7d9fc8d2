/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"

/* Tells when files change, and only once they have been left alone for a while, so that nobody
 * reads one that is half copied. The system's notices (inotify) are taken as hints to look; what
 * counts is what files look like (size, times, place on disk), so that a notice that was lost, or a
 * network file system that gives none, costs time and no more. */
struct watch;

struct watch_settings {
	unsigned quiet_ms; /* for which a file must have been left alone */
	unsigned poll_ms;  /* how often to look unasked */
	/* Something changed and is quiet, or, with ASKED, watch_ask was called. From the watch's
	 * thread; may call watch_set and watch_is_written. */
	void (*changed)(bool asked, void *context);
	/* A line for the log. */
	void (*log)(const char *text, void *context);
	void *context;
};

/* New, without its thread: nothing is told yet. */
MUST_CHECK enum error_code watch_new(const struct watch_settings *settings, struct watch **watch,
				     struct error *error);

/* Watches PATHS (copied) instead of those before: files with all that bear their name and another
 * end (.shx, -wal ...), and folders with all below them, but hidden files. What does not exist is
 * waited for; what is no path at all is passed over. Changes from this moment on are told. Before
 * watch_start, or from `changed`. */
void watch_set(struct watch *watch, const char *const *paths, size_t count);

/* Starts the thread that watches. */
MUST_CHECK enum error_code watch_start(struct watch *watch, struct error *error);

/* Has `changed` called now, whether or not anything did. May be called from a signal handler. */
void watch_ask(struct watch *watch);

/* Is PATH, or a file that goes with it, being written? From `changed`. */
bool watch_is_written(struct watch *watch, const char *path);

/* Waits for a call of `changed` to end. */
void watch_free(struct watch *watch);

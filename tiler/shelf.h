/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/catalogue.h"
#include "tiler/error.h"
#include "tiler/prepared.h"

/* The prepared themes in service: one slot for each theme of a catalogue, and the threads that open
 * what stands on disk and prepare what does not, those asked for first, then the small ones. Each
 * slot has a lock of its own that guards its version for a few instructions; the lock of the shelf
 * guards who does what next, and is never taken to serve a theme that is ready. */
struct shelf;

struct shelf_settings {
	const char *state;
	unsigned threads;
	/* A line for the log. */
	void (*log)(const char *text, void *context);
	void *log_context;
	/* Told, from a thread of the shelf, each time a theme is ready or has failed. */
	void (*settled)(void *context);
	void *settled_context;
};

/* How a theme stands. */
enum theme_state {
	THEME_WAITING, /* its turn to be prepared has not come */
	THEME_PREPARING,
	THEME_READY,
	THEME_FAILED, /* the error says why; an older version may still be served */
};

/* New, without threads yet; takes a reference of its own to CATALOGUE. */
struct shelf *shelf_new(const struct shelf_settings *settings, struct catalogue *catalogue);
MUST_CHECK enum error_code shelf_start(struct shelf *shelf, struct error *error);

/* Interrupts the preparations and joins the threads; what is ready can still be taken. */
void shelf_stop(struct shelf *shelf);
void shelf_free(struct shelf *shelf);

struct catalogue *shelf_catalogue(struct shelf *shelf); /* borrowed */

/* The version of THEME in service; false: none. Quick. */
bool shelf_version(struct shelf *shelf, const struct theme *theme, char version[33]);

/* Grows whenever a version of THEME is taken out of service: who asks at the same number, before or
 * after the theme is ready, may be given the same tile. */
unsigned shelf_edition(struct shelf *shelf, const struct theme *theme);

/* Has it come to an end with THEME, good or bad? Quick, takes no lock. */
bool shelf_is_settled(struct shelf *shelf, const struct theme *theme);
bool shelf_has_failed(struct shelf *shelf, const struct theme *theme);

/* Somebody waits for THEME: its turn comes before those nobody asked for. */
void shelf_ask(struct shelf *shelf, const struct theme *theme);

/* A new reference to the version of THEME in service. ERROR_BUSY: not ready; ERROR_INVALID: it
 * could not be prepared. */
MUST_CHECK enum error_code shelf_take(struct shelf *shelf, const struct theme *theme,
				      struct prepared **prepared, struct error *error);

/* PREPARED, the version of THEME that was taken, proved damaged on disk (REASON): it is prepared
 * anew, once in the life of the shelf. True when a sound version will or does replace it. */
bool shelf_is_mending(struct shelf *shelf, const struct theme *theme,
		      const struct prepared *prepared, const struct error *reason);

/* See engine_theme. Opens the theme if nobody has yet, which reads from the disk. */
enum theme_state shelf_theme(struct shelf *shelf, const struct theme *theme,
			     struct prepared **prepared, struct error *error);

struct shelf_count {
	size_t ready, waiting, failed; /* waiting: those being prepared too */
};
struct shelf_count shelf_count(struct shelf *shelf);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/catalogue.h"
#include "tiler/error.h"
#include "tiler/prepared.h"

/* The catalogue in service and its prepared themes: one slot for each theme there is or was, and
 * the threads that open what stands on disk and prepare what does not, those asked for first, then
 * the small ones. Another catalogue may take the place of the one in service at any time: themes
 * whose data or options changed are prepared again beside what is in service, and change over in
 * one step.
 *
 * Each slot has a lock of its own that guards its version for a few instructions. The lock of the
 * shelf guards who does what next, and is never taken to serve a theme that is ready. The catalogue
 * in service can be taken from several places, each with a lock, so that threads do not meet. */
struct shelf;

struct shelf_settings {
	const char *state;
	unsigned threads;
	/* A version found damaged is prepared anew, but not again before so long: what comes out
	 * damaged each time shall not be prepared for ever. 0: a minute. */
	unsigned mend_again_ms;
	/* A line for the log. */
	void (*log)(const char *text, void *context);
	void *log_context;
	/* Told, from a thread of the shelf, each time a theme is ready or has failed. */
	void (*settled)(void *context);
	/* May be NULL. Told, from a thread of the shelf, before NEWER takes the place of OLDER, a
	 * version of other content: what is kept of the one for the other is made ready, and how
	 * many tiles that are is told. */
	struct shelf_carried (*replace)(const struct theme *theme, struct prepared *older,
					struct prepared *newer, void *context);
	void *settled_context; /* of both */
};

/* What of a theme's tiles and features a change of its data left as it was. */
struct shelf_carried {
	uint64_t features_changed, tiles_kept, tiles_dropped;
};

/* How a theme stands. */
enum theme_state {
	THEME_WAITING, /* its turn to be prepared has not come */
	THEME_PREPARING,
	THEME_READY,  /* a newer version may be in preparation */
	THEME_FAILED, /* the error says why; an older version may still be served */
};

/* New, without threads yet; takes a reference of its own to CATALOGUE. */
struct shelf *shelf_new(const struct shelf_settings *settings, struct catalogue *catalogue);
MUST_CHECK enum error_code shelf_start(struct shelf *shelf, struct error *error);

/* Interrupts the preparations and joins the threads; what is ready can still be taken. */
void shelf_stop(struct shelf *shelf);
void shelf_free(struct shelf *shelf);

/* The catalogue in service: a new reference. */
struct catalogue *shelf_catalogue(struct shelf *shelf);

/* Puts CATALOGUE (a reference of its own is taken) into service at once. Themes that are as they
 * were stay ready; what was being prepared of themes that are gone is interrupted. RETRY: those
 * that failed are tried again now, else in their time. One thread at a time. */
void shelf_adopt(struct shelf *shelf, struct catalogue *catalogue, bool retry);

/* The version of THEME in service; false: none. Quick. */
bool shelf_version(struct shelf *shelf, const struct theme *theme, char version[33]);

/* Changes after each change of the catalogue in service, or of the version in service of any theme.
 * What was found since it had one value holds for as long as it has that. */
unsigned shelf_turn(struct shelf *shelf);

/* A text that changes whenever the state of a theme of CATALOGUE, its version in service or the
 * reason of its failure does. */
void shelf_state(struct shelf *shelf, const struct catalogue *catalogue, char state[33]);

/* Grows whenever a version of THEME is taken out of service: who asks at the same number, before or
 * after the theme is ready, may be given the same tile. */
unsigned shelf_edition(struct shelf *shelf, const struct theme *theme);

/* Is a version of THEME in service, or will none be for now? Quick, takes no lock. */
bool shelf_is_settled(struct shelf *shelf, const struct theme *theme);
/* Has its preparation failed, with no older version in service? */
bool shelf_has_failed(struct shelf *shelf, const struct theme *theme);

/* Somebody waits for THEME: its turn comes before those nobody asked for. */
void shelf_ask(struct shelf *shelf, const struct theme *theme);

/* A new reference to the version of THEME in service. ERROR_BUSY: not ready; ERROR_INVALID: it
 * could not be prepared. */
MUST_CHECK enum error_code shelf_take(struct shelf *shelf, const struct theme *theme,
				      struct prepared **prepared, struct error *error);

/* PREPARED, the version of THEME that was taken, proved damaged on disk (REASON): it is prepared
 * anew, once for the same data. True when a sound version will or does replace it. */
bool shelf_is_mending(struct shelf *shelf, const struct theme *theme,
		      const struct prepared *prepared, const struct error *reason);

/* See engine_theme. Opens the theme if nobody has yet, which reads from the disk. */
enum theme_state shelf_theme(struct shelf *shelf, const struct theme *theme,
			     struct prepared **prepared, struct error *error);

/* How fresh what is served of a theme is. Times are seconds since 1970, 0: not yet, or unknown. */
struct theme_freshness {
	int64_t data_changed_at;       /* when the data known now were written */
	int64_t prepared_at;	       /* the version in service */
	int64_t replaced_at;	       /* when it took the place of an older one of other content */
	bool outdated;		       /* newer data are known than those in service */
	struct shelf_carried replaced; /* what that change cost */
};
struct theme_freshness shelf_freshness(struct shelf *shelf, const struct theme *theme);

struct shelf_count {
	size_t ready, waiting, failed; /* waiting: those being prepared too */
	size_t outdated;	       /* of all: newer data are known than those in service */
	uint64_t replaced;	       /* versions by others of other content, so far */
	struct shelf_carried carried;  /* in all */
};
struct shelf_count shelf_count(struct shelf *shelf);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/commune_join.h"
#include "tiler/commune_list.h"
#include "tiler/shelf.h"

/* The communes of the catalogue in service, and which features of its themes are whose: a thread
 * reads the list as soon as the theme of the communes stands, and makes the join of each theme that
 * stands, those asked for first; both anew when a version changes. One lock, taken for a few
 * instructions, guards the list and the table of joins that are open. */
struct communes;

struct communes_settings {
	const char *state;		/* borrowed */
	struct commune_settings source; /* borrowed */
	struct shelf *shelf;		/* borrowed */
	void (*log)(const char *text, void *context);
	void *log_context;
	/* Told, from the thread, each time more can be taken. */
	void (*settled)(void *context);
	void *settled_context;
};

/* New, without its thread. */
struct communes *communes_new(const struct communes_settings *settings);
MUST_CHECK enum error_code communes_start(struct communes *communes, struct error *error);
/* Joins the thread; what is open can still be taken. */
void communes_stop(struct communes *communes);
void communes_free(struct communes *communes);

/* Something changed: a theme is ready, or the catalogue is another. Quick, from any thread. */
void communes_wake(struct communes *communes);

/* Which joins could not be made is forgotten: they are tried again. Quick, from any thread. */
void communes_retry(struct communes *communes);

/* The communes there are: a new reference. ERROR_BUSY: their theme is being prepared; ERROR_INVALID
 * or ERROR_NOT_FOUND: there are none, and why. Quick. */
MUST_CHECK enum error_code communes_list(struct communes *communes, struct commune_list **list,
					 struct error *error);

/* The version of what is told of a THEME of that VERSION and of the commune of that CODE: VERSION
 * becomes one of both. False: the communes are not there yet. Quick. */
bool communes_mix_version(struct communes *communes, const struct theme *theme, const char *code,
			  char version[33]);

/* EDITION of whatever becomes one of it and of the newest communes; stays while there are none.
 * Quick. */
void communes_mix_edition(struct communes *communes, char edition[33]);

/* Somebody waits for the join of THEME: its turn comes first. Quick. */
void communes_ask(struct communes *communes, const struct theme *theme);

/* Can what is told of the commune of that CODE of the version of THEME in service be taken, or will
 * there be nothing for now? Quick. */
bool communes_are_settled(struct communes *communes, const struct theme *theme, const char *code);

/* What is told of one version of a theme, and of one of the communes. */
struct commune_taken {
	struct commune_join *join;
	struct commune_list *list;
	char version[33]; /* theme's and communes' in one, as communes_mix_version has it */
};

/* What is told of THEME, a version that was taken from the shelf, and of the commune of that CODE:
 * new references, to be released whatever the code. While new communes are being joined it is what
 * was told of those before. ERROR_BUSY: there is nothing yet; else why there is nothing. Quick. */
MUST_CHECK enum error_code communes_take(struct communes *communes, const struct prepared *theme,
					 const char *code, struct commune_taken *taken,
					 struct error *error);
void commune_taken_release(struct commune_taken *taken);

/* NEWER is about to take the place of the version of its theme in service: makes its join, so that
 * nobody has to wait for it. From a thread of the shelf; STOPPING ends it. */
void communes_prepare(struct communes *communes, const struct prepared *newer);

/* JOIN proved to have been cut under its reader: it is made anew. */
void communes_mend(struct communes *communes, const struct commune_join *join);

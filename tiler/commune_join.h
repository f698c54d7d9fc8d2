/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/commune_source.h"
#include "tiler/error.h"
#include "tiler/prepared.h"

/* Which features of a theme are a commune's: an immutable file STATE/communes/THEME/VERSION, made
 * once of a version of the theme and one of the communes, written aside and put in place in one
 * step, mapped for reading. It tells of features by their ids, which all levels of the theme have
 * in common: what shows of a commune at one zoom is a part of what shows in it at the next.
 *
 * A feature is a commune's when a part of it, of its own dimension, lies there (region_has_part):
 * points on the border are both neighbours', roads along it too; what only touches it is not. Of a
 * theme with a commune_column the codes there decide instead. */
struct commune_join;

/* What is to be told of the theme and of the communes; borrowed for the call. */
struct commune_join_of {
	const char *state;
	const struct prepared *theme;
	const struct prepared *communes;
	const struct commune_source *source;
};

/* New, one reference. ERROR_NOT_FOUND: not made yet; ERROR_INVALID: damaged. In both cases making
 * it mends it. */
MUST_CHECK enum error_code commune_join_open(const struct commune_join_of *of,
					     struct commune_join **join, struct error *error);

/* Makes the file, in place of one there is and of those of older versions. GO_ON (may be NULL) is
 * asked now and then; false: stop (ERROR_STOPPED). ERROR_IO: it cannot be written;
 * ERROR_UNSUPPORTED: PROJ knows no way from the communes to the theme. */
MUST_CHECK enum error_code commune_join_make(const struct commune_join_of *of,
					     bool (*go_on)(void *context), void *context,
					     struct error *error);

/* Is there a file? It may be damaged. */
bool commune_join_stands(const struct commune_join_of *of);

struct commune_join *commune_join_ref(struct commune_join *join);
/* NULL is none. */
void commune_join_unref(struct commune_join *join);

/* Of which versions it is. */
bool commune_join_is_of(const struct commune_join *join, const char *theme_version,
			const char *communes_version);

/* False once the file proved to have been cut under its reader: what was told since is not to be
 * trusted. */
bool commune_join_is_whole(const struct commune_join *join);

/* One commune's features; borrowed of the join. */
struct commune_limit {
	struct box box;	     /* around all that their levels draw of them, in the theme's CRS */
	const uint64_t *ids; /* ascending */
	uint64_t count;
};

/* The limit to the commune of that CODE; one that keeps nothing where no feature is there. */
struct commune_limit commune_join_limit(const struct commune_join *join, const char *code);

/* Is the feature of that id one of them? */
bool commune_limit_keeps(const struct commune_limit *limit, uint64_t id);

/* The same of a file's bytes (aligned for numbers), for those who read them from elsewhere: are
 * they sound? */
bool commune_join_bytes_are_sound(const uint8_t *bytes, size_t size);

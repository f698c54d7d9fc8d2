/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/tile_maker.h"

/* What a tile of one theme, or a reading of it, is made from: the versions in service. */
struct tile_member {
	struct prepared *prepared;
	struct commune_taken commune; /* of a variant limited to a commune; else empty */
	char version[33];	      /* of both, for keys */
};

/* New references, for VARIANT (may be NULL). ERROR_NOT_FOUND: there is no commune of its code; the
 * rest is as with shelf_take and communes_take. */
MUST_CHECK enum error_code tile_member_take(struct tile_workshop *workshop,
					    const struct theme *theme,
					    const struct variant *variant,
					    struct tile_member *member, struct error *error);
void tile_member_release(struct tile_member *member);

/* After something was made from it: ERROR_BUSY, and what was made is not to be trusted, where the
 * join proved damaged meanwhile; it is made anew. */
MUST_CHECK enum error_code tile_member_check(struct tile_workshop *workshop,
					     const struct tile_member *member, struct error *error);

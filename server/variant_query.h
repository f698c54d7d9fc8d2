/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/request.h"
#include "tiler/buf.h"
#include "tiler/error.h"
#include "tiler/tile_request.h"

/* The variant that an address asks for by its query: properties=a,b, filter=..., filter-crs=... */

/* Of tiles of TILE_REQUEST's themes: a new reference, or NULL for the plain tiles. Errors are
 * those of variant_new; ERROR_INVALID also where filter-lang is another than cql2-text. */
MUST_CHECK enum error_code variant_query_read(const struct request *request,
					      const struct tile_request *tile_request,
					      struct variant **variant, struct error *error);

/* Appends to URL, which may end with a query already, the parameters that ask for VARIANT, in their
 * normal form; nothing for NULL. */
void variant_query_write(const struct variant *variant, struct buf *url);

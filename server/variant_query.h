/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/request.h"
#include "server/site.h"
#include "tiler/buf.h"
#include "tiler/error.h"
#include "tiler/tile_request.h"

/* The variant that an address asks for by its query: properties=a,b, filter=..., filter-crs=...,
 * commune=35238, clip=yes. The commune may also be a part of the path, {commune} of its route,
 * "35238-clip" where it clips. */

/* Of tiles of TILE_REQUEST's themes: a new reference, or NULL for the plain tiles. Errors are
 * those of variant_new; ERROR_INVALID also where filter-lang is another than cql2-text, or clip
 * neither yes nor no, or said without a commune;
 * ERROR_NOT_FOUND: there is no such commune, or none at all. While the communes are being prepared
 * any sound code is taken: who makes tiles finds out. */
MUST_CHECK enum error_code variant_query_read(const struct site *site,
					      const struct request *request,
					      const struct tile_request *tile_request,
					      struct variant **variant, struct error *error);

/* The same at an address of several themes that knows no parameters but those of a commune. */
MUST_CHECK enum error_code variant_query_read_commune(const struct site *site,
						      const struct request *request,
						      struct variant **variant,
						      struct error *error);

/* New: what people call VARIANT's commune; its code until the communes are known; NULL: it is
 * limited to none, or NULL itself. */
char *variant_commune_name(const struct site *site, const struct variant *variant);

/* New: all that documents on VARIANT's commune depend on, for keys; "" where it is limited to none,
 * or NULL. */
char *variant_commune_key(const struct variant *variant);

/* Appends to URL, which may end with a query already, the parameters that ask for VARIANT, in their
 * normal form; nothing for NULL. */
void variant_query_write(const struct variant *variant, struct buf *url);

/* The same of its commune alone, clip and all. */
void variant_query_write_commune(const struct variant *variant, struct buf *url);

/* Appends the commune as the part of a path, slash and all. */
void variant_query_write_path(const struct variant *variant, struct buf *url);

/* Appends the path of the VectorTileServer of THEME in GRID (ids), and of VARIANT's commune: what
 * QGIS reads grids by knows no other limits. */
void variant_query_write_service(const struct variant *variant, const char *theme, const char *grid,
				 struct buf *url);

/* The commune that an address asks for. Not to be copied: the code may lie in it. */
struct commune_asked {
	const char *code; /* borrowed of the request; NULL: none */
	bool clip;
	char of_path[2 * COMMUNE_CODE_SIZE];
};

/* ERROR_INVALID: it is none, or two, or clip is said wrongly (variant_query_read). Whether there is
 * such a commune is not asked. */
MUST_CHECK enum error_code commune_asked_read(struct commune_asked *asked,
					      const struct request *request, struct error *error);

/* Appends it to URL as its query has it, and as the part of a path, slash and all; nothing where
 * there is none. */
void commune_asked_write(const struct commune_asked *asked, struct buf *url);
void commune_asked_write_path(const struct commune_asked *asked, struct buf *url);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "server/site.h"

/* The CRS that the features of a theme are given in (OGC API Features part 2): CRS84, the theme's
 * own, those of the grids, EPSG:4326. */

#define OGC_CRS84 "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

struct ogc_crs {
	const struct crs *crs; /* borrowed from the theme or the grids */
	char *uri;
	bool northing_first; /* in the order of axes of this URI */
};

struct ogc_crs_list {
	struct ogc_crs *items; /* CRS84 first; each URI once */
	size_t count;
};

/* New, of THEME, which is borrowed with the grids of SITE; to be released. */
void ogc_crs_list_init(struct ogc_crs_list *list, const struct site *site,
		       const struct theme *theme);
void ogc_crs_list_release(struct ogc_crs_list *list);

/* The one that TEXT names: by its URI, with https, as a URN, as "EPSG:3948" or in brackets. NULL:
 * none. */
const struct ogc_crs *ogc_crs_find(const struct ogc_crs_list *list, const char *text);

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/ogc_crs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/grid_json.h"
#include "tiler/memory.h"

#define EPSG_4326 "http://www.opengis.net/def/crs/EPSG/0/4326"

/* Takes URI. */
static void add(struct ogc_crs_list *list, const struct crs *crs, char *uri, bool northing_first)
{
	bool known = !uri;

	for (size_t i = 0; i < list->count && !known; i++)
		known = strcmp(list->items[i].uri, uri) == 0;
	if (known) {
		free(uri);
		return;
	}
	list->items = memory_resize(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = (struct ogc_crs){crs, uri, northing_first};
}

/* The grids are immutable and always hold one of CRS84. */
static const struct crs *crs84_of(const struct grids *grids)
{
	return grids_find(grids, "WorldCRS84Quad")->crs;
}

void ogc_crs_list_init(struct ogc_crs_list *list, const struct site *site,
		       const struct theme *theme)
{
	const struct crs *crs84 = crs84_of(site->grids);

	*list = (struct ogc_crs_list){NULL, 0};
	add(list, crs84, memory_text(OGC_CRS84), false);
	if (theme->crs)
		add(list, theme->crs, crs_uri(theme->crs), theme->crs->northing_first);
	for (uint32_t i = 0; i < grids_count(site->grids); i++) {
		const struct crs *crs = grids_at(site->grids, i)->crs;

		add(list, crs, crs_uri(crs), crs->northing_first);
	}
	add(list, crs84, memory_text(EPSG_4326), true);
}

void ogc_crs_list_release(struct ogc_crs_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].uri);
	free(list->items);
}

/* Takes "AUTHORITY" and "CODE" out of the ways of naming a CRS. */
static bool read_name(const char *text, char authority[16], char code[16])
{
	static const char *const forms[] = {
		"http://www.opengis.net/def/crs/%15[A-Za-z]/%*[0-9.]/%15[A-Za-z0-9]%n",
		"https://www.opengis.net/def/crs/%15[A-Za-z]/%*[0-9.]/%15[A-Za-z0-9]%n",
		"urn:ogc:def:crs:%15[A-Za-z]:%*[0-9.]:%15[A-Za-z0-9]%n",
		"urn:ogc:def:crs:%15[A-Za-z]::%15[A-Za-z0-9]%n",
		"[%15[A-Za-z]:%15[A-Za-z0-9]]%n",
		"%15[A-Za-z]:%15[A-Za-z0-9]%n",
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		int end = 0;

		if (sscanf(text, forms[i], authority, code, &end) == 2 && end > 0 && !text[end])
			return true;
	}
	return false;
}

const struct ogc_crs *ogc_crs_find(const struct ogc_crs_list *list, const char *text)
{
	char authority[16], code[16], wanted[80];

	if (!read_name(text, authority, code))
		return NULL;
	snprintf(wanted, sizeof(wanted), "http://www.opengis.net/def/crs/%s/%s/%s", authority,
		 strcmp(authority, "OGC") == 0 ? "1.3" : "0", code);
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].uri, wanted) == 0)
			return &list->items[i];
	return NULL;
}

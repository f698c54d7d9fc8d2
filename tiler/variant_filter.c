/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/variant_filter.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tiler/memory.h"
#include "tiler/message_filter.h"

/* Is NAME one of the ways in which OGC's clients name the CRS of AUTHORITY and CODE: a URI, a URN,
 * "EPSG:3948", or that in brackets? */
static bool names_crs(const char *name, const char *authority, const char *code)
{
	static const char *const forms[] = {
		"http://www.opengis.net/def/crs/%s/0/%s",
		"https://www.opengis.net/def/crs/%s/0/%s",
		"http://www.opengis.net/def/crs/%s/1.3/%s",
		"https://www.opengis.net/def/crs/%s/1.3/%s",
		"urn:ogc:def:crs:%s::%s",
		"urn:ogc:def:crs:%s:1.3:%s",
		"%s:%s",
		"[%s:%s]",
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		char form[128];

		snprintf(form, sizeof(form), forms[i], authority, code);
		if (strcasecmp(name, form) == 0)
			return true;
	}
	return false;
}

static const char CRS84[] = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/* The theme's CRS that NAME names; NULL: of none. */
static const struct crs *crs_of_a_theme(const char *name, const struct theme *const *themes,
					uint32_t theme_count)
{
	for (uint32_t i = 0; i < theme_count; i++) {
		const struct crs *crs = themes[i]->crs;

		if (crs && crs->authority && crs->code &&
		    names_crs(name, crs->authority, crs->code))
			return crs;
	}
	return NULL;
}

/* That of the filter's coordinates; none stands for CRS84. */
static enum error_code set_crs(struct variant *variant, const char *name,
			       const struct theme *const *themes, uint32_t theme_count,
			       struct error *error)
{
	const struct crs *crs;

	if (!name || names_crs(name, "OGC", "CRS84"))
		return ERROR_NONE;
	crs = crs_of_a_theme(name, themes, theme_count);
	if (!crs)
		return error_tell(error, ERROR_INVALID, MESSAGE_NO_FILTER_CRS, name, CRS84);
	if (!filter_asks_place(variant->filter))
		return ERROR_NONE;
	variant->filter_crs = crs_copy(crs);
	variant->filter_crs_name = memory_print("http://www.opengis.net/def/crs/%s/0/%s",
						crs->authority, crs->code);
	return ERROR_NONE;
}

enum error_code variant_take_filter(struct variant *variant, const struct variant_wish *wish,
				    const struct theme *const *themes, uint32_t theme_count,
				    struct error *error)
{
	enum error_code code;

	if (!wish->filter)
		return ERROR_NONE;
	code = filter_parse(wish->filter, &variant->filter, error);
	for (uint32_t i = 0; i < theme_count && !code; i++)
		code = filter_check(variant->filter, themes[i]->columns, themes[i]->column_count,
				    themes[i]->id, error);
	if (code)
		return error_tell_prefix(error, MESSAGE_IN_FILTER);
	return set_crs(variant, wish->filter_crs, themes, theme_count, error);
}

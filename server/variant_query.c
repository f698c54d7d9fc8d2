/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/variant_query.h"

#include <string.h>

#include "server/html.h"
#include "server/target.h"

static enum error_code read_commune(const struct site *site, const struct request *request,
				    struct variant_wish *wish, struct error *error)
{
	struct commune_list *list = NULL;
	const struct commune *commune;
	struct error none = {0};
	enum error_code code;

	wish->commune = request_parameter_if_any(request, "commune");
	if (!wish->commune)
		wish->commune = request_query(request, "commune");
	wish->commune_bounds = box_empty();
	/* A form that limits nothing asks for an empty one. */
	if (wish->commune && !*wish->commune)
		wish->commune = NULL;
	if (!wish->commune)
		return ERROR_NONE;
	if (!commune_code_is_sound(wish->commune, strlen(wish->commune)))
		return error_set(error, ERROR_INVALID,
				 "commune: \"%.40s\" is not the INSEE code of a commune, such as "
				 "35238",
				 wish->commune);
	code = engine_communes(site->engine, &list, &none);
	if (code)
		return code == ERROR_BUSY ? ERROR_NONE
					  : error_set(error, ERROR_NOT_FOUND, "%s", none.text);
	commune = commune_list_find(list, wish->commune);
	if (commune)
		wish->commune_bounds = commune->bounds;
	else
		code = error_set(error, ERROR_NOT_FOUND,
				 "there is no commune %s; %s/communes lists those there are",
				 wish->commune, request->base_url);
	commune_list_unref(list);
	return code;
}

static enum error_code check_language(const struct request *request, struct error *error)
{
	const char *language = request_query(request, "filter-lang");

	if (!language || strcmp(language, "cql2-text") == 0)
		return ERROR_NONE;
	return error_set(error, ERROR_INVALID,
			 "filter-lang: \"%.40s\" is not known; filters are written in cql2-text",
			 language);
}

enum error_code variant_query_read(const struct site *site, const struct request *request,
				   const struct tile_request *tile_request,
				   struct variant **variant, struct error *error)
{
	struct variant_wish wish = {0};
	enum error_code code = ERROR_NONE;

	*variant = NULL;
	/* a tile in memory takes little more than this would */
	if (request->target->query_count == 0 && !request_parameter_if_any(request, "commune"))
		return ERROR_NONE;
	wish.properties = request_query(request, "properties");
	wish.filter = request_query(request, "filter");
	wish.filter_crs = request_query(request, "filter-crs");
	if (wish.filter)
		code = check_language(request, error);
	if (!code)
		code = read_commune(site, request, &wish, error);
	if (code || (!wish.properties && !wish.filter && !wish.commune))
		return code;
	return variant_new(&wish, tile_request->themes, tile_request->theme_count, variant, error);
}

static void write_parameter(struct buf *url, const char *name, const char *value)
{
	if (!value)
		return;
	buf_print(url, "%c%s=", url->bytes && strchr(url->bytes, '?') ? '&' : '?', name);
	html_url(url, value);
}

void variant_query_write(const struct variant *variant, struct buf *url)
{
	if (!variant)
		return;
	write_parameter(url, "properties", variant->properties);
	write_parameter(url, "filter", variant->filter ? filter_text(variant->filter) : NULL);
	write_parameter(url, "filter-crs", variant->filter_crs_name);
	write_parameter(url, "commune", variant_is_limited(variant) ? variant->commune : NULL);
}

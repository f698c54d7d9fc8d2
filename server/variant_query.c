/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/variant_query.h"

#include <string.h>

#include "server/html.h"
#include "server/target.h"

enum error_code variant_query_read(const struct request *request,
				   const struct tile_request *tile_request,
				   struct variant **variant, struct error *error)
{
	struct variant_wish wish;
	const char *language;

	*variant = NULL;
	if (request->target->query_count == 0)
		return ERROR_NONE;
	wish = (struct variant_wish){
		.properties = request_query(request, "properties"),
		.filter = request_query(request, "filter"),
		.filter_crs = request_query(request, "filter-crs"),
	};
	if (!wish.properties && !wish.filter)
		return ERROR_NONE;
	language = request_query(request, "filter-lang");
	if (wish.filter && language && strcmp(language, "cql2-text") != 0)
		return error_set(error, ERROR_INVALID,
				 "filter-lang: \"%.40s\" is not known; filters are written in "
				 "cql2-text",
				 language);
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
}

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

	*variant = NULL;
	if (request->target->query_count == 0)
		return ERROR_NONE;
	wish = (struct variant_wish){.properties = request_query(request, "properties")};
	if (!wish.properties)
		return ERROR_NONE;
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
	if (variant)
		write_parameter(url, "properties", variant->properties);
}

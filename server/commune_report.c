/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/commune_report.h"

#include <inttypes.h>

#include "tiler/commune_list.h"

static void tell_list(const struct commune_list *list, const struct commune_source *source,
		      struct buf *text)
{
	buf_print(text, "%u, from the theme %s by its column %s", list->count, list->theme_id,
		  source->code->name);
	if (list->repeated)
		buf_print(text,
			  "; %u features have a code that another one has, and are taken for "
			  "parts of its commune",
			  list->repeated);
	if (list->nameless)
		buf_print(text, "; %" PRIu64 " without a code are left out", list->nameless);
}

bool commune_report(const struct settings *settings, const struct catalogue *catalogue,
		    struct buf *text)
{
	struct commune_settings named = {settings->communes_theme, settings->communes_code,
					 settings->communes_name};
	struct prepared *prepared = NULL;
	struct commune_source source;
	struct commune_list *list = NULL;
	struct error error = {0};
	enum error_code code = commune_source_find(catalogue, &named, &source, &error);
	bool missing = code == ERROR_NOT_FOUND && !*settings->communes_theme;

	if (!code)
		code = prepared_open(settings->state, source.theme, &prepared, &error);
	if (!code)
		code = commune_list_new(prepared, &source, &list, &error);
	if (code && !missing)
		buf_add_text(text, error.text);
	else if (!code)
		tell_list(list, &source, text);
	commune_list_unref(list);
	prepared_unref(prepared);
	return !code || missing;
}

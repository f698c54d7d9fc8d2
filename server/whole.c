/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/whole.h"

#include <stdlib.h>
#include <string.h>

#include "server/documents.h"
#include "server/target.h"
#include "tiler/buf.h"

static const char *const parameters[] = {"f", "group", "lang", "limit", "offset", "page", "q"};

enum {
	PARAMETER_COUNT = sizeof(parameters) / sizeof(*parameters),
	VALUE_LONGEST = 64, /* bytes */
};

static bool is_kept(const struct target *target)
{
	for (uint32_t i = 0; i < target->query_count; i++) {
		size_t known = 0;

		while (known < PARAMETER_COUNT &&
		       strcmp(parameters[known], target->query[i].name) != 0)
			known++;
		if (known == PARAMETER_COUNT || strlen(target->query[i].value) > VALUE_LONGEST)
			return false;
	}
	return true;
}

static char *key_of(const struct site *site, const struct catalogue *catalogue,
		    const struct request *request)
{
	char state[ENGINE_STATE_SIZE];
	struct buf key;

	if (!is_kept(request->target))
		return NULL;
	engine_state(site->engine, catalogue, state);
	buf_init(&key, 0);
	buf_print(&key, "whole %s %s %s %d%d%d", state, request->base_url, request->path,
		  request_wants_html(request), request_wants_json(request),
		  (int)request_language(request));
	for (size_t i = 0; i < PARAMETER_COUNT; i++) {
		const char *value = request_query(request, parameters[i]);

		/* an empty one is an error, none is not */
		buf_print(&key, "\n%s%s", value ? "=" : "", value ? value : "");
	}
	return buf_take(&key, NULL);
}

bool whole_begin(struct whole *whole, const struct site *site, const struct request *request,
		 struct reply *reply)
{
	whole->catalogue = engine_catalogue(site->engine);
	/* looked at before anything is written: what changes meanwhile makes another key */
	whole->key = key_of(site, whole->catalogue, request);
	return whole->key && documents_find(site->documents, whole->catalogue, whole->key, reply);
}

void whole_end(struct whole *whole, const struct site *site, struct reply *reply)
{
	if (whole->key && !reply->blob && reply->status == 200 && reply->body.length > 0)
		documents_keep(site->documents, whole->catalogue, whole->key, reply);
	catalogue_unref(whole->catalogue);
	free(whole->key);
}

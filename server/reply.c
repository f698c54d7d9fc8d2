/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/json.h"
#include "tiler/memory.h"

enum {
	DOCUMENT_LIMIT = 64 * 1024 * 1024,
	DETAIL_LONGEST = 600,
	RETRY_SECONDS = 2,
};

void reply_init(struct reply *reply)
{
	*reply = (struct reply){.status = 200};
	buf_init(&reply->body, DOCUMENT_LIMIT);
}

void reply_release(struct reply *reply)
{
	buf_release(&reply->body);
	blob_unref(reply->blob);
	free(reply->location);
	free(reply->content_crs);
	free(reply->problem_detail);
}

void reply_reset(struct reply *reply)
{
	reply_release(reply);
	reply_init(reply);
}

void reply_problem(struct reply *reply, unsigned status, const char *title, const char *detail, ...)
{
	char text[DETAIL_LONGEST];
	va_list arguments;
	struct json json;

	va_start(arguments, detail);
	vsnprintf(text, sizeof(text), detail, arguments);
	va_end(arguments);
	reply_reset(reply);
	reply->status = status;
	reply->content_type = "application/problem+json";
	reply->cache_control = "no-store";
	reply->by_accept = true;
	reply->problem_title = title;
	reply->problem_detail = memory_text(text);
	json_init(&json, &reply->body);
	json_open_object(&json);
	json_text_member(&json, "type", "about:blank");
	json_text_member(&json, "title", title);
	json_integer_member(&json, "status", status);
	json_text_member(&json, "detail", text);
	json_end(&json);
}

void reply_error(struct reply *reply, const struct error *error)
{
	switch (error->code) {
	case ERROR_NOT_FOUND:
		reply_problem(reply, 404, "Not found", "%s", error->text);
		break;
	case ERROR_INVALID:
		reply_problem(reply, 400, "Bad request", "%s", error->text);
		break;
	case ERROR_LIMIT:
		reply_problem(reply, 400, "Too much asked for", "%s", error->text);
		break;
	case ERROR_BUSY:
	case ERROR_STOPPED:
		reply_problem(reply, 503, "Busy", "%s", error->text);
		reply->retry_after = RETRY_SECONDS;
		break;
	default:
		reply_problem(reply, 500, "Internal error", "%s", error->text);
	}
}

void reply_not_allowed(struct reply *reply, bool post)
{
	if (post)
		reply_problem(reply, 405, "Method not allowed", "this address takes POST only");
	else
		reply_problem(reply, 405, "Method not allowed",
			      "the address can be read, not written: use GET or HEAD");
	reply->allow = post ? "POST" : REPLY_READ_METHODS;
}

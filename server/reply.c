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
	free(reply->problem_french);
}

void reply_reset(struct reply *reply)
{
	reply_release(reply);
	reply_init(reply);
}

static void set_problem(struct reply *reply, unsigned status, const char *title, const char *text,
			const char *french)
{
	struct json json;

	reply_reset(reply);
	reply->status = status;
	reply->content_type = "application/problem+json";
	reply->cache_control = "no-store";
	reply->by_accept = true;
	reply->problem_title = title;
	reply->problem_detail = memory_text(text);
	reply->problem_french = *french ? memory_text(french) : NULL;
	json_init(&json, &reply->body);
	json_open_object(&json);
	json_text_member(&json, "type", "about:blank");
	json_text_member(&json, "title", title);
	json_integer_member(&json, "status", status);
	json_text_member(&json, "detail", text);
	json_end(&json);
}

void reply_problem(struct reply *reply, unsigned status, const char *title, const char *detail, ...)
{
	char text[DETAIL_LONGEST];
	va_list arguments;

	va_start(arguments, detail);
	vsnprintf(text, sizeof(text), detail, arguments);
	va_end(arguments);
	set_problem(reply, status, title, text, "");
}

void reply_tell(struct reply *reply, unsigned status, const char *title, const char *english,
		const char *french, ...)
{
	char texts[2][DETAIL_LONGEST];
	va_list arguments;

	va_start(arguments, french);
	vsnprintf(texts[0], sizeof(texts[0]), english, arguments);
	va_end(arguments);
	va_start(arguments, french);
	vsnprintf(texts[1], sizeof(texts[1]), french, arguments);
	va_end(arguments);
	set_problem(reply, status, title, texts[0], texts[1]);
}

void reply_problem_of(struct reply *reply, unsigned status, const char *title,
		      const struct error *error)
{
	set_problem(reply, status, title, error->text, error->french);
}

void reply_error(struct reply *reply, const struct error *error)
{
	switch (error->code) {
	case ERROR_NOT_FOUND:
		reply_problem_of(reply, 404, "Not found", error);
		break;
	case ERROR_INVALID:
		reply_problem_of(reply, 400, "Bad request", error);
		break;
	case ERROR_LIMIT:
		reply_problem_of(reply, 400, "Too much asked for", error);
		break;
	case ERROR_BUSY:
	case ERROR_STOPPED:
		reply_problem_of(reply, 503, "Busy", error);
		reply->retry_after = RETRY_SECONDS;
		break;
	default:
		reply_problem_of(reply, 500, "Internal error", error);
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

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/refusal.h"

bool refusal_make(const struct base_url_policy *policy, const struct request_head *head,
		  char *base_url, struct reply *reply)
{
	struct error error;

	if (head->target_code == ERROR_LIMIT)
		reply_problem(reply, 414, "Address too long", "%s", head->target_error->text);
	else if (head->target_code)
		reply_problem(reply, 400, "Bad request", "%s", head->target_error->text);
	else if (head->hosts > 1 || (head->hosts == 0 && head->needs_host))
		reply_problem(reply, 400, "Bad request",
			      "an HTTP/1.1 request has one Host header, this one has %s",
			      head->hosts ? "several" : "none");
	else if (base_url_make(policy, &head->claim, base_url, &error))
		reply_problem(reply, 400, "Bad request", "%s", error.text);
	else if (head->has_body)
		reply_problem(reply, 413, "Body not wanted",
			      "this server reads no request bodies; send the request without one");
	else
		return false;
	return true;
}

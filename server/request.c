/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/request.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "server/negotiate.h"
#include "server/target.h"

const char *request_header(const struct request *request, const char *name)
{
	return request->header(request->transport, name);
}

const char *request_query(const struct request *request, const char *name)
{
	return target_query(request->target, name);
}

const char *request_keyword(const struct request *request, const char *name)
{
	const struct target *target = request->target;

	for (uint32_t i = 0; i < target->query_count; i++) {
		if (strcasecmp(target->query[i].name, name) == 0)
			return target->query[i].value;
	}
	return NULL;
}

const char *request_parameter_if_any(const struct request *request, const char *name)
{
	for (uint32_t i = 0; i < request->parameter_count; i++) {
		if (strcmp(request->parameters[i].name, name) == 0)
			return request->parameters[i].value;
	}
	return NULL;
}

const char *request_parameter(const struct request *request, const char *name)
{
	const char *value = request_parameter_if_any(request, name);

	assert(value || !"the route's pattern has no parameter of this name");
	return value ? value : "";
}

bool request_whole_number(const struct request *request, const char *name, size_t least,
			  size_t *number)
{
	const char *text = request_query(request, name);
	size_t value = 0;

	if (!text)
		return true;
	if (!*text || text[strspn(text, "0123456789")])
		return false;
	for (; *text; text++)
		if (value < SIZE_MAX / 100)
			value = value * 10 + (size_t)(*text - '0');
	*number = value;
	return value >= least;
}

/* What ?f= says, if it is one of the two: +1 HTML, -1 JSON. Of another format an error will be told
 * in the form that Accept says. */
static int asked_format(const struct request *request)
{
	const char *format = request_query(request, "f");

	if (!format)
		return 0;
	if (strcmp(format, "html") == 0)
		return 1;
	return strcmp(format, "json") == 0 || strcmp(format, "pjson") == 0 ? -1 : 0;
}

bool request_wants_html(const struct request *request)
{
	int asked = asked_format(request);

	return asked ? asked > 0 : prefers_html(request_header(request, "Accept"));
}

bool request_wants_json(const struct request *request)
{
	int asked = asked_format(request);

	return asked ? asked < 0 : prefers_json(request_header(request, "Accept"));
}

enum language request_language(const struct request *request)
{
	const char *language = request_query(request, "lang");

	if (language && strcmp(language, "en") == 0)
		return LANGUAGE_ENGLISH;
	if (language && strcmp(language, "fr") == 0)
		return LANGUAGE_FRENCH;
	return prefers_english(request_header(request, "Accept-Language")) ? LANGUAGE_ENGLISH
									   : LANGUAGE_FRENCH;
}

struct reply *request_defer(const struct request *request, struct error *error)
{
	return request->defer(request->transport, error);
}

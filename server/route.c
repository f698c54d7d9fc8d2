/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/route.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "server/html.h"
#include "server/target.h"
#include "tiler/words.h"

/* Does SEGMENT end in SUFFIX, with something before it? */
static bool ends_in(const char *segment, const char *suffix, size_t suffix_length)
{
	size_t length = strlen(segment);

	return length > suffix_length &&
	       memcmp(segment + length - suffix_length, suffix, suffix_length) == 0;
}

/* Length of one part of a pattern. */
static size_t part_length(const char *part)
{
	return (size_t)(strchrnul(part, '/') - part);
}

static bool part_matches(const char *part, const char *segment)
{
	size_t length = part_length(part);
	const char *suffix;

	if (*part != '{')
		return strlen(segment) == length && memcmp(segment, part, length) == 0;
	suffix = (const char *)memchr(part, '}', length) + 1;
	return ends_in(segment, suffix, length - (size_t)(suffix - part));
}

static bool pattern_matches(const char *pattern, const struct target *target)
{
	const char *part = pattern;

	for (uint32_t i = 0; i < target->segment_count; i++) {
		if (*part != '/' || part[1] == '\0' || !part_matches(part + 1, target->segments[i]))
			return false;
		part += 1 + part_length(part + 1);
	}
	return *part == '\0' || strcmp(part, "/") == 0;
}

/* Patterns are static texts: their names are kept apart here, each once. */
static const char *parameter_name(const char *part)
{
	static const char *const names[] = {"themes", "theme", "map", "style", "grid",	 "z",
					    "x",      "y",     "id",  "asset", "commune"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (strncmp(part + 1, names[i], length) == 0 && part[1 + length] == '}')
			return names[i];
	}
	assert(!"a route's pattern uses a parameter that is not listed");
	return "";
}

static void set_parameters(const char *pattern, struct request *request)
{
	const char *part = pattern;

	request->parameter_count = 0;
	for (uint32_t i = 0; i < request->target->segment_count; i++) {
		char *value = request->target->segments[i];
		size_t length = part_length(++part);

		if (*part == '{') {
			const char *suffix = (const char *)memchr(part, '}', length) + 1;

			assert(request->parameter_count < REQUEST_PARAMETERS_MOST);
			value[strlen(value) - (length - (size_t)(suffix - part))] = '\0';
			request->parameters[request->parameter_count++] =
				(struct request_parameter){parameter_name(part), value};
		}
		part += length;
	}
}

const struct route *route_find(const struct route *routes, size_t count, struct request *request)
{
	if (request->target->segment_count > TARGET_SEGMENTS_MOST)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		if (pattern_matches(routes[i].pattern, request->target)) {
			set_parameters(routes[i].pattern, request);
			request->class = routes[i].class;
			request->route = &routes[i];
			return &routes[i];
		}
	}
	return NULL;
}

bool route_offers(const struct route *route, const struct request *request)
{
	const char *format = request_query(request, "f");

	if (!format || !route->formats)
		return true;
	return words_have(route->formats, ", ", strcmp(format, "pjson") == 0 ? "json" : format,
			  strncmp);
}

void route_print(const struct request *request, struct buf *path)
{
	for (const char *at = request->route->pattern; *at; at++) {
		if (*at != '{') {
			buf_add_char(path, *at);
			continue;
		}
		html_url(path, request_parameter(request, parameter_name(at)));
		at = strchr(at, '}');
	}
}

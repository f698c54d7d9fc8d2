/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/items_query.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/geojson.h"
#include "server/html.h"
#include "server/variant_query.h"
#include "tiler/memory.h"
#include "tiler/message.h"

/* What a link to the next page repeats. */
static const char *const repeated[] = {"crs",	 "bbox",	"bbox-crs",  "datetime",
				       "limit",	 "properties",	"commune",   "clip",
				       "filter", "filter-lang", "filter-crs"};
enum {
	REPEATED_COUNT = sizeof(repeated) / sizeof(*repeated),
	BOX_NUMBERS = 4,
	BOX_NUMBERS_3D = 6,
};

static enum error_code read_crs(const struct items_query *query, const struct request *request,
				const char *name, const struct ogc_crs **crs, struct error *error)
{
	const char *text = request_query(request, name);

	*crs = text ? ogc_crs_find(&query->crs_list, text) : &query->crs_list.items[0];
	if (*crs)
		return ERROR_NONE;
	return error_tell(error, ERROR_INVALID, MESSAGE_NO_CRS, name, text);
}

/* Reads numbers with commas between; gives how many, 0: it is something else. */
static size_t read_numbers(const char *text, double numbers[BOX_NUMBERS_3D])
{
	size_t count = 0;
	char *end;

	if (text[strspn(text, "0123456789+-.eE,")])
		return 0;
	for (;; text = end + 1) {
		if (count == BOX_NUMBERS_3D || *text == ',' || !*text)
			return 0;
		numbers[count] = strtod(text, &end);
		if (end == text || !isfinite(numbers[count++]) || (*end && *end != ','))
			return 0;
		if (!*end)
			return count;
	}
}

/* West of its east side, a box of degrees goes round by the antimeridian: it is two. */
static enum error_code set_boxes(struct feature_query *features, struct box box,
				 struct error *error)
{
	double half = crs_full_turn(features->box_crs) / 2;

	if (!(box.miny <= box.maxy))
		return error_tell(error, ERROR_INVALID, MESSAGE_BOX_TURNED_OVER);
	features->boxes[0] = box;
	features->box_count = 1;
	if (box.minx <= box.maxx)
		return ERROR_NONE;
	if (!features->box_crs->geographic || box.minx > half || box.maxx < -half)
		return error_tell(error, ERROR_INVALID, MESSAGE_BOX_REVERSED);
	features->boxes[0].maxx = half;
	features->boxes[1] = box;
	features->boxes[1].minx = -half;
	features->box_count = 2;
	return ERROR_NONE;
}

static enum error_code read_box(struct items_query *query, const struct request *request,
				struct error *error)
{
	const char *text = request_query(request, "bbox");
	double numbers[BOX_NUMBERS_3D];
	const struct ogc_crs *crs;
	size_t count, high;
	struct box box;
	enum error_code code = read_crs(query, request, "bbox-crs", &crs, error);

	if (code || !text)
		return code;
	count = read_numbers(text, numbers);
	if (count != BOX_NUMBERS && count != BOX_NUMBERS_3D)
		return error_tell(error, ERROR_INVALID, MESSAGE_NO_BOX, text);
	high = count / 2;
	box = (struct box){numbers[0], numbers[1], numbers[high], numbers[high + 1]};
	if (crs->northing_first)
		box = (struct box){box.miny, box.minx, box.maxy, box.maxx};
	query->features.box_crs = crs->crs;
	return set_boxes(&query->features, box, error);
}

static enum error_code read_limit(struct items_query *query, const struct request *request,
				  struct error *error)
{
	const char *text = request_query(request, "limit");
	size_t value = 0, length = text ? strspn(text, "0123456789") : 0;

	query->limit = query->html ? ITEMS_DEFAULT_HTML : ITEMS_DEFAULT;
	if (!text)
		return ERROR_NONE;
	for (size_t i = 0; i < length && value <= ITEMS_MOST; i++)
		value = value * 10 + (size_t)(text[i] - '0');
	if (length == 0 || text[length] || value == 0)
		return error_tell(error, ERROR_INVALID, MESSAGE_NO_LIMIT, text, ITEMS_MOST);
	query->limit = value < ITEMS_MOST ? value : ITEMS_MOST;
	return ERROR_NONE;
}

/* One end of an interval: open, or a date, or a date and a time. Ends before END. */
static bool is_moment(const char *text, const char *end)
{
	static const char pattern[] = "dddd-dd-dd";
	size_t length = (size_t)(end - text);

	if (length == 0 || (length == 2 && memcmp(text, "..", 2) == 0))
		return true;
	if (length < sizeof(pattern) - 1)
		return false;
	for (size_t i = 0; i < sizeof(pattern) - 1; i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';

		if (pattern[i] == 'd' ? !digit : text[i] != pattern[i])
			return false;
	}
	text += sizeof(pattern) - 1;
	return text == end ||
	       (*text == 'T' && text + 1 + strspn(text + 1, "0123456789:.+-Zz") >= end);
}

/* No column of a theme is known to be its time, and a feature without a time matches any. */
static enum error_code check_time(const struct request *request, struct error *error)
{
	const char *text = request_query(request, "datetime");
	const char *slash = text ? strchr(text, '/') : NULL;

	if (!text || (*text && !slash && is_moment(text, text + strlen(text))) ||
	    (slash && is_moment(text, slash) && is_moment(slash + 1, text + strlen(text))))
		return ERROR_NONE;
	return error_tell(error, ERROR_INVALID, MESSAGE_NO_TIME, text);
}

static enum error_code read_variant(struct items_query *query, const struct site *site,
				    const struct request *request, struct error *error)
{
	struct tile_request theme_alone = {.themes = {query->theme}, .theme_count = 1};

	return variant_query_read(site, request, &theme_alone, &query->variant, error);
}

static enum error_code read_cursor(struct items_query *query, const struct request *request,
				   struct error *error)
{
	const char *text = request_query(request, "cursor");

	if (!text || items_cursor_read(text, &query->cursor))
		return ERROR_NONE;
	return error_tell(error, ERROR_INVALID, MESSAGE_NO_CURSOR);
}

static enum error_code read_id(struct items_query *query, const struct request *request,
			       struct error *error)
{
	const char *text = request_parameter(request, "id");
	size_t length = strspn(text, "0123456789");
	char *end;

	query->id = strtoull(text, &end, 10);
	/* one address a feature: neither signs nor zeros before the number, nor too large a one */
	if (length > 0 && !text[length] && length < 20 && (*text != '0' || length == 1))
		return ERROR_NONE;
	return error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_FEATURE, query->theme->id, text);
}

static void set_address(struct items_query *query, const struct request *request)
{
	struct buf path, rest;

	buf_init(&path, 0);
	buf_init(&rest, 0);
	buf_add_text(&path, "/collections/");
	html_url(&path, query->theme->id);
	buf_add_text(&path, "/items");
	if (query->one)
		buf_print(&path, "/%" PRIu64, query->id);
	for (size_t i = 0; i < REPEATED_COUNT; i++) {
		const char *value = request_query(request, repeated[i]);

		if (!value)
			continue;
		buf_print(&rest, "&%s=", repeated[i]);
		html_url(&rest, value);
	}
	if (request_query(request, "lang"))
		buf_print(&rest, "&lang=%s", language_code(query->language));
	query->path = buf_take(&path, NULL);
	query->rest = buf_take(&rest, NULL);
}

static enum error_code read_page(struct items_query *query, const struct request *request,
				 struct error *error)
{
	enum error_code code = read_box(query, request, error);

	if (!code)
		code = read_limit(query, request, error);
	if (!code)
		code = check_time(request, error);
	if (!code)
		code = read_cursor(query, request, error);
	return code;
}

enum error_code items_query_init(struct items_query *query, const struct site *site,
				 const struct theme *theme, const struct request *request, bool one,
				 struct error *error)
{
	enum error_code code;

	*query = (struct items_query){
		.theme = theme,
		.one = one,
		.limit = 1,
		.html = request_wants_html(request),
		.language = request_language(request),
	};
	ogc_crs_list_init(&query->crs_list, site, theme);
	code = read_crs(query, request, "crs", &query->crs, error);
	if (!code)
		code = one ? read_id(query, request, error) : read_page(query, request, error);
	if (!code)
		code = read_variant(query, site, request, error);
	if (code)
		return code;
	query->features.crs = query->crs->crs;
	query->features.step = geojson_step(query->crs->crs);
	query->features.alone = one;
	set_address(query, request);
	return ERROR_NONE;
}

void items_query_release(struct items_query *query)
{
	ogc_crs_list_release(&query->crs_list);
	variant_unref(query->variant);
	free(query->path);
	free(query->rest);
}

void items_cursor_write(const struct items_cursor *cursor, char text[CURSOR_SIZE])
{
	snprintf(text, CURSOR_SIZE, "%s-%" PRIx64, cursor->version, cursor->place);
}

bool items_cursor_read(const char *text, struct items_cursor *cursor)
{
	static const char hex[] = "0123456789abcdef";
	size_t version = strspn(text, hex), place;

	if (version != CURSOR_VERSION || text[version] != '-')
		return false;
	place = strspn(text + version + 1, hex);
	if (place == 0 || place > 16 || text[version + 1 + place])
		return false;
	memcpy(cursor->version, text, version);
	cursor->version[version] = '\0';
	cursor->place = strtoull(text + version + 1, NULL, 16);
	return true;
}

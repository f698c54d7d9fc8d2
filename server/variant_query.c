/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/variant_query.h"

#include <stdio.h>
#include <string.h>

#include "server/html.h"
#include "server/target.h"
#include "tiler/memory.h"
#include "tiler/message.h"
#include "tiler/message_filter.h"

/* As they stand in a path, for clients that set a query of their own: "35238", "35238-clip". */
static const char PATH_CLIP[] = "-clip";

static void read_path(const struct request *request, struct commune_asked *asked)
{
	const char *text = request_parameter_if_any(request, "commune");
	size_t length = text ? strlen(text) : 0, ending = strlen(PATH_CLIP);

	if (!text)
		return;
	asked->clip = length > ending && strcmp(text + length - ending, PATH_CLIP) == 0;
	asked->code = asked->clip ? asked->of_path : text;
	/* one that is cut short here is too long to be a code */
	snprintf(asked->of_path, sizeof(asked->of_path), "%.*s", (int)(length - ending), text);
}

static enum error_code read_clip(const struct request *request, struct commune_asked *asked,
				 struct error *error)
{
	const char *text = request_query(request, "clip");

	if (text && strcmp(text, "yes") == 0)
		asked->clip = true;
	else if (text && *text && strcmp(text, "no") != 0)
		return error_tell(error, ERROR_INVALID, MESSAGE_NO_CLIP, text);
	if (!asked->clip || asked->code)
		return ERROR_NONE;
	return error_tell(error, ERROR_INVALID, MESSAGE_CLIP_TO_NOTHING, "commune=35238&clip=yes");
}

enum error_code commune_asked_read(struct commune_asked *asked, const struct request *request,
				   struct error *error)
{
	const char *of_query = request_query(request, "commune");
	enum error_code code;

	*asked = (struct commune_asked){.code = NULL};
	read_path(request, asked);
	if (asked->code && of_query && *of_query && strcmp(asked->code, of_query) != 0)
		return error_tell(error, ERROR_INVALID, MESSAGE_TWO_COMMUNES, asked->code,
				  of_query);
	if (!asked->code)
		asked->code = of_query;
	code = read_clip(request, asked, error);
	if (code)
		return code;
	/* A form that limits nothing asks for an empty one. */
	if (asked->code && !*asked->code)
		*asked = (struct commune_asked){.code = NULL};
	if (!asked->code || commune_code_is_sound(asked->code, strlen(asked->code)))
		return ERROR_NONE;
	return error_tell(error, ERROR_INVALID, MESSAGE_NO_INSEE_CODE, asked->code);
}

/* What is told of the commune is put into WISH. */
static enum error_code find_commune(const struct site *site, const struct request *request,
				    const struct commune_asked *asked, struct variant_wish *wish,
				    struct error *error)
{
	struct commune_list *list = NULL;
	const struct commune *commune;
	struct error none = {0};
	enum error_code code;

	wish->commune = asked->code;
	wish->clip = asked->clip;
	wish->commune_bounds = box_empty();
	code = engine_communes(site->engine, &list, &none);
	if (code)
		return code == ERROR_BUSY ? ERROR_NONE
					  : error_set(error, ERROR_NOT_FOUND, "%s", none.text);
	commune = commune_list_find(list, wish->commune);
	if (commune)
		wish->commune_bounds = commune->bounds;
	else
		code = error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_COMMUNE, wish->commune,
				  request->base_url);
	commune_list_unref(list);
	return code;
}

static enum error_code check_language(const struct request *request, struct error *error)
{
	const char *language = request_query(request, "filter-lang");

	if (!language || strcmp(language, "cql2-text") == 0)
		return ERROR_NONE;
	return error_tell(error, ERROR_INVALID, MESSAGE_NO_FILTER_LANGUAGE, language);
}

enum error_code variant_query_read(const struct site *site, const struct request *request,
				   const struct tile_request *tile_request,
				   struct variant **variant, struct error *error)
{
	struct variant_wish wish = {0};
	enum error_code code = ERROR_NONE;
	struct commune_asked asked;

	*variant = NULL;
	/* a tile in memory takes little more than this would */
	if (request->target->query_count == 0 && !request_parameter_if_any(request, "commune"))
		return ERROR_NONE;
	wish.properties = request_query(request, "properties");
	wish.filter = request_query(request, "filter");
	wish.filter_crs = request_query(request, "filter-crs");
	if (wish.filter)
		code = check_language(request, error);
	if (!code)
		code = commune_asked_read(&asked, request, error);
	if (!code && asked.code)
		code = find_commune(site, request, &asked, &wish, error);
	if (code || (!wish.properties && !wish.filter && !wish.commune))
		return code;
	return variant_new(&wish, tile_request->themes, tile_request->theme_count, variant, error);
}

char *variant_commune_name(const struct site *site, const struct variant *variant)
{
	struct commune_list *list = NULL;
	const struct commune *commune = NULL;
	char *name;

	if (!variant_is_limited(variant))
		return NULL;
	if (!engine_communes(site->engine, &list, NULL))
		commune = commune_list_find(list, variant->commune);
	name = memory_text(commune ? commune->name : variant->commune);
	commune_list_unref(list);
	return name;
}

char *variant_commune_key(const struct variant *variant)
{
	const struct box *bounds;

	if (!variant_is_limited(variant))
		return memory_text("");
	bounds = &variant->commune_bounds;
	return memory_print("%s%.17g %.17g %.17g %.17g", variant->key, bounds->minx, bounds->miny,
			    bounds->maxx, bounds->maxy);
}

enum error_code variant_query_read_commune(const struct site *site, const struct request *request,
					   struct variant **variant, struct error *error)
{
	const struct tile_request any = {.theme_count = 0};

	return variant_query_read(site, request, &any, variant, error);
}

static void write_parameter(struct buf *url, const char *name, const char *value)
{
	if (!value)
		return;
	buf_print(url, "%c%s=", url->bytes && strchr(url->bytes, '?') ? '&' : '?', name);
	html_url(url, value);
}

void variant_query_write_commune(const struct variant *variant, struct buf *url)
{
	if (!variant_is_limited(variant))
		return;
	write_parameter(url, "commune", variant->commune);
	write_parameter(url, "clip", variant->clip ? "yes" : NULL);
}

void variant_query_write(const struct variant *variant, struct buf *url)
{
	if (!variant)
		return;
	write_parameter(url, "properties", variant->properties);
	write_parameter(url, "filter", variant->filter ? filter_text(variant->filter) : NULL);
	write_parameter(url, "filter-crs", variant->filter_crs_name);
	variant_query_write_commune(variant, url);
}

static void write_path(struct buf *url, const char *commune, bool clip)
{
	buf_print(url, "/%s%s", commune, clip ? PATH_CLIP : "");
}

void variant_query_write_path(const struct variant *variant, struct buf *url)
{
	if (variant_is_limited(variant))
		write_path(url, variant->commune, variant->clip);
}

void variant_query_write_service(const struct variant *variant, const char *theme, const char *grid,
				 struct buf *url)
{
	buf_add_text(url, "/arcgis/rest/services/");
	html_url(url, theme);
	buf_print(url, "/%s", grid);
	variant_query_write_path(variant, url);
	buf_add_text(url, "/VectorTileServer");
}

void commune_asked_write(const struct commune_asked *asked, struct buf *url)
{
	write_parameter(url, "commune", asked->code);
	write_parameter(url, "clip", asked->clip ? "yes" : NULL);
}

void commune_asked_write_path(const struct commune_asked *asked, struct buf *url)
{
	if (asked->code)
		write_path(url, asked->code, asked->clip);
}

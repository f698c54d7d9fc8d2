/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/grid_document.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tiler/grid_document_levels.h"
#include "tiler/memory.h"
#include "tiler/words.h"

enum {
	ID_LENGTH_MOST = 64,
	TITLE_LENGTH_MOST = 200,
};

static bool safe_id(const char *id)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789_-.";
	size_t length = strlen(id);

	return length > 0 && length <= ID_LENGTH_MOST && strspn(id, letters) == length &&
	       id[0] != '.' && !(length >= 5 && strcmp(id + length - 5, ".json") == 0);
}

static enum error_code read_names(struct grid *grid, json_t *root, const char *name,
				  struct error *error)
{
	const char *title = json_string_value(json_object_get(root, "title"));
	const char *uri = json_string_value(json_object_get(root, "uri"));
	json_t *id = json_object_get(root, "id");

	if (id && !json_is_string(id))
		return error_set(error, ERROR_INVALID, "id must be a text");
	name = id ? json_string_value(id) : name;
	if (!safe_id(name))
		return error_set(error, ERROR_INVALID,
				 "the id \"%.80s\" cannot be part of an address; use up to %d "
				 "letters without accents, digits, \"_\", \"-\" and \".\"",
				 name, ID_LENGTH_MOST);
	grid->id = memory_text(name);
	grid->title = memory_text(title && *title && strlen(title) <= TITLE_LENGTH_MOST ? title
											: name);
	grid->uri = memory_text(uri);
	return ERROR_NONE;
}

/* A URI or a CURIE, "[EPSG:2056]" as well as without brackets. */
static enum error_code crs_of_name(const char *name, struct crs **crs, struct error *error)
{
	size_t length = strlen(name);
	char *bare;
	enum error_code code;

	if (length > 2 && name[0] == '[' && name[length - 1] == ']')
		bare = memory_print("%.*s", (int)length - 2, name + 1);
	else
		bare = memory_text(name);
	code = crs_new(bare, crs, error);
	free(bare);
	return code;
}

static enum error_code read_crs(json_t *crs, struct grid *grid, struct error *error)
{
	json_t *uri = json_object_get(crs, "uri"), *wkt = json_object_get(crs, "wkt");
	enum error_code code;
	char *text;

	if (json_is_string(uri))
		crs = uri;
	else if (json_is_string(wkt))
		crs = wkt;
	if (json_is_string(crs)) {
		code = crs_of_name(json_string_value(crs), &grid->crs, error);
	} else if (json_is_object(wkt)) { /* PROJJSON, whatever the member's name says */
		text = json_dumps(wkt, 0);
		code = crs_new(text ? text : "", &grid->crs, error);
		free(text);
	} else {
		return error_set(error, ERROR_INVALID,
				 "crs must be a URI such as "
				 "\"http://www.opengis.net/def/crs/EPSG/0/2056\", or an object "
				 "with a uri or a wkt");
	}
	return code ? error_prefix(error, "crs: ") : ERROR_NONE;
}

/* Usual names of axes. */
static const char NORTHINGS[] = "Y N Lat Latitude Northing";
static const char EASTINGS[] = "X E Lon Long Longitude Easting";

static bool is_one_of(const char *names, const char *name)
{
	return words_have(names, " ", name, strncasecmp);
}

/* Does the document put the northing (latitude) first? The names of the CRS's own axes say most,
 * usual ones are understood, and without any the CRS's order holds. */
static enum error_code read_axes(json_t *axes, const struct crs *crs, bool *northing_first,
				 struct error *error)
{
	const char *first = json_string_value(json_array_get(axes, 0));
	const char *second = json_string_value(json_array_get(axes, 1));

	*northing_first = crs->northing_first;
	if (!axes)
		return ERROR_NONE;
	if (!first || !second || json_array_size(axes) != 2)
		return error_set(error, ERROR_INVALID,
				 "orderedAxes must name two axes, such as [\"X\", \"Y\"]");
	if (strcasecmp(first, crs->axes[0]) == 0 && strcasecmp(second, crs->axes[1]) == 0)
		return ERROR_NONE;
	if (strcasecmp(first, crs->axes[1]) == 0 && strcasecmp(second, crs->axes[0]) == 0)
		*northing_first = !crs->northing_first;
	else if (is_one_of(NORTHINGS, first) && is_one_of(EASTINGS, second))
		*northing_first = true;
	else if (is_one_of(NORTHINGS, second) && is_one_of(EASTINGS, first))
		*northing_first = false;
	else
		return error_set(error, ERROR_INVALID,
				 "orderedAxes are \"%.20s\" and \"%.20s\", but those of %.80s are "
				 "\"%s\" and \"%s\"",
				 first, second, crs->name, crs->axes[0], crs->axes[1]);
	return ERROR_NONE;
}

/* A grid away from where its CRS is used was written with its axes the other way round. */
static enum error_code check_place(const struct grid *grid, struct error *error)
{
	struct box ground = grid_level_box(grid, 0), place;
	struct transform *transform;
	struct crs *degrees;
	enum error_code code;

	if (box_is_empty(grid->crs->area_of_use))
		return ERROR_NONE;
	code = crs_new("OGC:CRS84", &degrees, error);
	if (code)
		return code;
	code = transform_new(degrees, grid->crs, &transform, error);
	if (!code) {
		place = transform_box(transform, grid->crs->area_of_use, NULL);
		if (!box_is_empty(place) && !box_intersects(place, ground))
			code = error_set(error, ERROR_INVALID,
					 "no tile is where %.80s is used; is pointOfOrigin in the "
					 "order of orderedAxes?",
					 grid->crs->name);
		transform_free(transform);
	}
	crs_free(degrees);
	return code;
}

static enum error_code read_grid(json_t *root, const char *name, struct grid *grid,
				 struct error *error)
{
	bool northing_first;
	enum error_code code;

	if (json_object_get(root, "tileMatrix") || json_object_get(root, "supportedCRS"))
		return error_set(error, ERROR_UNSUPPORTED,
				 "it is written for version 1 of the standard (tileMatrix, "
				 "supportedCRS); write it anew for version 2 (tileMatrices, crs)");
	if (!json_is_object(root) || !json_object_get(root, "crs") ||
	    !json_object_get(root, "tileMatrices"))
		return error_set(error, ERROR_INVALID,
				 "it is no tile matrix set of OGC 17-083r4: crs and tileMatrices "
				 "are missing");
	if ((code = read_names(grid, root, name, error)) ||
	    (code = read_crs(json_object_get(root, "crs"), grid, error)) ||
	    (code = read_axes(json_object_get(root, "orderedAxes"), grid->crs, &northing_first,
			      error)) ||
	    (code = grid_document_levels(root, northing_first, grid, error)))
		return code;
	return check_place(grid, error);
}

enum error_code grid_document_parse(const char *text, size_t length, const char *name,
				    struct grid **result, struct error *error)
{
	struct grid *grid;
	json_error_t fault;
	json_t *root;
	enum error_code code;

	if (length > GRID_DOCUMENT_BYTES_MOST)
		return error_set(error, ERROR_LIMIT,
				 "it is larger than 1 MiB; no grid is: is this the right file?");
	root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &fault);
	if (!root)
		return error_set(error, ERROR_INVALID, "line %d is not JSON: %s", fault.line,
				 fault.text);
	grid = memory_zeroed(1, sizeof(*grid));
	code = read_grid(root, name, grid, error);
	json_decref(root);
	if (code)
		grid_free(grid);
	else
		*result = grid;
	return code;
}

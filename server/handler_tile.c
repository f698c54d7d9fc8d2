/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/handler.h"

#include <stdlib.h>
#include <string.h>

#include "server/negotiate.h"
#include "server/tile_names.h"
#include "server/target.h"
#include "server/tile_limits.h"
#include "server/tile_recall.h"
#include "server/variant_query.h"
#include "tiler/memory.h"
#include "tiler/message.h"
#include "tiler/tile_request.h"

/* A tile is in memory, or read from the disk at once, or made by a worker while the connection
 * sleeps. */

/* Quicker than isdigit(), which looks the locale up. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

const char *tile_number_scan(const char *text, uint32_t *number)
{
	uint64_t value = 0;

	if (!is_digit(*text) || (*text == '0' && is_digit(text[1])))
		return NULL;
	for (; is_digit(*text) && value <= UINT32_MAX; text++)
		value = value * 10 + (uint64_t)(*text - '0');
	*number = (uint32_t)value;
	return value <= UINT32_MAX ? text : NULL;
}

bool tile_number_read(const char *text, uint32_t *number)
{
	const char *end = tile_number_scan(text, number);

	return end && !*end;
}

bool tile_last_number_read(const char *text, uint32_t *number)
{
	const char *end = tile_number_scan(text, number);

	return end && (!*end || strcmp(end, ".mvt") == 0 || strcmp(end, ".pbf") == 0);
}

static enum error_code read_tile(const struct request *request, struct tile_id *tile,
				 struct error *error)
{
	const char *z = request_parameter(request, "z");
	const char *x = request_parameter(request, "x");
	const char *y = request_parameter(request, "y");

	if (tile_number_read(z, &tile->z) && tile_number_read(x, &tile->x) &&
	    tile_last_number_read(y, &tile->y))
		return ERROR_NONE;
	return error_tell(error, ERROR_INVALID, MESSAGE_NO_TILE_ADDRESS, z, x, y);
}

static enum error_code outside(const struct grid *grid, struct tile_id tile, struct error *error)
{
	if (tile.z >= grid->level_count)
		return error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_LEVEL, grid->id, tile.z,
				  grid->level_count - 1);
	return error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_TILE, grid->id, tile.z, tile.x, tile.y,
			  tile.z, grid->levels[tile.z].matrix_width,
			  grid->levels[tile.z].matrix_height);
}

/* Beyond the limits of its tileset a tile is not found; within them one with nothing in it is
 * empty. Of what is not prepared yet the limits are not known. */
static enum error_code check_limits(const struct site *site, const struct tile_names *address,
				    const struct tile_request *tile_request, struct error *error)
{
	struct tile_id tile = tile_request->tile;
	struct tile_limits limits;
	struct tileset tileset;

	if (!tile_limits_find(site->limits, site, tile_request, &limits)) {
		enum error_code code = tileset_open_named(&tileset, site, address->themes,
							  address->grid, error);
		bool ready = !code && tileset.ready;

		if (code)
			return code;
		limits = tile_limits_of(site->limits, site, &tileset);
		tileset_release(&tileset);
		if (!ready)
			return ERROR_NONE;
	}
	if (tile_limits_hold(&limits, tile))
		return ERROR_NONE;
	return error_tell(error, ERROR_NOT_FOUND, MESSAGE_BEYOND_LIMITS, tile.z, tile.y, tile.x);
}

static enum error_code read_request(const struct site *site, const struct request *request,
				    const struct tile_names *address, struct catalogue *catalogue,
				    struct tile_request *tile_request, struct error *error)
{
	const struct grid *grid = grids_find(site->grids, address->grid);
	struct tile_id tile = address->tile ? *address->tile : (struct tile_id){0};
	enum error_code code = address->tile ? ERROR_NONE : read_tile(request, &tile, error);

	if (code)
		return code;
	if (!grid)
		return error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_GRID, address->grid);
	code = tile_request_init(tile_request, catalogue, address->themes, grid, tile, error);
	if (!code && !grid_has(grid, tile))
		code = outside(grid, tile, error);
	if (!code && address->limited)
		code = check_limits(site, address, tile_request, error);
	if (!code)
		code = variant_query_read(site, request, tile_request, &tile_request->variant,
					  error);
	return code;
}

/* BLOB is stolen. */
static void reply_tile(struct reply *reply, struct blob *blob, const char *tier)
{
	reply->tier = tier;
	if (blob->length == 0) {
		reply->status = 204;
		blob_unref(blob);
		return;
	}
	reply->content_type = "application/vnd.mapbox-vector-tile";
	reply->blob = blob;
}

bool recall_tile(const struct site *site, const char *sent, struct reply *reply)
{
	bool stored = false;
	struct blob *blob = site->recall ? tile_recall_find(site->recall, sent, &stored) : NULL;

	if (!blob)
		return false;
	reply->cache_control = site->tile_cache_control;
	reply->unkept = stored;
	reply_tile(reply, blob, stored ? "disk" : "cache");
	return true;
}

enum {
	RETRY_FAILED_SECONDS = 15 /* a theme that could not be prepared is tried again, too */
};

/* A tile that was asked for rightly and cannot be made is no fault of the client's. */
static void reply_failure(struct reply *reply, const struct error *error)
{
	switch (error->code) {
	case ERROR_BUSY:
	case ERROR_LIMIT: /* of several themes together */
	case ERROR_STOPPED:
	case ERROR_NOT_FOUND:
		reply_error(reply, error);
		break;
	case ERROR_UNSUPPORTED:
		reply_problem_of(reply, 404, "Not in this grid", error);
		break;
	case ERROR_INVALID:
	case ERROR_IO:
		reply_problem_of(reply, 503, "Theme out of order", error);
		reply->retry_after = RETRY_FAILED_SECONDS;
		break;
	default:
		reply_problem_of(reply, 500, "Tile not made", error);
	}
}

/* What is asked for by the version of its data stays as it is for ever; of another version, what
 * there is now is given, for a while. */
static const char IMMUTABLE[] = "public, max-age=31536000, immutable";

/* Is VERSION (the v of the address, or NULL) that of the data now? */
static bool is_of_version(const struct site *site, const struct tile_request *tile_request,
			  const char *version)
{
	char now[ENGINE_VERSION_SIZE];

	return version && engine_version(site->engine, tile_request, now) &&
	       strcmp(now, version) == 0;
}

/* One who waits for a tile that was asked for by the version of its data. */
struct versioned_wait {
	struct reply *reply;
	const struct site *site;
	struct tile_request tile_request;
	char version[ENGINE_VERSION_SIZE];
};

static void tile_made(struct blob *blob, const struct error *error, void *context)
{
	struct reply *reply = context;

	if (blob)
		reply_tile(reply, blob_ref(blob), "render");
	else
		reply_failure(reply, error);
	reply_finish(reply);
}

/* The data were of that version when the tile was asked for: if they still are, it was made of
 * them. */
static void versioned_tile_made(struct blob *blob, const struct error *error, void *context)
{
	struct versioned_wait *wait = context;

	if (blob && is_of_version(wait->site, &wait->tile_request, wait->version))
		wait->reply->cache_control = IMMUTABLE;
	tile_made(blob, error, wait->reply);
	catalogue_unref(wait->tile_request.catalogue);
	variant_unref(wait->tile_request.variant);
	free(wait);
}

/* NULL where the tile was not asked for by the version there is. */
static struct versioned_wait *versioned_wait_new(const struct site *site,
						 const struct request *request,
						 const struct tile_request *tile_request,
						 struct reply *reply)
{
	const char *version = request_query(request, "v");
	struct versioned_wait *wait;

	if (!is_of_version(site, tile_request, version))
		return NULL;
	wait = memory_new(sizeof(*wait));
	*wait = (struct versioned_wait){
		.reply = reply, .site = site, .tile_request = *tile_request};
	strcpy(wait->version, version);
	catalogue_ref(tile_request->catalogue);
	variant_ref(tile_request->variant);
	return wait;
}

static void make_tile(const struct site *site, const struct request *request,
		      const struct tile_request *tile_request, struct reply *reply)
{
	struct error error = {0};
	struct reply *later = request_defer(request, &error);
	struct versioned_wait *wait;
	struct work_waiter waiter;

	if (!later) {
		reply_error(reply, &error);
		return;
	}
	wait = versioned_wait_new(site, request, tile_request, later);
	waiter = (struct work_waiter){wait ? versioned_tile_made : tile_made,
				      wait ? (void *)wait : (void *)later, later->ticket};
	if (engine_tile(site->engine, tile_request, &waiter, &error))
		waiter.done(NULL, &error, waiter.context);
}

/* Is all that the address says its beginning and, behind it, level, column and row? */
static bool may_be_recalled(const struct site *site, const struct request *request,
			    const struct tile_names *address,
			    const struct tile_request *tile_request)
{
	uint32_t last = request->parameter_count - 1;

	return site->recall && !address->tile && !address->limited && !tile_request->variant &&
	       !request->target->query_count && !request->target->authority &&
	       strcmp(request->parameters[last - 1].name, "x") == 0 &&
	       strcmp(request->parameters[last].name, "y") == 0;
}

void reply_named_tile(const struct site *site, const struct request *request,
		      const struct tile_names *address, struct reply *reply)
{
	/* first, so that the catalogue is that of this turn or newer */
	unsigned turn = engine_turn(site->engine);
	struct catalogue *catalogue = engine_catalogue(site->engine);
	struct tile_request tile_request = {0};
	struct error error = {0};
	struct blob *blob;
	bool versioned;

	if (read_request(site, request, address, catalogue, &tile_request, &error)) {
		reply_error(reply, &error);
	} else {
		reply->cache_control = site->tile_cache_control;
		versioned = is_of_version(site, &tile_request, request_query(request, "v"));
		tile_request.unpacked = negotiate_coding(request_header(
						request, "Accept-Encoding")) == CODING_IDENTITY;
		blob = engine_tile_cached(site->engine, &tile_request);
		if (!blob) {
			blob = engine_tile_stored(site->engine, &tile_request);
			reply->unkept = blob != NULL;
		}
		if (blob && versioned &&
		    is_of_version(site, &tile_request, request_query(request, "v")))
			reply->cache_control = IMMUTABLE;
		if (blob && may_be_recalled(site, request, address, &tile_request))
			tile_recall_note(site->recall, request->target->sent, &tile_request, turn);
		if (blob)
			reply_tile(reply, blob, reply->unkept ? "disk" : "cache");
		else
			make_tile(site, request, &tile_request, reply);
	}
	variant_unref(tile_request.variant);
	catalogue_unref(catalogue);
}

void handle_tile(const struct site *site, const struct request *request, struct reply *reply)
{
	struct tile_names address = {request_parameter(request, "themes"), "WebMercatorQuad", false,
				     NULL};

	if (strcmp(request->parameters[1].name, "grid") == 0)
		address.grid = request->parameters[1].value;
	reply_named_tile(site, request, &address, reply);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "config.h"

#include "server/handler.h"

#include "server/health.h"
#include "server/json.h"
#include "server/page.h"

/* Told to everybody, so no path and no reason is in it: those are in the log and in `tuilerie
 * check`. */

static void write_themes(struct json *json, const struct catalogue *catalogue,
			 const struct engine_stats *stats)
{
	json_object_member(json, "themes");
	json_integer_member(json, "count", (int64_t)catalogue_theme_count(catalogue));
	json_integer_member(json, "ready", (int64_t)stats->themes_ready);
	json_integer_member(json, "waiting", (int64_t)stats->themes_waiting);
	json_integer_member(json, "failed", (int64_t)stats->themes_failed);
	json_integer_member(json, "left_out", (int64_t)catalogue_problem_count(catalogue));
	json_end(json);
}

static void write_failed(struct json *json, struct engine *engine,
			 const struct catalogue *catalogue)
{
	json_array_member(json, "failed_themes");
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);

		if (engine_theme(engine, theme, NULL, NULL) == THEME_FAILED)
			json_text(json, theme->id);
	}
	json_end(json);
}

/* How true to the data and the configuration what is served is. */
static void write_freshness(struct json *json, const struct reload_status *reload,
			    const struct engine_stats *stats)
{
	json_object_member(json, "freshness");
	json_text_member(json, "configuration", reload->failed ? "broken" : "ok");
	json_integer_member(json, "looked_at", reload->looked_at);
	json_integer_member(json, "looks", (int64_t)reload->looks);
	json_integer_member(json, "outdated_themes", (int64_t)stats->themes_outdated);
	json_integer_member(json, "replaced_versions", (int64_t)stats->themes_replaced);
	json_integer_member(json, "features_changed", (int64_t)stats->carried.features_changed);
	json_integer_member(json, "tiles_kept", (int64_t)stats->carried.tiles_kept);
	json_integer_member(json, "tiles_dropped", (int64_t)stats->carried.tiles_dropped);
	json_end(json);
}

/* Themes of which newer data are known than are served. */
static void write_outdated(struct json *json, struct engine *engine,
			   const struct catalogue *catalogue)
{
	json_array_member(json, "outdated");
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		struct theme_freshness fresh = engine_freshness(engine, theme);

		if (!fresh.outdated)
			continue;
		json_open_object(json);
		json_text_member(json, "theme", theme->id);
		json_integer_member(json, "data_changed_at", fresh.data_changed_at);
		json_integer_member(json, "prepared_at", fresh.prepared_at);
		json_end(json);
	}
	json_end(json);
}

static void write_work(struct json *json, const struct engine_stats *stats)
{
	json_object_member(json, "tiles");
	json_integer_member(json, "rendered", (int64_t)stats->tiles_rendered);
	json_integer_member(json, "from_memory", (int64_t)stats->cache.hits);
	json_integer_member(json, "from_disk", (int64_t)stats->disk.hits);
	json_integer_member(json, "refused", (int64_t)stats->work.refused);
	json_integer_member(json, "late", (int64_t)stats->work.late);
	json_integer_member(json, "queued", stats->work.queued);
	json_end(json);
	json_object_member(json, "cache");
	json_integer_member(json, "bytes", (int64_t)stats->cache.bytes);
	json_integer_member(json, "limit", (int64_t)stats->cache.limit);
	json_end(json);
}

static void write_health(const struct site *site, struct reply *reply)
{
	struct catalogue *catalogue = engine_catalogue(site->engine);
	struct health health = health_of(site);
	struct json json;

	json_init(&json, &reply->body);
	json_open_object(&json);
	/* "degraded" is still 200: the other themes are served */
	json_text_member(&json, "status", health.degraded ? "degraded" : "ok");
	json_text_member(&json, "version", PACKAGE_VERSION);
	json_integer_member(&json, "started_at", site->started_at);
	write_themes(&json, catalogue, &health.stats);
	write_failed(&json, site->engine, catalogue);
	write_freshness(&json, &health.reload, &health.stats);
	write_outdated(&json, site->engine, catalogue);
	write_work(&json, &health.stats);
	json_end(&json);
	reply->content_type = "application/json";
	catalogue_unref(catalogue);
}

/* Programs that watch get JSON unless they ask for a page as browsers do. */
void handle_health(const struct site *site, const struct request *request, struct reply *reply)
{
	if (request_wants_html(request))
		page_health(site, request, reply);
	else
		write_health(site, reply);
	reply->by_accept = true;
	reply->cache_control = "no-store";
}

void handle_ready(const struct site *site, const struct request *request, struct reply *reply)
{
	(void)site;
	(void)request;
	/* Themes that are not prepared yet are prepared when asked for; while the server stops, the
	 * transport answers 503 by itself. */
	buf_add_text(&reply->body, "ready\n");
	reply->content_type = "text/plain; charset=utf-8";
	reply->cache_control = "no-store";
}

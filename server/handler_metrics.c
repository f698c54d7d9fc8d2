/* SPDX-License-Identifier: EUPL-1.2 */
#include "config.h"

#include "server/handler.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/exposition.h"
#include "server/metrics.h"

/* What the server did and how it stands, for Prometheus. The set is documented in docs/metrics.md:
 * a name there is a promise to dashboards. */

static void counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
	exposition_family(out, name, "counter", help);
	exposition_integer(out, name, NULL, value);
}

static void gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
	exposition_family(out, name, "gauge", help);
	exposition_integer(out, name, NULL, value);
}

static void labelled(struct buf *out, const char *name, const char *label, const char *value,
		     uint64_t count)
{
	exposition_integer(out, name, (const char *const[]){label, value, NULL}, count);
}

static void write_work(struct buf *out, const struct engine_stats *stats)
{
	const char *name = "tuilerie_requests_refused_total";

	counter(out, "tuilerie_tiles_rendered_total", "Tiles made, not found in a cache.",
		stats->tiles_rendered);
	exposition_family(out, "tuilerie_render_cpu_seconds_total", "counter",
			  "CPU time of making tiles, compression included.");
	exposition_number(out, "tuilerie_render_cpu_seconds_total", NULL,
			  (double)stats->render_cpu_us / 1e6);
	counter(out, "tuilerie_features_read_total", "Features looked at for tiles.",
		stats->features_read);
	counter(out, "tuilerie_features_drawn_total", "Features written into tiles.",
		stats->features_drawn);
	gauge(out, "tuilerie_queue_depth", "Tiles waiting for a worker.", stats->work.queued);
	gauge(out, "tuilerie_queue_running", "Tiles being made.", stats->work.running);
	counter(out, "tuilerie_queue_joined_total",
		"Requests that waited for a tile already being made for another.",
		stats->work.joined);
	counter(out, "tuilerie_queue_dropped_total",
		"Tiles given up before they were begun, nobody waiting for them any more.",
		stats->work.dropped);
	exposition_family(out, name, "counter", "Tiles refused with 503.");
	labelled(out, name, "reason", "queue_full", stats->work.refused);
	labelled(out, name, "reason", "deadline", stats->work.late);
}

static void write_cache(struct buf *out, const struct engine_stats *stats)
{
	const char *name = "tuilerie_cache_hits_total";

	exposition_family(out, name, "counter", "Tiles found in a cache.");
	labelled(out, name, "tier", "memory", stats->cache.hits);
	counter(out, "tuilerie_cache_misses_total", "Tiles looked for in memory and not found.",
		stats->cache.misses);
	counter(out, "tuilerie_cache_evictions_total", "Tiles that left memory for others.",
		stats->cache.evictions);
	exposition_family(out, "tuilerie_cache_bytes", "gauge", "Bytes of tiles in a cache.");
	labelled(out, "tuilerie_cache_bytes", "tier", "memory", stats->cache.bytes);
	exposition_family(out, "tuilerie_cache_limit_bytes", "gauge", "Most bytes of a cache.");
	labelled(out, "tuilerie_cache_limit_bytes", "tier", "memory", stats->cache.limit);
}

static void write_themes(struct buf *out, const struct engine_stats *stats)
{
	const char *name = "tuilerie_themes";

	exposition_family(out, name, "gauge", "Themes by how they stand.");
	labelled(out, name, "state", "ready", stats->themes_ready);
	labelled(out, name, "state", "waiting", stats->themes_waiting);
	labelled(out, name, "state", "failed", stats->themes_failed);
}

static void write_sample(struct buf *out, const char *name, const struct theme *theme,
			 uint64_t value)
{
	labelled(out, name, "theme", theme->id, value);
}

/* One value of every prepared theme. */
static void write_each_theme(struct buf *out, struct engine *engine,
			     const struct catalogue *catalogue, const char *name, const char *help,
			     uint64_t (*value)(const struct prepared *prepared))
{
	exposition_family(out, name, "gauge", help);
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		struct prepared *prepared;

		engine_theme(engine, theme, &prepared, NULL);
		if (prepared)
			write_sample(out, name, theme, value(prepared));
		prepared_unref(prepared);
	}
}

static uint64_t prepared_at(const struct prepared *prepared)
{
	return (uint64_t)prepared->prepared_at;
}

static uint64_t feature_count(const struct prepared *prepared)
{
	return prepared->feature_count;
}

static void write_freshness(struct buf *out, struct engine *engine)
{
	struct catalogue *catalogue = engine_catalogue(engine);

	write_each_theme(out, engine, catalogue, "tuilerie_theme_prepared_timestamp_seconds",
			 "When the version of the theme in service was prepared.", prepared_at);
	write_each_theme(out, engine, catalogue, "tuilerie_theme_features",
			 "Features of the theme.", feature_count);
	catalogue_unref(catalogue);
}

/* A line of /proc/self/status such as "RssAnon:   22528 kB", in bytes; 0: not to be had. */
static uint64_t process_memory(const char *field)
{
	FILE *file = fopen("/proc/self/status", "re");
	size_t length = strlen(field);
	uint64_t kilobytes = 0;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, field, length) == 0 && line[length] == ':')
			sscanf(line + length + 1, "%" SCNu64, &kilobytes);
	}
	if (file)
		fclose(file);
	return kilobytes * 1024;
}

static void write_process(struct buf *out, const struct site *site)
{
	struct timespec cpu;

	exposition_family(out, "tuilerie_build_info", "gauge", "The version that runs.");
	labelled(out, "tuilerie_build_info", "version", PACKAGE_VERSION, 1);
	gauge(out, "process_start_time_seconds", "When the server started, seconds since 1970.",
	      (uint64_t)site->started_at);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	exposition_family(out, "process_cpu_seconds_total", "counter",
			  "CPU time of the whole process.");
	exposition_number(out, "process_cpu_seconds_total", NULL,
			  (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9);
	gauge(out, "process_resident_memory_bytes", "Memory in use, files mapped into it included.",
	      process_memory("VmRSS"));
	gauge(out, "tuilerie_memory_bytes", "The same without the mapped files.",
	      process_memory("RssAnon"));
}

void handle_metrics(const struct site *site, const struct request *request, struct reply *reply)
{
	struct engine_stats stats = engine_stats(site->engine);
	struct buf *out = &reply->body;

	(void)request;
	metrics_write(site->metrics, out);
	write_cache(out, &stats);
	write_work(out, &stats);
	write_themes(out, &stats);
	write_freshness(out, site->engine);
	write_process(out, site);
	reply->content_type = EXPOSITION_TYPE;
	reply->cache_control = "no-store";
}

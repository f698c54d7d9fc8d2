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

/* "0-5", "6-9" ... "15-": the levels of a band. */
static void band_name(const struct engine_stats *stats, unsigned band, char name[24])
{
	uint32_t first = band == 0 ? 0 : stats->rendered[band - 1].last_level + 1;
	uint32_t last = stats->rendered[band].last_level;

	if (last == UINT32_MAX)
		snprintf(name, 24, "%" PRIu32 "-", first);
	else
		snprintf(name, 24, "%" PRIu32 "-%" PRIu32, first, last);
}

static void write_rendering(struct buf *out, const struct engine_stats *stats)
{
	char zoom[24];

	exposition_family(out, "tuilerie_tiles_rendered_total", "counter",
			  "Tiles made, not found in a cache, by level.");
	for (unsigned band = 0; band < TILE_BANDS; band++) {
		band_name(stats, band, zoom);
		labelled(out, "tuilerie_tiles_rendered_total", "zoom", zoom,
			 stats->rendered[band].tiles);
	}
	exposition_family(out, "tuilerie_render_cpu_seconds_total", "counter",
			  "CPU time of making tiles, compression included, by level.");
	for (unsigned band = 0; band < TILE_BANDS; band++) {
		band_name(stats, band, zoom);
		exposition_number(out, "tuilerie_render_cpu_seconds_total",
				  (const char *const[]){"zoom", zoom, NULL},
				  (double)stats->rendered[band].cpu_us / 1e6);
	}
	counter(out, "tuilerie_features_read_total", "Features looked at for tiles.",
		stats->features_read);
	counter(out, "tuilerie_features_drawn_total", "Features written into tiles.",
		stats->features_drawn);
}

static void write_queue(struct buf *out, const struct engine_stats *stats)
{
	const char *name = "tuilerie_requests_refused_total";

	gauge(out, "tuilerie_queue_depth", "Tiles waiting for a worker.", stats->work.queued);
	gauge(out, "tuilerie_queue_held", "Tiles waiting for their theme to be prepared.",
	      stats->work.held);
	gauge(out, "tuilerie_queue_running", "Tiles being made.", stats->work.running);
	counter(out, "tuilerie_queue_joined_total",
		"Requests that waited for a tile already being made for another.",
		stats->work.joined);
	counter(out, "tuilerie_queue_left_total",
		"Requests whose client left while it waited for a tile.", stats->work.left);
	counter(out, "tuilerie_queue_dropped_total",
		"Tiles given up before they were begun or done, nobody waiting for them any more.",
		stats->work.dropped);
	exposition_family(out, name, "counter", "Tiles refused with 503.");
	labelled(out, name, "reason", "queue_full", stats->work.refused);
	labelled(out, name, "reason", "deadline", stats->work.late);
}

/* A family of two samples, one a tier of the cache. */
static void tiers(struct buf *out, const char *name, const char *type, const char *help,
		  uint64_t memory, uint64_t disk)
{
	exposition_family(out, name, type, help);
	labelled(out, name, "tier", "memory", memory);
	labelled(out, name, "tier", "disk", disk);
}

static void write_cache(struct buf *out, const struct engine_stats *stats)
{
	const struct cache_memory_stats *memory = &stats->cache;
	const struct cache_disk_stats *disk = &stats->disk;

	tiers(out, "tuilerie_cache_hits_total", "counter", "Tiles found in a cache.", memory->hits,
	      disk->hits);
	tiers(out, "tuilerie_cache_misses_total", "counter", "Tiles looked for and not found.",
	      memory->misses, disk->misses);
	tiers(out, "tuilerie_cache_evictions_total", "counter", "Tiles that left for others.",
	      memory->evictions, disk->evicted);
	tiers(out, "tuilerie_cache_bytes", "gauge", "Bytes of a cache.", memory->bytes,
	      disk->bytes);
	tiers(out, "tuilerie_cache_limit_bytes", "gauge", "Most bytes of a cache; 0: it is off.",
	      memory->limit, disk->limit);
	counter(out, "tuilerie_cache_disk_remade_total",
		"Files of the disk cache found damaged or gone, and begun anew.", disk->remade);
	counter(out, "tuilerie_cache_disk_refused_total",
		"Times the disk did not take tiles (full, read-only).", disk->refused);
}

static void write_themes(struct buf *out, const struct engine_stats *stats)
{
	const char *name = "tuilerie_themes";

	exposition_family(out, name, "gauge", "Themes by how they stand.");
	labelled(out, name, "state", "ready", stats->themes_ready);
	labelled(out, name, "state", "waiting", stats->themes_waiting);
	labelled(out, name, "state", "failed", stats->themes_failed);
	gauge(out, "tuilerie_themes_outdated", "Themes served from data older than those known.",
	      stats->themes_outdated);
	counter(out, "tuilerie_versions_replaced_total",
		"Versions of themes replaced by newer ones of other content.",
		stats->themes_replaced);
	counter(out, "tuilerie_replaced_features_total", "Features that differed between these.",
		stats->carried.features_changed);
	exposition_family(out, "tuilerie_tiles_carried_total", "counter",
			  "Tiles in the caches when their theme was replaced.");
	labelled(out, "tuilerie_tiles_carried_total", "fate", "kept", stats->carried.tiles_kept);
	labelled(out, "tuilerie_tiles_carried_total", "fate", "dropped",
		 stats->carried.tiles_dropped);
}

/* What is told of each theme. */
struct fact {
	const char *name, *help;
	uint64_t (*value)(const struct prepared *prepared, const struct theme_freshness *freshness);
};

static uint64_t data_changed(const struct prepared *prepared,
			     const struct theme_freshness *freshness)
{
	(void)prepared;
	return (uint64_t)freshness->data_changed_at;
}

static uint64_t prepared_at(const struct prepared *prepared,
			    const struct theme_freshness *freshness)
{
	(void)prepared;
	return (uint64_t)freshness->prepared_at;
}

static uint64_t feature_count(const struct prepared *prepared,
			      const struct theme_freshness *freshness)
{
	(void)freshness;
	return prepared->feature_count;
}

static uint64_t prepared_bytes(const struct prepared *prepared,
			       const struct theme_freshness *freshness)
{
	uint64_t bytes = 0;

	(void)freshness;
	for (uint32_t i = 0; i < prepared->level_count; i++)
		bytes += fgb_bytes(prepared->levels[i].fgb);
	return bytes;
}

static const struct fact facts[] = {
	{"tuilerie_theme_data_changed_timestamp_seconds",
	 "When the data of the theme were last written, as far as known.", data_changed},
	{"tuilerie_theme_prepared_timestamp_seconds",
	 "When the version of the theme in service was prepared.", prepared_at},
	{"tuilerie_theme_features", "Features of the theme.", feature_count},
	{"tuilerie_theme_prepared_bytes", "Bytes of the theme's prepared levels.", prepared_bytes},
};

static void write_fact(struct buf *out, struct engine *engine, const struct catalogue *catalogue,
		       const struct fact *fact)
{
	exposition_family(out, fact->name, "gauge", fact->help);
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		struct theme_freshness freshness = engine_freshness(engine, theme);
		struct prepared *prepared;
		uint64_t value;

		engine_theme(engine, theme, &prepared, NULL);
		value = prepared ? fact->value(prepared, &freshness) : 0;
		if (value > 0)
			labelled(out, fact->name, "theme", theme->id, value);
		prepared_unref(prepared);
	}
}

static void write_each_theme(struct buf *out, struct engine *engine)
{
	struct catalogue *catalogue = engine_catalogue(engine);

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		write_fact(out, engine, catalogue, &facts[i]);
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
	write_rendering(out, &stats);
	write_queue(out, &stats);
	write_themes(out, &stats);
	write_each_theme(out, site->engine);
	write_process(out, site);
	reply->content_type = EXPOSITION_TYPE;
	reply->cache_control = "no-store";
}

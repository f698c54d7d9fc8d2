/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/metrics.h"

#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/exposition.h"
#include "tiler/memory.h"

enum {
	SHARDS = 16,
	STATUSES = 600,
};

static const char *const class_names[REQUEST_CLASSES] = {
	[REQUEST_OTHER] = "other", [REQUEST_TILE] = "tile",   [REQUEST_DOCUMENT] = "document",
	[REQUEST_PAGE] = "page",   [REQUEST_ASSET] = "asset", [REQUEST_OPERATION] = "operation",
	[REQUEST_ORDER] = "order",
};

/* Upper bounds of the histogram, microseconds: a tile from memory takes tens of them, an overloaded
 * server answers at its deadline. */
static const uint64_t bounds_us[] = {100,     250,     500,	1000,	  2500,	   5000,
				     10000,   25000,   50000,	100000,	  250000,  500000,
				     1000000, 2500000, 5000000, 10000000, 30000000};
enum {
	BOUNDS = sizeof(bounds_us) / sizeof(bounds_us[0])
};

typedef atomic_uint_least64_t counter;

/* What one class of requests came to. A processor counts in its own shard, so that two of them do
 * not pass a cache line to and fro. */
struct tally {
	counter statuses[STATUSES]; /* [0]: the connection broke off before an answer */
	counter within[BOUNDS + 1]; /* a bound; the last: beyond all of them */
	counter duration_us, bytes, spared_unchanged, spared_compression;
};

struct shard {
	struct tally classes[REQUEST_CLASSES];
};

struct metrics {
	struct shard shards[SHARDS];
};

struct metrics *metrics_new(void)
{
	return memory_zeroed(1, sizeof(struct metrics));
}

void metrics_free(struct metrics *metrics)
{
	free(metrics);
}

static void add(counter *to, uint64_t amount)
{
	atomic_fetch_add_explicit(to, amount, memory_order_relaxed);
}

void metrics_count(struct metrics *metrics, const struct http_record *record)
{
	struct shard *shard = &metrics->shards[(unsigned)sched_getcpu() % SHARDS];
	struct tally *tally = &shard->classes[record->class];
	size_t bound = 0;

	while (bound < BOUNDS && record->duration_us > bounds_us[bound])
		bound++;
	add(&tally->statuses[record->status < STATUSES ? record->status : 0], 1);
	add(&tally->within[bound], 1);
	add(&tally->duration_us, record->duration_us);
	add(&tally->bytes, record->bytes);
	if (record->spared_unchanged)
		add(&tally->spared_unchanged, record->spared_unchanged);
	if (record->spared_compression)
		add(&tally->spared_compression, record->spared_compression);
}

/* The sum of one counter, AT bytes into the tally, over all shards. */
static uint64_t sum(const struct metrics *metrics, size_t class, size_t at)
{
	uint64_t total = 0;

	for (size_t i = 0; i < SHARDS; i++) {
		const char *tally = (const char *)&metrics->shards[i].classes[class];

		total += atomic_load_explicit((const counter *)(const void *)(tally + at),
					      memory_order_relaxed);
	}
	return total;
}

static void write_requests(const struct metrics *metrics, struct buf *out)
{
	exposition_family(out, "tuilerie_http_requests_total", "counter",
			  "Requests by class and status; status 0: the client left first.");
	for (size_t class = 0; class < REQUEST_CLASSES; class ++) {
		for (unsigned status = 0; status < STATUSES; status++) {
			uint64_t count = sum(metrics, class,
					     offsetof(struct tally, statuses) +
						     status * sizeof(counter));
			char text[12];

			snprintf(text, sizeof(text), "%u", status);
			if (count > 0)
				exposition_integer(out, "tuilerie_http_requests_total",
						   (const char *const[]){"class",
									 class_names[class],
									 "status", text, NULL},
						   count);
		}
	}
}

static void write_durations(const struct metrics *metrics, struct buf *out)
{
	const char *name = "tuilerie_http_request_duration_seconds";

	exposition_family(out, name, "histogram",
			  "From a request's first byte to its answer's last.");
	for (size_t class = 0; class < REQUEST_CLASSES; class ++) {
		uint64_t count = 0;
		const char *labels[] = {"class", class_names[class], "le", NULL, NULL};
		char bound[24];

		labels[3] = bound;
		for (size_t i = 0; i <= BOUNDS; i++) {
			count += sum(metrics, class,
				     offsetof(struct tally, within) + i * sizeof(counter));
			if (i < BOUNDS)
				snprintf(bound, sizeof(bound), "%g", (double)bounds_us[i] / 1e6);
			else
				snprintf(bound, sizeof(bound), "+Inf");
			exposition_integer(out, "tuilerie_http_request_duration_seconds_bucket",
					   labels, count);
		}
		labels[2] = NULL;
		exposition_number(out, "tuilerie_http_request_duration_seconds_sum", labels,
				  (double)sum(metrics, class, offsetof(struct tally, duration_us)) /
					  1e6);
		exposition_integer(out, "tuilerie_http_request_duration_seconds_count", labels,
				   count);
	}
}

static void write_bytes(const struct metrics *metrics, struct buf *out, const char *name,
			const char *help, size_t at)
{
	exposition_family(out, name, "counter", help);
	for (size_t class = 0; class < REQUEST_CLASSES; class ++)
		exposition_integer(out, name,
				   (const char *const[]){"class", class_names[class], NULL},
				   sum(metrics, class, at));
}

void metrics_write(const struct metrics *metrics, struct buf *out)
{
	write_requests(metrics, out);
	write_durations(metrics, out);
	write_bytes(metrics, out, "tuilerie_http_sent_bytes_total",
		    "Bytes of bodies sent, as they went over the wire.",
		    offsetof(struct tally, bytes));
	write_bytes(metrics, out, "tuilerie_http_spared_unchanged_bytes_total",
		    "Bytes of bodies not sent, the client having them already (304).",
		    offsetof(struct tally, spared_unchanged));
	write_bytes(metrics, out, "tuilerie_http_spared_compression_bytes_total",
		    "Bytes that compression took off the bodies sent.",
		    offsetof(struct tally, spared_compression));
}

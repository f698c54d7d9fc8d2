/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/metrics.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
	THREADS = 4,
	REQUESTS = 5000
};

static void expect(const struct metrics *metrics, const char *line)
{
	struct buf out;

	buf_init(&out, 0);
	buf_add_char(&out, '\n');
	metrics_write(metrics, &out);
	buf_add_char(&out, '\0');
	if (!strstr(out.bytes, line))
		fail_msg("%s is not in\n%s", line, out.bytes);
	buf_release(&out);
}

static void *count_many(void *context)
{
	const struct http_record record = {.class = REQUEST_TILE,
					   .status = 200,
					   .bytes = 10,
					   .duration_us = 300,
					   .spared_compression = 3};

	for (unsigned i = 0; i < REQUESTS; i++)
		metrics_count(context, &record);
	return NULL;
}

static void loses_none_between_threads(void **state)
{
	struct metrics *metrics = metrics_new();
	pthread_t threads[THREADS];

	(void)state;
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_many, metrics), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	expect(metrics, "\ntuilerie_http_requests_total{class=\"tile\",status=\"200\"} 20000\n");
	expect(metrics, "\ntuilerie_http_sent_bytes_total{class=\"tile\"} 200000\n");
	expect(metrics, "\ntuilerie_http_spared_compression_bytes_total{class=\"tile\"} 60000\n");
	expect(metrics, "\ntuilerie_http_request_duration_seconds_sum{class=\"tile\"} 6\n");
	metrics_free(metrics);
}

static void bounds_belong_to_their_class(void **state)
{
	struct metrics *metrics = metrics_new();
	const char *name = "\ntuilerie_http_request_duration_seconds_bucket{class=\"page\",le=";
	static const uint64_t durations[] = {0, 100, 101, 1000, 30000001};
	static const struct {
		const char *bound;
		unsigned count;
	} expected[] = {{"0.0001", 2}, {"0.00025", 3}, {"0.001", 4}, {"30", 4}, {"+Inf", 5}};
	char line[200];

	(void)state;
	for (size_t i = 0; i < sizeof(durations) / sizeof(*durations); i++)
		metrics_count(metrics, &(struct http_record){.class = REQUEST_PAGE,
							     .status = 200,
							     .duration_us = durations[i]});
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		snprintf(line, sizeof(line), "%s\"%s\"} %u\n", name, expected[i].bound,
			 expected[i].count);
		expect(metrics, line);
	}
	metrics_free(metrics);
}

static void an_odd_status_counts_as_none(void **state)
{
	struct metrics *metrics = metrics_new();

	(void)state;
	metrics_count(metrics, &(struct http_record){.status = 70000});
	expect(metrics, "\ntuilerie_http_requests_total{class=\"other\",status=\"0\"} 1\n");
	metrics_free(metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loses_none_between_threads),
		cmocka_unit_test(bounds_belong_to_their_class),
		cmocka_unit_test(an_odd_status_counts_as_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

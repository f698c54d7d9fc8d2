/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/preparation.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/memory.h"
#include "tiler/prepare.h"
#include "tiler/prepared.h"
#include "tiler/thread.h"

enum {
	JOBS_MOST = 64,
	BAR_WIDTH = 24,
	BAR_PERIOD_MS = 100,
	LINE_PERIOD_MS = 5000,
	TITLE_SHOWN = 40,
};

struct preparation {
	const char *state;
	const struct theme *const *themes;
	size_t count;
	size_t *order; /* places in `themes`, the heaviest theme first */
	struct preparation_result *results;

	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t ended;
	size_t next, done, failed;
	unsigned running;		  /* threads */
	uint64_t weight_done, weight_all; /* rows, and a little a theme */
	const struct theme *latest;
};

/* What a thread knows of the theme it is at. */
struct stint {
	struct preparation *preparation;
	const struct theme *theme;
	uint64_t told; /* of the theme's weight, what was counted already */
};

/* A theme without a row costs something as well. */
static uint64_t weight_of(const struct theme *theme)
{
	return theme->feature_count + 100;
}

static bool note_progress(uint64_t rows_done, uint64_t rows, void *context)
{
	struct stint *stint = context;
	struct preparation *preparation = stint->preparation;

	(void)rows;
	/* a source may give more rows than it announced */
	if (rows_done > stint->theme->feature_count)
		rows_done = stint->theme->feature_count;
	if (rows_done > stint->told) {
		pthread_mutex_lock(&preparation->lock);
		preparation->weight_done += rows_done - stint->told;
		pthread_mutex_unlock(&preparation->lock);
		stint->told = rows_done;
	}
	return true;
}

static void prepare_one(struct preparation *preparation, size_t index)
{
	const struct theme *theme = preparation->themes[index];
	struct preparation_result *result = &preparation->results[index];
	struct stint stint = {preparation, theme, 0};
	struct prepared *prepared = NULL;

	*result = (struct preparation_result){.outcome = PREPARATION_STANDING};
	if (prepared_open(preparation->state, theme, &prepared, NULL) == ERROR_NONE)
		prepared_unref(prepared);
	else if (prepare_theme(preparation->state, theme, note_progress, &stint, &result->error))
		result->outcome = PREPARATION_FAILED;
	else
		result->outcome = PREPARATION_DONE;
	pthread_mutex_lock(&preparation->lock);
	preparation->done++;
	preparation->failed += result->outcome == PREPARATION_FAILED;
	preparation->weight_done += weight_of(theme) - stint.told;
	pthread_mutex_unlock(&preparation->lock);
}

static void *prepare_themes(void *context)
{
	struct preparation *preparation = context;

	pthread_mutex_lock(&preparation->lock);
	while (preparation->next < preparation->count) {
		size_t index = preparation->order[preparation->next++];

		preparation->latest = preparation->themes[index];
		pthread_mutex_unlock(&preparation->lock);
		prepare_one(preparation, index);
		pthread_mutex_lock(&preparation->lock);
	}
	preparation->running--;
	pthread_cond_signal(&preparation->ended);
	pthread_mutex_unlock(&preparation->lock);
	return NULL;
}

static unsigned percent(const struct preparation *preparation)
{
	return (unsigned)(preparation->weight_done * 100 / preparation->weight_all);
}

static void draw_bar(const struct preparation *preparation)
{
	char bar[BAR_WIDTH + 1];
	unsigned filled = percent(preparation) * BAR_WIDTH / 100;

	memset(bar, '-', BAR_WIDTH);
	memset(bar, '#', filled > BAR_WIDTH ? BAR_WIDTH : filled);
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "\r[%s] %3u %%  %zu of %zu themes  %-*.*s\033[K", bar, percent(preparation),
		preparation->done, preparation->count, TITLE_SHOWN, TITLE_SHOWN,
		preparation->latest ? preparation->latest->id : "");
	fflush(stderr);
}

static void write_line(const struct preparation *preparation)
{
	fprintf(stderr, "prepared %zu of %zu themes (%u %%)\n", preparation->done,
		preparation->count, percent(preparation));
}

/* Shows how far it is until all threads have ended. */
static void follow(struct preparation *preparation, bool quiet)
{
	bool terminal = isatty(STDERR_FILENO);
	int64_t period = terminal ? BAR_PERIOD_MS : LINE_PERIOD_MS;
	int64_t next = clock_ms() + period;

	pthread_mutex_lock(&preparation->lock);
	while (preparation->running > 0) {
		condition_wait_until(&preparation->ended, &preparation->lock, next);
		if (clock_ms() < next)
			continue;
		next = clock_ms() + period;
		if (terminal && !quiet)
			draw_bar(preparation);
		else if (!quiet)
			write_line(preparation);
	}
	if (terminal && !quiet)
		fputs("\r\033[K", stderr);
	pthread_mutex_unlock(&preparation->lock);
}

static int by_weight(const void *left, const void *right, void *themes)
{
	const struct theme *const *of = themes;
	uint64_t a = weight_of(of[*(const size_t *)left]),
		 b = weight_of(of[*(const size_t *)right]);

	return (a < b) - (a > b);
}

/* The heaviest first, so that none is left alone at the end while processors idle. */
static size_t *order_of(const struct theme *const *themes, size_t count)
{
	size_t *order = memory_zeroed(count, sizeof(*order));

	for (size_t i = 0; i < count; i++)
		order[i] = i;
	qsort_r(order, count, sizeof(*order), by_weight, (void *)themes);
	return order;
}

void preparation_run(const char *state, const struct theme *const *themes, size_t count,
		     unsigned jobs, bool quiet, struct preparation_result *results)
{
	struct preparation preparation = {
		.state = state, .themes = themes, .count = count, .results = results};
	pthread_t threads[JOBS_MOST];
	unsigned started = 0;

	for (size_t i = 0; i < count; i++)
		preparation.weight_all += weight_of(themes[i]);
	if (count == 0)
		return;
	preparation.order = order_of(themes, count);
	prepare_sweep(state);
	pthread_mutex_init(&preparation.lock, NULL);
	condition_init(&preparation.ended);
	preparation.running = 1;
	while (started + 1 < jobs && started + 1 < count) {
		pthread_mutex_lock(&preparation.lock);
		preparation.running++;
		pthread_mutex_unlock(&preparation.lock);
		if (thread_start(&threads[started], "prepare", prepare_themes, &preparation,
				 NULL)) {
			pthread_mutex_lock(&preparation.lock);
			preparation.running--;
			pthread_mutex_unlock(&preparation.lock);
			break;
		}
		started++;
	}
	if (thread_start(&threads[started], "prepare", prepare_themes, &preparation, NULL) == 0)
		started++;
	else
		prepare_themes(&preparation); /* without a thread: here, and nothing is shown */
	follow(&preparation, quiet);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_cond_destroy(&preparation.ended);
	pthread_mutex_destroy(&preparation.lock);
	free(preparation.order);
}

unsigned processor_count(void)
{
	unsigned count = thread_processors();

	return count > JOBS_MOST ? JOBS_MOST : count;
}

enum error_code preparation_jobs(const char *text, unsigned *jobs, struct error *error)
{
	char *end;
	long number;

	*jobs = processor_count();
	if (!text)
		return ERROR_NONE;
	number = strtol(text, &end, 10);
	if (end == text || *end || number < 1 || number > JOBS_MOST)
		return error_set(error, ERROR_INVALID,
				 "--jobs: \"%.40s\" is no number from 1 to %d", text, JOBS_MOST);
	*jobs = (unsigned)number;
	return ERROR_NONE;
}

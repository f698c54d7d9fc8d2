/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/reload.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tiler/memory.h"
#include "tiler/thread.h"
#include "tiler/watch.h"

struct reload {
	struct reload_settings settings;
	struct watch *watch;
	struct engine *engine;
	pthread_mutex_t lock; /* guards the status */
	struct reload_status status;
	struct error failure; /* of the configuration, as it was told; empty: none */
};

static void note_look(struct reload *reload, bool failed)
{
	pthread_mutex_lock(&reload->lock);
	reload->status.looked_at = (int64_t)time(NULL);
	reload->status.looks++;
	reload->status.failed = failed;
	pthread_mutex_unlock(&reload->lock);
}

static bool has_problem(const struct catalogue *catalogue, const struct problem *problem)
{
	for (size_t i = 0; catalogue && i < catalogue_problem_count(catalogue); i++) {
		const struct problem *other = catalogue_problem(catalogue, i);

		if (strcmp(other->place, problem->place) == 0 &&
		    strcmp(other->text, problem->text) == 0)
			return true;
	}
	return false;
}

/* Tells the problems of CATALOGUE that BEFORE (may be NULL) had not. */
static void tell_problems(struct log *log, const struct catalogue *catalogue,
			  const struct catalogue *before)
{
	for (size_t i = 0; i < catalogue_problem_count(catalogue); i++) {
		const struct problem *problem = catalogue_problem(catalogue, i);

		if (!has_problem(before, problem))
			log_trouble(log, "%s: %s", problem->place, problem->text);
	}
}

/* Watches what CONFIG was read from, and the data it names. */
static void watch_all(struct reload *reload, const struct config *config)
{
	struct text_list paths = {0};

	text_list_copy(&paths, &config->files);
	for (size_t i = 0; i < config->catalogue->dataset_count; i++)
		text_list_add(&paths, config->catalogue->datasets[i].name);
	watch_set(reload->watch, (const char *const *)paths.texts, paths.count);
	text_list_release(&paths);
}

static bool is_written(const char *dataset, void *context)
{
	struct reload *reload = context;
	char *place = source_place(dataset);
	bool written = watch_is_written(reload->watch, place);

	free(place);
	return written;
}

/* Says once what is wrong with the configuration (FAILURE, NULL: nothing), and that it is right
 * again. */
static void tell_failure(struct reload *reload, const struct config *config,
			 const struct error *failure)
{
	if (strcmp(failure->text, reload->failure.text) == 0)
		return;
	reload->failure = *failure;
	if (!*failure->text) {
		log_note(reload->settings.log, "the configuration can be used again");
		return;
	}
	for (size_t i = 0; config && i < config->fault_count; i++)
		log_trouble(reload->settings.log, "%s: %s", config->faults[i].place,
			    config->faults[i].text);
	log_trouble(reload->settings.log,
		    "the configuration cannot be used, what was served before still is: %s",
		    failure->text);
}

/* Puts NEWER into service, where it differs. */
static void put_in_service(struct reload *reload, const struct catalogue *older,
			   struct catalogue *newer, bool asked, int64_t began)
{
	size_t themes = catalogue_theme_count(newer), problems = catalogue_problem_count(newer);

	if (!asked && catalogue_equal(older, newer))
		return;
	tell_problems(reload->settings.log, newer, older);
	log_note(reload->settings.log, "looked again: %zu theme%s found in %.2f s, %zu problem%s",
		 themes, themes == 1 ? "" : "s", (double)(clock_ms() - began) / 1000, problems,
		 problems == 1 ? "" : "s");
	engine_adopt(reload->engine, newer, asked);
}

static void look_again(bool asked, void *context)
{
	struct reload *reload = context;
	/* who asks says that the data are fit to be read */
	struct catalogue_past past = {.is_written = asked ? NULL : is_written, .context = reload};
	struct catalogue *older = engine_catalogue(reload->engine), *newer;
	struct config *config = NULL;
	struct error error = {0};
	int64_t began = clock_ms();
	enum error_code code = config_load(reload->settings.request, &config, &error);

	past.catalogue = older;
	if (!code) {
		watch_all(reload, config);
		code = catalogue_rebuild(config->catalogue, &past, &newer, &error);
	}
	tell_failure(reload, config, &error);
	if (!code) {
		put_in_service(reload, older, newer, asked, began);
		catalogue_unref(newer);
	}
	note_look(reload, code != ERROR_NONE);
	config_free(config);
	catalogue_unref(older);
}

static void log_watch(const char *text, void *context)
{
	log_trouble(((struct reload *)context)->settings.log, "%s", text);
}

static enum error_code list_first(struct reload *reload, struct catalogue **catalogue,
				  struct error *error)
{
	const struct config *config = reload->settings.config;
	enum error_code code;

	/* watched first: what changes while the data are listed is not missed */
	watch_all(reload, config);
	code = catalogue_build(config->catalogue, catalogue, error);
	if (code)
		return code;
	tell_problems(reload->settings.log, *catalogue, NULL);
	note_look(reload, false);
	return ERROR_NONE;
}

enum error_code reload_new(const struct reload_settings *settings, struct reload **result,
			   struct catalogue **catalogue, struct error *error)
{
	struct reload *reload = memory_zeroed(1, sizeof(*reload));
	struct watch_settings watching = {
		.quiet_ms = (unsigned)settings->settings->data_quiet,
		.poll_ms = (unsigned)settings->settings->data_poll * 1000,
		.changed = look_again,
		.log = log_watch,
		.context = reload,
	};
	enum error_code code;

	reload->settings = *settings;
	pthread_mutex_init(&reload->lock, NULL);
	code = watch_new(&watching, &reload->watch, error);
	if (!code)
		code = list_first(reload, catalogue, error);
	if (code)
		reload_free(reload);
	else
		*result = reload;
	return code;
}

enum error_code reload_start(struct reload *reload, struct engine *engine, struct error *error)
{
	reload->engine = engine;
	return watch_start(reload->watch, error);
}

void reload_ask(struct reload *reload)
{
	watch_ask(reload->watch);
}

struct reload_status reload_status(struct reload *reload)
{
	struct reload_status status;

	pthread_mutex_lock(&reload->lock);
	status = reload->status;
	pthread_mutex_unlock(&reload->lock);
	return status;
}

void reload_stop(struct reload *reload)
{
	if (!reload)
		return;
	watch_free(reload->watch);
	reload->watch = NULL;
}

void reload_free(struct reload *reload)
{
	if (!reload)
		return;
	reload_stop(reload);
	pthread_mutex_destroy(&reload->lock);
	free(reload);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "tiler/communes_table.h"
#include "tiler/thread.h"

static void say(const struct communes *communes, const struct error *error)
{
	if (communes->settings.log)
		communes->settings.log(error->text, communes->settings.log_context);
}

static void set_versions(struct versions *versions, const char *theme, const char *communes)
{
	memcpy(versions->theme, theme, sizeof(versions->theme));
	memcpy(versions->communes, communes, sizeof(versions->communes));
}

static bool may_go_on(void *context)
{
	return !atomic_load(&((struct communes *)context)->stopping);
}

/* Notes JOIN (stolen) or FAILURE. */
static void note(struct communes *communes, const struct commune_join_of *of,
		 struct commune_join *join, const struct error *failure)
{
	struct commune_list *list;
	struct told oldest;
	struct entry *entry;

	pthread_mutex_lock(&communes->lock);
	entry = communes_entry(communes, of->theme->theme_id);
	/* another list has come meanwhile: the join is made anew, of that one */
	list = communes->list && strcmp(communes->list->version, of->communes->version) == 0
		       ? communes->list
		       : NULL;
	oldest = (struct told){.join = join};
	if (list) {
		oldest = entry->told[1];
		entry->told[1] = entry->told[0];
		entry->told[0] = (struct told){.join = join,
					       .list = join ? commune_list_ref(list) : NULL,
					       .failure = *failure};
		set_versions(&entry->told[0].of, of->theme->version, of->communes->version);
	}
	pthread_mutex_unlock(&communes->lock);
	told_release(&oldest);
}

/* Likewise that it stands. */
static void note_standing(struct communes *communes, const struct commune_join_of *of)
{
	pthread_mutex_lock(&communes->lock);
	set_versions(&communes_entry(communes, of->theme->theme_id)->stands, of->theme->version,
		     of->communes->version);
	pthread_mutex_unlock(&communes->lock);
}

/* Opens the join, made anew where it does not stand or is damaged. */
static void open_join(struct communes *communes, const struct commune_join_of *of)
{
	struct commune_join *join = NULL;
	struct error error = {0};
	enum error_code code = commune_join_open(of, &join, &error);

	if (code == ERROR_INVALID)
		say(communes, &error);
	if (code)
		code = commune_join_make(of, may_go_on, communes, &error);
	if (!code && !join) {
		code = commune_join_open(of, &join, &error);
		/* another thread, with another version of the theme, took it away between: once
		 * more */
		if (code == ERROR_NOT_FOUND) {
			communes_wake(communes);
			return;
		}
	}
	if (code == ERROR_STOPPED)
		return;
	if (code) {
		error_prefix(&error, "theme %s by communes: ", of->theme->theme_id);
		say(communes, &error);
	}
	note(communes, of, join, &error);
}

/* The theme of the communes and the version of it in service. */
struct outlines {
	struct commune_source source;
	struct prepared *prepared;
};

static void set_failure(struct communes *communes, const struct error *error)
{
	struct commune_list *older;

	pthread_mutex_lock(&communes->lock);
	older = communes->list;
	communes->list = NULL;
	communes->failure = *error;
	pthread_mutex_unlock(&communes->lock);
	commune_list_unref(older);
}

static bool has_list_of(struct communes *communes, const struct prepared *prepared)
{
	bool has;

	pthread_mutex_lock(&communes->lock);
	has = communes->list && strcmp(communes->list->version, prepared->version) == 0 &&
	      strcmp(communes->list->theme_id, prepared->theme_id) == 0;
	pthread_mutex_unlock(&communes->lock);
	return has;
}

static enum error_code read_list(struct communes *communes, const struct outlines *outlines,
				 struct error *error)
{
	struct commune_list *list = NULL, *older;
	enum error_code code = commune_list_new(outlines->prepared, &outlines->source, &list,
						error);

	if (code)
		return code;
	pthread_mutex_lock(&communes->lock);
	older = communes->list;
	communes->list = list;
	pthread_mutex_unlock(&communes->lock);
	commune_list_unref(older);
	communes->settings.settled(communes->settings.settled_context);
	return ERROR_NONE;
}

/* Takes the outlines there are in CATALOGUE, with their list read. False: there are none now. */
static bool take_outlines(struct communes *communes, const struct catalogue *catalogue,
			  struct outlines *outlines)
{
	struct shelf *shelf = communes->settings.shelf;
	struct error error = {0};
	enum error_code code;
	bool told_before = communes->failure.code != ERROR_BUSY;

	outlines->prepared = NULL;
	code = commune_source_find(catalogue, &communes->settings.source, &outlines->source,
				   &error);
	if (!code) {
		shelf_ask(shelf, outlines->source.theme);
		code = shelf_take(shelf, outlines->source.theme, &outlines->prepared, &error);
	}
	if (!code && !has_list_of(communes, outlines->prepared))
		code = read_list(communes, outlines, &error);
	if (!code)
		return true;
	if (code != ERROR_BUSY)
		(void)commune_source_refuse(&communes->settings.source, &error);
	set_failure(communes, &error);
	if (code != ERROR_BUSY && !told_before) {
		if (code != ERROR_NOT_FOUND)
			say(communes, &error);
		communes->settings.settled(communes->settings.settled_context);
	}
	prepared_unref(outlines->prepared);
	outlines->prepared = NULL;
	return false;
}

/* Is there anything to do for THEME? ASKED: only if somebody waits for it. */
static bool wants_join(struct communes *communes, const struct theme *theme,
		       const struct prepared *outlines, bool asked)
{
	char version[33];
	struct entry *entry;
	bool wants;

	if (!shelf_version(communes->settings.shelf, theme, version))
		return false;
	pthread_mutex_lock(&communes->lock);
	entry = communes_entry(communes, theme->id);
	if (communes_told(entry, version, outlines->version))
		entry->asked = wants = false;
	else
		wants = asked ? entry->asked
			      : !versions_are(&entry->stands, version, outlines->version);
	pthread_mutex_unlock(&communes->lock);
	return wants;
}

/* What nobody asked for need not be open, if it stands. */
static void make_join(struct communes *communes, const struct theme *theme,
		      const struct outlines *outlines, bool asked)
{
	struct commune_join_of of = {communes->settings.state, NULL, outlines->prepared,
				     &outlines->source};
	struct prepared *prepared = NULL;

	if (shelf_take(communes->settings.shelf, theme, &prepared, NULL))
		return;
	of.theme = prepared;
	if (!asked && commune_join_stands(&of)) {
		note_standing(communes, &of);
	} else {
		open_join(communes, &of);
		/* Somebody may have come to wait for it meanwhile. */
		communes->settings.settled(communes->settings.settled_context);
	}
	prepared_unref(prepared);
}

static bool somebody_asks(struct communes *communes)
{
	bool asks;

	pthread_mutex_lock(&communes->lock);
	asks = communes->somebody_asks;
	pthread_mutex_unlock(&communes->lock);
	return asks;
}

/* Those of CATALOGUE's themes that are asked for, or all as long as nobody asks. */
static void make_joins(struct communes *communes, const struct catalogue *catalogue,
		       const struct outlines *outlines, bool asked)
{
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);

		if (!may_go_on(communes) || (!asked && somebody_asks(communes)))
			return;
		if (wants_join(communes, theme, outlines->prepared, asked))
			make_join(communes, theme, outlines, asked);
	}
}

static void work_through(struct communes *communes)
{
	struct catalogue *catalogue = shelf_catalogue(communes->settings.shelf);
	struct outlines outlines;

	if (take_outlines(communes, catalogue, &outlines)) {
		make_joins(communes, catalogue, &outlines, true);
		make_joins(communes, catalogue, &outlines, false);
		prepared_unref(outlines.prepared);
	}
	catalogue_unref(catalogue);
}

static void *run(void *context)
{
	struct communes *communes = context;

	thread_be_nice(THREAD_IN_BACKGROUND);
	while (may_go_on(communes)) {
		pthread_mutex_lock(&communes->lock);
		while (!communes->woken && may_go_on(communes))
			pthread_cond_wait(&communes->something_to_do, &communes->lock);
		communes->woken = communes->somebody_asks = false;
		pthread_mutex_unlock(&communes->lock);
		if (may_go_on(communes))
			work_through(communes);
	}
	return NULL;
}

enum error_code communes_start(struct communes *communes, struct error *error)
{
	enum error_code code = thread_start(&communes->thread, "communes", run, communes, error);

	communes->threaded = !code;
	communes_wake(communes);
	return code;
}

void communes_stop(struct communes *communes)
{
	atomic_store(&communes->stopping, true);
	communes_wake(communes);
	if (communes->threaded)
		pthread_join(communes->thread, NULL);
	communes->threaded = false;
}

void communes_prepare(struct communes *communes, const struct prepared *newer)
{
	struct catalogue *catalogue = shelf_catalogue(communes->settings.shelf);
	struct outlines outlines = {.prepared = NULL};
	struct commune_join_of of = {communes->settings.state, newer, NULL, &outlines.source};
	struct error error;

	if (!commune_source_find(catalogue, &communes->settings.source, &outlines.source, &error) &&
	    strcmp(outlines.source.theme->id, newer->theme_id) != 0 &&
	    !shelf_take(communes->settings.shelf, outlines.source.theme, &outlines.prepared,
			&error) &&
	    has_list_of(communes, outlines.prepared)) {
		of.communes = outlines.prepared;
		open_join(communes, &of);
	}
	prepared_unref(outlines.prepared);
	catalogue_unref(catalogue);
}

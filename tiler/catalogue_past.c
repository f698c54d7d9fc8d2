/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/catalogue_past.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiler/file_path.h"
#include "tiler/memory.h"
#include "tiler/source_names.h"
#include "tiler/theme_override.h"

struct recollection {
	const struct catalogue_past *past;
	struct text_list entered, written;
	struct text_list refused; /* data sets, and "data set, line feed, layer" */
};

struct recollection *recollection_new(const struct catalogue_past *past)
{
	struct recollection *recollection = memory_zeroed(1, sizeof(*recollection));

	recollection->past = past;
	return recollection;
}

void recollection_free(struct recollection *recollection)
{
	if (!recollection)
		return;
	text_list_release(&recollection->entered);
	text_list_release(&recollection->written);
	text_list_release(&recollection->refused);
	free(recollection);
}

bool recollection_enter(struct recollection *recollection, const char *dataset)
{
	const struct catalogue_past *past = recollection->past;
	bool written = past->is_written && past->is_written(dataset, past->context);

	text_list_add(written ? &recollection->written : &recollection->entered, dataset);
	return !written;
}

void recollection_refused(struct recollection *recollection, const char *dataset, const char *layer)
{
	char *name = layer ? memory_print("%s\n%s", dataset, layer) : memory_text(dataset);

	text_list_add(&recollection->refused, name);
	free(name);
}

static bool holds(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->texts[i], text) == 0)
			return true;
	return false;
}

static bool is_refused(const struct recollection *recollection, const struct origin *origin)
{
	char *layer = memory_print("%s\n%s", origin->dataset, origin->layer);
	bool refused = holds(&recollection->refused, origin->dataset) ||
		       holds(&recollection->refused, layer);

	free(layer);
	return refused;
}

static bool is_at_or_below(const char *place, const char *path)
{
	size_t length = strlen(path);

	return strncmp(place, path, length) == 0 && (!place[length] || place[length] == '/');
}

/* Is PLACE, or something above it that is named in the settings, not where it is said to be? */
static bool named_is_missing(const struct catalogue_settings *settings, const char *place)
{
	bool missing = false;

	for (size_t i = 0; i < settings->dataset_count && !missing; i++) {
		char *path = file_path_absolute(settings->datasets[i].name);

		missing = is_at_or_below(place, path) && access(path, F_OK) != 0;
		free(path);
	}
	return missing;
}

/* Would the data set at PLACE be looked for under NAME, which may be a pattern? */
static bool covers(const char *name, const char *place)
{
	char *path = file_path_absolute(name), *below = memory_print("%s/*", path);
	bool found = is_at_or_below(place, path) || fnmatch(path, place, 0) == 0 ||
		     fnmatch(below, place, 0) == 0;

	free(below);
	free(path);
	return found;
}

/* Do the settings still ask for the layer, if it were there? FOUND: its data set is. */
static bool is_asked_for(const struct catalogue_settings *settings, const char *place,
			 const char *layer, bool found)
{
	bool asked = false;

	for (size_t i = 0; i < settings->dataset_count && !asked; i++)
		asked = (found || covers(settings->datasets[i].name, place)) &&
			source_wants_layer(&settings->datasets[i], layer);
	return asked;
}

/* THEME as the settings had found it, with all its columns and nothing said of it. New. */
static struct theme *plain_copy(const struct theme *theme)
{
	struct theme *copy = theme_new();
	uint32_t count = theme->column_count + theme->hidden_count;

	copy->id = memory_text(theme->id);
	copy->group = memory_text(theme->group);
	copy->layer = memory_text(theme->layer);
	copy->title = memory_text(theme->title);
	copy->columns = memory_zeroed(count, sizeof(*copy->columns));
	copy->column_count = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct column *column =
			i < theme->column_count ? &theme->columns[i]
						: &theme->hidden_columns[i - theme->column_count];

		copy->columns[i] = (struct column){.name = memory_text(column->name),
						   .source_type = memory_text(column->source_type),
						   .type = column->type};
	}
	return copy;
}

static void tell_nobody(const char *place, const char *text, bool remark, void *context)
{
	(void)place;
	(void)text;
	(void)remark;
	(void)context;
}

/* Do the settings, as they are now, let everybody see what was made of THEME? */
static bool may_be_seen(const struct catalogue_settings *settings, const struct theme *theme)
{
	struct theme *now = plain_copy(theme);
	bool *matched = memory_zeroed(settings->overrides.count + 1, sizeof(*matched));
	bool seen = theme_describe(now, &settings->overrides, matched, tell_nobody, NULL) &&
		    theme_may_show(now, theme, theme->columns, theme->column_count);

	free(matched);
	theme_free(now);
	return seen;
}

/* A disk that was taken away leaves the folder it was seen in, on another device; or its files
 * answer with something else than that they do not exist. */
static bool disk_is_away(const char *place, uint64_t device)
{
	char *path = memory_text(place), *slash;
	struct stat facts;
	bool found = stat(path, &facts) == 0, away = !found && errno != ENOENT && errno != ENOTDIR;

	while (!found && !away && (slash = strrchr(path, '/')) && slash != path) {
		*slash = '\0';
		found = stat(path, &facts) == 0;
	}
	free(path);
	return away || (found && device && (uint64_t)facts.st_dev != device);
}

static enum recollection_reason reason_to_stay(struct recollection *recollection,
					       const struct catalogue_settings *settings,
					       const struct theme *theme, const char *place)
{
	if (holds(&recollection->written, theme->origin.dataset))
		return RECOLLECTION_WRITTEN;
	if (is_refused(recollection, &theme->origin))
		return RECOLLECTION_BROKEN;
	if (holds(&recollection->entered, theme->origin.dataset))
		return RECOLLECTION_GONE;
	if (named_is_missing(settings, place) || disk_is_away(place, theme->origin.device))
		return RECOLLECTION_AWAY;
	return RECOLLECTION_GONE;
}

enum recollection_reason recollection_of(struct recollection *recollection,
					 const struct catalogue_settings *settings,
					 const struct theme *theme)
{
	char *place = source_place(theme->origin.dataset);
	enum recollection_reason reason = reason_to_stay(recollection, settings, theme, place);

	if (reason != RECOLLECTION_GONE &&
	    (!is_asked_for(settings, place, theme->origin.layer, reason != RECOLLECTION_AWAY) ||
	     !may_be_seen(settings, theme)))
		reason = RECOLLECTION_GONE;
	free(place);
	return reason;
}

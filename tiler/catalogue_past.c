/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/catalogue_past.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiler/memory.h"

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

/* Is PLACE, or something above it that is named in the settings, not where it is said to be? */
static bool named_is_missing(const struct catalogue_settings *settings, const char *place)
{
	bool missing = false;

	for (size_t i = 0; i < settings->dataset_count && !missing; i++) {
		const char *name = settings->datasets[i].name;
		char *here = *name == '/' ? NULL : getcwd(NULL, 0);
		char *path = here ? memory_print("%s/%s", here, name) : memory_text(name);
		size_t length = strlen(path);

		while (length > 1 && path[length - 1] == '/')
			path[--length] = '\0';
		missing = strncmp(place, path, length) == 0 &&
			  (!place[length] || place[length] == '/') && access(path, F_OK) != 0;
		free(path);
		free(here);
	}
	return missing;
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

enum recollection_reason recollection_of(struct recollection *recollection,
					 const struct catalogue_settings *settings,
					 const struct theme *theme)
{
	enum recollection_reason reason = RECOLLECTION_GONE;
	char *place;

	if (holds(&recollection->written, theme->origin.dataset))
		return RECOLLECTION_WRITTEN;
	if (is_refused(recollection, &theme->origin))
		return RECOLLECTION_BROKEN;
	if (holds(&recollection->entered, theme->origin.dataset))
		return RECOLLECTION_GONE;
	place = source_place(theme->origin.dataset);
	if (named_is_missing(settings, place) || disk_is_away(place, theme->origin.device))
		reason = RECOLLECTION_AWAY;
	free(place);
	return reason;
}

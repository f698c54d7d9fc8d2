/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/catalogue_settings.h"

#include <stdlib.h>

#include "tiler/memory.h"

struct catalogue_settings *catalogue_settings_new(void)
{
	return memory_zeroed(1, sizeof(struct catalogue_settings));
}

void catalogue_settings_free(struct catalogue_settings *settings)
{
	if (!settings)
		return;
	for (size_t i = 0; i < settings->dataset_count; i++) {
		struct dataset_settings *dataset = &settings->datasets[i];

		free(dataset->name);
		free(dataset->place);
		free(dataset->group);
		text_list_release(&dataset->layers);
		text_list_release(&dataset->without);
	}
	for (size_t i = 0; i < settings->note_count; i++) {
		free(settings->notes[i].place);
		free(settings->notes[i].text);
	}
	free(settings->notes);
	free(settings->datasets);
	theme_overrides_release(&settings->overrides);
	free(settings);
}

struct catalogue_settings *catalogue_settings_of(const char *const *names, size_t count)
{
	struct catalogue_settings *settings = catalogue_settings_new();

	for (size_t i = 0; i < count; i++)
		catalogue_settings_add(settings, names[i]);
	return settings;
}

struct dataset_settings *catalogue_settings_add(struct catalogue_settings *settings,
						const char *name)
{
	struct dataset_settings *dataset;

	settings->datasets = memory_resize(settings->datasets, settings->dataset_count + 1,
					   sizeof(*settings->datasets));
	dataset = &settings->datasets[settings->dataset_count++];
	*dataset = (struct dataset_settings){.name = memory_text(name)};
	return dataset;
}

void catalogue_settings_note(struct catalogue_settings *settings, const char *place,
			     const char *text, bool remark)
{
	settings->notes = memory_resize(settings->notes, settings->note_count + 1,
					sizeof(*settings->notes));
	settings->notes[settings->note_count++] = (struct problem){memory_text(place),
								   memory_text(text), remark};
}

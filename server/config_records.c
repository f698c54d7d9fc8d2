/* SPDX-License-Identifier: EUPL-1.2 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "server/config_read.h"
#include "server/file.h"
#include "server/iso_record.h"
#include "tiler/memory.h"
#include "tiler/theme_record.h"

enum {
	RECORDS_MOST = 20000,
	FOLDERS_DEEPEST = 8,
};

/* Files that are looked through for records. */
struct gathering {
	struct config_reader *reader;
	struct text_list files;
	bool told; /* that there are too many */
};

static void note(const struct config_reader *reader, const char *place, bool remark,
		 const char *text)
{
	catalogue_settings_note(reader->config->catalogue, place, text, remark);
}

static bool ends_in_xml(const char *name)
{
	size_t length = strlen(name);

	return length > 4 && strcasecmp(name + length - 4, ".xml") == 0;
}

/* What an export has beside its records. */
static bool is_companion(const char *name)
{
	return strcmp(name, "info.xml") == 0 || strcmp(name, "applschema") == 0;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && !is_companion(entry->d_name);
}

static void gather(struct gathering *gathering, const char *path, unsigned depth);

static void gather_entry(struct gathering *gathering, const char *path, const char *name,
			 unsigned depth)
{
	struct stat facts;

	if (stat(path, &facts) != 0)
		return;
	if (S_ISDIR(facts.st_mode) && depth < FOLDERS_DEEPEST)
		gather(gathering, path, depth + 1);
	else if (S_ISREG(facts.st_mode) && ends_in_xml(name))
		text_list_add(&gathering->files, path);
}

/* In the order of names, so that each start reads the same. */
static void gather(struct gathering *gathering, const char *path, unsigned depth)
{
	struct dirent **entries;
	int count = scandir(path, &entries, not_hidden, alphasort);

	if (count < 0) {
		char *text = memory_print("the folder cannot be read: %s", strerror(errno));

		note(gathering->reader, path, false, text);
		free(text);
		return;
	}
	for (int i = 0; i < count; i++) {
		char *entry = memory_print("%s/%s", path, entries[i]->d_name);

		if (gathering->files.count < RECORDS_MOST)
			gather_entry(gathering, entry, entries[i]->d_name, depth);
		else if (!gathering->told)
			note(gathering->reader, path, false,
			     "there are more than 20000 records; those from here on are not read");
		gathering->told = gathering->files.count >= RECORDS_MOST;
		free(entry);
		free(entries[i]);
	}
	free(entries);
}

/* What the record says, as an override of the themes it tells of. */
static void add_record(struct config_reader *reader, const char *file, struct iso_record *record)
{
	struct theme_override *override = theme_overrides_add(&reader->config->catalogue->overrides,
							      record->id ? record->id : "",
							      OVERRIDE_RECORD, file);

	override->names = record->names;
	record->names = (struct text_list){0};
	for (int id = 0; id <= THEME_RECORD; id++) {
		if (record->said[id].count == 0)
			continue;
		theme_override_say(override, &theme_option_table[id], NULL, NULL)->values =
			record->said[id];
		record->said[id] = (struct text_list){0};
	}
}

/* "FILE:LINE" of a fault that begins with its line; TEXT gets the rest. New. */
static char *place_of_fault(const char *file, const struct error *error, const char **text)
{
	size_t digits = strspn(error->text, "0123456789");

	*text = error->text;
	if (!digits || strncmp(error->text + digits, ": ", 2) != 0)
		return memory_text(file);
	*text += digits + 2;
	return memory_print("%s:%.*s", file, (int)digits, error->text);
}

/* False: it is no record of data. */
static bool read_record(struct config_reader *reader, const char *file)
{
	struct iso_record record = {0};
	struct error error = {0};
	struct buf bytes;
	enum error_code code;
	bool used = false;

	buf_init(&bytes, ISO_RECORD_BYTES_MOST);
	code = file_read(file, &bytes, &error);
	if (!code)
		code = iso_record_read(bytes.bytes, bytes.length, &record, &error);
	if (code) {
		const char *fault;
		char *place = place_of_fault(file, &error, &fault);
		char *text = memory_print("the metadata record is not read: %s", fault);

		note(reader, place, false, text);
		free(text);
		free(place);
	} else {
		used = !record.foreign;
		if (used && !record.of_service)
			add_record(reader, file, &record);
	}
	iso_record_release(&record);
	buf_release(&bytes);
	return used || code;
}

static void read_path(struct config_reader *reader, const struct config_node *node,
		      const char *path)
{
	struct gathering gathering = {.reader = reader};
	char *place = config_place(reader, node);
	size_t foreign = 0;
	struct stat facts;

	text_list_add(&reader->config->files, path);
	text_list_add(&reader->config->records, path);
	text_list_add(&reader->config->record_places, place);
	free(place);
	if (stat(path, &facts) != 0) {
		config_fault_at(reader, node, "the metadata records %s: %s", path, strerror(errno));
		return;
	}
	if (S_ISDIR(facts.st_mode))
		gather(&gathering, path, 0);
	else
		text_list_add(&gathering.files, path);
	for (size_t i = 0; i < gathering.files.count; i++)
		foreign += !read_record(reader, gathering.files.texts[i]);
	if (foreign) {
		char *text = memory_print("%zu of the %zu XML files are no metadata records of ISO "
					  "19139 or ISO 19115-3 and are passed over",
					  foreign, gathering.files.count);

		note(reader, path, true, text);
		free(text);
	} else if (gathering.files.count == 0) {
		note(reader, path, true, "there is no metadata record (.xml) in the folder");
	}
	text_list_release(&gathering.files);
}

void config_read_metadata(struct config_reader *reader, const struct config_node *node)
{
	config_paths(reader, node, "metadata", read_path);
	theme_records_index(&reader->config->catalogue->overrides);
}

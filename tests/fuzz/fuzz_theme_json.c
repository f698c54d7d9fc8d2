/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as the theme.json of a prepared theme: opened, or found damaged, never believed where
 * it contradicts the files beside it. An input that begins with '{' is the document itself; any
 * other tells how to change a sound one, so that what is tried is mostly JSON. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/small_fgb.h"
#include "tiler/memory.h"
#include "tiler/prepared.h"
#include "tiler/prepared_document.h"

const unsigned fuzz_rounds = 15000;

/* A state folder with one prepared theme; made at the first input, taken away at the end. */
struct workplace {
	char state[64];
	char *version_folder, *level;
	char *document; /* a link to a file in memory, so that the disk is spared */
	int document_file;
	struct theme *theme;
	struct grids *grids;
	struct buf sound; /* a document that is right */
	pid_t maker;	  /* who takes it away: not the children of the driver */
};

static struct workplace place;

static void clear(void)
{
	char *folder = place.version_folder;

	if (place.maker != getpid())
		return;
	unlink(place.document);
	small_file_close(place.document_file);
	unlink(place.level);
	for (unsigned i = 0; i < 4; i++) { /* version, theme, themes, state */
		rmdir(folder);
		*strrchr(folder, '/') = '\0';
	}
	free(folder);
	free(place.document);
	free(place.level);
	buf_release(&place.sound);
	theme_free(place.theme);
	grids_free(place.grids);
}

static struct column make_column(const char *name, enum value_type type)
{
	return (struct column){.name = memory_text(name),
			       .type = type,
			       .source_type = memory_text(value_type_name(type))};
}

static struct theme *make_theme(void)
{
	struct theme *theme = theme_new();
	struct error error;

	theme->id = memory_text("eq:école");
	theme->group = memory_text("eq");
	theme->layer = memory_text("école");
	theme->title = memory_text("École");
	theme->kind = GEOMETRY_POINT;
	FUZZ_CHECK(!crs_new("EPSG:3948", &theme->crs, &error));
	theme->columns = memory_zeroed(2, sizeof(*theme->columns));
	theme->columns[theme->column_count++] = make_column("nom", VALUE_TEXT);
	theme->columns[theme->column_count++] = make_column("classes", VALUE_INTEGER);
	theme->origin.dataset = memory_text("/data/eq.gpkg");
	theme->origin.layer = memory_text("école");
	theme->origin.driver = memory_text("GPKG");
	strcpy(theme->origin.stamp, "0123456789abcdef0123456789abcdef");
	return theme;
}

static void write_file(const char *path, const void *bytes, size_t length)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	FUZZ_CHECK(file >= 0 && write(file, bytes, length) == (ssize_t)length);
	FUZZ_CHECK(close(file) == 0);
}

static void write_level(void)
{
	static const struct small_fgb_column columns[] = {
		{FGB_ID_COLUMN, 7}, {"nom", 11}, {"classes", 5}};
	struct point points[] = {{1352000, 7223000}};
	struct path path = {points, 1, false};
	struct geometry geometry = {GEOMETRY_POINT, 1, &path};
	struct small_fgb fgb;
	struct buf file;

	buf_init(&file, 0);
	small_fgb_init(&fgb, columns, 3, 16);
	small_fgb_add(&fgb, &geometry, 1, "", 0);
	small_fgb_write(&fgb, &file);
	write_file(place.level, file.bytes, file.length);
	small_fgb_release(&fgb);
	buf_release(&file);
}

static void read_document(struct buf *seed)
{
	FILE *file = fopen(place.document, "rb");
	char chunk[4096];
	size_t got;

	FUZZ_CHECK(file);
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(seed, chunk, got);
	fclose(file);
}

/* The document of the theme as it stands, or of one without features. */
static void write_sound(bool empty, struct buf *out)
{
	struct prepared prepared = {
		.version = "0123456789abcdef0123456789abcdef",
		.extent = {1352000, 7223000, 1352000, 7223000},
		.bounds = {-1.68, 48.1, -1.67, 48.2},
		.kind = GEOMETRY_POINT,
		.feature_count = 1,
		.min_zoom = 3,
		.centre = {-1.68, 48.1},
		.centre_zoom = 14,
		.prepared_at = 1700000000,
		.report = {.rows = 3},
		.levels = {{.losses = {{1, 2, 3, 4, 5}}}},
		.level_count = 1,
	};
	struct flaw_example flaw = {true, true, true, 7, {1, 2}, {3, 4}, (char *)(uintptr_t) "é"};
	struct error error;

	prepared.theme_id = place.theme->id;
	prepared.crs = place.theme->crs;
	prepared.columns = place.theme->columns;
	prepared.column_count = place.theme->column_count;
	if (empty) {
		prepared.extent = prepared.bounds = box_empty();
		prepared.feature_count = prepared.level_count = 0;
	} else {
		report_note(&prepared.report, FLAW_LONG_TEXT, &flaw);
		report_note(&prepared.report, FLAW_EMPTY, &(struct flaw_example){0});
	}
	FUZZ_CHECK(!prepared_document_write(place.document, &prepared, place.theme, &error));
	report_release(&prepared.report);
	read_document(out);
}

static void make_place(void)
{
	struct error error;
	char *theme_folder, *file = prepared_level_file(0), target[64];

	strcpy(place.state, "/tmp/tuilerie-fuzz-XXXXXX");
	FUZZ_CHECK(mkdtemp(place.state));
	place.maker = getpid();
	place.theme = make_theme();
	theme_folder = theme_folder_name(place.theme->id);
	place.version_folder = memory_print("%s/themes/%s/%032d", place.state, theme_folder, 7);
	for (char *slash = place.version_folder + strlen(place.state) + 1; slash;
	     slash = strchr(slash + 1, '/')) {
		char end = *slash;

		*slash = '\0';
		mkdir(place.version_folder, 0700);
		*slash = end;
	}
	FUZZ_CHECK(mkdir(place.version_folder, 0700) == 0);
	place.document = memory_print("%s/theme.json", place.version_folder);
	place.document_file = small_file_open("", 0, target);
	FUZZ_CHECK(symlink(target, place.document) == 0);
	place.level = memory_print("%s/%s", place.version_folder, file);
	write_level();
	buf_init(&place.sound, 0);
	write_sound(false, &place.sound);
	FUZZ_CHECK(!grids_new(&place.grids, &error));
	free(theme_folder);
	free(file);
	atexit(clear);
}

/* What has been opened can be used. */
static void use(const struct prepared *prepared)
{
	FUZZ_CHECK(strcmp(prepared->theme_id, place.theme->id) == 0);
	FUZZ_CHECK(prepared->level_count <= PREPARED_LEVELS_MOST);
	FUZZ_CHECK(prepared->column_count == place.theme->column_count);
	FUZZ_CHECK((prepared->level_count > 0) == (prepared->feature_count > 0));
	FUZZ_CHECK(prepared->feature_count <= 1);
	for (uint32_t i = 0; i < grids_count(place.grids); i++) {
		const struct grid *grid = grids_at(place.grids, i);

		for (uint32_t z = 0; z < grid->level_count; z++)
			prepared_shows(prepared, grid, z);
	}
}

struct choices {
	const uint8_t *bytes;
	size_t left;
};

static unsigned choose(struct choices *choices, size_t limit)
{
	if (!choices->left)
		return 0;
	choices->left--;
	return (unsigned)(*choices->bytes++ % limit);
}

static json_t *odd_value(struct choices *choices)
{
	switch (choose(choices, 12)) {
	case 0:
		return json_null();
	case 1:
		return json_true();
	case 2:
		return json_integer(-1);
	case 3:
		return json_integer(choose(choices, 256));
	case 4:
		return json_integer(INT64_MAX);
	case 5:
		return json_real(1e300);
	case 6:
		return json_real(0.5);
	case 7:
		return json_array();
	case 8:
		return json_object();
	case 9:
		return json_string("level-0.fgb");
	case 10:
		return json_string("integer");
	default:
		return json_string("");
	}
}

static void change_item(json_t *array, size_t index, struct choices *choices)
{
	switch (choose(choices, 3)) {
	case 0:
		json_array_remove(array, index);
		break;
	case 1:
		json_array_insert_new(array, index, json_deep_copy(json_array_get(array, index)));
		break;
	default:
		json_array_set_new(array, index, odd_value(choices));
	}
}

static void change_member(json_t *object, const char *key, struct choices *choices)
{
	if (choose(choices, 4) == 0)
		json_object_del(object, key);
	else
		json_object_set_new(object, key, odd_value(choices));
}

/* Goes down from VALUE, and changes what it comes to. */
static void change(json_t *value, struct choices *choices)
{
	for (;;) {
		size_t count = json_is_array(value) ? json_array_size(value)
						    : json_object_size(value);
		unsigned index = choose(choices, count ? count : 1);
		void *member = json_object_iter(value);
		json_t *below;

		if (!count)
			return;
		for (unsigned i = 0; !json_is_array(value) && i < index; i++)
			member = json_object_iter_next(value, member);
		below = json_is_array(value) ? json_array_get(value, index)
					     : json_object_iter_value(member);
		if ((json_is_array(below) || json_is_object(below)) && choose(choices, 4)) {
			value = below;
			continue;
		}
		if (json_is_array(value))
			change_item(value, index, choices);
		else
			change_member(value, json_object_iter_key(member), choices);
		return;
	}
}

static void write_changed(struct choices choices)
{
	json_t *document = json_loads(place.sound.bytes, 0, NULL);
	char *text;

	FUZZ_CHECK(document);
	while (choices.left)
		change(document, &choices);
	text = json_dumps(document, 0);
	FUZZ_CHECK(text);
	write_file(place.document, text, strlen(text));
	free(text);
	json_decref(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct prepared *prepared;
	struct error error = {0};
	enum error_code code;

	if (!place.theme)
		make_place();
	if (size && *bytes == '{')
		write_file(place.document, bytes, size);
	else
		write_changed((struct choices){bytes, size});
	code = prepared_open(place.state, place.theme, &prepared, &error);
	FUZZ_CHECK(code == ERROR_NONE || code == ERROR_NOT_FOUND || code == ERROR_INVALID);
	FUZZ_CHECK(code == ERROR_NONE || error.text[0]);
	if (!code) {
		use(prepared);
		prepared_unref(prepared);
	}
	return 0;
}

bool fuzz_seed(unsigned index, struct buf *seed)
{
	uint64_t state = index;

	if (index >= 32)
		return false;
	if (!place.theme)
		make_place();
	if (index < 2)
		write_sound(index == 1, seed);
	for (unsigned i = 1; i < index; i++)
		buf_add_char(seed, (char)(fuzz_random(&state) & 0x3f));
	return true;
}

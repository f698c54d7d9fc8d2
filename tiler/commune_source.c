/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/commune_source.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tiler/memory.h"
#include "tiler/nearest.h"

/* How such themes and their columns are usually called, the likeliest first. */
static const char *const THEMES[] = {"commune_emprise", "commune_emprise_plg",
				     "commune_emprise_rm_plg", "commune", "communes"};
static const char THEME_PREFIX[] = "commune";
static const char *const CODES[] = {"code_insee", "codeinsee",	  "insee",	   "insee_com",
				    "com_insee",  "code_commune", "insee_commune", "code"};
static const char *const NAMES[] = {"nom",     "nom_commune", "nom_com", "libelle",
				    "commune", "name",	      "libgeo"};

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

/* The place of NAME in LIST; COUNT where it is not. */
static size_t rank_of(const char *name, const char *const *list, size_t count)
{
	size_t rank = 0;

	while (rank < count && strcasecmp(name, list[rank]) != 0)
		rank++;
	return rank;
}

static bool may_hold_codes(const struct column *column)
{
	return column->type == VALUE_TEXT || column->type == VALUE_INTEGER;
}

static const struct column *likeliest(const struct theme *theme, const char *const *list,
				      size_t count)
{
	const struct column *best = NULL;
	size_t best_rank = count;

	for (uint32_t i = 0; i < theme->column_count; i++) {
		size_t rank = rank_of(theme->columns[i].name, list, count);

		if (rank < best_rank && may_hold_codes(&theme->columns[i])) {
			best = &theme->columns[i];
			best_rank = rank;
		}
	}
	return best;
}

static const struct column *named(const struct theme *theme, const char *name)
{
	for (uint32_t i = 0; i < theme->column_count; i++)
		if (strcmp(theme->columns[i].name, name) == 0)
			return &theme->columns[i];
	return NULL;
}

static bool is_said(const char *text)
{
	return text && *text;
}

/* The column WANTED, or the likeliest of LIST; *COLUMN is NULL where nothing is said or found. */
static enum error_code find_column(const struct theme *theme, const char *wanted,
				   const char *const *list, size_t count,
				   const struct column **column, struct error *error)
{
	*column = is_said(wanted) ? named(theme, wanted) : likeliest(theme, list, count);
	if (!is_said(wanted) || (*column && may_hold_codes(*column)))
		return ERROR_NONE;
	return error_set(error, ERROR_INVALID,
			 "the theme %s publishes no column %.80s of text or whole "
			 "numbers; see communes_code and communes_name",
			 theme->id, wanted);
}

static bool has_areas(const struct theme *theme)
{
	return theme->kind == GEOMETRY_POLYGON || theme->kind == GEOMETRY_MIXED;
}

static enum error_code no_theme(const struct catalogue *catalogue, const char *id,
				struct error *error)
{
	struct nearest nearest;

	nearest_init(&nearest, id);
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++)
		nearest_offer(&nearest, catalogue_theme(catalogue, i)->id);
	if (nearest.best)
		return error_set(error, ERROR_NOT_FOUND,
				 "there is no theme \"%.200s\"; did you mean %.200s?", id,
				 nearest.best);
	return error_set(error, ERROR_NOT_FOUND,
			 "there is no theme \"%.200s\"; give communes_theme the id of the "
			 "theme that has the communes' outlines",
			 id);
}

static enum error_code take_named(const struct catalogue *catalogue,
				  const struct commune_settings *settings,
				  struct commune_source *source, struct error *error)
{
	const struct theme *theme = catalogue_find(catalogue, settings->theme);
	enum error_code code;

	if (!theme)
		return no_theme(catalogue, settings->theme, error);
	source->theme = theme;
	if (!has_areas(theme))
		return error_set(error, ERROR_INVALID,
				 "the theme %s has no polygons; give communes_theme one "
				 "that has the communes' outlines",
				 theme->id);
	code = find_column(theme, settings->code_column, CODES, COUNT_OF(CODES), &source->code,
			   error);
	if (!code && !source->code)
		code = error_set(error, ERROR_INVALID,
				 "no column of the theme %s looks like INSEE codes; name "
				 "it with communes_code",
				 theme->id);
	return code ? code
		    : find_column(theme, settings->name_column, NAMES, COUNT_OF(NAMES),
				  &source->name, error);
}

static enum error_code guess(const struct catalogue *catalogue,
			     const struct commune_settings *settings, struct commune_source *source,
			     struct error *error)
{
	size_t best = COUNT_OF(THEMES) + 1;

	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++) {
		const struct theme *theme = catalogue_theme(catalogue, i);
		size_t rank = rank_of(theme->layer, THEMES, COUNT_OF(THEMES));
		struct commune_settings as_named = *settings;
		struct commune_source found = {NULL, NULL, NULL};

		if (rank >= best || !has_areas(theme) ||
		    strncasecmp(theme->layer, THEME_PREFIX, sizeof(THEME_PREFIX) - 1) != 0)
			continue;
		as_named.theme = theme->id;
		if (take_named(catalogue, &as_named, &found, NULL) == ERROR_NONE) {
			*source = found;
			best = rank;
		}
	}
	if (source->theme)
		return ERROR_NONE;
	return error_set(error, ERROR_NOT_FOUND,
			 "there is no theme of communes: a theme of polygons called commune... "
			 "with a column code_insee is found by itself, another one is named with "
			 "communes_theme");
}

enum error_code commune_source_find(const struct catalogue *catalogue,
				    const struct commune_settings *settings,
				    struct commune_source *source, struct error *error)
{
	*source = (struct commune_source){NULL, NULL, NULL};
	return is_said(settings->theme) ? take_named(catalogue, settings, source, error)
					: guess(catalogue, settings, source, error);
}

enum error_code commune_source_refuse(const struct commune_settings *settings, struct error *error)
{
	bool named = is_said(settings->theme);

	return error->code == ERROR_NOT_FOUND && !named ? error->code
							: error_prefix(error, "communes: ");
}

bool commune_code_is_sound(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isalnum((unsigned char)text[i]))
			return false;
	return length > 0 && length < COMMUNE_CODE_SIZE;
}

/* The visiting of a prepared theme. */
struct visiting {
	uint32_t code, name; /* places of the columns; UINT32_MAX: none */
	commune_visit_f visit;
	void *context;
	uint64_t nameless;
};

/* A code that is kept as a number has lost its zeros: 01004 is Ambérieu. */
bool commune_code_of(const struct value *value, char code[COMMUNE_CODE_SIZE])
{
	if (value->type == VALUE_INTEGER && value->integer >= 0) {
		int length = snprintf(code, COMMUNE_CODE_SIZE, "%05" PRId64, value->integer);

		return length < COMMUNE_CODE_SIZE;
	}
	if (value->type != VALUE_TEXT ||
	    !commune_code_is_sound(value->text.bytes, value->text.length))
		return false;
	memcpy(code, value->text.bytes, value->text.length);
	code[value->text.length] = '\0';
	return true;
}

static enum error_code visit_feature(const struct feature *feature, void *context,
				     struct error *error)
{
	struct visiting *visiting = context;
	const struct value *name = visiting->name == UINT32_MAX ? NULL
								: &feature->values[visiting->name];
	char code[COMMUNE_CODE_SIZE], text[200];

	if (!commune_code_of(&feature->values[visiting->code], code)) {
		visiting->nameless++;
		return ERROR_NONE;
	}
	if (name && name->type == VALUE_TEXT && name->text.length)
		snprintf(text, sizeof(text), "%.*s", (int)name->text.length, name->text.bytes);
	else
		snprintf(text, sizeof(text), "%s", code);
	return visiting->visit(code, text, feature, visiting->context, error);
}

static uint32_t place_of(const struct prepared *prepared, const struct column *column)
{
	for (uint32_t i = 0; column && i < prepared->column_count; i++)
		if (strcmp(prepared->columns[i].name, column->name) == 0)
			return i;
	return UINT32_MAX;
}

uint32_t commune_code_column(const struct prepared *prepared, const struct commune_source *source)
{
	return place_of(prepared, source->code);
}

enum error_code commune_visit(const struct prepared *prepared, const struct commune_source *source,
			      struct box box, struct arena *arena, commune_visit_f visit,
			      void *context, uint64_t *nameless, struct error *error)
{
	struct visiting visiting = {place_of(prepared, source->code),
				    place_of(prepared, source->name), visit, context, 0};
	enum error_code code = ERROR_NONE;

	if (visiting.code == UINT32_MAX)
		return error_set(error, ERROR_INVALID,
				 "the theme %s has no column %s as it is prepared",
				 prepared->theme_id, source->code->name);
	if (prepared->level_count > 0)
		code = fgb_query(prepared->levels[0].fgb, box, arena, visit_feature, &visiting,
				 error);
	if (nameless)
		*nameless = visiting.nameless;
	return code;
}

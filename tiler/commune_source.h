/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/catalogue.h"
#include "tiler/error.h"
#include "tiler/prepared.h"

/* Which theme of a catalogue has the outlines of the communes, and how its features are read. See
 * docs/communes.md. */

enum {
	COMMUNE_CODE_SIZE = 16 /* of a code and its NUL; INSEE's have 5 characters */
};

/* In the words of who configures; NULL or "": to be found. Borrowed. */
struct commune_settings {
	const char *theme;	 /* id */
	const char *code_column; /* of the INSEE codes, text or whole numbers */
	const char *name_column;
};

struct commune_source {
	const struct theme *theme; /* borrowed of the catalogue */
	const struct column *code; /* borrowed of the theme */
	const struct column *name; /* NULL: none; the code will have to do */
};

/* Finds the theme in CATALOGUE. ERROR_NOT_FOUND: there is none, or not the one named;
 * ERROR_INVALID: the one named has not the columns, or no polygons. The text says what to do. */
MUST_CHECK enum error_code commune_source_find(const struct catalogue *catalogue,
					       const struct commune_settings *settings,
					       struct commune_source *source, struct error *error);

/* Puts before ERROR, of finding the theme or reading the communes in it, what it is about, for who
 * meets it without a context; that there is no such theme says so itself. Returns its code. */
enum error_code commune_source_refuse(const struct commune_settings *settings, struct error *error);

/* Is TEXT, of LENGTH bytes, what a commune's code may be: letters and digits, not too many? */
bool commune_code_is_sound(const char *text, size_t length);

/* The code that a value is, if it is a sound one: of a whole number with zeros before it. */
bool commune_code_of(const struct value *value, char code[COMMUNE_CODE_SIZE]);

/* The place of SOURCE's codes among the columns of PREPARED, made of its theme; UINT32_MAX: it has
 * not (any more) the column. */
uint32_t commune_code_column(const struct prepared *prepared, const struct commune_source *source);

/* A feature of the theme, with the code and name it bears; all is gone after the call. NAME: the
 * code where the feature has none. */
typedef enum error_code (*commune_visit_f)(const char code[COMMUNE_CODE_SIZE], const char *name,
					   const struct feature *feature, void *context,
					   struct error *error);

/* Visits the features of PREPARED, made of SOURCE's theme, whose boxes touch BOX (its CRS). Those
 * without a sound code are left out and counted in *NAMELESS (may be NULL). ERROR_INVALID: it is
 * damaged, or has not (any more) the columns. */
MUST_CHECK enum error_code commune_visit(const struct prepared *prepared,
					 const struct commune_source *source, struct box box,
					 struct arena *arena, commune_visit_f visit, void *context,
					 uint64_t *nameless, struct error *error);

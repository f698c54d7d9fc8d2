/* SPDX-License-Identifier: EUPL-1.2 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tiler/memory.h"
#include "tiler/nearest.h"
#include "tiler/theme_option.h"
#include "tiler/theme_options.h"

/* One spelling, and the other ones people use, plain, between bars. */
struct spelling {
	const char *value, *others;
};

static const struct spelling LICENCES[] = {
	{"etalab-2.0", "licence ouverte|licence ouverte 2 0|licence ouverte v2 0|"
		       "licence ouverte etalab|lo|lo 2 0|lov2|etalab|open licence 2 0"},
	{"ODbL-1.0", "odbl|odbl 1 0|odbl v1 0|open database license|open data commons odbl"},
	{"CC-BY-4.0", "cc by|cc by 4 0"},
	{"CC-BY-SA-4.0", "cc by sa|cc by sa 4 0"},
	{"CC0-1.0", "cc0|cc 0|cc0 1 0|domaine public|public domain"},
};

static const struct spelling FREQUENCIES[] = {
	{"continual", "en continu|continu|continue|temps reel|real time"},
	{"daily", "quotidien|quotidienne|journalier|journaliere|tous les jours|jour"},
	{"weekly", "hebdomadaire|semaine|chaque semaine|toutes les semaines"},
	{"fortnightly", "bimensuel|bimensuelle|quinzaine"},
	{"monthly", "mensuel|mensuelle|mois|chaque mois|tous les mois"},
	{"quarterly", "trimestriel|trimestrielle|trimestre"},
	{"biannually", "semestriel|semestrielle|semestre|biannual"},
	{"annually", "annuel|annuelle|an|annee|annual|yearly|chaque annee|tous les ans"},
	{"asNeeded", "au besoin|si necessaire|lorsque necessaire|as needed|asneeded|selon besoin"},
	{"irregular", "irregulier|irreguliere|variable|ponctuelle|ponctuel"},
	{"notPlanned", "non planifie|non planifiee|pas prevu|aucune|jamais|not planned|notplanned"},
	{"unknown", "inconnu|inconnue|non renseigne"},
};

/* INSPIRE's 34 themes by the letters of their namespaces. */
static const char INSPIRE_CODES[] =
	"ac ad af am au br bu cp ef el er ge gg gn hb hh hy lc lu mf mr "
	"nz of oi pd pf ps rs sd so sr su tn us";

static const struct spelling ORDERS[] = {
	{"greatest", "plus grand|le plus grand|descending|decroissant|max"},
	{"smallest", "plus petit|le plus petit|ascending|croissant|min"},
};

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))

static bool is_among(const char *words, const char *word, char separator)
{
	size_t length = strlen(word);

	for (const char *found = words; length && (found = strstr(found, word)); found++)
		if ((found == words || found[-1] == separator) &&
		    (found[length] == separator || !found[length]))
			return true;
	return false;
}

/* The spelling that TEXT is one of; NULL: none. */
static const char *find_spelling(const struct spelling *spellings, size_t count, const char *text)
{
	const char *found = NULL;
	char *plain = plain_heading(text);

	for (size_t i = 0; i < count && !found; i++)
		if (strcasecmp(spellings[i].value, text) == 0 ||
		    is_among(spellings[i].others, plain, '|'))
			found = spellings[i].value;
	free(plain);
	return found;
}

/* "; did you mean X?" or nothing. New. */
static char *suggestion(const struct spelling *spellings, size_t count, const char *text)
{
	struct nearest nearest;

	nearest_init(&nearest, text);
	for (size_t i = 0; i < count; i++)
		nearest_offer(&nearest, spellings[i].value);
	return nearest.best ? memory_print("; did you mean %s?", nearest.best) : memory_text("");
}

static bool is_address(const char *text)
{
	size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
			: strncmp(text, "http://", 7) == 0 ? 7
							   : 0;

	if (!scheme || !isalnum((unsigned char)text[scheme]))
		return false;
	for (const char *c = text; *c; c++)
		if ((unsigned char)*c <= ' ' || strchr("\"<>\\^`{|}", *c))
			return false;
	return true;
}

static bool is_spdx_shaped(const char *text)
{
	bool digit = false;

	for (const char *c = text; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr(".-+", *c))
			return false;
		digit = digit || isdigit((unsigned char)*c);
	}
	return digit || strncmp(text, "LicenseRef-", 11) == 0 || strcmp(text, "MIT") == 0;
}

static enum error_code read_spelled(const struct theme_option *option,
				    const struct spelling *spellings, size_t count,
				    const char *text, struct text_list *values, struct error *error)
{
	const char *found = find_spelling(spellings, count, text);
	struct buf range;
	char *hint;

	if (found) {
		text_list_add(values, found);
		return ERROR_NONE;
	}
	hint = suggestion(spellings, count, text);
	buf_init(&range, 0);
	theme_option_print_range(option, &range);
	error_set(error, ERROR_INVALID, "\"%.60s\" is none of %s%s", text, range.bytes, hint);
	buf_release(&range);
	free(hint);
	return ERROR_INVALID;
}

static enum error_code read_licence(const char *text, struct text_list *values, struct error *error)
{
	const char *known = find_spelling(LICENCES, COUNT_OF(LICENCES), text);
	char *hint;

	if (known || is_address(text) || is_spdx_shaped(text)) {
		text_list_add(values, known ? known : text);
		return ERROR_NONE;
	}
	hint = suggestion(LICENCES, COUNT_OF(LICENCES), text);
	error_set(
		error, ERROR_INVALID,
		"\"%.60s\" is neither an SPDX identifier, such as etalab-2.0 or ODbL-1.0, nor the "
		"address of a licence%s",
		text, hint);
	free(hint);
	return ERROR_INVALID;
}

static enum error_code read_inspire(const char *text, struct text_list *values, struct error *error)
{
	char code[3] = {(char)tolower((unsigned char)text[0]),
			text[0] ? (char)tolower((unsigned char)text[1]) : '\0', '\0'};

	if (strlen(text) != 2 || !is_among(INSPIRE_CODES, code, ' '))
		return error_set(error, ERROR_INVALID,
				 "\"%.60s\" is not one of INSPIRE's themes: %s", text,
				 INSPIRE_CODES);
	text_list_add(values, code);
	return ERROR_NONE;
}

static bool is_uuid(const char *text)
{
	size_t length = strlen(text);

	return length >= 8 && length <= 100 &&
	       strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:") ==
		       length;
}

bool word_is_yes_or_no(const char *text, bool *yes)
{
	char *plain = plain_heading(text);
	bool known = true;

	if (is_among("yes|true|on|oui|vrai|1|x|o|y", plain, '|'))
		*yes = true;
	else if (is_among("no|false|off|non|faux|0|n", plain, '|'))
		*yes = false;
	else
		known = false;
	free(plain);
	return known;
}

/* Digits, then K or M where SIZES. */
static bool read_number(const char *text, bool sizes, long *number)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*number = strtol(text, &end, 10);
	if (errno || *number > (1L << 40))
		return false;
	if (sizes && *end && strchr("kKmM", *end)) {
		*number <<= tolower((unsigned char)*end) == 'k' ? 10 : 20;
		end++;
		end += strcasecmp(end, "B") == 0 || strcasecmp(end, "o") == 0;
		end += strcasecmp(end, "iB") == 0 || strcasecmp(end, "io") == 0 ? 2 : 0;
	}
	return !*end;
}

static enum error_code add_number(const struct theme_option *option, const char *text,
				  struct text_list *values, struct error *error)
{
	bool sizes = option->type == OPTION_SIZE;
	char digits[24];
	long number;

	if (!read_number(text, sizes, &number))
		return error_set(error, ERROR_INVALID, "\"%.60s\" is not %s", text,
				 sizes ? "a number of bytes, such as 200000 or 300K"
				       : "a whole number");
	if (number < option->least || number > option->most)
		return error_set(error, ERROR_INVALID, "%.60s is outside its range, %ld to %ld",
				 text, option->least, option->most);
	snprintf(digits, sizeof(digits), "%ld", number);
	text_list_add(values, digits);
	return ERROR_NONE;
}

/* Parts at ; if there is one, else at commas. */
static void read_list(const char *text, struct text_list *values)
{
	const char *separator = strchr(text, ';') ? ";" : strchr(text, '|') ? "|" : ",";

	while (*text) {
		size_t run = strcspn(text, separator);

		text_list_add_trimmed(values, text, run);
		text += run + (text[run] != '\0');
	}
}

static enum error_code read_word(const struct theme_option *option, const char *text,
				 struct text_list *values, struct error *error)
{
	enum companion_point point;
	bool yes;

	if (option->type == OPTION_BOOLEAN && word_is_yes_or_no(text, &yes))
		text_list_add(values, yes ? "yes" : "no");
	else if (option->type == OPTION_BOOLEAN)
		return error_set(error, ERROR_INVALID, "\"%.60s\" is neither yes nor no", text);
	else if (option->type == OPTION_RECORD && (is_address(text) || is_uuid(text)))
		text_list_add(values, text);
	else if (option->type == OPTION_RECORD)
		return error_set(error, ERROR_INVALID,
				 "\"%.60s\" is neither the UUID nor the address of a record", text);
	else if (companion_point_of(text, &point))
		text_list_add(values, text);
	else
		return error_set(error, ERROR_INVALID,
				 "\"%.60s\" is none of none, interior, centroid, start, middle and "
				 "end",
				 text);
	return ERROR_NONE;
}

enum error_code theme_option_read(const struct theme_option *option, const char *text,
				  struct text_list *values, struct error *error)
{
	size_t length = strlen(text);

	if (length > THEME_OPTION_LONGEST)
		return error_set(error, ERROR_LIMIT,
				 "the text is %zu bytes long; at most %d are read", length,
				 THEME_OPTION_LONGEST);
	switch (option->type) {
	case OPTION_TEXT:
	case OPTION_COLUMN:
		text_list_add(values, text);
		return ERROR_NONE;
	case OPTION_TEXTS:
	case OPTION_COLUMNS:
		read_list(text, values);
		return ERROR_NONE;
	case OPTION_LICENCE:
		return read_licence(text, values, error);
	case OPTION_FREQUENCY:
		return read_spelled(option, FREQUENCIES, COUNT_OF(FREQUENCIES), text, values,
				    error);
	case OPTION_ORDER:
		return read_spelled(option, ORDERS, COUNT_OF(ORDERS), text, values, error);
	case OPTION_INSPIRE:
		return read_inspire(text, values, error);
	case OPTION_ZOOM:
	case OPTION_SIZE:
		return add_number(option, text, values, error);
	default:
		return read_word(option, text, values, error);
	}
}

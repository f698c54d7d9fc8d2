/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/negotiate.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* One element of a comma-separated list: its token and its weight in thousandths. */
struct choice {
	const char *token;
	size_t length;
	int weight;
};

static const char *skip_space(const char *text)
{
	return text + strspn(text, " \t");
}

/* "0.5" -> 500; nonsense counts as 0, so that a client gets only what it clearly asked for. */
static int parse_weight(const char *text)
{
	int weight = 0, unit = 100;

	if (*text != '0' && *text != '1')
		return 0;
	weight = (*text++ - '0') * 1000;
	if (*text == '.') {
		for (text++; isdigit((unsigned char)*text); text++, unit /= 10)
			weight += (*text - '0') * unit;
	}
	return weight > 1000 ? 1000 : weight;
}

/* Reads the element at *LIST and moves on; false at the end. */
static bool next_choice(const char **list, struct choice *choice)
{
	const char *text = *list;

	text += strspn(text, " \t,");
	if (!*text)
		return false;
	choice->token = text;
	choice->length = strcspn(text, ",; \t");
	choice->weight = 1000;
	text = skip_space(text + choice->length);
	while (*text && *text != ',') {
		if (*text == ';') {
			text = skip_space(text + 1);
			if ((*text == 'q' || *text == 'Q') && text[1] == '=')
				choice->weight = parse_weight(text + 2);
		}
		text += *text && *text != ',' && *text != ';' ? strcspn(text, ",;") : 0;
	}
	*list = text;
	return true;
}

static bool is_token(const struct choice *choice, const char *token)
{
	return strlen(token) == choice->length &&
	       strncasecmp(choice->token, token, choice->length) == 0;
}

enum content_coding negotiate_coding(const char *accept_encoding)
{
	int gzip = -1, identity = -1, any = -1;
	struct choice choice;

	if (!accept_encoding)
		return CODING_IDENTITY;
	while (next_choice(&accept_encoding, &choice)) {
		if (is_token(&choice, "gzip") || is_token(&choice, "x-gzip"))
			gzip = choice.weight;
		else if (is_token(&choice, "identity"))
			identity = choice.weight;
		else if (is_token(&choice, "*"))
			any = choice.weight;
	}
	if (gzip < 0)
		gzip = any < 0 ? 0 : any;
	/* unmentioned, identity is acceptable, but behind whatever is named */
	if (identity < 0 && any != 0)
		identity = 1;
	if (gzip > 0 && gzip >= identity)
		return CODING_GZIP;
	return identity > 0 ? CODING_IDENTITY : CODING_NONE;
}

/* "application/json", "application/ld+json" ... */
static bool is_json(const struct choice *choice)
{
	static const char plain[] = "application/json", suffix[] = "+json";
	size_t length = sizeof(suffix) - 1;

	return is_token(choice, plain) ||
	       (choice->length > length &&
		strncasecmp(choice->token + choice->length - length, suffix, length) == 0);
}

/* Weight of HTML less that of JSON, each 0 unless named. Java's library sends an Accept that names
 * HTML for programs that said nothing; it is known by its "*", which is no media type. */
static int html_over_json(const char *accept)
{
	int html = 0, json = 0;
	struct choice choice;

	while (accept && next_choice(&accept, &choice)) {
		if (is_token(&choice, "text/html") || is_token(&choice, "application/xhtml+xml"))
			html = choice.weight > html ? choice.weight : html;
		else if (is_json(&choice))
			json = choice.weight > json ? choice.weight : json;
		else if (is_token(&choice, "*"))
			return 0;
	}
	return html - json;
}

bool prefers_html(const char *accept)
{
	return html_over_json(accept) > 0;
}

bool prefers_json(const char *accept)
{
	return html_over_json(accept) < 0;
}

/* "en" and "en-GB" alike. */
static bool is_language(const struct choice *choice, const char *language)
{
	return choice->length >= 2 && strncasecmp(choice->token, language, 2) == 0 &&
	       (choice->length == 2 || choice->token[2] == '-');
}

bool prefers_english(const char *accept_language)
{
	int english = 0, french = 0;
	struct choice choice;

	while (accept_language && next_choice(&accept_language, &choice)) {
		if (is_language(&choice, "en"))
			english = choice.weight > english ? choice.weight : english;
		else if (is_language(&choice, "fr"))
			french = choice.weight > french ? choice.weight : french;
	}
	return english > french;
}

bool etag_listed(const char *if_none_match, const char *etag)
{
	size_t length = strlen(etag);
	const char *text = if_none_match;

	if (!text)
		return false;
	text = skip_space(text);
	if (*text == '*')
		return true;
	while (*text) {
		const char *end;

		text += strspn(text, " \t,");
		if (text[0] == 'W' && text[1] == '/')
			text += 2;
		if (*text != '"') {
			/* not a tag: on to the next element */
			text += strcspn(text, ",");
			continue;
		}
		end = strchr(text + 1, '"');
		if (!end)
			return false;
		end++;
		if ((size_t)(end - text) == length && strncmp(text, etag, length) == 0)
			return true;
		text = end;
	}
	return false;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/iso_record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/iso_fields.h"
#include "server/iso_words.h"
#include "server/xml_leaves.h"
#include "tiler/memory.h"

enum {
	LOCALES_MOST = 16,
	NAMES_MOST = 500,
	NAME_LONGEST = 200, /* bytes; no theme's id is longer */
	WORDS_MOST = 500,   /* keywords */
	/* Ranks of parties, the best first. */
	NO_RANK = 100,
};

/* What parts an address, or a list, from the names in it. */
#define SEPARATORS "/?&=,;#+ \t\r\n"

enum tongue {
	TONGUE_MAIN, /* the record's, whichever it is */
	TONGUE_FRENCH,
	TONGUE_ENGLISH,
	TONGUE_OTHER,
};

/* A text in the languages we speak. */
struct wording {
	char *texts[TONGUE_OTHER];
};

struct party {
	char *name, *mail;
	char role[32];
};

struct reading {
	struct iso_record *record;
	enum tongue language; /* of the record; TONGUE_OTHER while it is not known */
	char locale[16];      /* begun last */
	struct {
		char id[16];
		enum tongue language;
	} locales[LOCALES_MOST];
	size_t locale_count;
	struct wording title, abstract, credit, lineage;
	struct party party;		     /* that is being read */
	int producer_rank, contact_rank;     /* of what is said so far */
	struct text_list keywords, registry; /* of the group being read; their addresses */
	bool inspire;			     /* that group is of INSPIRE's themes */
};

static enum tongue tongue_named(const char *code)
{
	if (strncasecmp(code, "fr", 2) == 0)
		return TONGUE_FRENCH;
	return strncasecmp(code, "en", 2) == 0 ? TONGUE_ENGLISH : TONGUE_OTHER;
}

/* "#EN", as the record's locales have it or as it says itself. */
static enum tongue tongue_of_locale(const struct reading *reading, const char *locale)
{
	const char *id = locale + (*locale == '#');

	for (size_t i = 0; i < reading->locale_count; i++)
		if (strcmp(reading->locales[i].id, id) == 0)
			return reading->locales[i].language;
	return tongue_named(id);
}

static void keep_locale(struct reading *reading, const char *code)
{
	if (reading->locale_count == LOCALES_MOST || !*reading->locale)
		return;
	memcpy(reading->locales[reading->locale_count].id, reading->locale,
	       sizeof(reading->locale));
	reading->locales[reading->locale_count++].language = tongue_named(code);
}

static void say(struct iso_record *record, enum theme_option_id id, const char *text)
{
	/* what is no value of the option is as good as nothing */
	if (text && *text && record->said[id].count == 0 &&
	    theme_option_read(&theme_option_table[id], text, &record->said[id], &(struct error){0}))
		text_list_release(&record->said[id]);
}

static void say_better(struct iso_record *record, enum theme_option_id id, const char *text,
		       int rank, int *best)
{
	if (!text || rank >= *best)
		return;
	*best = rank;
	text_list_release(&record->said[id]);
	say(record, id, text);
}

static int rank_of(const char *const *roles, const char *role)
{
	int rank = 0;

	while (roles[rank] && strcmp(roles[rank], role) != 0)
		rank++;
	return rank;
}

static void end_party(struct reading *reading)
{
	static const char *const makers[] = {"originator", "author",	"owner",
					     "custodian",  "publisher", NULL};
	static const char *const askable[] = {"pointOfContact", "custodian",   "owner",
					      "publisher",	"distributor", NULL};
	struct party *party = &reading->party;

	say_better(reading->record, THEME_PRODUCER, party->name, rank_of(makers, party->role),
		   &reading->producer_rank);
	say_better(reading->record, THEME_CONTACT, party->mail, rank_of(askable, party->role),
		   &reading->contact_rank);
	free(party->name);
	free(party->mail);
	*party = (struct party){0};
}

static bool is_in(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->texts[i], text) == 0)
			return true;
	return false;
}

static void end_keywords(struct reading *reading)
{
	struct text_list *said = reading->record->said;

	for (size_t i = 0; i < reading->keywords.count; i++) {
		const char *text = reading->keywords.texts[i];
		const char *address = reading->registry.texts[i];
		const char *code = NULL;

		if (*address)
			code = iso_inspire_theme(address);
		if (!code && reading->inspire)
			code = iso_inspire_theme(text);
		if (code)
			say(reading->record, THEME_INSPIRE, code);
		else if (said[THEME_KEYWORDS].count < WORDS_MOST &&
			 !is_in(&said[THEME_KEYWORDS], text))
			text_list_add(&said[THEME_KEYWORDS], text);
	}
	text_list_release(&reading->keywords);
	text_list_release(&reading->registry);
	reading->inspire = false;
}

static void add_name(struct iso_record *record, const char *text, size_t length)
{
	char name[NAME_LONGEST + 1];
	char *dot;

	if (length == 0 || length > NAME_LONGEST || record->names.count == NAMES_MOST)
		return;
	memcpy(name, text, length);
	name[length] = '\0';
	dot = strchr(name, '.');
	/* a table of a schema: "eq_educ.ecole" */
	if (!strchr(name, ':') && dot && !strchr(dot + 1, '.'))
		*dot = ':';
	if (strchr(name, ':') && name[length - 1] != ':')
		text_list_add(&record->names, name);
}

/* Takes TEXT as a name, and the parts of an address or list that may be names. */
static void add_names(struct iso_record *record, const char *text)
{
	char *plain = memory_text(text), *to = plain;

	for (const char *c = text; *c; c++) {
		bool colon = strncasecmp(c, "%3a", 3) == 0, comma = strncasecmp(c, "%2c", 3) == 0;

		*to++ = colon ? ':' : comma ? ',' : *c;
		c += colon || comma ? 2 : 0;
	}
	*to = '\0';
	if (!strpbrk(plain, SEPARATORS) || !strstr(plain, "://"))
		add_name(record, plain, strlen(plain));
	for (const char *part = plain; strpbrk(plain, SEPARATORS) && *part;) {
		size_t run = strcspn(part, SEPARATORS);

		if (memchr(part, ':', run))
			add_name(record, part, run);
		part += run + (part[run] != '\0');
	}
	free(plain);
}

static void word(const struct reading *reading, struct wording *wording,
		 const struct xml_element *element)
{
	const char *locale = element->attributes[XML_LOCALE];
	enum tongue language = locale ? tongue_of_locale(reading, locale) : TONGUE_MAIN;

	if (language != TONGUE_OTHER && !wording->texts[language])
		wording->texts[language] = memory_text(element->text);
}

static void keep(char **text, const char *value)
{
	if (!*text)
		*text = memory_text(value);
}

static void take_constraint(struct reading *reading, const struct xml_element *element)
{
	const char *address = element->attributes[XML_HREF];
	char *both = memory_print("%s %s", element->text, address ? address : "");
	char *licence = iso_licence(address ? both : element->text);

	say(reading->record, THEME_LICENCE, licence);
	free(licence);
	free(both);
}

static void take_party(struct party *party, enum iso_field field, const char *text)
{
	if (field == ISO_PARTY_NAME)
		keep(&party->name, text);
	else if (field == ISO_PARTY_MAIL && strchr(text, '@'))
		keep(&party->mail, text);
	else if (field == ISO_PARTY_ROLE && strlen(text) < sizeof(party->role))
		strcpy(party->role, text);
}

static void take_keyword(struct reading *reading, const struct xml_element *element)
{
	const char *address = element->attributes[XML_HREF];

	if (element->attributes[XML_LOCALE] || reading->keywords.count == WORDS_MOST)
		return;
	text_list_add(&reading->keywords, element->text);
	text_list_add(&reading->registry, address ? address : "");
}

static void take_text(struct reading *reading, enum iso_field field,
		      const struct xml_element *element)
{
	switch (field) {
	case ISO_TITLE:
		word(reading, &reading->title, element);
		break;
	case ISO_ABSTRACT:
		word(reading, &reading->abstract, element);
		break;
	case ISO_CREDIT:
		word(reading, &reading->credit, element);
		break;
	case ISO_LINEAGE:
		word(reading, &reading->lineage, element);
		break;
	case ISO_KEYWORD:
		take_keyword(reading, element);
		break;
	case ISO_THESAURUS:
		reading->inspire = reading->inspire || iso_inspire_thesaurus(element->text);
		break;
	case ISO_CONSTRAINT:
		take_constraint(reading, element);
		break;
	case ISO_CODE:
	case ISO_LINK:
		add_names(reading->record, element->text);
		break;
	default:
		break;
	}
}

static void take_code(struct reading *reading, enum iso_field field, const char *code)
{
	switch (field) {
	case ISO_ID:
		keep(&reading->record->id, code);
		break;
	case ISO_LANGUAGE:
		if (reading->language == TONGUE_OTHER)
			reading->language = tongue_named(code);
		break;
	case ISO_LOCALE:
		keep_locale(reading, code);
		break;
	case ISO_LEVEL:
		reading->record->of_service |= strcmp(code, "service") == 0;
		break;
	case ISO_FREQUENCY:
		say(reading->record, THEME_FREQUENCY, code);
		break;
	default:
		take_party(&reading->party, field, code);
	}
}

/* The path of the property that a leaf holds the text of, in PROPERTY. */
static void property_of(const char *path, char *property, size_t size)
{
	static const char localised[] = "/PT_FreeText/textGroup/LocalisedCharacterString";
	size_t length = strlen(path), tail = sizeof(localised) - 1;

	if (length > tail && strcmp(path + length - tail, localised) == 0)
		length -= tail;
	else
		while (length && path[length] != '/')
			length--;
	if (length >= size)
		length = 0;
	memcpy(property, path, length);
	property[length] = '\0';
}

static bool is_record(const struct xml_element *root)
{
	return (strcmp(root->root, "MD_Metadata") == 0 || strcmp(root->root, "MI_Metadata") == 0) &&
	       (strncmp(root->space, "http://www.isotc211.org/2005/", 29) == 0 ||
		strncmp(root->space, "http://standards.iso.org/iso/19115/-", 36) == 0);
}

static bool begin(const struct xml_element *element, void *context)
{
	struct reading *reading = context;
	const char *id = element->attributes[XML_ID];

	if (!*element->path) {
		reading->record->foreign = !is_record(element);
		return !reading->record->foreign;
	}
	if (iso_field_at(element->path) == ISO_LOCALE_BEGUN) {
		*reading->locale = '\0';
		if (id && strlen(id) < sizeof(reading->locale))
			strcpy(reading->locale, id);
	}
	return true;
}

static bool end(const struct xml_element *element, void *context)
{
	struct reading *reading = context;
	enum iso_field field = iso_field_at(element->path);
	const char *code = element->attributes[XML_CODE];
	char property[256];

	if (field == ISO_PARTY_ENDED)
		end_party(reading);
	else if (field == ISO_KEYWORDS_ENDED)
		end_keywords(reading);
	if (!element->text)
		return true;
	property_of(element->path, property, sizeof(property));
	field = *property ? iso_field_at(property) : ISO_NOTHING;
	if (field != ISO_NOTHING && *element->text)
		take_text(reading, field, element);
	if (field != ISO_NOTHING && (code || *element->text))
		take_code(reading, field, code && *code ? code : element->text);
	return true;
}

/* French where there is French, else the record's own language; and English. */
static void say_worded(struct reading *reading, struct wording *wording, enum theme_option_id local,
		       enum theme_option_id english)
{
	char **texts = wording->texts;
	const char *french = texts[TONGUE_FRENCH];

	if (!french || reading->language == TONGUE_FRENCH)
		french = texts[TONGUE_MAIN] ? texts[TONGUE_MAIN] : french;
	say(reading->record, local, french ? french : texts[TONGUE_ENGLISH]);
	if (english != local)
		say(reading->record, english,
		    reading->language == TONGUE_ENGLISH ? texts[TONGUE_MAIN]
							: texts[TONGUE_ENGLISH]);
	for (int i = 0; i < TONGUE_OTHER; i++)
		free(texts[i]);
}

enum error_code iso_record_read(const char *bytes, size_t length, struct iso_record *record,
				struct error *error)
{
	struct reading reading = {.record = record,
				  .language = TONGUE_OTHER,
				  .producer_rank = NO_RANK,
				  .contact_rank = NO_RANK};
	const struct xml_visitor visitor = {begin, end, &reading};
	enum error_code code;

	*record = (struct iso_record){0};
	code = xml_read(bytes, length, &visitor, error);
	end_party(&reading);
	end_keywords(&reading);
	say_worded(&reading, &reading.title, THEME_TITLE, THEME_TITLE_EN);
	say_worded(&reading, &reading.abstract, THEME_ABSTRACT, THEME_ABSTRACT_EN);
	say_worded(&reading, &reading.credit, THEME_ATTRIBUTION, THEME_ATTRIBUTION);
	say_worded(&reading, &reading.lineage, THEME_LINEAGE, THEME_LINEAGE);
	say(record, THEME_RECORD, record->id);
	return code;
}

void iso_record_release(struct iso_record *record)
{
	free(record->id);
	text_list_release(&record->names);
	for (int i = 0; i <= THEME_RECORD; i++)
		text_list_release(&record->said[i]);
	*record = (struct iso_record){0};
}

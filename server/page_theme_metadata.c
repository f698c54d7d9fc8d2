/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_theme.h"

#include <string.h>

#include "server/licence.h"

/* What somebody said of a theme, in the page's language. */

static void add_fact(struct page *page, const char *name, const char *value)
{
	if (value && *value)
		html_print(page->html, "<div><dt>%s</dt><dd>%s</dd></div>\n", name, value);
}

/* What is written once, in French. */
static void add_french(struct page *page, const char *name, const char *value)
{
	if (value && *value)
		html_print(page->html, "<div><dt>%s</dt><dd%s>%s</dd></div>\n", name,
			   page_foreign(page, value, NULL), value);
}

static bool is_web_address(const char *text)
{
	return strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
}

/* A link where VALUE is a web or mail address. */
static void add_address(struct page *page, const char *name, const char *value)
{
	bool mail;

	if (!value || !*value)
		return;
	mail = !is_web_address(value) && strchr(value, '@') && !strpbrk(value, " :/?&<>\"'");
	if (!mail && !is_web_address(value)) {
		add_fact(page, name, value);
		return;
	}
	html_print(page->html, "<div><dt>%s</dt><dd><a href=\"%s%s\">%s</a></dd></div>\n", name,
		   mail ? "mailto:" : "", value, value);
}

static void add_licence(struct page *page, const char *text)
{
	struct licence licence;

	if (!text || !*text)
		return;
	licence = licence_of(text);
	html_print(page->html, "<div><dt>%s</dt><dd>", page_say(page, "Licence", "Licence"));
	if (licence.url)
		html_print(page->html, "<a rel=\"license\" href=\"%s\">%s</a>", licence.url,
			   licence.name);
	else
		html_text(page->html, licence.name);
	buf_add_text(page->html, "</dd></div>\n");
}

static void add_keywords(struct page *page, const struct text_list *keywords)
{
	if (keywords->count == 0)
		return;
	html_print(page->html, "<div><dt>%s</dt><dd%s>", page_say(page, "Mots-clés", "Keywords"),
		   page_foreign(page, "fr", NULL));
	for (size_t i = 0; i < keywords->count; i++)
		html_print(page->html, "%s%s", i ? ", " : "", keywords->texts[i]);
	buf_add_text(page->html, "</dd></div>\n");
}

void page_theme_metadata(struct page *page, const struct theme *theme)
{
	add_keywords(page, &theme->keywords);
	add_licence(page, theme->licence);
	add_fact(page, page_say(page, "Attribution", "Attribution"), theme->attribution);
	add_fact(page, page_say(page, "Producteur", "Producer"), theme->producer);
	add_address(page, page_say(page, "Contact", "Contact"), theme->contact);
	if (theme->frequency)
		add_fact(page, page_say(page, "Mise à jour", "Updated"),
			 frequency_name(theme->frequency, page->language));
	add_french(page, page_say(page, "Généalogie", "Lineage"), theme->lineage);
	add_fact(page, page_say(page, "Thème INSPIRE", "INSPIRE theme"), theme->inspire_theme);
	add_address(page, page_say(page, "Fiche de métadonnées", "Metadata record"),
		    theme->metadata_record);
	if (theme->personal_data)
		add_fact(page, page_say(page, "Données personnelles", "Personal data"),
			 page_say(page, "oui", "yes"));
}

static const char *type_title(const struct page *page, const struct column *column)
{
	if (column->source_type && strcmp(column->source_type, "Date") == 0)
		return "date";
	if (column->source_type && strcmp(column->source_type, "DateTime") == 0)
		return page_say(page, "date et heure", "date and time");
	switch (column->type) {
	case VALUE_BOOLEAN:
		return page_say(page, "oui ou non", "yes or no");
	case VALUE_INTEGER:
		return page_say(page, "entier", "whole number");
	case VALUE_REAL:
		return page_say(page, "décimal", "number");
	default:
		return page_say(page, "texte", "text");
	}
}

void page_columns(struct page *page, const struct theme *theme, unsigned rank)
{
	if (theme->column_count == 0)
		return;
	html_print(page->html, "<h%u>%s</h%u>\n<dl class=\"facts\">\n", rank,
		   page_say(page, "Colonnes", "Columns"), rank);
	for (uint32_t i = 0; i < theme->column_count; i++) {
		const struct column *column = &theme->columns[i];

		html_print(page->html, "<div><dt><code>%s</code> <small>%s</small></dt><dd%s>",
			   column->name, type_title(page, column), page_foreign(page, "fr", NULL));
		if (column->alias)
			html_print(page->html, "<b>%s</b>", column->alias);
		if (column->alias && column->meaning)
			buf_add_text(page->html, "<br>");
		html_text(page->html, column->meaning);
		buf_add_text(page->html, "</dd></div>\n");
	}
	buf_add_text(page->html, "</dl>\n");
}

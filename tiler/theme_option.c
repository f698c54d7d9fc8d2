/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme_option.h"

#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"
#include "tiler/theme_options.h"

#define MIB (1L << 20)

/* Of a theme: everything but the id. Of its columns: the last four. */
const struct theme_option theme_option_table[THEME_OPTION_COUNT] = {
	{THEME_TITLE, "title", "titre|titre fr|title fr|nom|name|intitule", OPTION_TEXT, false, 0,
	 0, "the layer's", "what people call it, in French or in the language of the catalogue"},
	{THEME_TITLE_EN, "title_en", "titre en|titre anglais", OPTION_TEXT, false, 0, 0, "",
	 "the same in English"},
	{THEME_ABSTRACT, "abstract", "resume|abstract fr|resume fr|description|description fr",
	 OPTION_TEXT, false, 0, 0, "the layer's", "what it is, in a few sentences"},
	{THEME_ABSTRACT_EN, "abstract_en", "resume en|description en|resume anglais", OPTION_TEXT,
	 false, 0, 0, "", "the same in English"},
	{THEME_KEYWORDS, "keywords", "mots cles|mot cle|keyword|tags", OPTION_TEXTS, false, 0, 0,
	 "", "words it is to be found by"},
	{THEME_LICENCE, "licence", "license", OPTION_LICENCE, false, 0, 0, "the data set's",
	 "SPDX identifier (etalab-2.0, ODbL-1.0, CC-BY-4.0) or address of the licence"},
	{THEME_ATTRIBUTION, "attribution", "mention|credits|credit", OPTION_TEXT, false, 0, 0,
	 "the data set's", "what maps must show in a corner"},
	{THEME_PRODUCER, "producer", "producteur|fournisseur|service", OPTION_TEXT, false, 0, 0, "",
	 "who makes the data"},
	{THEME_CONTACT, "contact", "courriel|email|adresse de contact", OPTION_TEXT, false, 0, 0,
	 "", "whom to write to, a mail address or a web address"},
	{THEME_FREQUENCY, "frequency",
	 "frequence|mise a jour|frequence de mise a jour|update frequency", OPTION_FREQUENCY, false,
	 0, 0, "the data set's", "how often the data are brought up to date"},
	{THEME_LINEAGE, "lineage", "genealogie|provenance|origine", OPTION_TEXT, false, 0, 0, "",
	 "where the data come from and how they were made"},
	{THEME_INSPIRE, "inspire_theme", "theme inspire|inspire", OPTION_INSPIRE, false, 0, 0, "",
	 "two letters of INSPIRE's annexes, such as tn (transport networks)"},
	{THEME_RECORD, "metadata_record", "fiche|fiche de metadonnees|metadonnees|uuid|metadata",
	 OPTION_RECORD, false, 0, 0, "", "UUID or address of the metadata record"},
	{THEME_PUBLISH, "publish", "publier|publie|diffuse|diffusion", OPTION_BOOLEAN, false, 0, 0,
	 "yes", "no keeps the theme from being served"},
	{THEME_PERSONAL_DATA, "personal_data",
	 "donnees personnelles|donnees a caractere personnel|rgpd|gdpr", OPTION_BOOLEAN, false, 0,
	 0, "no",
	 "the data say something of persons: only columns named in publish_columns leave the server"},
	{THEME_PUBLISH_COLUMNS, "publish_columns",
	 "colonnes|colonnes a publier|colonnes publiees|columns|columns to publish|attributs|attributes",
	 OPTION_COLUMNS, false, 0, 0, "all",
	 "the only columns that leave the server, or patterns of them"},
	{THEME_HIDE_COLUMNS, "hide_columns",
	 "colonnes masquees|colonnes cachees|colonnes a masquer|hidden columns", OPTION_COLUMNS,
	 false, 0, 0, "none", "columns that never leave the server, whatever else is said"},
	{THEME_ID_COLUMN, "id_column", "colonne identifiant|cle|colonne id", OPTION_COLUMN, false,
	 0, 0, "the source's own",
	 "column of whole numbers that tiles take the features' ids from"},
	{THEME_PRIORITY_COLUMN, "priority_column", "priorite|colonne de priorite|priority",
	 OPTION_COLUMN, false, 0, 0, "by size",
	 "column of numbers: what stays where less can be shown"},
	{THEME_PRIORITY_ORDER, "priority_order", "ordre de priorite", OPTION_ORDER, false, 0, 0,
	 "greatest", "which number goes first, the greatest or the smallest"},
	{THEME_COMMUNE_COLUMN, "commune_column", "colonne commune|colonne insee", OPTION_COLUMN,
	 false, 0, 0, "by place",
	 "published column of INSEE codes: whose features they are for ?commune="},
	{THEME_MIN_ZOOM, "min_zoom", "zoom min|zoom minimum|minzoom", OPTION_ZOOM, false, 0,
	 THEME_ZOOM_MOST, "0", "below it, tiles are empty"},
	{THEME_MAX_ZOOM, "max_zoom", "zoom max|zoom maximum|maxzoom", OPTION_ZOOM, false, 0,
	 THEME_ZOOM_MOST, "as the data need", "beyond it, tiles show no more than there"},
	{THEME_BUDGET, "tile_budget", "taille maximale", OPTION_SIZE, false, 1000, 16 * MIB,
	 "200 kB", "bytes the largest tile may have, gzipped; K and M are powers of 1024"},
	{THEME_COMPANION, "companion", "points|points d etiquette", OPTION_COMPANION, false, 0, 0,
	 "none", "a layer of points beside the theme's own, for labels"},
	{THEME_GRIDS, "grids", "grilles|grille|grid", OPTION_TEXTS, false, 0, 0, "all",
	 "the grids it is served in"},
	{COLUMN_ALIAS, "alias", "libelle|label|titre|title", OPTION_TEXT, true, 0, 0, "",
	 "what people call the column"},
	{COLUMN_MEANING, "meaning", "definition|description|signification|sens", OPTION_TEXT, true,
	 0, 0, "", "what its values say, their unit or their list"},
	{COLUMN_PUBLISH, "publish", "publier|publie|diffuse", OPTION_BOOLEAN, true, 0, 0, "yes",
	 "no: the column never leaves the server"},
	{COLUMN_FIRST_ZOOM, "first_zoom", "premier zoom|zoom min|zoom", OPTION_ZOOM, true, 0,
	 THEME_ZOOM_MOST, "0", "below it, tiles go without the column"},
};

const struct theme_option *theme_option_find(const char *name, bool of_column)
{
	for (size_t i = 0; i < THEME_OPTION_COUNT; i++)
		if (theme_option_table[i].of_column == of_column &&
		    strcmp(theme_option_table[i].name, name) == 0)
			return &theme_option_table[i];
	return NULL;
}

/* Latin letters with accents, as a heading in French may have, to their plain ones. */
static char plain_letter(unsigned char second)
{
	static const char plain[] =
		"aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";

	return plain[second & 0x3f];
}

char *plain_heading(const char *text)
{
	struct buf plain;

	buf_init(&plain, 0);
	buf_add_text(&plain, "");
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		char letter = ' ';

		if (*c == 0xc3 && c[1] >= 0x80)
			letter = plain_letter(*++c);
		else if (*c >= 'A' && *c <= 'Z')
			letter = (char)(*c - 'A' + 'a');
		else if ((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c >= 0x80)
			letter = (char)*c;
		if (letter != ' ' || (plain.length && plain.bytes[plain.length - 1] != ' '))
			buf_add_char(&plain, letter);
	}
	if (plain.length && plain.bytes[plain.length - 1] == ' ')
		plain.bytes[--plain.length] = '\0';
	return buf_take(&plain, NULL);
}

static bool is_headed(const struct theme_option *option, const char *plain)
{
	const char *name = option->headings;
	size_t length = strlen(plain);
	char *own = plain_heading(option->name);
	bool same = strcmp(own, plain) == 0;

	free(own);
	for (; !same && *name; name += *name == '|') {
		size_t run = strcspn(name, "|");

		same = run == length && strncmp(name, plain, run) == 0;
		name += run;
	}
	return same;
}

const struct theme_option *theme_option_headed(const char *heading, bool of_column)
{
	const struct theme_option *found = NULL;
	char *plain = plain_heading(heading);

	for (size_t i = 0; i < THEME_OPTION_COUNT && !found && *plain; i++)
		if (theme_option_table[i].of_column == of_column &&
		    is_headed(&theme_option_table[i], plain))
			found = &theme_option_table[i];
	free(plain);
	return found;
}

void theme_option_print_range(const struct theme_option *option, struct buf *out)
{
	static const char *const ranges[] = {
		[OPTION_TEXT] = "text",
		[OPTION_TEXTS] = "list of texts",
		[OPTION_LICENCE] = "SPDX identifier or address",
		[OPTION_FREQUENCY] = "continual, daily, weekly, fortnightly, monthly, quarterly, "
				     "biannually, annually, asNeeded, irregular, notPlanned or "
				     "unknown; in French as well",
		[OPTION_INSPIRE] = "two letters",
		[OPTION_RECORD] = "UUID or address",
		[OPTION_BOOLEAN] = "yes or no",
		[OPTION_SIZE] = "1000 to 16M",
		[OPTION_COMPANION] = "none, interior, centroid, start, middle or end",
		[OPTION_ORDER] = "greatest or smallest",
		[OPTION_COLUMN] = "column",
		[OPTION_COLUMNS] = "list of columns",
	};

	if (option->type == OPTION_ZOOM)
		buf_print(out, "%ld to %ld", option->least, option->most);
	else
		buf_add_text(out, ranges[option->type]);
}

static void print_rows(bool of_column, struct buf *out)
{
	buf_add_text(out, "| option | headings in a table | value | default | meaning |\n"
			  "| --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < THEME_OPTION_COUNT; i++) {
		const struct theme_option *option = &theme_option_table[i];

		if (option->of_column != of_column)
			continue;
		buf_print(out, "| `%s` | ", option->name);
		for (const char *c = option->headings; *c; c++)
			buf_add_text(out, *c == '|' ? ", " : (char[]){*c, '\0'});
		buf_add_text(out, " | ");
		theme_option_print_range(option, out);
		buf_print(out, " | %s | %s |\n", option->fallback, option->help);
	}
}

void theme_options_print_table(struct buf *out)
{
	print_rows(false, out);
	buf_add_text(out, "\nOf a column:\n\n");
	print_rows(true, out);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/quality.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* Of one, of many, and what to do. */
struct words {
	const char *one, *many, *advice;
};

#define REPAIRED_EN "tiles show a repaired shape; mend it in the source"
#define REPAIRED_FR "la forme est réparée dans les tuiles ; à corriger dans la source"
#define LOST_EN "shown nowhere; mend it in the source"
#define LOST_FR "rien n’en est montré ; à corriger dans la source"

static const struct words flaws[FLAWS][QUALITY_LANGUAGES] = {
	[FLAW_SELF_INTERSECTION] = {{"polygon crosses itself", "polygons cross themselves",
				     REPAIRED_EN},
				    {"polygone se recoupe", "polygones se recoupent", REPAIRED_FR}},
	[FLAW_RING_SELF_INTERSECTION] = {{"polygon has an outline that touches itself",
					  "polygons have an outline that touches itself",
					  REPAIRED_EN},
					 {"polygone a un contour qui se touche lui-même",
					  "polygones ont un contour qui se touche lui-même",
					  REPAIRED_FR}},
	[FLAW_HOLE_OUTSIDE] = {{"polygon has a hole outside its outline",
				"polygons have a hole outside their outline", REPAIRED_EN},
			       {"polygone a un trou hors de son contour",
				"polygones ont un trou hors de leur contour", REPAIRED_FR}},
	[FLAW_NESTED_HOLES] = {{"polygon has a hole within another hole",
				"polygons have a hole within another hole", REPAIRED_EN},
			       {"polygone a un trou dans un autre trou",
				"polygones ont un trou dans un autre trou", REPAIRED_FR}},
	[FLAW_NESTED_SHELLS] = {{"polygon has a part within another part",
				 "polygons have a part within another part", REPAIRED_EN},
				{"polygone a une partie dans une autre",
				 "polygones ont une partie dans une autre", REPAIRED_FR}},
	[FLAW_CUT_INTERIOR] = {{"polygon is cut in two by its holes",
				"polygons are cut in two by their holes", REPAIRED_EN},
			       {"polygone est coupé en deux par ses trous",
				"polygones sont coupés en deux par leurs trous", REPAIRED_FR}},
	[FLAW_DUPLICATE_RINGS] = {{"polygon has the same ring twice",
				   "polygons have the same ring twice", REPAIRED_EN},
				  {"polygone a deux fois le même anneau",
				   "polygones ont deux fois le même anneau", REPAIRED_FR}},
	[FLAW_FEW_RING_POINTS] = {{"polygon has a ring without an inside",
				   "polygons have a ring without an inside", REPAIRED_EN},
				  {"polygone a un anneau sans intérieur",
				   "polygones ont un anneau sans intérieur", REPAIRED_FR}},
	[FLAW_OTHERWISE_INVALID] = {{"polygon is invalid", "polygons are invalid", REPAIRED_EN},
				    {"polygone est invalide", "polygones sont invalides",
				     REPAIRED_FR}},
	[FLAW_NOT_A_NUMBER] = {{"feature has a coordinate that is not a number",
				"features have a coordinate that is not a number", LOST_EN},
			       {"objet a une coordonnée qui n’est pas un nombre",
				"objets ont une coordonnée qui n’est pas un nombre", LOST_FR}},
	[FLAW_FAR_AWAY] = {{"feature lies farther out than the Earth is large",
			    "features lie farther out than the Earth is large", LOST_EN},
			   {"objet est plus loin que la Terre n’est grande",
			    "objets sont plus loin que la Terre n’est grande", LOST_FR}},
	[FLAW_FEW_POINTS] = {{"line or polygon has too few points",
			      "lines or polygons have too few points", LOST_EN},
			     {"ligne ou polygone a trop peu de points",
			      "lignes ou polygones ont trop peu de points", LOST_FR}},
	[FLAW_NESTED_DEEP] = {{"feature is a collection nested too deep",
			       "features are collections nested too deep", LOST_EN},
			      {"objet est une collection trop imbriquée",
			       "objets sont des collections trop imbriquées", LOST_FR}},
	[FLAW_CURVES] = {{"feature has curves that cannot be drawn",
			  "features have curves that cannot be drawn", LOST_EN},
			 {"objet a des courbes qui ne peuvent être tracées",
			  "objets ont des courbes qui ne peuvent être tracées", LOST_FR}},
	[FLAW_NO_AREA] = {{"invalid polygon has no area", "invalid polygons have no area", LOST_EN},
			  {"polygone invalide n’a pas de surface",
			   "polygones invalides n’ont pas de surface", LOST_FR}},
	[FLAW_UNREAD] = {{"feature has a geometry that cannot be read",
			  "features have a geometry that cannot be read", LOST_EN},
			 {"objet a une géométrie illisible", "objets ont une géométrie illisible",
			  LOST_FR}},
	[FLAW_EMPTY] = {{"feature without geometry", "features without geometry",
			 "shown nowhere, as there is nothing to draw"},
			{"objet sans géométrie", "objets sans géométrie",
			 "rien à montrer, faute de géométrie"}},
	[FLAW_LONG_TEXT] =
		{{"feature has a text longer than 65,535 bytes",
		  "features have a text longer than 65,535 bytes",
		  "shown without this text; shorten it, or publish a link"},
		 {"objet a un texte de plus de 65 535 octets",
		  "objets ont un texte de plus de 65 535 octets",
		  "ce texte reste hors des tuiles ; à raccourcir, ou à remplacer par un lien"}},
	[FLAW_DUPLICATE_ID] = {{"feature has the id of another one",
				"features have the id of another one",
				"shown, but a map cannot tell them apart; give each its own id"},
			       {"objet a l’identifiant d’un autre",
				"objets ont l’identifiant d’un autre",
				"une carte ne peut les distinguer ; à chacun son identifiant"}},
	[FLAW_OUT_OF_AREA] =
		{{"feature lies outside the area the coordinate system is made for",
		  "features lie outside the area the coordinate system is made for",
		  "shown where the coordinates say; check them, and the coordinate system"},
		 {"objet est hors du domaine d’emploi du système de coordonnées",
		  "objets sont hors du domaine d’emploi du système de coordonnées",
		  "la position est montrée telle quelle ; vérifier les coordonnées et leur système"}},
};

/* Of one, of many. */
static const char *const losses_words[LOSSES][QUALITY_LANGUAGES][2] = {
	[LOSS_CROWDED] = {{"too close to another point", "too close to another point"},
			  {"trop près d’un autre point", "trop près d’un autre point"}},
	[LOSS_SHORT] = {{"too short to see", "too short to see"},
			{"trop court pour être vu", "trop courts pour être vus"}},
	[LOSS_SMALL] = {{"too small to see", "too small to see"},
			{"trop petit pour être vu", "trop petits pour être vus"}},
	[LOSS_MERGED] = {{"too small, merged into a neighbour",
			  "too small, merged into a neighbour"},
			 {"trop petit, réuni à un voisin", "trop petits, réunis à un voisin"}},
	[LOSS_OVER_BUDGET] = {{"to keep tiles light", "to keep tiles light"},
			      {"pour que les tuiles restent légères",
			       "pour que les tuiles restent légères"}},
};

bool quality_is_problem(enum flaw flaw)
{
	return flaw_is_unreadable(flaw);
}

/* In groups of three digits. */
static void add_count(struct buf *text, enum quality_language language, uint64_t count)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, count);

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buf_add_text(text, language == QUALITY_FRENCH ? "\u202f" : ",");
		buf_add_char(text, digits[i]);
	}
}

void quality_rows(struct buf *text, enum quality_language language, uint64_t rows)
{
	add_count(text, language, rows);
	if (language == QUALITY_FRENCH)
		buf_add_text(text, rows > 1 ? " lignes lues" : " ligne lue");
	else
		buf_add_text(text, rows == 1 ? " row read" : " rows read");
}

void quality_features(struct buf *text, enum quality_language language, uint64_t features)
{
	add_count(text, language, features);
	if (language == QUALITY_FRENCH)
		buf_add_text(text, features > 1 ? " objets" : " objet");
	else
		buf_add_text(text, features == 1 ? " feature" : " features");
}

const char *quality_colon(enum quality_language language)
{
	return language == QUALITY_FRENCH ? "\u00a0: " : ": ";
}

void quality_finding(struct buf *text, enum quality_language language, enum flaw flaw,
		     uint64_t features)
{
	const struct words *words = &flaws[flaw][language];

	add_count(text, language, features);
	buf_print(text, " %s", features > 1 ? words->many : words->one);
}

const char *quality_advice(enum quality_language language, enum flaw flaw)
{
	return flaws[flaw][language].advice;
}

const char *quality_nothing(enum quality_language language)
{
	return language == QUALITY_FRENCH ? "n’a rien à montrer ; ses tuiles sont vides"
					  : "has nothing to draw; its tiles are empty";
}

/* A decimal comma in French. */
static void add_decimal(struct buf *text, enum quality_language language, double number, int digits)
{
	size_t start = text->length;

	buf_print(text, "%.*f", digits, number);
	for (size_t i = start; language == QUALITY_FRENCH && i < text->length; i++)
		if (text->bytes[i] == '.')
			text->bytes[i] = ',';
}

static void add_degrees(struct buf *text, enum quality_language language, struct point degrees)
{
	add_decimal(text, language, fabs(degrees.y), 5);
	buf_add_text(text, degrees.y < 0 ? "° S " : "° N ");
	add_decimal(text, language, fabs(degrees.x), 5);
	buf_add_text(text, degrees.x >= 0 ? "° E" : language == QUALITY_FRENCH ? "° O" : "° W");
}

void quality_example(struct buf *text, enum quality_language language,
		     const struct flaw_example *example, bool geographic)
{
	bool french = language == QUALITY_FRENCH;
	bool projected = example->has_place && !geographic;

	if (example->has_id)
		buf_print(text, french ? "objet %" PRIu64 : "feature %" PRIu64, example->id);
	else if (example->has_place || example->has_degrees)
		buf_add_text(text, french ? "un objet" : "a feature");
	if (projected || example->has_degrees)
		buf_add_text(text, french ? " à " : " at ");
	if (projected) {
		add_decimal(text, language, example->place.x, 2);
		buf_add_char(text, ' ');
		add_decimal(text, language, example->place.y, 2);
	}
	if (example->has_degrees) {
		buf_add_text(text, projected ? " (" : "");
		add_degrees(text, language, example->degrees);
		buf_add_text(text, projected ? ")" : "");
	}
}

const char *quality_detail_intro(enum quality_language language, enum flaw flaw)
{
	bool french = language == QUALITY_FRENCH;

	if (flaw == FLAW_LONG_TEXT)
		return french ? "colonne " : "column ";
	if (flaw == FLAW_OTHERWISE_INVALID || flaw == FLAW_NO_AREA || flaw == FLAW_UNREAD)
		return french ? "selon GDAL\u00a0: " : "GDAL says: ";
	return NULL;
}

void quality_zooms(struct buf *text, enum quality_language language,
		   const struct prepared *prepared, uint32_t level)
{
	bool french = language == QUALITY_FRENCH;
	bool coarsest = level + 1 == prepared->level_count;
	uint32_t first = coarsest ? prepared->min_zoom : prepared->levels[level + 1].zoom + 1;
	uint32_t last = prepared->levels[level].zoom;

	if (level == 0)
		buf_print(text, french ? "zoom %u et plus" : "zoom %u and above", first);
	else if (first >= last)
		buf_print(text, "zoom %u", last);
	else
		buf_print(text, french ? "zooms %u à %u" : "zooms %u to %u", first, last);
}

void quality_losses(struct buf *text, enum quality_language language,
		    const struct level_losses *losses)
{
	bool first = true;

	for (int loss = 0; loss < LOSSES; loss++) {
		if (!losses->features[loss])
			continue;
		buf_add_text(text, first ? "" : ", ");
		add_count(text, language, losses->features[loss]);
		buf_print(text, " %s", losses_words[loss][language][losses->features[loss] > 1]);
		first = false;
	}
}

void quality_bytes(struct buf *text, enum quality_language language, uint64_t bytes)
{
	add_count(text, language, (bytes + 999) / 1000);
	buf_add_text(text, language == QUALITY_FRENCH ? "\u00a0ko" : " kB");
}

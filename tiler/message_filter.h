/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* What is told of a filter or a list of columns that cannot be obeyed, as in message.h. */

/* clang-format off */

/* Of the text. */
#define MESSAGE_QUOTE_NOT_CLOSED \
	"the quotation mark %c at character %u is not closed", \
	"le guillemet %c au caractère %u n’est pas fermé"
#define MESSAGE_NOT_EQUAL_OTHERWISE \
	"!= at character %u is not of CQL2: write <>", \
	"!= au caractère %u n’est pas de CQL2 : écrivez <>"
#define MESSAGE_NO_CALCULATION \
	"there is a %c at character %u, but filters do not calculate: compare columns with values, and " \
	"put quotation marks around a name that holds one", \
	"il y a un %c au caractère %u, mais les filtres ne calculent pas : comparez des colonnes à des " \
	"valeurs, et mettez entre guillemets un nom qui en contient un"
#define MESSAGE_NO_MEANING \
	"%c at character %u has no meaning in CQL2", \
	"%c au caractère %u n’a pas de sens en CQL2"
#define MESSAGE_NESTED_TOO_DEEP \
	"the parentheses are nested more than %d deep at character %u", \
	"les parenthèses sont imbriquées de plus de %d niveaux au caractère %u"
#define MESSAGE_FILTER_TOO_LONG \
	"the text is %zu bytes long; at most %d are read", \
	"le texte a %zu octets ; %d sont lus au plus"
#define MESSAGE_NUMBER_TOO_LARGE \
	"the number at character %u is too large", \
	"le nombre au caractère %u est trop grand"
#define MESSAGE_TOO_MANY_NAMES \
	"more than %d columns are named, at character %u", \
	"plus de %d colonnes sont nommées, au caractère %u"
#define MESSAGE_NO_FUNCTION \
	"%.40s at character %u is no function that filters know: they are S_INTERSECTS, CASEI, ACCENTI, " \
	"DATE and TIMESTAMP", \
	"%.40s au caractère %u n’est pas une fonction que les filtres connaissent : ce sont S_INTERSECTS, " \
	"CASEI, ACCENTI, DATE et TIMESTAMP"
#define MESSAGE_NOTHING_TO_FOLD \
	"expected a column or a text in the parentheses after character %u", \
	"il faut une colonne ou un texte dans les parenthèses après le caractère %u"

/* What is expected, for filter_lexer_expected. */
#define EXPECTED_NUMBER "a number", "un nombre"
#define EXPECTED_COMMA_OR_END "a comma or )", "une virgule ou )"
#define EXPECTED_SCALAR "a column or a value", "une colonne ou une valeur"
#define EXPECTED_PATTERN \
	"a pattern in single quotation marks", "un modèle entre guillemets simples"
#define EXPECTED_END "AND, OR or the end", "AND, OR ou la fin"
#define EXPECTED_NEGATED "LIKE, BETWEEN or IN", "LIKE, BETWEEN ou IN"
#define EXPECTED_COMPARISON \
	"a comparison (=, <>, <, LIKE, BETWEEN, IN, IS NULL)", \
	"une comparaison (=, <>, <, LIKE, BETWEEN, IN, IS NULL)"
#define EXPECTED_GEOMETRY_NAME "the features' geometry", "la géométrie des objets"
#define EXPECTED_SHAPE \
	"a geometry (POINT, LINESTRING, POLYGON, MULTI..., GEOMETRYCOLLECTION, BBOX)", \
	"une géométrie (POINT, LINESTRING, POLYGON, MULTI..., GEOMETRYCOLLECTION, BBOX)"
#define EXPECTED_DAY "a day such as '2024-05-31'", "un jour comme '2024-05-31'"
#define EXPECTED_MOMENT \
	"a moment such as '2024-05-31T10:20:30Z'", "un instant comme '2024-05-31T10:20:30Z'"

/* Of places. */
#define MESSAGE_TOO_FEW_POINTS \
	"expected %u points or more of a %s, up to character %u", \
	"il faut au moins %u points pour un %s, jusqu’au caractère %u"
#define MESSAGE_RING_OPEN \
	"a ring must end with the point it begins with, at character %u", \
	"un anneau doit finir par le point qui le commence, au caractère %u"
#define MESSAGE_BOX_UPSIDE_DOWN \
	"the BBOX at character %u has its south above its north: its sides are west, south, east, north", \
	"le BBOX au caractère %u a son sud au-dessus de son nord : ses côtés sont ouest, sud, est, nord"
#define MESSAGE_TOO_MANY_PLACES \
	"more than %d geometries are given, at character %u; make one of several", \
	"plus de %d géométries sont données, au caractère %u : faites-en une de plusieurs"
#define MESSAGE_GEOMETRY_TOO_LONG \
	"the geometry is longer than %d bytes; simplify it", \
	"la géométrie dépasse %d octets : simplifiez-la"
#define MESSAGE_GEOMETRY_HAS_MORE \
	"the geometry cannot be used: there is more after its end", \
	"la géométrie est inutilisable : il y a autre chose après sa fin"
#define MESSAGE_GEOMETRY_TOO_DEEP \
	"the geometry has more than %d parentheses in one another; no WKT of one geometry needs so many", \
	"la géométrie imbrique plus de %d parenthèses ; aucune ne demande cela en WKT"
#define MESSAGE_GEOMETRY_NOT_VALID \
	"the geometry is not valid: %s", \
	"la géométrie n’est pas valide : %s"
#define MESSAGE_GEOMETRY_REFUSED \
	"the geometry cannot be used: %s", \
	"la géométrie est inutilisable : %s"
#define MESSAGE_GEOMETRY_EMPTY \
	"the geometry cannot be used: there is nothing in it", \
	"la géométrie est inutilisable : il n’y a rien dedans"
#define MESSAGE_GEOMETRY_NOT_FINITE \
	"the geometry cannot be used: its coordinates are not finite numbers", \
	"la géométrie est inutilisable : ses coordonnées ne sont pas des nombres finis"
#define MESSAGE_GEOMETRY_NOWHERE \
	"a part of the geometry has no place in %s; draw it nearer to the data", \
	"une partie de la géométrie n’a pas de place dans %s : dessinez-la plus près des données"
#define MESSAGE_GEOMETRY_TOO_FINE \
	"the geometry takes more than %d points in %s; simplify it", \
	"la géométrie prend plus de %d points dans %s : simplifiez-la"

/* Of a theme's columns. */
#define MESSAGE_NO_COLUMN_AT_NEAR \
	"%.120s has no column \"%.80s\", named at character %u; is \"%.80s\" meant?", \
	"%.120s n’a pas de colonne « %.80s », nommée au caractère %u ; est-ce « %.80s » ?"
#define MESSAGE_NO_COLUMN_AT \
	"%.120s has no column \"%.80s\", named at character %u (texts stand in single quotation marks)", \
	"%.120s n’a pas de colonne « %.80s », nommée au caractère %u (les textes se mettent entre guillemets " \
	"simples)"
#define MESSAGE_NO_GEOMETRY_COLUMN \
	"column \"%.80s\", named at character %u, holds no geometry: write geometry", \
	"la colonne « %.80s », nommée au caractère %u, ne contient pas de géométrie : écrivez geometry"
#define MESSAGE_FILTER_AWAITS_COLUMNS \
	"theme %.120s is not prepared yet with the columns that the filter names; ask again", \
	"le thème %.120s n’est pas encore préparé avec les colonnes que le filtre nomme : redemandez un peu " \
	"plus tard"
#define MESSAGE_NO_FILTER_CRS \
	"filter-crs: \"%.100s\" is neither %s nor the CRS of a theme that is asked for", \
	"filter-crs : « %.100s » n’est ni %s ni la projection d’un thème demandé"
#define MESSAGE_NO_FILTER_LANGUAGE \
	"filter-lang: \"%.40s\" is not known; filters are written in cql2-text", \
	"filter-lang : « %.40s » n’est pas connu ; les filtres s’écrivent en cql2-text"
#define MESSAGE_IN_FILTER "filter: ", "filter : "
#define MESSAGE_AT_CHARACTER "at character %u: ", "au caractère %u : "

/* Of `properties`. */
#define MESSAGE_COLUMNS_NOT_CLOSED \
	"properties: the quotation mark before %.80s is not closed", \
	"properties : le guillemet devant %.80s n’est pas fermé"
#define MESSAGE_COLUMNS_NO_COMMA \
	"properties: a comma is missing before %.80s", \
	"properties : il manque une virgule devant %.80s"
#define MESSAGE_COLUMNS_TOO_MANY \
	"properties: more than %d columns are named", \
	"properties : plus de %d colonnes sont nommées"
#define MESSAGE_COLUMNS_TOO_LONG \
	"properties is longer than %d bytes", \
	"properties dépasse %d octets"
#define MESSAGE_NO_COLUMN_NEAR \
	"properties: %.120s has no column \"%.80s\"; is \"%.80s\" meant?", \
	"properties : %.120s n’a pas de colonne « %.80s » ; est-ce « %.80s » ?"
#define MESSAGE_NO_COLUMN \
	"properties: %.120s has no column \"%.80s\"", \
	"properties : %.120s n’a pas de colonne « %.80s »"
#define MESSAGE_NO_COLUMN_OF_ANY_NEAR \
	"properties: none of the themes has column \"%.80s\"; is \"%.80s\" meant?", \
	"properties : aucun des thèmes n’a de colonne « %.80s » ; est-ce « %.80s » ?"
#define MESSAGE_NO_COLUMN_OF_ANY \
	"properties: none of the themes has column \"%.80s\"", \
	"properties : aucun des thèmes n’a de colonne « %.80s »"
/* clang-format on */

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* Sentences that people meet on the pages who ask for what is not there, in English (which
 * programs, logs and other sentences get) and in French: each is a pair of formats with the same
 * conversions in the same order, for error_tell (error.h) and reply_tell (server/reply.h), so that
 * the compiler checks both. What an operator alone meets stays English. */

/* clang-format off */
#define MESSAGE_NO_THEME \
	"there is no theme \"%.200s\"", \
	"il n’y a pas de thème « %.200s » : il a peut-être changé de nom"
#define MESSAGE_NO_THEME_LISTED \
	"there is no theme \"%.200s\"; /collections lists them", \
	"il n’y a pas de thème « %.200s » : il a peut-être changé de nom ; /collections les liste"
#define MESSAGE_NO_GROUP \
	"there is no group \"%.100s\"; / lists the groups", \
	"il n’y a pas de groupe « %.100s » ; / liste les groupes"
#define MESSAGE_NO_GRID \
	"there is no grid \"%.100s\"; /tileMatrixSets lists them", \
	"il n’y a pas de grille « %.100s » ; /tileMatrixSets les liste"
#define MESSAGE_NOT_IN_GRID \
	"theme %.200s is not served in grid %s", \
	"le thème %.200s n’est pas servi dans la grille %s"
#define MESSAGE_TOO_MANY_THEMES \
	"one tile holds at most %d themes; ask for them in several tiles", \
	"une tuile réunit au plus %d thèmes ; demandez-les en plusieurs tuiles"
#define MESSAGE_NO_TILE_ADDRESS \
	"\"%.40s/%.40s/%.40s\" is no tile address: level, column and row are whole numbers from 0, " \
	"the row with or without .mvt or .pbf", \
	"« %.40s/%.40s/%.40s » n’est pas l’adresse d’une tuile : niveau, colonne et ligne sont des " \
	"nombres entiers à partir de 0, la ligne suivie ou non de .mvt ou .pbf"
#define MESSAGE_TILES_OF_THEME \
	"%s/tiles/%.120s.json describes these tiles (TileJSON); their addresses are " \
	"/tiles/{themes}/{z}/{x}/{y}, or /tiles/{themes}/{grid}/{z}/{x}/{y} in another grid, of those " \
	"that /tileMatrixSets lists", \
	"%s/tiles/%.120s.json décrit ces tuiles (TileJSON) ; leurs adresses sont " \
	"/tiles/{themes}/{z}/{x}/{y}, ou /tiles/{themes}/{grid}/{z}/{x}/{y} dans une autre grille, de celles " \
	"que liste /tileMatrixSets"
#define MESSAGE_NO_LEVEL \
	"grid %s has no level %u: its last is %u", \
	"la grille %s n’a pas de niveau %u : le dernier est %u"
#define MESSAGE_NO_TILE \
	"grid %s has no tile %u/%u/%u: level %u has %u columns and %u rows", \
	"la grille %s n’a pas de tuile %u/%u/%u : le niveau %u a %u colonnes et %u lignes"
#define MESSAGE_BEYOND_LIMITS \
	"tile %u/%u/%u (level, row, column) is outside the limits of its tileset", \
	"la tuile %u/%u/%u (niveau, ligne, colonne) est hors des limites de son jeu de tuiles"
#define MESSAGE_NO_COMMUNE \
	"there is no commune %.40s; %s/communes lists those there are", \
	"il n’y a pas de commune %.40s ; %s/communes liste celles qu’il y a"
#define MESSAGE_NO_INSEE_CODE \
	"commune: \"%.40s\" is not the INSEE code of a commune, such as 35238", \
	"commune : « %.40s » n’est pas le code INSEE d’une commune, comme 35238"
#define MESSAGE_TWO_COMMUNES \
	"the path says commune %.40s, the query %.40s; say one", \
	"le chemin dit la commune %.40s, la requête %.40s : dites-en une seule"
#define MESSAGE_NO_CLIP \
	"clip: \"%.40s\" is neither yes nor no", \
	"clip : « %.40s » n’est ni yes (oui) ni no (non)"
#define MESSAGE_CLIP_TO_NOTHING \
	"clip: there is no commune to clip to; say which one, as in %s", \
	"clip : il n’y a pas de commune aux limites de laquelle couper ; dites laquelle, comme %s"
#define MESSAGE_NO_PARAMETER \
	"there is no parameter \"%.80s\" here; /api lists those there are", \
	"il n’y a pas de paramètre « %.80s » ici ; /api liste ceux qu’il y a"
#define MESSAGE_SMALL_LETTERS \
	"\"%.80s\": names of parameters are written in small letters here", \
	"« %.80s » : les noms de paramètres s’écrivent ici en minuscules"
#define MESSAGE_NOT_LIMITED \
	"%.20s: what this address gives cannot be limited so; tiles, their documents and features " \
	"can, see /api", \
	"%.20s : ce que donne cette adresse ne peut pas être limité ainsi ; les tuiles, leurs " \
	"documents et les objets le peuvent, voir /api"
#define MESSAGE_PARAMETER_TWICE \
	"the parameter \"%.80s\" is given twice", \
	"le paramètre « %.80s » est donné deux fois"
#define MESSAGE_NO_BOX \
	"bbox=%.100s is no box: write four numbers with commas between, those of the lower left " \
	"corner, then of the upper right one", \
	"bbox=%.100s n’est pas un rectangle : écrivez quatre nombres séparés par des virgules, ceux " \
	"du coin inférieur gauche, puis du coin supérieur droit"
#define MESSAGE_BOX_TURNED_OVER \
	"the bbox's upper side is below its lower", \
	"le côté haut du bbox est sous son côté bas"
#define MESSAGE_BOX_REVERSED \
	"the bbox's right side is left of its left one", \
	"le côté droit du bbox est à gauche de son côté gauche"
#define MESSAGE_NO_CRS \
	"%s=%.200s is none of the coordinate reference systems of this theme; its collection lists them", \
	"%s=%.200s n’est pas un des systèmes de coordonnées de ce thème ; sa collection les liste"
#define MESSAGE_NO_TIME \
	"datetime=%.100s is neither a time such as 2026-01-31T12:00:00Z nor an interval of two with a slash " \
	"between", \
	"datetime=%.100s n’est ni un instant comme 2026-01-31T12:00:00Z ni un intervalle de deux séparés par " \
	"une barre oblique"
#define MESSAGE_DATA_CHANGED \
	"the data of theme %.200s have changed since the page before this one: begin again, without the cursor", \
	"les données du thème %.200s ont changé depuis la page précédente : recommencez, sans le curseur"
#define MESSAGE_NO_LIMIT \
	"limit=%.40s is no whole number from 1 to %d", \
	"limit=%.40s n’est pas un nombre entier de 1 à %d"
#define MESSAGE_NO_PAGE_OF_COLLECTIONS \
	"limit is a whole number from 1 to %d, offset one from 0", \
	"limit est un nombre entier de 1 à %d, offset un nombre entier à partir de 0"
#define MESSAGE_NO_CURSOR \
	"the cursor is not one of this server's: follow the link \"next\" of a page, or begin again " \
	"without a cursor", \
	"le curseur n’est pas de ce serveur : suivez le lien « next » d’une page, ou recommencez sans " \
	"curseur"
#define MESSAGE_NO_FEATURE \
	"theme %s has no feature \"%.100s\"", \
	"le thème %s n’a pas d’objet « %.100s »"
#define MESSAGE_FEATURE_ELSEWHERE \
	"feature %" PRIu64 " of theme %.120s has no part in commune %s", \
	"l’objet %" PRIu64 " du thème %.120s n’a pas de part dans la commune %s"
#define MESSAGE_NO_CATALOGUE_PAGE \
	"the catalogue has the pages 1 to %zu", \
	"le catalogue a les pages 1 à %zu"
#define MESSAGE_NO_FORMAT \
	"f=%.40s: this address knows f = %s only", \
	"f=%.40s : cette adresse ne connaît que f = %s"
#define MESSAGE_NOTHING_HERE \
	"there is nothing at this address; / lists the themes", \
	"il n’y a rien à cette adresse ; / liste les thèmes"
#define MESSAGE_PREPARING \
	"theme %s is being prepared; ask again", \
	"le thème %s est en préparation : redemandez un peu plus tard"
/* clang-format on */

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/html.h"
#include "tiler/geometry.h"

/* How pages name and draw a kind of geometry. */

/* "Points", "Lignes", "Polygones" or "Géométries mixtes"; the same in English. */
const char *kind_title(enum geometry_kind kind, enum language language);

/* "412 points", "1 polygone"; "aucun objet". */
void kind_count(struct buf *html, enum language language, enum geometry_kind kind, uint64_t count);

/* The drawings that kind_icon refers to; once a page, before the first icon. */
void kind_icons(struct buf *html);
void kind_icon(struct buf *html, enum geometry_kind kind);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/page_map.h"

/* A theme's pages when their address asks for a variant of it (variant_query.h): every address on
 * them asks for the same. */

/* Appends the variant's parameters, from the question mark on; to a link between pages the language
 * that was chosen as well. */
void page_variant_query(struct buf *html, const struct theme_view *view);
void page_variant_link(struct buf *html, const struct page *page, const struct theme_view *view);

/* Says that features are left out, and by which filter. */
void page_variant_notice(struct page *page, const struct variant *variant);

/* The parameters but the commune as hidden fields of a form. */
void page_variant_fields(struct buf *html, const struct theme_view *view);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/page_map.h"
#include "tiler/grid.h"

/* The parts of a theme's page, each a <section>. */

/* What the theme is: geometry, columns, CRS, licence, freshness, quality. */
void page_theme_facts(struct page *page, const struct theme_view *view);

/* What somebody said of it, as entries of a list of facts in the page's language. */
void page_theme_metadata(struct page *page, const struct theme *theme);

/* Its columns with what they are called and mean, under a heading of that rank: 2 or 3. */
void page_columns(struct page *page, const struct theme *theme, unsigned rank);

/* Its addresses, ready to copy, and how to use them in QGIS. */
void page_theme_addresses(struct page *page, const struct theme_view *view,
			  const struct grids *grids);

/* What its preparation found in the data, and what each zoom shows of them. Nothing while the theme
 * is not prepared. */
void page_theme_quality(struct page *page, const struct theme_view *view);

/* The first rows of its data: for who cannot use the map. Nothing while the theme is not prepared.
 */
void page_theme_rows(struct page *page, const struct theme_view *view);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/buf.h"
#include "tiler/prepared.h"

/* The quality report of a theme in words, as plain text in UTF-8: what pages and the command check
 * say. */

enum quality_language {
	QUALITY_ENGLISH,
	QUALITY_FRENCH,
	QUALITY_LANGUAGES
};

/* Does FLAW keep something from being served? Else it is only worth knowing. */
bool quality_is_problem(enum flaw flaw);

/* "1,825 rows read". */
void quality_rows(struct buf *text, enum quality_language language, uint64_t rows);

/* "1,200 features". */
void quality_features(struct buf *text, enum quality_language language, uint64_t features);

/* What stands between a thing and what is said of it. */
const char *quality_colon(enum quality_language language);

/* "3 polygons cross themselves". */
void quality_finding(struct buf *text, enum quality_language language, enum flaw flaw,
		     uint64_t features);

/* What is done about FLAW, and what to do. */
const char *quality_advice(enum quality_language language, enum flaw flaw);

/* What is said of a theme without a feature. */
const char *quality_nothing(enum quality_language language);

/* "feature 12 at 1351000.00 7222000.00 (48.10230° N 1.68910° W)"; nothing where nothing is known.
 * GEOGRAPHIC: the CRS is in degrees, which are not told twice. */
void quality_example(struct buf *text, enum quality_language language,
		     const struct flaw_example *example, bool geographic);

/* What leads to the example's detail, where it tells more than FLAW does: "column ", or "GDAL says:
 * " before GDAL's own words, which are English. NULL: the detail is not for people. */
const char *quality_detail_intro(enum quality_language language, enum flaw flaw);

/* The zooms (of Web Mercator) that a level of PREPARED is for: "zooms 9 to 11". */
void quality_zooms(struct buf *text, enum quality_language language,
		   const struct prepared *prepared, uint32_t level);

/* "120 too small to see, 3 merged into a neighbour"; nothing where nothing is lost. */
void quality_losses(struct buf *text, enum quality_language language,
		    const struct level_losses *losses);

/* "182 kB". */
void quality_bytes(struct buf *text, enum quality_language language, uint64_t bytes);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* Where ISO 19139 and ISO 19115-3 put what a theme has a place for. Private to iso_*.c. */

enum iso_field {
	ISO_NOTHING,
	ISO_ID,
	ISO_LANGUAGE, /* of texts that do not say theirs */
	ISO_LOCALE,   /* language of the locale that was begun last */
	ISO_LOCALE_BEGUN,
	ISO_LEVEL, /* dataset, series, service ... */
	ISO_TITLE,
	ISO_CODE, /* an identifier of the data */
	ISO_ABSTRACT,
	ISO_CREDIT,
	ISO_PARTY_NAME,
	ISO_PARTY_MAIL,
	ISO_PARTY_ROLE,
	ISO_PARTY_ENDED,
	ISO_FREQUENCY,
	ISO_KEYWORD,
	ISO_THESAURUS,
	ISO_KEYWORDS_ENDED,
	ISO_CONSTRAINT,
	ISO_LINEAGE,
	ISO_LINK, /* a name or address the data can be had by */
};

/* What the property at PATH (below the root, without the element that holds its text) is. */
enum iso_field iso_field_at(const char *path);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"
#include "tiler/text_list.h"
#include "tiler/theme_option.h"

/* What a metadata record says of the data it describes, as far as a theme has a place for it:
 * ISO 19115 written as ISO 19139 (gmd, the INSPIRE record that GeoNetwork exports) or as
 * ISO 19115-3 (mdb). */
struct iso_record {
	char *id;		/* fileIdentifier; NULL: it has none */
	bool foreign;		/* sound XML, but no such record */
	bool of_service;	/* it describes a service, not data */
	struct text_list names; /* what the data may be called: identifiers, layers, and parts of
				   the addresses they can be had at */
	/* By option of a theme, as theme_option_read spells them; empty: it does not say. */
	struct text_list said[THEME_RECORD + 1];
};

enum {
	ISO_RECORD_BYTES_MOST = 4 << 20
};

/* Reads one. ERROR_INVALID or ERROR_LIMIT, "LINE: what is wrong": it cannot be read. RECORD is to
 * be released whatever the code. */
MUST_CHECK enum error_code iso_record_read(const char *bytes, size_t length,
					   struct iso_record *record, struct error *error);
void iso_record_release(struct iso_record *record);

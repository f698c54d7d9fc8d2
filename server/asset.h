/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/blob.h"

/* The files of the pages (scripts, style sheets, the icon), compiled into the program. */

struct asset {
	const char *name; /* "tuilerie.css" */
	const char *content_type;
	struct blob *blob; /* gzipped; borrowed, lives as long as the program */
	char version[9];   /* first digits of the content's hash, for ?v= and immutable caching */
};

/* NULL when there is none of this name. assets_load once at start, assets_unload at the end. */
void assets_load(void);
void assets_unload(void);
const struct asset *asset_find(const char *name);

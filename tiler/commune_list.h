/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "tiler/commune_outline.h"

/* The communes there are, by their codes. Immutable, shared by all threads. */

struct commune {
	char code[COMMUNE_CODE_SIZE];
	char *name;
	struct box bounds; /* degrees */
	struct box box;	   /* in their theme's CRS */
};

struct commune_list {
	char version[33]; /* of the theme they were read from */
	char *theme_id;
	struct prepared *prepared; /* that version */
	uint32_t code_column;	   /* its place there */
	struct commune *communes;  /* in the order of their codes, each once */
	uint32_t count;
	uint32_t repeated; /* features whose code another one has: of a commune in several parts */
	uint64_t nameless; /* features left out for want of a sound code */
	atomic_uint references;
};

/* New, with one reference. ERROR_INVALID: there is not one commune in it, or what commune_visit
 * says. */
MUST_CHECK enum error_code commune_list_new(struct prepared *prepared,
					    const struct commune_source *source,
					    struct commune_list **list, struct error *error);
struct commune_list *commune_list_ref(struct commune_list *list);
/* NULL is none. */
void commune_list_unref(struct commune_list *list);

/* Borrowed; NULL: there is none of that code. */
const struct commune *commune_list_find(const struct commune_list *list, const char *code);

/* Where the outline of COMMUNE, of LIST, is found: borrowed of the list. */
struct commune_outline commune_list_outline(const struct commune_list *list,
					    const struct commune *commune);

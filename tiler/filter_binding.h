/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/filter_node.h"

/* A filter bound to features of some columns, in some place. */
struct filter_binding {
	const struct filter *filter;
	uint32_t columns[FILTER_NAMES_MOST]; /* of each of the filter's names, the column */
	struct region **regions;	     /* of each geometry; NULL: nothing is there */
	struct buf folded[2];		     /* room for a text without its case or accents */
};

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"

/* A YAML file as a tree whose every node knows its line and column. Only what a configuration
 * needs: one document, keys that are texts and stand once, no tags. An alias (*x) stands for the
 * node that bears its anchor (&x), so that trees may share nodes, but never a circle; depth, size
 * and what all aliases come to when they are followed are bounded. */

enum config_kind {
	CONFIG_NOTHING, /* "key:" with no value, ~ or null */
	CONFIG_TEXT,	/* numbers and yes or no are texts here; who wants them reads them */
	CONFIG_LIST,
	CONFIG_MAP,
};

struct config_node {
	enum config_kind kind;
	unsigned line, column;		       /* from 1 */
	const char *text;		       /* of a text; never NULL */
	size_t count;			       /* items of a list, entries of a map */
	const struct config_node *const *keys; /* of a map: texts */
	const struct config_node *const *items;
};

struct config_tree;

enum {
	CONFIG_BYTES_MOST = 4 << 20,
	CONFIG_DEPTH_MOST = 16,
	CONFIG_NODES_MOST = 200000, /* aliases followed */
};

/* New. NAME is what the text is called in errors, each of which begins "NAME:LINE:COLUMN: ".
 * ERROR_INVALID: it is not sound YAML, or not of the kind above. ERROR_LIMIT: a bound is passed. */
MUST_CHECK enum error_code config_tree_new(const char *name, const char *text, size_t length,
					   struct config_tree **tree, struct error *error);
void config_tree_free(struct config_tree *tree);

/* The outermost node; borrowed. CONFIG_NOTHING in an empty file. */
const struct config_node *config_tree_root(const struct config_tree *tree);

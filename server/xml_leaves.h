/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tiler/error.h"

/* Reads XML from outside as a walk along its elements. Nothing is ever fetched or expanded: a
 * document with a document type is refused where it begins, so that there are no entities but XML's
 * own five. Depth and texts are bounded; no tree is built. */

enum {
	XML_LEVELS_MOST = 100,
	XML_TEXT_LONGEST = 32 * 1024, /* bytes; what is beyond is left out */
};

/* Attributes that mean something here. */
enum xml_attribute {
	XML_HREF,
	XML_CODE,   /* codeListValue */
	XML_LOCALE, /* of a localised text: "#EN" */
	XML_ID,
	XML_ATTRIBUTES,
};

struct xml_element {
	const char *path;  /* local names from below the root, slashes between; "": the root. An
			      element with isoType goes by the type it stands for */
	const char *root;  /* the root's local name ... */
	const char *space; /* ... and namespace */
	const char *text;  /* of an element without others in it, trimmed; else NULL */
	const char *attributes[XML_ATTRIBUTES]; /* NULL: not there */
};

/* All that is given is borrowed for the call. False ends the reading. */
struct xml_visitor {
	bool (*begin)(const struct xml_element *element, void *context); /* its text is NULL */
	bool (*end)(const struct xml_element *element, void *context);
	void *context;
};

/* Walks along a whole document in LENGTH bytes. ERROR_INVALID, "LINE: what is wrong": it is not
 * well formed, or has a document type. ERROR_LIMIT: it is too deep. ERROR_NONE too where a visitor
 * ended it. */
MUST_CHECK enum error_code xml_read(const char *bytes, size_t length,
				    const struct xml_visitor *visitor, struct error *error);

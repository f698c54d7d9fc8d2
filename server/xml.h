/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "tiler/buf.h"

/* Writes XML 1.0 straight to a buffer, in UTF-8, without white space of its own. The names of
 * elements and attributes are ours: static texts, written as they are. Their values may come from
 * anywhere: markup in them becomes text, control characters that XML has no way to write are left
 * out, and bytes that are not UTF-8 become U+FFFD. Elements nest up to XML_DEEPEST. */

enum {
	XML_DEEPEST = 16
};

struct xml {
	struct buf *out;
	uint32_t depth;
	const char *open[XML_DEEPEST]; /* names of the elements not yet closed */
	bool in_tag;		       /* the innermost may still get attributes */
};

/* A writer at the beginning of a document, which is appended to OUT (borrowed): its declaration. */
void xml_init(struct xml *xml, struct buf *out);

/* Opens an element in the one that is open; xml_end closes it. */
void xml_open(struct xml *xml, const char *name);
void xml_end(struct xml *xml);

/* Attributes of the element just opened, before anything else in it. A VALUE that is NULL leaves
 * the attribute out. */
void xml_attribute(struct xml *xml, const char *name, const char *value);
void xml_print_attribute(struct xml *xml, const char *name, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* Text in the open element. */
void xml_text(struct xml *xml, const char *text);

/* A whole element that holds a text. A TEXT that is NULL leaves it out. */
void xml_element(struct xml *xml, const char *name, const char *text);
void xml_print_element(struct xml *xml, const char *name, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/xml_leaves.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/memory.h"

enum {
	ATTRIBUTE_LONGEST = 2000 /* bytes; longer ones are passed over */
};

struct walk {
	const struct xml_visitor *visitor;
	xmlParserCtxt *parser;
	struct error *error;
	enum error_code code;
	bool ended; /* by the visitor, or by a fault of ours */
	char *root, *space;
	struct buf path, text;
	size_t lengths[XML_LEVELS_MOST + 1]; /* of the path, above each open element */
	size_t depth;
	bool leaf;		      /* the element begun last has none in it yet */
	char *values[XML_ATTRIBUTES]; /* of the element begun last */
};

static void stop(struct walk *walk)
{
	walk->ended = true;
	xmlStopParser(walk->parser);
}

static void fail(struct walk *walk, enum error_code code, const char *text)
{
	walk->code = error_set(walk->error, code, "%d: %s", xmlSAX2GetLineNumber(walk->parser),
			       text);
	stop(walk);
}

/* What the document type declares is not even read. */
static void refuse_document_type(void *context, const xmlChar *name, const xmlChar *external,
				 const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	fail(context, ERROR_INVALID,
	     "it has a document type (<!DOCTYPE ...>), which no metadata record needs and which "
	     "may hide entities; take it away");
}

static void forget_attributes(struct walk *walk)
{
	for (int i = 0; i < XML_ATTRIBUTES; i++) {
		free(walk->values[i]);
		walk->values[i] = NULL;
	}
}

/* As the library gives them: name, prefix, namespace, begin and end of the value. Gives the value
 * of isoType, new, or NULL. */
static char *keep_attributes(struct walk *walk, int count, const xmlChar **attributes)
{
	static const char *const names[XML_ATTRIBUTES] = {"href", "codeListValue", "locale", "id"};
	char *type = NULL;

	forget_attributes(walk);
	for (int a = 0; a < count; a++, attributes += 5) {
		const char *name = (const char *)attributes[0],
			   *value = (const char *)attributes[3];
		size_t length = (size_t)(attributes[4] - attributes[3]);

		if (strcmp(name, "isoType") == 0 && length < ATTRIBUTE_LONGEST && !type)
			type = memory_print("%.*s", (int)length, value);
		for (int i = 0; i < XML_ATTRIBUTES; i++)
			if (strcmp(name, names[i]) == 0 && length < ATTRIBUTE_LONGEST &&
			    !walk->values[i])
				walk->values[i] = memory_print("%.*s", (int)length, value);
	}
	return type;
}

/* TYPE is what the element stands for: "gmd:MD_DataIdentification", or NULL. */
static void add_name(struct buf *path, const char *name, const char *type)
{
	const char *colon = type ? strchr(type, ':') : NULL;

	buf_add_text(path, path->length ? "/" : "");
	buf_add_text(path, colon ? colon + 1 : type ? type : name);
}

static void visit(struct walk *walk,
		  bool (*visitor)(const struct xml_element *element, void *context),
		  const char *text)
{
	struct xml_element element = {
		.path = walk->path.bytes, .root = walk->root, .space = walk->space, .text = text};

	for (int i = 0; i < XML_ATTRIBUTES; i++)
		element.attributes[i] = walk->values[i];
	if (!visitor(&element, walk->visitor->context))
		stop(walk);
}

static void begin(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space,
		  int space_count, const xmlChar **spaces, int count, int defaults,
		  const xmlChar **attributes)
{
	struct walk *walk = context;
	char *type;

	(void)prefix;
	(void)space_count;
	(void)spaces;
	(void)defaults;
	if (walk->ended)
		return;
	if (walk->depth == XML_LEVELS_MOST) {
		fail(walk, ERROR_LIMIT, "its elements are nested too deep for a metadata record");
		return;
	}
	type = keep_attributes(walk, count, attributes);
	walk->lengths[walk->depth++] = walk->path.length;
	if (walk->depth == 1) {
		walk->root = memory_text((const char *)name);
		walk->space = memory_text(space ? (const char *)space : "");
	} else {
		add_name(&walk->path, (const char *)name, type);
	}
	free(type);
	buf_empty(&walk->text);
	walk->leaf = true;
	visit(walk, walk->visitor->begin, NULL);
}

/* The text so far without the white space around it, and without half a character at its end. */
static const char *trimmed(struct buf *text)
{
	static const char white[] = " \t\r\n";
	const char *begun;

	buf_add_text(text, "");
	if (!text->bytes)
		return "";
	if (text->full)
		while (text->length && ((unsigned char)text->bytes[text->length - 1] & 0x80))
			text->length--;
	while (text->length && strchr(white, text->bytes[text->length - 1]))
		text->length--;
	text->bytes[text->length] = '\0';
	begun = text->bytes + strspn(text->bytes, white);
	return begun;
}

static void end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
	struct walk *walk = context;

	(void)name;
	(void)prefix;
	(void)space;
	if (walk->ended)
		return;
	if (!walk->leaf)
		forget_attributes(walk);
	visit(walk, walk->visitor->end, walk->leaf ? trimmed(&walk->text) : NULL);
	walk->leaf = false;
	walk->path.length = walk->lengths[--walk->depth];
	walk->path.bytes[walk->path.length] = '\0';
}

static void add_text(void *context, const xmlChar *text, int length)
{
	struct walk *walk = context;
	size_t room = walk->text.limit - walk->text.length, wanted = (size_t)length;

	if (walk->ended || !walk->leaf || walk->text.full)
		return;
	buf_add(&walk->text, text, wanted < room ? wanted : room);
	walk->text.full = wanted > room;
}

/* The library's words are for programmers, but name the spot. */
static void tell_broken(struct walk *walk)
{
	const xmlError *fault = xmlCtxtGetLastError(walk->parser);
	const char *text = fault && fault->message ? fault->message : "it is empty";

	if (fault && fault->code == XML_ERR_DOCUMENT_END && walk->depth)
		text = "it ends before its elements do";
	walk->code = error_set(walk->error, ERROR_INVALID, "%d: it is not well-formed XML: %.*s",
			       fault ? fault->line : 1, (int)strcspn(text, "\r\n"), text);
}

/* Where the library has no parser at hand it writes to standard error: not into our log. */
static void say_nothing(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

enum error_code xml_read(const char *bytes, size_t length, const struct xml_visitor *visitor,
			 struct error *error)
{
	xmlSAXHandler handler = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = refuse_document_type,
		.startElementNs = begin,
		.endElementNs = end,
		.characters = add_text,
		.ignorableWhitespace = add_text,
		.cdataBlock = add_text,
	};
	struct walk walk = {.visitor = visitor, .error = error};
	xmlGenericErrorFunc voice = xmlGenericError; /* of this thread, and not ours alone */
	void *listener = xmlGenericErrorContext;

	if (length > INT_MAX)
		return error_set(error, ERROR_LIMIT, "1: it is too large");
	walk.parser = xmlCreatePushParserCtxt(&handler, &walk, NULL, 0, NULL);
	if (!walk.parser)
		return error_set(error, ERROR_INTERNAL, "1: there is no memory to read it");
	buf_init(&walk.path, 0);
	buf_init(&walk.text, XML_TEXT_LONGEST);
	buf_add_text(&walk.path, "");
	xmlSetGenericErrorFunc(NULL, say_nothing);
	xmlCtxtUseOptions(walk.parser, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlParseChunk(walk.parser, bytes, (int)length, 1);
	if (!walk.ended && !walk.parser->wellFormed)
		tell_broken(&walk);
	xmlFreeParserCtxt(walk.parser);
	xmlSetGenericErrorFunc(listener, voice);
	forget_attributes(&walk);
	buf_release(&walk.path);
	buf_release(&walk.text);
	free(walk.root);
	free(walk.space);
	return walk.code;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/config_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "tiler/arena.h"
#include "tiler/memory.h"

enum {
	ANCHORS_MOST = 200
};

/* A node being read; its parts are gathered here until it ends. */
struct open_node {
	struct config_node *node;
	const char *anchor;
	const struct config_node *key; /* of a map: the one whose value comes next */
	const struct config_node **keys, **items;
	size_t capacity;
	size_t weight; /* nodes in it, aliases followed */
};

struct anchor {
	const char *name;
	const struct config_node *node;
	size_t weight;
};

struct config_tree {
	struct arena *arena;
	const struct config_node *root;
};

struct reader {
	struct config_tree *tree;
	const char *name;
	yaml_parser_t parser;
	struct open_node open[CONFIG_DEPTH_MOST];
	size_t depth;
	struct anchor *anchors;
	size_t anchor_count;
};

static enum error_code refuse(const struct reader *reader, yaml_mark_t mark, enum error_code code,
			      const char *text, struct error *error)
{
	return error_set(error, code, "%s:%zu:%zu: %s", reader->name, mark.line + 1,
			 mark.column + 1, text);
}

/* What people who meet a parser's complaint have most often done. */
static const char *advice(const char *problem)
{
	if (!problem)
		return "";
	if (strstr(problem, "alphabetic or numeric"))
		return "; a text that begins with * or & must be in quotes: \"*\"";
	if (strstr(problem, "cannot start any token"))
		return "; indent with blanks, not tabs, and put texts that begin with @, ` or % in "
		       "quotes";
	if (strstr(problem, "mapping values are not allowed"))
		return "; put a text that holds a colon followed by a blank in quotes";
	if (strstr(problem, "expected ':'") || strstr(problem, "expected <block end>"))
		return "; look at the indentation, and for a missing colon or quote";
	return "";
}

static enum error_code tell_unsound(const struct reader *reader, struct error *error)
{
	const yaml_parser_t *parser = &reader->parser;
	const char *problem = parser->problem ? parser->problem : "it cannot be read";

	if (parser->error == YAML_READER_ERROR)
		return error_set(error, ERROR_INVALID,
				 "%s: byte %zu is not UTF-8 (%s); save the file as UTF-8",
				 reader->name, parser->problem_offset, problem);
	return error_set(error, ERROR_INVALID, "%s:%zu:%zu: this is not YAML: %s%s", reader->name,
			 parser->problem_mark.line + 1, parser->problem_mark.column + 1, problem,
			 advice(parser->problem));
}

static char *keep_text(struct reader *reader, const void *text, size_t length)
{
	char *kept = arena_alloc(reader->tree->arena, length + 1);

	memcpy(kept, text, length);
	kept[length] = '\0';
	return kept;
}

static const char *keep_anchor(struct reader *reader, const yaml_char_t *anchor)
{
	return anchor ? keep_text(reader, anchor, strlen((const char *)anchor)) : NULL;
}

static struct config_node *make_node(struct reader *reader, enum config_kind kind, yaml_mark_t mark)
{
	struct config_node *node = arena_alloc(reader->tree->arena, sizeof(*node));

	*node = (struct config_node){.kind = kind,
				     .line = (unsigned)mark.line + 1,
				     .column = (unsigned)mark.column + 1,
				     .text = ""};
	return node;
}

static int by_text_then_line(const void *a, const void *b)
{
	const struct config_node *left = *(const struct config_node *const *)a;
	const struct config_node *right = *(const struct config_node *const *)b;
	int order = strcmp(left->text, right->text);

	return order ? order : left->line < right->line ? -1 : 1;
}

static enum error_code check_keys(const struct reader *reader, const struct open_node *map,
				  struct error *error)
{
	size_t count = map->node->kind == CONFIG_MAP ? map->node->count : 0;
	size_t size = count * sizeof(struct config_node *);
	const struct config_node **sorted = memory_new(size + 1);
	enum error_code code = ERROR_NONE;

	if (count) {
		memcpy(sorted, map->keys, size);
		qsort(sorted, count, sizeof(*sorted), by_text_then_line);
	}
	for (size_t i = 1; i < count && !code; i++)
		if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0)
			code = error_set(error, ERROR_INVALID,
					 "%s:%u:%u: \"%.80s\" is said already, in line %u",
					 reader->name, sorted[i]->line, sorted[i]->column,
					 sorted[i]->text, sorted[i - 1]->line);
	free(sorted);
	return code;
}

static void grow(struct open_node *open)
{
	if (open->node->count < open->capacity)
		return;
	open->capacity = open->capacity ? 2 * open->capacity : 8;
	open->keys = memory_resize(open->keys, open->capacity, sizeof(*open->keys));
	open->items = memory_resize(open->items, open->capacity, sizeof(*open->items));
}

/* Puts NODE where it belongs: the root, an item, a key or the value of one. */
static enum error_code place_node(struct reader *reader, const struct config_node *node,
				  size_t weight, yaml_mark_t mark, struct error *error)
{
	struct open_node *parent = reader->depth ? &reader->open[reader->depth - 1] : NULL;

	if (!parent) {
		reader->tree->root = node;
		return ERROR_NONE;
	}
	parent->weight += weight;
	if (parent->weight > CONFIG_NODES_MOST)
		return refuse(reader, mark, ERROR_LIMIT,
			      "this comes to more values than a configuration needs", error);
	if (parent->node->kind == CONFIG_LIST) {
		grow(parent);
		parent->items[parent->node->count++] = node;
	} else if (parent->key) {
		grow(parent);
		parent->keys[parent->node->count] = parent->key;
		parent->items[parent->node->count++] = node;
		parent->key = NULL;
	} else if (node->kind != CONFIG_TEXT) {
		return refuse(reader, mark, ERROR_INVALID, "a key must be a text", error);
	} else {
		parent->key = node;
	}
	return ERROR_NONE;
}

static void remember(struct reader *reader, const char *name, const struct config_node *node,
		     size_t weight)
{
	if (!name)
		return;
	/* the oldest give way: nobody writes so many */
	if (reader->anchor_count == ANCHORS_MOST)
		memmove(reader->anchors, reader->anchors + 1,
			--reader->anchor_count * sizeof(*reader->anchors));
	reader->anchors = memory_resize(reader->anchors, reader->anchor_count + 1,
					sizeof(*reader->anchors));
	reader->anchors[reader->anchor_count++] = (struct anchor){name, node, weight};
}

static enum error_code read_scalar(struct reader *reader, const yaml_event_t *event,
				   struct error *error)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	bool nothing = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
		       (!length || strcmp(value, "~") == 0 || strcmp(value, "null") == 0);
	struct config_node *node = make_node(reader, nothing ? CONFIG_NOTHING : CONFIG_TEXT,
					     event->start_mark);

	if (event->data.scalar.tag)
		return refuse(reader, event->start_mark, ERROR_INVALID,
			      "tags, such as !this, mean nothing here", error);
	if (strlen(value) != length)
		return refuse(reader, event->start_mark, ERROR_INVALID,
			      "a text must not hold a zero byte", error);
	node->text = keep_text(reader, nothing ? "" : value, nothing ? 0 : length);
	remember(reader, keep_anchor(reader, event->data.scalar.anchor), node, 1);
	return place_node(reader, node, 1, event->start_mark, error);
}

static enum error_code read_alias(struct reader *reader, const yaml_event_t *event,
				  struct error *error)
{
	const char *name = (const char *)event->data.alias.anchor;

	/* the last one counts, as YAML has it */
	for (size_t i = reader->anchor_count; i-- > 0;)
		if (strcmp(reader->anchors[i].name, name) == 0)
			return place_node(reader, reader->anchors[i].node,
					  reader->anchors[i].weight, event->start_mark, error);
	return refuse(reader, event->start_mark, ERROR_INVALID,
		      "no value before this one bears that anchor; a text that begins with * must "
		      "be in quotes",
		      error);
}

static enum error_code begin(struct reader *reader, enum config_kind kind,
			     const yaml_event_t *event, const yaml_char_t *anchor,
			     const yaml_char_t *tag, struct error *error)
{
	if (tag)
		return refuse(reader, event->start_mark, ERROR_INVALID,
			      "tags, such as !this, mean nothing here", error);
	if (reader->depth == CONFIG_DEPTH_MOST)
		return refuse(reader, event->start_mark, ERROR_LIMIT,
			      "this is deeper inside other values than a configuration goes",
			      error);
	reader->open[reader->depth++] = (struct open_node){
		.node = make_node(reader, kind, event->start_mark),
		.anchor = keep_anchor(reader, anchor),
		.weight = 1};
	return ERROR_NONE;
}

static const struct config_node *const *keep_nodes(struct reader *reader,
						   const struct config_node **nodes, size_t count)
{
	const struct config_node **kept = arena_alloc(reader->tree->arena,
						      (count + 1) * sizeof(struct config_node *));

	if (count)
		memcpy(kept, nodes, count * sizeof(struct config_node *));
	return kept;
}

static enum error_code end(struct reader *reader, struct error *error)
{
	struct open_node ended = reader->open[--reader->depth];
	yaml_mark_t mark = {0, ended.node->line - 1, ended.node->column - 1};
	enum error_code code = check_keys(reader, &ended, error);

	ended.node->keys = keep_nodes(reader, ended.keys, ended.node->count);
	ended.node->items = keep_nodes(reader, ended.items, ended.node->count);
	free(ended.keys);
	free(ended.items);
	remember(reader, ended.anchor, ended.node, ended.weight);
	return code ? code : place_node(reader, ended.node, ended.weight, mark, error);
}

static enum error_code read_event(struct reader *reader, const yaml_event_t *event,
				  struct error *error)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (reader->tree->root)
			return refuse(reader, event->start_mark, ERROR_INVALID,
				      "a second document begins here; a configuration is one",
				      error);
		return ERROR_NONE;
	case YAML_SCALAR_EVENT:
		return read_scalar(reader, event, error);
	case YAML_ALIAS_EVENT:
		return read_alias(reader, event, error);
	case YAML_SEQUENCE_START_EVENT:
		return begin(reader, CONFIG_LIST, event, event->data.sequence_start.anchor,
			     event->data.sequence_start.tag, error);
	case YAML_MAPPING_START_EVENT:
		return begin(reader, CONFIG_MAP, event, event->data.mapping_start.anchor,
			     event->data.mapping_start.tag, error);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return end(reader, error);
	default:
		return ERROR_NONE;
	}
}

static enum error_code read_events(struct reader *reader, struct error *error)
{
	enum error_code code = ERROR_NONE;
	bool ended = false;

	while (!code && !ended) {
		yaml_event_t event;

		if (!yaml_parser_parse(&reader->parser, &event))
			return tell_unsound(reader, error);
		ended = event.type == YAML_STREAM_END_EVENT;
		code = read_event(reader, &event, error);
		yaml_event_delete(&event);
	}
	return code;
}

enum error_code config_tree_new(const char *name, const char *text, size_t length,
				struct config_tree **result, struct error *error)
{
	static const struct config_node nothing = {.line = 1, .column = 1, .text = ""};
	struct reader reader = {.name = name};
	enum error_code code;

	*result = NULL;
	if (length > CONFIG_BYTES_MOST)
		return error_set(error, ERROR_LIMIT, "%s: it is larger than %d MiB", name,
				 CONFIG_BYTES_MOST >> 20);
	if (!yaml_parser_initialize(&reader.parser))
		return error_set(error, ERROR_INTERNAL, "%s: no memory to read it", name);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, length);
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	reader.tree = memory_zeroed(1, sizeof(*reader.tree));
	reader.tree->arena = arena_new();
	code = read_events(&reader, error);
	while (reader.depth) {
		reader.depth--;
		free(reader.open[reader.depth].keys);
		free(reader.open[reader.depth].items);
	}
	yaml_parser_delete(&reader.parser);
	free(reader.anchors);
	if (code) {
		config_tree_free(reader.tree);
		return code;
	}
	if (!reader.tree->root)
		reader.tree->root = &nothing;
	*result = reader.tree;
	return ERROR_NONE;
}

void config_tree_free(struct config_tree *tree)
{
	if (!tree)
		return;
	arena_free(tree->arena);
	free(tree);
}

const struct config_node *config_tree_root(const struct config_tree *tree)
{
	return tree->root;
}

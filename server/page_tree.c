/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_tree.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
	DEEPEST = 24,
	ELEMENTS_MOST = 200, /* of a list; the rest is in the JSON */
	LINE_SCALARS = 24,   /* of a list that is shown in one line */
	LINE_TEXT = 40,	     /* bytes of each of its texts */
	OPEN_MEMBERS = 12,   /* more are folded */
	LONG_TEXT = 65536,   /* bytes of a document whose long lists are shown in brief */
	NUMBER_DIGITS = 15,
};

struct tree {
	struct page *page;
	unsigned depth;
	bool brief; /* the document is long */
};

static void add_value(struct tree *tree, const json_t *value);

static bool is_web_address(const char *text)
{
	return (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0) &&
	       !strpbrk(text, "{} \"<>\\^`|");
}

/* Is it an address of this server's? */
static bool is_own(const struct page *page, const char *url)
{
	size_t length = strlen(page->base);

	return strncmp(url, page->base, length) == 0 && strchr("/?#", url[length]);
}

/* Links to this server's own pages keep the language. */
static void add_link(struct page *page, const char *url)
{
	size_t path = strcspn(url, "#");
	struct buf address;

	buf_init(&address, 0);
	buf_add(&address, url, path);
	if (is_own(page, url))
		buf_add_text(&address, page_lang_behind(page, address.bytes));
	buf_add_text(&address, url + path);
	html_print(page->html, "<a href=\"%s\">%s</a>", address.bytes, url);
	buf_release(&address);
}

/* How many single values a list of lists holds; LINE_SCALARS + 1: it does not fit into a line. */
static size_t count_scalars(const json_t *value)
{
	size_t count = 0;

	if (json_is_object(value))
		return LINE_SCALARS + 1;
	if (json_is_string(value) &&
	    (json_string_length(value) > LINE_TEXT || is_web_address(json_string_value(value))))
		return LINE_SCALARS + 1;
	if (!json_is_array(value))
		return 1;
	for (size_t i = 0; i < json_array_size(value) && count <= LINE_SCALARS; i++)
		count += count_scalars(json_array_get(value, i));
	return count;
}

static void add_code(struct tree *tree, const json_t *value)
{
	char *text = json_dumps(value,
				JSON_ENCODE_ANY | JSON_REAL_PRECISION((size_t)NUMBER_DIGITS));

	html_print(tree->page->html, "<code>%s</code>", text);
	free(text);
}

/* What an object is called, as most kinds of documents do it; NULL: it has no name. */
static const char *name_of(const json_t *object)
{
	static const char *const names[] = {"title", "name",  "dct:title", "foaf:name",
					    "id",    "theme", "@value",	   "@id",
					    "rel",   "type",  "@type"};
	const json_t *value = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && !value; i++)
		value = json_object_get(object, names[i]);
	if (json_is_array(value))
		value = json_array_get(value, 0);
	if (json_is_object(value))
		value = json_object_get(value, "@value");
	return json_string_value(value);
}

static size_t count_members(const json_t *value)
{
	return json_is_array(value) ? json_array_size(value) : json_object_size(value);
}

static void add_count(struct page *page, size_t count)
{
	html_print(page->html, "<small lang=\"%s\">", language_code(page->language));
	html_count(page->html, page->language, count, page_say(page, "élément", "item"),
		   page_say(page, "éléments", "items"));
	buf_add_text(page->html, "</small>");
}

static void add_members(struct tree *tree, const json_t *object)
{
	struct buf *html = tree->page->html;
	const char *name;
	json_t *value;

	buf_add_text(html, "<dl class=\"tree\">\n");
	json_object_foreach((json_t *)object, name, value)
	{
		html_print(html, "<div><dt><code>%s</code></dt><dd>", name);
		add_value(tree, value);
		buf_add_text(html, "</dd></div>\n");
	}
	buf_add_text(html, "</dl>\n");
}

/* Of an object in a long list of a long document: its name, and where the whole of it is. */
static void add_brief(struct tree *tree, const json_t *object)
{
	static const char *const names[] = {"@id", "href", "url"};
	const char *name = name_of(object), *url = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && !url; i++)
		url = json_string_value(json_object_get(object, names[i]));
	if (name)
		html_print(tree->page->html, "%s ", name);
	add_count(tree->page, json_object_size(object));
	buf_add_char(tree->page->html, ' ');
	if (url && url != name && is_web_address(url))
		add_link(tree->page, url);
}

static void add_elements(struct tree *tree, const json_t *array)
{
	bool brief = tree->brief && json_array_size(array) > OPEN_MEMBERS;
	struct buf *html = tree->page->html;
	size_t count = json_array_size(array);

	buf_add_text(html, "<ul class=\"tree\">\n");
	for (size_t i = 0; i < count && i < ELEMENTS_MOST; i++) {
		buf_add_text(html, "<li>");
		if (brief && json_is_object(json_array_get(array, i)))
			add_brief(tree, json_array_get(array, i));
		else
			add_value(tree, json_array_get(array, i));
		buf_add_text(html, "</li>\n");
	}
	if (count > ELEMENTS_MOST)
		html_print(html, "<li>… %u</li>\n", (unsigned)(count - ELEMENTS_MOST));
	buf_add_text(html, "</ul>\n");
}

/* Is it a list of a few single values, which needs no folding? */
static bool is_simple(const json_t *value)
{
	size_t count = json_array_size(value);

	if (!json_is_array(value) || count > OPEN_MEMBERS)
		return false;
	for (size_t i = 0; i < count; i++)
		if (count_members(json_array_get(value, i)) > 0)
			return false;
	return true;
}

/* A list in a list, folded where it is long. */
static void add_branch(struct tree *tree, const json_t *value)
{
	struct buf *html = tree->page->html;
	const char *name = json_is_object(value) ? name_of(value) : NULL;
	size_t count = count_members(value);

	html_print(html, "<details%s><summary>",
		   tree->depth == 1 && count <= OPEN_MEMBERS ? " open" : "");
	if (name)
		html_print(html, "%s ", name);
	add_count(tree->page, count);
	buf_add_text(html, "</summary>\n");
	if (json_is_object(value))
		add_members(tree, value);
	else
		add_elements(tree, value);
	buf_add_text(html, "</details>");
}

static void add_value(struct tree *tree, const json_t *value)
{
	if (json_is_string(value) && is_web_address(json_string_value(value))) {
		add_link(tree->page, json_string_value(value));
	} else if (json_is_string(value)) {
		html_text(tree->page->html, json_string_value(value));
	} else if (count_members(value) == 0 || count_scalars(value) <= LINE_SCALARS ||
		   tree->depth == DEEPEST) {
		add_code(tree, value);
	} else {
		tree->depth++;
		if (is_simple(value))
			add_elements(tree, value);
		else
			add_branch(tree, value);
		tree->depth--;
	}
}

bool page_tree(struct page *page, const char *text, size_t length)
{
	json_t *root = json_loadb(text, length, JSON_DECODE_ANY, NULL);
	struct tree tree = {.page = page, .brief = length > LONG_TEXT};

	if (!root)
		return false;
	/* nobody says in which language the values are */
	buf_add_text(page->html, "<div lang=\"\">\n");
	if (json_is_object(root))
		add_members(&tree, root);
	else
		add_value(&tree, root);
	buf_add_text(page->html, "</div>\n");
	json_decref(root);
	return true;
}

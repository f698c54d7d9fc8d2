/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as a configuration file: a bounded tree whose nodes have places, or one sentence that
 * names the line; and any sound tree through the readers of its parts. */
#include <stdlib.h>
#include <string.h>

#include "server/config_read.h"
#include "tests/fuzz/fuzz.h"
#include "tiler/memory.h"

const unsigned fuzz_rounds = 20000;

static size_t walk(const struct config_node *node, unsigned depth)
{
	size_t count = 1;

	FUZZ_CHECK(depth <= CONFIG_DEPTH_MOST);
	FUZZ_CHECK(node->line > 0 && node->column > 0 && node->text);
	for (size_t i = 0; i < node->count; i++) {
		FUZZ_CHECK(node->kind == CONFIG_LIST || node->keys[i]->kind == CONFIG_TEXT);
		count += walk(node->items[i], depth + 1);
	}
	return count;
}

static void read_parts(const struct config_node *root)
{
	struct config *config = memory_zeroed(1, sizeof(*config));
	struct config_reader reader = {config, "f", memory_text("/d")};
	struct buf shown;

	config->catalogue = catalogue_settings_new();
	config_read_data(&reader, root);
	config_read_themes(&reader, root);
	for (size_t i = 0; i < config->fault_count; i++)
		FUZZ_CHECK(strncmp(config->faults[i].place, "f:", 2) == 0);
	buf_init(&shown, 0);
	if (!config->fault_count)
		config_print(config, &shown);
	buf_release(&shown);
	free(reader.folder);
	config_free(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct config_tree *tree;
	struct error error = {0};

	if (config_tree_new("f", (const char *)bytes, size, &tree, &error)) {
		FUZZ_CHECK(!tree && strncmp(error.text, "f:", 2) == 0);
		return 0;
	}
	FUZZ_CHECK(walk(config_tree_root(tree), 0) <= CONFIG_NODES_MOST + 1);
	read_parts(config_tree_root(tree));
	config_tree_free(tree);
	return 0;
}

bool fuzz_seed(unsigned index, struct buf *seed)
{
	static const char *const seeds[] = {
		"- /srv/sig\n- path: a/*.gpkg\n  group: '{file}'\n  layers: [a, b]\n",
		"'*': {attribution: x}\neq:e:\n  title: {fr: \"é\", en: b}\n  columns:\n    nom: "
		"{alias: N, first_zoom: 3}\n    adr: hide\n  min_zoom: 3\n  keywords: [a, b]\n",
		"a: &x [1, 2, &y {k: *x}]\nb: [*x, *x]\n",
		"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
		"c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
		"e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
		"[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]",
		"connection: PG:host=a password=b\nexcept: x\n",
		"",
		"? |\n  a\n: >\n  b\n  c\n--- x\n",
	};

	if (index >= sizeof(seeds) / sizeof(*seeds))
		return false;
	buf_add_text(seed, seeds[index]);
	return true;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/theme.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/hash.h"
#include "tiler/memory.h"

enum {
	LONGEST_FOLDER_NAME = 200
};

const char *value_type_name(enum value_type type)
{
	static const char *const names[] = {"null", "boolean", "integer", "real", "text"};

	return names[type];
}

struct theme *theme_new(void)
{
	struct theme *theme = memory_zeroed(1, sizeof(*theme));

	theme->extent = theme->bounds = box_empty();
	return theme;
}

void theme_free(struct theme *theme)
{
	if (!theme)
		return;
	for (uint32_t i = 0; i < theme->column_count; i++) {
		free(theme->columns[i].name);
		free(theme->columns[i].source_type);
	}
	free(theme->columns);
	crs_free(theme->crs);
	free(theme->origin.dataset);
	free(theme->origin.layer);
	free(theme->origin.driver);
	free(theme->id);
	free(theme->group);
	free(theme->layer);
	free(theme->title);
	free(theme->abstract);
	free(theme->licence);
	free(theme->attribution);
	free(theme->frequency);
	free(theme);
}

/* Letters, digits, '-' and '_' stand for themselves, any other byte for %XX. A name too long for a
 * file system is cut and ends in the hash of the whole, so two ids never share a folder. */
char *theme_folder_name(const char *id)
{
	struct buf name;
	char hex[33];

	buf_init(&name, 0);
	for (const char *c = id; *c; c++) {
		if (isalnum((unsigned char)*c) || *c == '-' || *c == '_')
			buf_add_char(&name, *c);
		else
			buf_print(&name, "%%%02X", (unsigned char)*c);
	}
	if (name.length > LONGEST_FOLDER_NAME) {
		hash_hex(id, strlen(id), hex);
		name.length = LONGEST_FOLDER_NAME - 32;
		buf_add_text(&name, hex);
	}
	return buf_take(&name, NULL);
}

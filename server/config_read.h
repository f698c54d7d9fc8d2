/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/configuration.h"
#include "server/config_tree.h"

/* The parts of a configuration file. Private to config*.c. */

struct config_reader {
	struct config *config;
	const char *file;
	char *folder; /* that relative paths start from */
};

/* "tuilerie.yaml:3:5", new. */
char *config_place(const struct config_reader *reader, const struct config_node *node);

/* Notes a fault at a node. */
void config_fault_at(const struct config_reader *reader, const struct config_node *node,
		     const char *format, ...) PRINTF_LIKE(3, 4);

/* Notes that a key is not one of NAMES, and which it is near to. */
void config_unknown_key(const struct config_reader *reader, const struct config_node *key,
			const char *const *names, size_t count);

/* Is the name of a data set for GDAL alone ("PG:dbname=sig"), and no path? */
bool config_is_connection(const char *text);

/* PATH as it is seen from where the program runs, not from where the file lies. New. */
char *config_path(const struct config_reader *reader, const char *path);

/* The node's text; NULL, with a fault noted, where it is a list or a map or nothing. */
const char *config_text(const struct config_reader *reader, const struct config_node *node,
			const char *what);

/* Adds the texts of a list, or the one text; notes a fault where there is anything else. */
void config_texts(const struct config_reader *reader, const struct config_node *node,
		  const char *what, struct text_list *texts);

/* Reads each path of a list, or the one, as config_path makes it; nothing where there is no value.
 * NODE is the one that names them. */
typedef void (*config_path_f)(struct config_reader *reader, const struct config_node *node,
			      const char *path);
void config_paths(struct config_reader *reader, const struct config_node *node, const char *what,
		  config_path_f read);

/* "metadata:": metadata records of ISO 19115, in files or folders; what is wrong in one becomes a
 * note. A fault only where a file or folder that is named cannot be read at all. */
void config_read_metadata(struct config_reader *reader, const struct config_node *node);

/* "data:" and "themes:". */
void config_read_data(struct config_reader *reader, const struct config_node *node);
void config_read_themes(struct config_reader *reader, const struct config_node *node);

/* A table of themes or of columns; what is wrong in it becomes a note. A fault only where it cannot
 * be read at all. NODE is the one that names it. */
void config_read_table(struct config_reader *reader, const struct config_node *node,
		       const char *path);

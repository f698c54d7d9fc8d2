/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiler/buf.h"
#include "tiler/error.h"

/* Everything that can be set. The table in settings.c is the master copy of every option: its
 * type, range, default and meaning; help, `--print-config` and the documentation come from it. */

struct settings {
	char *listen;
	char *public_url; /* "" : from the request */
	char *portal_title, *portal_description;
	char *portal_publisher; /* "": the title */
	char *portal_contact;	/* mail or web address; "": none */
	char *trusted_proxies;	/* "" : none */
	char *state;
	char *communes_theme; /* "": found by its name; likewise its columns */
	char *communes_code;
	char *communes_name;
	char *grid_files;     /* files and folders, commas between; "": the built-in grids */
	int64_t cache_memory; /* bytes */
	int64_t cache_disk;   /* bytes */
	int64_t workers;
	int64_t http_threads;
	int64_t queue_limit;
	int64_t deadline; /* milliseconds */
	int64_t gzip_level;
	int64_t connection_limit;
	int64_t connections_per_address;
	int64_t waiting_per_address;
	int64_t connection_timeout; /* seconds */
	char *admin_token_file;	    /* "": no administration */
	int64_t tile_max_age;	    /* seconds */
	int64_t document_max_age;   /* seconds */
	bool versioned_urls;
	int64_t data_quiet; /* milliseconds */
	int64_t data_poll;  /* seconds */
	char *log;	    /* "": standard error */
	bool log_requests;
	bool log_addresses;
	bool quiet;
};

enum setting_type {
	SETTING_TEXT,
	SETTING_PATH,
	SETTING_PATHS,	  /* commas between; a list in a file */
	SETTING_LISTEN,	  /* ADDRESS:PORT */
	SETTING_URL,	  /* http or https, with a host */
	SETTING_NETWORKS, /* comma-separated addresses and networks */
	SETTING_INTEGER,
	SETTING_SIZE, /* bytes; K, M and G are powers of 1024 */
	SETTING_BOOLEAN,
};

/* Which commands an option is of use to. */
enum setting_scope {
	SCOPE_STATE = 1,     /* those that read or write prepared themes */
	SCOPE_TILES = 2,     /* those that make tiles */
	SCOPE_SERVER = 4,    /* serve */
	SCOPE_GRIDS = 8,     /* those that know grids */
	SCOPE_CACHE = 16,    /* those that keep tiles on disk */
	SCOPE_COMMUNES = 32, /* those that know communes */
};

struct setting {
	const char *name; /* "cache_memory": option --cache-memory, TUILERIE_CACHE_MEMORY */
	enum setting_type type;
	unsigned scope;
	size_t offset; /* in struct settings */
	const char *fallback;
	int64_t least, most;  /* of numbers */
	const char *argument; /* what its value is called in the help */
	const char *help;
};

enum {
	SETTINGS_MOST = 48
};

/* The table. */
extern const struct setting settings_table[];
extern const size_t settings_count;

/* Where a value comes from, the weakest first. */
enum setting_layer {
	LAYER_DEFAULT,
	LAYER_FILE,
	LAYER_ENVIRONMENT,
	LAYER_ARGUMENT,
};

struct setting_origin {
	enum setting_layer layer;
	const char *place; /* of LAYER_FILE; borrowed of the argument */
};

/* A value given on the command line, or in a configuration file. */
struct setting_argument {
	const struct setting *setting;
	const char *value;
	const char *place; /* "tuilerie.yaml:3"; NULL: the command line */
};

/* Puts the layers on top of each other: default < file < environment < argument. ENVIRONMENT is
 * asked for names as getenv is. ORIGINS (may be NULL) gets where each value of the table came from.
 * ERROR_INVALID names the option as its layer spells it. The settings are to be released whatever
 * the code. */
MUST_CHECK enum error_code settings_load(struct settings *settings,
					 char *(*environment)(const char *name),
					 const struct setting_argument *arguments, size_t count,
					 struct setting_origin origins[SETTINGS_MOST],
					 struct error *error);
void settings_release(struct settings *settings);

/* ERROR_INVALID, with a sentence: SETTING may not hold TEXT. */
MUST_CHECK enum error_code setting_check(const struct setting *setting, const char *text,
					 struct error *error);

/* The row of an option by its name or by its long option ("cache-memory"); NULL: none. */
const struct setting *settings_find(const char *name);

/* "--cache-memory" and "TUILERIE_CACHE_MEMORY" into NAME. */
void setting_option_name(const struct setting *setting, char name[64]);
void setting_environment_name(const struct setting *setting, char name[64]);

/* The settings as `--print-config` shows them: a line each, with its meaning, range, names and
 * where its value comes from. */
void settings_print(const struct settings *settings,
		    const struct setting_origin origins[SETTINGS_MOST], struct buf *out);

/* TEXT in quotes as YAML has them, without the passwords in it. */
void yaml_quote(const char *text, struct buf *out);

/* The same of a path, from the root, so that it means the same wherever what is printed is kept. */
void yaml_path(const char *path, struct buf *out);

/* The table for the documentation, in Markdown. */
void settings_print_table(struct buf *out);

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/settings.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/address.h"
#include "tiler/memory.h"

#define AT(field) offsetof(struct settings, field)
#define GIB INT64_C(1073741824)

enum {
	LONGEST_NAME = 320 /* of a value, with the line of the file it stands in */
};

/* This table is the master copy: add an option by adding a row and its field. */
const struct setting settings_table[] = {
	{"listen", SETTING_LISTEN, SCOPE_SERVER, AT(listen), "127.0.0.1:8080", 0, 0, "ADDRESS:PORT",
	 "where to listen; 0.0.0.0:8080 is every address of this machine, [::1]:8080 one of IPv6"},
	{"public_url", SETTING_URL, SCOPE_SERVER, AT(public_url), "", 0, 0, "URL",
	 "what absolute addresses in documents begin with; without it, the Host the client asked"},
	{"portal_title", SETTING_TEXT, SCOPE_SERVER, AT(portal_title), "Tuilerie", 0, 0, "TEXT",
	 "what the catalogue is called, on its pages and for harvesters and map software"},
	{"portal_description", SETTING_TEXT, SCOPE_SERVER, AT(portal_description),
	 "Données géographiques publiées en tuiles vectorielles", 0, 0, "TEXT",
	 "what it holds, in a sentence"},
	{"portal_publisher", SETTING_TEXT, SCOPE_SERVER, AT(portal_publisher), "", 0, 0, "TEXT",
	 "who publishes it, and the themes that name no producer; by default the title"},
	{"portal_contact", SETTING_TEXT, SCOPE_SERVER, AT(portal_contact), "", 0, 0, "ADDRESS",
	 "mail or web address for questions on themes that name no contact"},
	{"trusted_proxies", SETTING_NETWORKS, SCOPE_SERVER, AT(trusted_proxies), "", 0, 0,
	 "NETWORKS", "proxies whose X-Forwarded-Proto, -Host and -Prefix are believed"},
	{"state", SETTING_PATH, SCOPE_STATE, AT(state), "", 0, 0, "FOLDER",
	 "where prepared themes are kept; by default the folder tuilerie in the user's cache"},
	{"grid_files", SETTING_PATHS, SCOPE_GRIDS, AT(grid_files), "", 0, 0, "FILES",
	 "grids beside those built in: files of OGC Tile Matrix Set 2.0, or folders, commas between"},
	{"communes_theme", SETTING_TEXT, SCOPE_COMMUNES, AT(communes_theme), "", 0, 0, "THEME",
	 "theme with the outlines of the communes; by default the one of polygons called commune..."},
	{"communes_code", SETTING_TEXT, SCOPE_COMMUNES, AT(communes_code), "", 0, 0, "COLUMN",
	 "its column of INSEE codes; by default code_insee, insee or the like"},
	{"communes_name", SETTING_TEXT, SCOPE_COMMUNES, AT(communes_name), "", 0, 0, "COLUMN",
	 "its column of names; by default nom, nom_commune or the like"},
	{"cache_memory", SETTING_SIZE, SCOPE_SERVER, AT(cache_memory), "256M", 0, 1024 * GIB,
	 "BYTES", "memory for ready tiles; 0 keeps none"},
	{"cache_disk", SETTING_SIZE, SCOPE_SERVER | SCOPE_CACHE, AT(cache_disk), "8G", 0,
	 1024 * GIB, "BYTES", "disk for ready tiles, in the state folder; 0 keeps none"},
	{"workers", SETTING_INTEGER, SCOPE_SERVER, AT(workers), "0", 0, 256, "N",
	 "threads that make tiles; 0: one a processor"},
	{"http_threads", SETTING_INTEGER, SCOPE_SERVER, AT(http_threads), "0", 0, 64, "N",
	 "threads that talk to clients; 0: one a processor"},
	{"queue_limit", SETTING_INTEGER, SCOPE_SERVER, AT(queue_limit), "256", 1, 100000, "N",
	 "tiles that may wait to be made; beyond, clients are told to come back"},
	{"deadline", SETTING_INTEGER, SCOPE_SERVER, AT(deadline), "20000", 100, 600000,
	 "MILLISECONDS", "how long a client waits for a tile before it is told to come back"},
	{"gzip_level", SETTING_INTEGER, SCOPE_SERVER | SCOPE_TILES, AT(gzip_level), "6", 1, 9, "N",
	 "compression of tiles, from 1 (quickest) to 9 (smallest)"},
	{"connection_limit", SETTING_INTEGER, SCOPE_SERVER, AT(connection_limit), "4096", 16,
	 100000, "N", "connections open at once"},
	{"connections_per_address", SETTING_INTEGER, SCOPE_SERVER, AT(connections_per_address),
	 "512", 0, 100000, "N", "the same of one client, trusted proxies excepted; 0: no limit"},
	{"waiting_per_address", SETTING_INTEGER, SCOPE_SERVER, AT(waiting_per_address), "128", 0,
	 100000, "N",
	 "tiles being made that one client may wait for at once, told by X-Forwarded-For behind a "
	 "trusted proxy; 0: no limit"},
	{"connection_timeout", SETTING_INTEGER, SCOPE_SERVER, AT(connection_timeout), "30", 1, 3600,
	 "SECONDS", "silence after which a connection is closed"},
	{"admin_token_file", SETTING_PATH, SCOPE_SERVER, AT(admin_token_file), "", 0, 0, "FILE",
	 "file with the token that POST /admin/purge asks for; without it, that address is off"},
	{"tile_max_age", SETTING_INTEGER, SCOPE_SERVER, AT(tile_max_age), "60", 0, 31536000,
	 "SECONDS", "how long browsers and proxies may use a tile without asking again"},
	{"document_max_age", SETTING_INTEGER, SCOPE_SERVER, AT(document_max_age), "60", 0, 31536000,
	 "SECONDS", "the same for TileJSON, styles and lists"},
	{"versioned_urls", SETTING_BOOLEAN, SCOPE_SERVER, AT(versioned_urls), "no", 0, 0, "yes|no",
	 "addresses of tiles that name the version of the data, and may be kept for ever"},
	{"data_quiet", SETTING_INTEGER, SCOPE_SERVER, AT(data_quiet), "1500", 50, 600000,
	 "MILLISECONDS", "how long changed data must have been left alone before they are read"},
	{"data_poll", SETTING_INTEGER, SCOPE_SERVER, AT(data_poll), "3", 1, 86400, "SECONDS",
	 "how often to look for changes on file systems that do not tell of them"},
	{"log", SETTING_PATH, SCOPE_SERVER, AT(log), "", 0, 0, "FILE",
	 "file the log is added to; by default standard error"},
	{"log_requests", SETTING_BOOLEAN, SCOPE_SERVER, AT(log_requests), "yes", 0, 0, "yes|no",
	 "one line a request in the log"},
	{"log_addresses", SETTING_BOOLEAN, SCOPE_SERVER, AT(log_addresses), "no", 0, 0, "yes|no",
	 "the clients' IP addresses in these lines: personal data, so not without a reason"},
	{"quiet", SETTING_BOOLEAN, SCOPE_STATE | SCOPE_SERVER, AT(quiet), "no", 0, 0, "yes|no",
	 "say nothing but errors"},
};

const size_t settings_count = sizeof(settings_table) / sizeof(settings_table[0]);
_Static_assert(sizeof(settings_table) / sizeof(settings_table[0]) <= SETTINGS_MOST,
	       "raise SETTINGS_MOST");

/* Values. */

static bool parse_boolean(const char *text, bool *value)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(text, words[i]) == 0) {
			*value = i % 2 == 1;
			return true;
		}
	}
	return false;
}

static bool parse_integer(const char *text, bool units, int64_t *value)
{
	char *end;
	long long number;
	unsigned shift = 0;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno)
		return false;
	if (units && *end) {
		const char *unit = strchr("KMG", toupper((unsigned char)*end));

		if (!unit)
			return false;
		shift = (unsigned)(10 * (unit - "KMG" + 1));
		end++;
		if (strcasecmp(end, "iB") == 0)
			end += 2;
		else if (strcasecmp(end, "B") == 0)
			end++;
	}
	if (*end || number > (INT64_MAX >> shift))
		return false;
	*value = number << shift;
	return true;
}

static enum error_code set_number(const struct setting *setting, const char *text, int64_t *value,
				  struct error *error)
{
	int64_t number;

	if (!parse_integer(text, setting->type == SETTING_SIZE, &number))
		return error_set(error, ERROR_INVALID, "\"%.60s\" is not %s", text,
				 setting->type == SETTING_SIZE
					 ? "a number of bytes, such as 512M or 2G"
					 : "a whole number");
	if (number < setting->least || number > setting->most)
		return error_set(error, ERROR_INVALID,
				 "%.60s is outside its range, %" PRId64 " to %" PRId64, text,
				 setting->least, setting->most);
	*value = number;
	return ERROR_NONE;
}

/* Is TEXT what an option of a text type may hold? Empty: not set. */
static enum error_code check_text(const struct setting *setting, const char *text,
				  struct error *error)
{
	struct listen_address address;
	struct network *networks;
	size_t count;
	enum error_code code = ERROR_NONE;

	if (setting->type == SETTING_LISTEN) {
		code = listen_address_parse(text, &address, error);
	} else if (setting->type == SETTING_NETWORKS) {
		code = networks_parse(text, &networks, &count, error);
		free(networks);
	} else if (setting->type == SETTING_URL && *text && !base_url_valid(text)) {
		code = error_set(error, ERROR_INVALID,
				 "\"%.200s\" is not an address such as "
				 "https://tuiles.example.org/carte",
				 text);
	}
	return code;
}

static enum error_code set_text(const struct setting *setting, const char *text, char **value,
				struct error *error)
{
	enum error_code code = check_text(setting, text, error);
	size_t length;

	if (code)
		return code;
	free(*value);
	*value = memory_text(text);
	length = strlen(*value);
	/* addresses are put together with a slash */
	while (setting->type == SETTING_URL && length > 0 && (*value)[length - 1] == '/')
		(*value)[--length] = '\0';
	return ERROR_NONE;
}

static enum error_code set_value(struct settings *settings, const struct setting *setting,
				 const char *text, struct error *error)
{
	void *field = (char *)settings + setting->offset;

	switch (setting->type) {
	case SETTING_BOOLEAN:
		if (parse_boolean(text, field))
			return ERROR_NONE;
		return error_set(error, ERROR_INVALID, "\"%.60s\" is neither yes nor no", text);
	case SETTING_INTEGER:
	case SETTING_SIZE:
		return set_number(setting, text, field, error);
	default:
		return set_text(setting, text, field, error);
	}
}

/* Names. */

void setting_option_name(const struct setting *setting, char name[64])
{
	snprintf(name, 64, "--%s", setting->name);
	for (char *c = name; *c; c++)
		*c = *c == '_' ? '-' : *c;
}

void setting_environment_name(const struct setting *setting, char name[64])
{
	snprintf(name, 64, "TUILERIE_%s", setting->name);
	for (char *c = name; *c; c++)
		*c = (char)toupper((unsigned char)*c);
}

const struct setting *settings_find(const char *name)
{
	for (size_t i = 0; i < settings_count; i++) {
		char option[64];

		setting_option_name(&settings_table[i], option);
		if (strcmp(settings_table[i].name, name) == 0 || strcmp(option + 2, name) == 0)
			return &settings_table[i];
	}
	return NULL;
}

/* Layers. */

static char *default_state(char *(*environment)(const char *name))
{
	const char *cache = environment("XDG_CACHE_HOME");
	const char *home = environment("HOME");

	/* the specification has relative paths ignored */
	if (cache && *cache == '/')
		return memory_print("%s/tuilerie", cache);
	if (home && *home == '/')
		return memory_print("%s/.cache/tuilerie", home);
	return memory_text("/var/lib/tuilerie");
}

/* The value of a setting in the strongest layer that has one; NAME gets what it is called there. */
static const char *find_value(const struct setting *setting, char *(*environment)(const char *name),
			      const struct setting_argument *arguments, size_t count,
			      struct setting_origin *origin, char name[LONGEST_NAME])
{
	const char *text = setting->fallback;
	char variable[64];

	*origin = (struct setting_origin){LAYER_DEFAULT, NULL};
	snprintf(name, LONGEST_NAME, "default of %s", setting->name);
	for (size_t a = 0; a < count; a++) {
		if (arguments[a].setting != setting || !arguments[a].place)
			continue;
		*origin = (struct setting_origin){LAYER_FILE, arguments[a].place};
		text = arguments[a].value;
		snprintf(name, LONGEST_NAME, "%s: %s", arguments[a].place, setting->name);
	}
	setting_environment_name(setting, variable);
	if (environment(variable)) {
		*origin = (struct setting_origin){LAYER_ENVIRONMENT, NULL};
		text = environment(variable);
		snprintf(name, LONGEST_NAME, "%s", variable);
	}
	for (size_t a = 0; a < count; a++) {
		if (arguments[a].setting != setting || arguments[a].place)
			continue;
		*origin = (struct setting_origin){LAYER_ARGUMENT, NULL};
		text = arguments[a].value;
		setting_option_name(setting, variable);
		snprintf(name, LONGEST_NAME, "%s", variable);
	}
	return text;
}

enum error_code settings_load(struct settings *settings, char *(*environment)(const char *name),
			      const struct setting_argument *arguments, size_t count,
			      struct setting_origin origins[SETTINGS_MOST], struct error *error)
{
	struct setting_origin unwanted[SETTINGS_MOST];
	char name[LONGEST_NAME];

	*settings = (struct settings){0};
	origins = origins ? origins : unwanted;
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];
		const char *text = find_value(setting, environment, arguments, count, &origins[i],
					      name);

		if (set_value(settings, setting, text, error))
			return error_prefix(error, "%s: ", name);
	}
	if (!*settings->state) {
		free(settings->state);
		settings->state = default_state(environment);
	}
	return ERROR_NONE;
}

enum error_code setting_check(const struct setting *setting, const char *text, struct error *error)
{
	struct settings settings = {0};
	enum error_code code = set_value(&settings, setting, text, error);

	settings_release(&settings);
	return code;
}

void settings_release(struct settings *settings)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *setting = &settings_table[i];

		if (setting->type <= SETTING_NETWORKS)
			free(*(char **)(void *)((char *)settings + setting->offset));
	}
	*settings = (struct settings){0};
}

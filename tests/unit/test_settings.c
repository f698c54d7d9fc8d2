/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* An environment of our own: "NAME=value", ended by NULL. */
static const char *const *variables;

static char *look_up(const char *name)
{
	size_t length = strlen(name);

	for (const char *const *variable = variables; variable && *variable; variable++) {
		if (strncmp(*variable, name, length) == 0 && (*variable)[length] == '=')
			return (char *)*variable + length + 1;
	}
	return NULL;
}

static enum error_code load(struct settings *settings, const char *const *environment,
			    const char *option, const char *value, struct setting_origin *layers,
			    struct error *error)
{
	struct setting_argument argument = {option ? settings_find(option) : NULL, value, NULL};

	variables = environment;
	return settings_load(settings, look_up, &argument, option ? 1 : 0, layers, error);
}

static void has_sound_defaults(void **state)
{
	struct settings settings;
	struct setting_origin layers[SETTINGS_MOST];

	(void)state;
	assert_int_equal(load(&settings, NULL, NULL, NULL, layers, NULL), 0);
	assert_string_equal(settings.listen, "127.0.0.1:8080");
	assert_string_equal(settings.public_url, "");
	assert_int_equal(settings.cache_memory, 256 * 1024 * 1024);
	assert_true(settings.log_requests);
	assert_false(settings.log_addresses);
	for (size_t i = 0; i < settings_count; i++)
		assert_int_equal(layers[i].layer, LAYER_DEFAULT);
	settings_release(&settings);
}

static void lays_arguments_over_environment_over_default(void **state)
{
	static const char *const environment[] = {"TUILERIE_WORKERS=3", "TUILERIE_GZIP_LEVEL=9",
						  "OTHER=1", NULL};
	struct settings settings;
	struct setting_origin layers[SETTINGS_MOST];

	(void)state;
	assert_int_equal(load(&settings, environment, "workers", "5", layers, NULL), 0);
	assert_int_equal(settings.workers, 5);
	assert_int_equal(settings.gzip_level, 9);
	assert_int_equal(settings.queue_limit, 256);
	assert_int_equal(layers[settings_find("workers") - settings_table].layer, LAYER_ARGUMENT);
	assert_int_equal(layers[settings_find("gzip-level") - settings_table].layer,
			 LAYER_ENVIRONMENT);
	assert_int_equal(layers[settings_find("queue_limit") - settings_table].layer,
			 LAYER_DEFAULT);
	settings_release(&settings);
}

static void takes_the_last_argument(void **state)
{
	const struct setting *workers = settings_find("workers");
	const struct setting_argument arguments[] = {{workers, "5", NULL}, {workers, "6", NULL}};
	struct settings settings;

	(void)state;
	variables = NULL;
	assert_int_equal(settings_load(&settings, look_up, arguments, 2, NULL, NULL), 0);
	assert_int_equal(settings.workers, 6);
	settings_release(&settings);
}

static void lays_the_file_between_default_and_environment(void **state)
{
	static const char *const environment[] = {"TUILERIE_WORKERS=3", NULL};
	const struct setting_argument given[] = {
		{settings_find("workers"), "9", "t.yaml:1"},
		{settings_find("deadline"), "900", "t.yaml:2"},
		{settings_find("gzip_level"), "9", "t.yaml:3"},
		{settings_find("gzip_level"), "1", NULL},
	};
	struct setting_origin origins[SETTINGS_MOST];
	struct settings settings;
	struct error error = {0};

	(void)state;
	variables = environment;
	assert_int_equal(settings_load(&settings, look_up, given, 4, origins, NULL), 0);
	assert_int_equal(settings.workers, 3);
	assert_int_equal(settings.deadline, 900);
	assert_int_equal(settings.gzip_level, 1);
	assert_string_equal(origins[settings_find("deadline") - settings_table].place, "t.yaml:2");
	settings_release(&settings);
	variables = NULL;
	assert_int_equal(settings_load(&settings, look_up, given, 1, origins, &error), 0);
	settings_release(&settings);
	assert_int_equal(setting_check(settings_find("workers"), "900", &error), ERROR_INVALID);
	assert_int_equal(setting_check(settings_find("public_url"), "https://x.example", NULL), 0);
}

static void reads_values_of_every_type(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} sizes[] = {
		{"0", 0},
		{"1", 1},
		{"1k", 1024},
		{"10M", 10 << 20},
		{"2G", INT64_C(2) << 30},
		{"2GiB", INT64_C(2) << 30},
		{"2MB", 2 << 20},
	};
	static const char *const yes[] = {"yes", "on", "true", "1", "YES"};
	struct settings settings;

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		assert_int_equal(load(&settings, NULL, "cache_memory", sizes[i].text, NULL, NULL),
				 0);
		assert_int_equal(settings.cache_memory, sizes[i].bytes);
		settings_release(&settings);
	}
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		assert_int_equal(load(&settings, NULL, "quiet", yes[i], NULL, NULL), 0);
		assert_true(settings.quiet);
		settings_release(&settings);
	}
	assert_int_equal(load(&settings, NULL, "public_url", "https://x.example/a/", NULL, NULL),
			 0);
	assert_string_equal(settings.public_url, "https://x.example/a");
	settings_release(&settings);
}

static void refuses_what_is_out_of_range_and_names_the_option(void **state)
{
	static const struct {
		const char *option, *value;
	} wrong[] = {
		{"workers", "257"},
		{"workers", "-1"},
		{"workers", ""},
		{"workers", "2x"},
		{"workers", " 2"},
		{"workers", "99999999999999999999"},
		{"queue_limit", "0"},
		{"cache_memory", "1T"},
		{"cache_memory", "9999999999G"},
		{"cache_memory", "1KX"},
		{"quiet", "perhaps"},
		{"listen", "8080"},
		{"listen", "1.2.3.4:65536"},
		{"listen", "1.2.3.4:"},
		{"public_url", "x.example"},
		{"public_url", "https://"},
		{"public_url", "https://x/\"y"},
		{"public_url", "https://u@x/"},
		{"trusted_proxies", "10.0.0.0/33"},
		{"trusted_proxies", "localhost"},
		{"trusted_proxies", "127.0.0.1;::1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct settings settings;
		struct error error = {0};
		char name[64];

		print_message("# %s=%s\n", wrong[i].option, wrong[i].value);
		assert_int_equal(
			load(&settings, NULL, wrong[i].option, wrong[i].value, NULL, &error),
			ERROR_INVALID);
		setting_option_name(settings_find(wrong[i].option), name);
		assert_int_equal(strncmp(error.text, name, strlen(name)), 0);
		settings_release(&settings);
	}
}

static void names_the_variable_that_is_wrong(void **state)
{
	static const char *const environment[] = {"TUILERIE_DEADLINE=soon", NULL};
	struct settings settings;
	struct error error = {0};

	(void)state;
	assert_int_equal(load(&settings, environment, NULL, NULL, NULL, &error), ERROR_INVALID);
	assert_int_equal(strncmp(error.text, "TUILERIE_DEADLINE: ", 19), 0);
	settings_release(&settings);
}

static void keeps_its_state_where_the_user_keeps_caches(void **state)
{
	static const char *const xdg[] = {"XDG_CACHE_HOME=/c", "HOME=/h", NULL};
	static const char *const home[] = {"XDG_CACHE_HOME=relative", "HOME=/h", NULL};
	static const char *const chosen[] = {"TUILERIE_STATE=/s", "HOME=/h", NULL};
	static const struct {
		const char *const *environment;
		const char *expected;
	} cases[] = {{xdg, "/c/tuilerie"},
		     {home, "/h/.cache/tuilerie"},
		     {chosen, "/s"},
		     {NULL, "/var/lib/tuilerie"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct settings settings;

		assert_int_equal(load(&settings, cases[i].environment, NULL, NULL, NULL, NULL), 0);
		assert_string_equal(settings.state, cases[i].expected);
		settings_release(&settings);
	}
}

static void shows_every_setting(void **state)
{
	struct settings settings;
	struct setting_origin layers[SETTINGS_MOST];
	struct buf shown, table;

	(void)state;
	assert_int_equal(load(&settings, NULL, NULL, NULL, layers, NULL), 0);
	buf_init(&shown, 0);
	buf_init(&table, 0);
	settings_print(&settings, layers, &shown);
	settings_print_table(&table);
	for (size_t i = 0; i < settings_count; i++) {
		char option[64], variable[64];

		setting_option_name(&settings_table[i], option);
		setting_environment_name(&settings_table[i], variable);
		assert_non_null(strstr(shown.bytes, option));
		assert_non_null(strstr(shown.bytes, variable));
		assert_non_null(strstr(table.bytes, option));
	}
	assert_non_null(strstr(shown.bytes, "\ncache_memory: 256M  # default\n"));
	buf_release(&shown);
	buf_release(&table);
	settings_release(&settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_sound_defaults),
		cmocka_unit_test(lays_arguments_over_environment_over_default),
		cmocka_unit_test(takes_the_last_argument),
		cmocka_unit_test(lays_the_file_between_default_and_environment),
		cmocka_unit_test(reads_values_of_every_type),
		cmocka_unit_test(refuses_what_is_out_of_range_and_names_the_option),
		cmocka_unit_test(names_the_variable_that_is_wrong),
		cmocka_unit_test(keeps_its_state_where_the_user_keeps_caches),
		cmocka_unit_test(shows_every_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

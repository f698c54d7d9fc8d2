/* SPDX-License-Identifier: EUPL-1.2 */
#include "config.h"

#include "server/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/compress.h"
#include "tiler/memory.h"

int command_failed(const char *what, const struct error *error)
{
	fprintf(stderr, "tuilerie: %s%s%s\n", what ? what : "", what ? ": " : "", error->text);
	return EXIT_FAILED;
}

int command_misused(const char *format, ...)
{
	va_list arguments;

	fputs("tuilerie: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputs(" (see tuilerie --help)\n", stderr);
	return EXIT_USAGE;
}

/* Help. */

static void print_option(const char *name, const char *argument, const char *help)
{
	char option[80];

	snprintf(option, sizeof(option), "%s%s%s", name, argument ? " " : "",
		 argument ? argument : "");
	printf("  %-34s%s%s\n", option,
	       strlen(option) > 33 ? "\n                                    " : "", help);
}

static void print_setting(const struct setting *setting)
{
	char name[64], help[240];

	setting_option_name(setting, name);
	snprintf(help, sizeof(help), "%s%s%s%s", setting->help, *setting->fallback ? " [" : "",
		 setting->fallback, *setting->fallback ? "]" : "");
	if (setting->type == SETTING_BOOLEAN)
		strcat(name, "[=yes|no]");
	print_option(name, setting->type == SETTING_BOOLEAN ? NULL : setting->argument, help);
}

static int print_help(const struct command *command)
{
	printf("Usage: tuilerie %s [OPTION...] %s\n\n%s\n\n", command->name, command->operands,
	       command->description);
	for (size_t i = 0; i < COMMAND_OPTIONS_MOST && command->options[i].name; i++) {
		const struct command_option *option = &command->options[i];
		char name[64];

		if (option->letter)
			snprintf(name, sizeof(name), "-%c, --%s", option->letter, option->name);
		else
			snprintf(name, sizeof(name), "--%s", option->name);
		print_option(name, option->argument, option->help);
	}
	for (size_t i = 0; i < settings_count; i++) {
		if (settings_table[i].scope & command->scope)
			print_setting(&settings_table[i]);
	}
	print_option("-c, --config", "FILE",
		     "what tuilerie.yaml (5) says, data included, instead of DATA");
	print_option("--print-config", NULL,
		     "show the settings and where each comes from, and end");
	print_option("--help", NULL, "show this, and end");
	puts("\nSettings, as --print-config lists them, can also be given in the environment:\n"
	     "--state as TUILERIE_STATE, and in the file of -c: state. An argument goes before the\n"
	     "environment, the environment before the file.");
	return EXIT_DONE;
}

static int print_general_help(void)
{
	puts("Usage: tuilerie COMMAND [OPTION...] DATA...\n\n"
	     "Serves geographic themes as vector tiles, in any coordinate system.\n");
	for (size_t i = 0; i < command_count; i++)
		printf("  %-10s%s\n", command_table[i].name, command_table[i].summary);
	puts("\n  tuilerie COMMAND --help        its options\n"
	     "  tuilerie --print-config        all settings and where each comes from;\n"
	     "                                 --print-config=markdown for a table of them,\n"
	     "                                 --print-config=themes for what is said of themes\n"
	     "  tuilerie --version\n\n"
	     "To begin: tuilerie serve FOLDER, then open http://127.0.0.1:8080/");
	return EXIT_DONE;
}

static int print_version(void)
{
	printf("%s\nCompresses with %s.\nLicence: EUPL-1.2.\n", PACKAGE_STRING,
	       compressor_library());
	return EXIT_DONE;
}

/* Reading the command line. */

struct reader {
	const struct command *command; /* NULL: none was named */
	struct command_line line;
	const char **operands;
	struct setting_argument *arguments;
	size_t argument_count;
	bool help, version;
	const char *config_file;  /* NULL: none was named */
	const char *print_config; /* NULL, "", or "markdown" */
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < command_count; i++) {
		if (strcmp(command_table[i].name, name) == 0)
			return &command_table[i];
	}
	return NULL;
}

/* Takes the value of an option from after its '=' or from the next argument. */
static const char *take_value(char *equals, int count, char **arguments, int *index)
{
	if (equals)
		return equals + 1;
	return *index + 1 < count ? arguments[++*index] : NULL;
}

static bool read_command_option(struct reader *reader, const char *name, char *equals, int count,
				char **arguments, int *index, bool *missing)
{
	const struct command *command = reader->command;

	for (size_t i = 0; command && i < COMMAND_OPTIONS_MOST && command->options[i].name; i++) {
		if (strcmp(command->options[i].name, name) != 0)
			continue;
		reader->line.options[i] = command->options[i].argument
						  ? take_value(equals, count, arguments, index)
						  : "";
		*missing = !reader->line.options[i];
		return true;
	}
	return false;
}

static bool read_setting(struct reader *reader, const char *name, char *equals, int count,
			 char **arguments, int *index, bool *missing)
{
	const struct setting *setting = settings_find(name);
	const char *value;

	if (!setting || (reader->command && !(setting->scope & reader->command->scope)))
		return false;
	if (setting->type == SETTING_BOOLEAN && !equals)
		value = "yes";
	else
		value = take_value(equals, count, arguments, index);
	*missing = !value;
	reader->arguments[reader->argument_count++] = (struct setting_argument){setting, value,
										NULL};
	return true;
}

static int read_option(struct reader *reader, int count, char **arguments, int *index)
{
	char name[64] = "";
	char *option = arguments[*index] + 2, *equals = strchr(option, '=');
	size_t length = equals ? (size_t)(equals - option) : strlen(option);
	bool missing = false;

	if (length < sizeof(name))
		memcpy(name, option, length);
	if (strcmp(name, "help") == 0)
		reader->help = true;
	else if (strcmp(name, "version") == 0)
		reader->version = true;
	else if (strcmp(name, "config") == 0)
		missing = !(reader->config_file = take_value(equals, count, arguments, index));
	else if (strcmp(name, "print-config") == 0)
		reader->print_config = equals ? equals + 1 : "";
	else if (!read_command_option(reader, name, equals, count, arguments, index, &missing) &&
		 !read_setting(reader, name, equals, count, arguments, index, &missing))
		return command_misused("unknown option --%.*s", (int)length, option);
	if (reader->print_config && *reader->print_config &&
	    strcmp(reader->print_config, "markdown") != 0 &&
	    strcmp(reader->print_config, "themes") != 0)
		return command_misused("--print-config=%s: the only other forms are markdown and "
				       "themes",
				       reader->print_config);
	return missing ? command_misused("--%s needs a value", name) : EXIT_DONE;
}

/* An option by its letter; the value may follow at once, as in -oFILE. */
static int read_letter(struct reader *reader, int count, char **arguments, int *index)
{
	const struct command *command = reader->command;
	char *argument = arguments[*index];

	for (size_t i = 0; command && i < COMMAND_OPTIONS_MOST; i++) {
		if (!command->options[i].letter || command->options[i].letter != argument[1])
			continue;
		reader->line.options[i] = take_value(argument[2] ? argument + 1 : NULL, count,
						     arguments, index);
		return reader->line.options[i] ? EXIT_DONE
					       : command_misused("%s needs a value", argument);
	}
	return command_misused("unknown option %s", argument);
}

static int read_config_file(struct reader *reader, int count, char **arguments, int *index)
{
	const char *attached = arguments[*index] + 2;

	if (*attached)
		reader->config_file = attached;
	else if (*index + 1 < count)
		reader->config_file = arguments[++*index];
	return reader->config_file ? EXIT_DONE : command_misused("-c needs a value");
}

static int read_arguments(struct reader *reader, int count, char **arguments)
{
	bool options = true;

	for (int i = 1; i < count; i++) {
		const char *argument = arguments[i];
		int status = EXIT_DONE;

		if (options && strcmp(argument, "--") == 0)
			options = false;
		else if (options && strcmp(argument, "-h") == 0)
			reader->help = true;
		else if (options && strncmp(argument, "-c", 2) == 0)
			status = read_config_file(reader, count, arguments, &i);
		else if (options && strncmp(argument, "--", 2) == 0)
			status = read_option(reader, count, arguments, &i);
		else if (options && argument[0] == '-' && argument[1])
			status = read_letter(reader, count, arguments, &i);
		else if (reader->command)
			reader->operands[reader->line.operand_count++] = argument;
		else if (!(reader->command = find_command(argument)))
			status = command_misused("there is no command \"%s\"", argument);
		if (status)
			return status;
	}
	return EXIT_DONE;
}

static int obey(struct reader *reader)
{
	struct config_request request = {
		.file = reader->config_file,
		.environment = getenv,
		.arguments = reader->arguments,
		.argument_count = reader->argument_count,
		.data = reader->operands,
		.data_count = reader->config_file ? 0 : reader->line.operand_count,
	};

	if (reader->version)
		return print_version();
	if (reader->help)
		return reader->command ? print_help(reader->command) : print_general_help();
	if (!reader->command && !reader->print_config)
		return command_misused("say what to do: tuilerie serve DATA...");
	reader->line.operands = reader->operands;
	return command_with_config(reader->command, &reader->line, &request, reader->print_config);
}

int command_main(int count, char **arguments)
{
	struct reader reader = {
		.operands = memory_zeroed((size_t)count + 1, sizeof(char *)),
		.arguments = memory_zeroed((size_t)count + 1, sizeof(struct setting_argument)),
	};
	int status = read_arguments(&reader, count, arguments);

	if (!status)
		status = obey(&reader);
	free(reader.operands);
	free(reader.arguments);
	if (fflush(stdout) || ferror(stdout)) {
		fputs("tuilerie: standard output: cannot be written\n", stderr);
		status = status ? status : EXIT_FAILED;
	}
	return status;
}

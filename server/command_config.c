/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "server/command.h"
#include "tiler/theme_option.h"

/* Everything wrong with the configuration, not only the first fault; the exit status. To check is
 * to ask for it, so there it is the result and not a complaint. */
static int tell_faults(const struct command *command, const struct config *config)
{
	bool asked = command && command->run == command_check;
	size_t count = config->fault_count;

	for (size_t i = 0; i < count; i++) {
		const struct problem *fault = &config->faults[i];

		fprintf(asked ? stdout : stderr, "%s%s%s%s\n",
			asked ? "" : "tuilerie: ", fault->place ? fault->place : "",
			fault->place ? ": " : "", fault->text);
	}
	if (asked)
		printf("%zu problem%s with the configuration; nothing else was looked at\n", count,
		       count == 1 ? "" : "s");
	return asked ? EXIT_FAILED : EXIT_USAGE;
}

static int print_config(const struct config *config, const char *form)
{
	struct buf text;

	buf_init(&text, 0);
	if (strcmp(form, "markdown") == 0)
		settings_print_table(&text);
	else if (strcmp(form, "themes") == 0)
		theme_options_print_table(&text);
	else
		config_print(config, &text);
	fputs(text.bytes, stdout);
	buf_release(&text);
	return EXIT_DONE;
}

/* "DATA... THEME": the operands beyond the data, which a file takes the place of. */
static int check_operands(const struct command *command, const struct command_line *line)
{
	bool file = line->request->file != NULL;
	bool only_data = strcmp(command->operands, "DATA...") == 0;

	if (file && only_data && line->operand_count > 0)
		return command_misused("%s: name data either here or in the file of -c",
				       command->name);
	if (line->operand_count + file < command->operands_least)
		return command_misused("%s: say which data: tuilerie %s %s", command->name,
				       command->name, command->operands);
	return EXIT_DONE;
}

int command_with_config(const struct command *command, struct command_line *line,
			const struct config_request *request, const char *print)
{
	struct config *config;
	struct error error = {0};
	int status;

	if (config_load(request, &config, &error)) {
		status = tell_faults(command, config);
	} else if (print) {
		status = print_config(config, print);
	} else {
		line->settings = &config->settings;
		line->config = config;
		line->request = request;
		status = check_operands(command, line);
		if (!status)
			status = command->run(line);
	}
	config_free(config);
	return status;
}

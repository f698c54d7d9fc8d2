/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/preparation.h"
#include "tiler/memory.h"
#include "tiler/source.h"
#include "tiler/thread.h"

/* Says what came of it; the exit status. */
static int report(const struct theme *const *themes, size_t count,
		  const struct preparation_result *results, int64_t duration_ms, bool quiet)
{
	size_t outcomes[3] = {0};

	for (size_t i = 0; i < count; i++) {
		outcomes[results[i].outcome]++;
		if (results[i].outcome == PREPARATION_FAILED)
			command_failed(themes[i]->id, &results[i].error);
	}
	if (!quiet) {
		fprintf(stderr, "%zu theme%s prepared in %.1f s", outcomes[PREPARATION_DONE],
			outcomes[PREPARATION_DONE] == 1 ? "" : "s", (double)duration_ms / 1000);
		if (outcomes[PREPARATION_STANDING])
			fprintf(stderr, ", %zu already were", outcomes[PREPARATION_STANDING]);
		if (outcomes[PREPARATION_FAILED])
			fprintf(stderr, ", %zu failed", outcomes[PREPARATION_FAILED]);
		fputc('\n', stderr);
	}
	return outcomes[PREPARATION_FAILED] ? EXIT_FAILED : EXIT_DONE;
}

/* The data of some theme are no longer those that were listed. */
static bool data_changed(const struct preparation_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (results[i].outcome == PREPARATION_FAILED &&
		    (results[i].error.code == ERROR_BUSY ||
		     results[i].error.code == ERROR_NOT_FOUND))
			return true;
	return false;
}

/* Lists the data and prepares what is in them. Where they change meanwhile and MAY_REPEAT, nothing
 * is reported and *REPEAT is set: what is listed anew may be sound. */
static int prepare_listed(const struct command_line *line, unsigned jobs, bool may_repeat,
			  bool *repeat)
{
	const struct settings *settings = line->settings;
	struct preparation_result *results;
	const struct theme **themes = NULL;
	struct catalogue *catalogue;
	struct error error = {0};
	int status = EXIT_DONE;
	size_t count = 0;
	int64_t began;

	if (command_open_data(line, line->operand_count, settings->quiet, &catalogue, &themes,
			      &count, &error))
		return command_failed(NULL, &error);
	results = memory_zeroed(count, sizeof(*results));
	began = clock_ms();
	preparation_run(settings->state, themes, count, jobs, settings->quiet, results);
	*repeat = may_repeat && data_changed(results, count);
	if (!*repeat)
		status = report(themes, count, results, clock_ms() - began, settings->quiet);
	free(results);
	free(themes);
	catalogue_unref(catalogue);
	return status;
}

int command_prepare(const struct command_line *line)
{
	struct error error = {0};
	bool repeat = false;
	unsigned jobs;
	int status;

	if (preparation_jobs(line->options[0], &jobs, &error))
		return command_misused("%s", error.text);
	source_init();
	status = prepare_listed(line, jobs, true, &repeat);
	if (!repeat)
		return status;
	if (!line->settings->quiet)
		fputs("data changed while they were read; they are listed again\n", stderr);
	return prepare_listed(line, jobs, false, &repeat);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/preparation.h"
#include "server/quality.h"
#include "tiler/buf.h"
#include "tiler/grid.h"
#include "tiler/memory.h"
#include "tiler/prepared.h"
#include "tiler/source.h"

/* What was met: troubles keep something from being served, remarks are worth knowing. */
struct findings {
	size_t troubles, remarks;
	enum quality_language language;
};

static void trouble(struct findings *findings, const char *place, const char *text)
{
	findings->troubles++;
	printf("%s: %s\n", place, text);
}

/* "2 polygons cross themselves: what is done about it; feature 17 at ...; column notes" */
static void tell_flaw(struct findings *findings, const struct theme *theme,
		      const struct prepare_report *report, enum flaw flaw)
{
	const struct flaw_count *count = &report->flaws[flaw];
	struct buf text, part;

	if (!count->features)
		return;
	*(quality_is_problem(flaw) ? &findings->troubles : &findings->remarks) += 1;
	buf_init(&text, 0);
	buf_init(&part, 0);
	quality_finding(&text, findings->language, flaw, count->features);
	buf_print(&text, ": %s", quality_advice(findings->language, flaw));
	quality_example(&part, findings->language, &count->example, theme->crs->geographic);
	if (part.length)
		buf_print(&text, "; %s", part.bytes);
	buf_empty(&part);
	quality_detail(&part, findings->language, flaw, &count->example);
	if (part.length)
		buf_print(&text, "; %s", part.bytes);
	printf("%s: %s\n", theme->id, text.bytes);
	buf_release(&part);
	buf_release(&text);
}

static void check_report(struct findings *findings, const struct theme *theme,
			 const struct prepared *prepared)
{
	if (prepared->feature_count == 0) {
		findings->remarks++;
		printf("%s: %s\n", theme->id, quality_nothing(findings->language));
	}
	for (int flaw = 0; flaw < FLAWS; flaw++)
		tell_flaw(findings, theme, &prepared->report, (enum flaw)flaw);
}

static void check_theme(struct findings *findings, const char *state, const struct theme *theme,
			const struct preparation_result *result)
{
	struct prepared *prepared = NULL;
	struct error error = {0};

	if (result->outcome == PREPARATION_FAILED) {
		trouble(findings, theme->id, result->error.text);
	} else if (prepared_open(state, theme, &prepared, &error)) {
		trouble(findings, theme->id, error.text);
	} else {
		check_report(findings, theme, prepared);
		prepared_unref(prepared);
	}
}

static void check_grids(struct findings *findings, const char *files)
{
	struct grids *grids = NULL;
	struct error error = {0};

	if (grids_new(&grids, &error)) {
		trouble(findings, "grids", error.text);
		return;
	}
	grids_add_files(grids, files);
	for (size_t i = 0; i < grids_problem_count(grids); i++)
		trouble(findings, grids_problem(grids, i)->place, grids_problem(grids, i)->text);
	grids_free(grids);
}

static void tell_problem(struct findings *findings, const struct problem *problem)
{
	*(problem->remark ? &findings->remarks : &findings->troubles) += 1;
	printf("%s: %s\n", problem->place, problem->text);
}

static int check_catalogue(const struct command_line *line, const struct catalogue *catalogue,
			   unsigned jobs)
{
	size_t count = catalogue_theme_count(catalogue);
	const struct theme **themes = memory_zeroed(count, sizeof(*themes));
	struct preparation_result *results = memory_zeroed(count, sizeof(*results));
	struct findings findings = {0};

	for (size_t i = 0; i < count; i++)
		themes[i] = catalogue_theme(catalogue, i);
	preparation_run(line->settings->state, themes, count, jobs, line->settings->quiet, results);
	check_grids(&findings, line->settings->grid_files);
	for (size_t i = 0; i < catalogue_problem_count(catalogue); i++)
		tell_problem(&findings, catalogue_problem(catalogue, i));
	for (size_t i = 0; i < count; i++)
		check_theme(&findings, line->settings->state, themes[i], &results[i]);
	if (count == 0)
		trouble(&findings, "data", "no theme was found in them");
	printf("%zu theme%s, %zu problem%s, %zu remark%s\n", count, count == 1 ? "" : "s",
	       findings.troubles, findings.troubles == 1 ? "" : "s", findings.remarks,
	       findings.remarks == 1 ? "" : "s");
	free(results);
	free(themes);
	return findings.troubles ? EXIT_FAILED : EXIT_DONE;
}

int command_check(const struct command_line *line)
{
	struct catalogue *catalogue = NULL;
	struct error error = {0};
	unsigned jobs;
	int status;

	if (preparation_jobs(line->options[0], &jobs, &error))
		return command_misused("%s", error.text);
	source_init();
	if (catalogue_build(line->config->catalogue, &catalogue, &error))
		return command_failed(NULL, &error);
	status = check_catalogue(line, catalogue, jobs);
	catalogue_unref(catalogue);
	return status;
}

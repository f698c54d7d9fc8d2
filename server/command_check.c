/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/json.h"
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
	bool as_json;
	struct buf document;
	struct json json;
};

/* In JSON, FLAW (or NULL) says more of it. */
static void tell(struct findings *findings, bool remark, const char *place, const char *text,
		 const struct flaw_count *flaw, const char *name)
{
	struct json *json = &findings->json;

	*(remark ? &findings->remarks : &findings->troubles) += 1;
	if (!findings->as_json) {
		printf("%s: %s\n", place, text);
		return;
	}
	json_open_object(json);
	json_text_member(json, "severity", remark ? "remark" : "problem");
	json_text_member(json, "place", place);
	json_text_member(json, "text", text);
	if (flaw) {
		json_text_member(json, "flaw", name);
		json_integer_member(json, "features", (int64_t)flaw->features);
		if (flaw->example.has_id)
			json_integer_member(json, "id", (int64_t)flaw->example.id);
		if (flaw->example.has_degrees) {
			json_number_member(json, "longitude", flaw->example.degrees.x);
			json_number_member(json, "latitude", flaw->example.degrees.y);
		}
	}
	json_end(json);
}

static void trouble(struct findings *findings, const char *place, const char *text)
{
	tell(findings, false, place, text, NULL, NULL);
}

/* "2 polygons cross themselves: what is done about it; feature 17 at ...; column notes" */
static void tell_flaw(struct findings *findings, const struct theme *theme,
		      const struct prepare_report *report, enum flaw flaw)
{
	const struct flaw_count *count = &report->flaws[flaw];
	struct buf text, part;

	if (!count->features)
		return;
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
	tell(findings, !quality_is_problem(flaw), theme->id, text.bytes, count, flaw_name(flaw));
	buf_release(&part);
	buf_release(&text);
}

static void check_report(struct findings *findings, const struct theme *theme,
			 const struct prepared *prepared)
{
	if (prepared->feature_count == 0)
		tell(findings, true, theme->id, quality_nothing(findings->language), NULL, NULL);
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

static void begin_findings(struct findings *findings)
{
	buf_init(&findings->document, 0);
	json_init(&findings->json, &findings->document);
	if (findings->as_json) {
		json_open_object(&findings->json);
		json_array_member(&findings->json, "findings");
	}
}

static void end_findings(struct findings *findings, size_t themes)
{
	struct json *json = &findings->json;

	if (findings->as_json) {
		json_end(json);
		json_integer_member(json, "themes", (int64_t)themes);
		json_integer_member(json, "problems", (int64_t)findings->troubles);
		json_integer_member(json, "remarks", (int64_t)findings->remarks);
		json_end(json);
		puts(findings->document.bytes);
	} else {
		printf("%zu theme%s, %zu problem%s, %zu remark%s\n", themes, themes == 1 ? "" : "s",
		       findings->troubles, findings->troubles == 1 ? "" : "s", findings->remarks,
		       findings->remarks == 1 ? "" : "s");
	}
	buf_release(&findings->document);
}

static int check_catalogue(const struct command_line *line, const struct catalogue *catalogue,
			   unsigned jobs, struct findings *findings)
{
	size_t count = catalogue_theme_count(catalogue);
	const struct theme **themes = memory_zeroed(count, sizeof(*themes));
	struct preparation_result *results = memory_zeroed(count, sizeof(*results));

	for (size_t i = 0; i < count; i++)
		themes[i] = catalogue_theme(catalogue, i);
	begin_findings(findings);
	preparation_run(line->settings->state, themes, count, jobs, line->settings->quiet, results);
	check_grids(findings, line->settings->grid_files);
	for (size_t i = 0; i < catalogue_problem_count(catalogue); i++)
		tell(findings, catalogue_problem(catalogue, i)->remark,
		     catalogue_problem(catalogue, i)->place, catalogue_problem(catalogue, i)->text,
		     NULL, NULL);
	for (size_t i = 0; i < count; i++)
		check_theme(findings, line->settings->state, themes[i], &results[i]);
	if (count == 0)
		trouble(findings, "data", "no theme was found in them");
	end_findings(findings, count);
	free(results);
	free(themes);
	return findings->troubles ? EXIT_FAILED : EXIT_DONE;
}

int command_check(const struct command_line *line)
{
	struct catalogue *catalogue = NULL;
	struct findings findings = {0};
	struct error error = {0};
	unsigned jobs;
	int status;

	if (preparation_jobs(line->options[0], &jobs, &error))
		return command_misused("%s", error.text);
	findings.as_json = line->options[1] != NULL;
	if (line->options[2] && strcmp(line->options[2], "fr") == 0)
		findings.language = QUALITY_FRENCH;
	else if (line->options[2] && strcmp(line->options[2], "en") != 0)
		return command_misused("--language: \"%.40s\" is neither en nor fr",
				       line->options[2]);
	source_init();
	if (catalogue_build(line->config->catalogue, &catalogue, &error))
		return command_failed(NULL, &error);
	status = check_catalogue(line, catalogue, jobs, &findings);
	catalogue_unref(catalogue);
	return status;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/command.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/commune_report.h"
#include "server/json.h"
#include "server/preparation.h"
#include "server/quality.h"
#include "tiler/buf.h"
#include "tiler/grid.h"
#include "tiler/memory.h"
#include "tiler/prepared.h"
#include "tiler/source.h"

enum severity {
	SEVERITY_INFORMATION, /* asked for */
	SEVERITY_REMARK,      /* worth knowing */
	SEVERITY_PROBLEM,     /* keeps something from being served as it is */
	SEVERITIES
};

static const char *const severity_names[SEVERITIES] = {"information", "remark", "problem"};

struct findings {
	size_t counts[SEVERITIES];
	enum quality_language language;
	bool as_json, levels;
	struct buf document;
	struct json json;
};

/* In JSON, FLAW (or NULL) says more of it. */
static void tell(struct findings *findings, enum severity severity, const char *place,
		 const char *text, const struct flaw_count *flaw, const char *name)
{
	struct json *json = &findings->json;

	findings->counts[severity]++;
	if (!findings->as_json) {
		printf("%s: %s\n", place, text);
		return;
	}
	json_open_object(json);
	json_text_member(json, "severity", severity_names[severity]);
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
	tell(findings, SEVERITY_PROBLEM, place, text, NULL, NULL);
}

static const char *semicolon(enum quality_language language)
{
	return language == QUALITY_FRENCH ? "\u00a0; " : "; ";
}

/* "2 polygons cross themselves: what is done about it; feature 17 at ...; column notes" */
static void tell_flaw(struct findings *findings, const struct theme *theme,
		      const struct prepare_report *report, enum flaw flaw)
{
	const struct flaw_count *count = &report->flaws[flaw];
	const char *intro = quality_detail_intro(findings->language, flaw);
	struct buf text, part;

	if (!count->features)
		return;
	buf_init(&text, 0);
	buf_init(&part, 0);
	quality_finding(&text, findings->language, flaw, count->features);
	buf_print(&text, "%s%s", quality_colon(findings->language),
		  quality_advice(findings->language, flaw));
	quality_example(&part, findings->language, &count->example, theme->crs->geographic);
	if (part.length)
		buf_print(&text, "%s%s", semicolon(findings->language), part.bytes);
	if (count->example.detail && intro)
		buf_print(&text, "%s%s%s", semicolon(findings->language), intro,
			  count->example.detail);
	tell(findings, quality_is_problem(flaw) ? SEVERITY_PROBLEM : SEVERITY_REMARK, theme->id,
	     text.bytes, count, flaw_name(flaw));
	buf_release(&part);
	buf_release(&text);
}

/* "zooms 9 to 11: 300 features, left out: 212 too close to another point; largest tile 12 kB" */
static void tell_level(struct findings *findings, const struct prepared *prepared, uint32_t i)
{
	const struct prepared_level *level = &prepared->levels[i];
	enum quality_language language = findings->language;
	bool french = language == QUALITY_FRENCH;
	struct buf text, losses;

	buf_init(&text, 0);
	buf_init(&losses, 0);
	quality_zooms(&text, language, prepared, i);
	buf_add_text(&text, quality_colon(language));
	quality_features(&text, language, level->features);
	quality_losses(&losses, language, &level->losses);
	if (losses.length)
		buf_print(&text, "%s%s%s%s", semicolon(language),
			  french ? "laissés de côté" : "left out", quality_colon(language),
			  losses.bytes);
	if (level->largest_tile) {
		buf_print(&text, "%s%s ", semicolon(language),
			  french ? "plus grande tuile" : "largest tile");
		quality_bytes(&text, language, level->largest_tile);
	}
	tell(findings, SEVERITY_INFORMATION, prepared->theme_id, text.bytes, NULL, NULL);
	buf_release(&losses);
	buf_release(&text);
}

/* What is not a finding: the rows read, and what each level shows. */
static void tell_levels(struct findings *findings, const struct prepared *prepared)
{
	struct buf text;

	buf_init(&text, 0);
	quality_rows(&text, findings->language, prepared->report.rows);
	tell(findings, SEVERITY_INFORMATION, prepared->theme_id, text.bytes, NULL, NULL);
	buf_release(&text);
	for (uint32_t i = prepared->level_count; i-- > 0;)
		tell_level(findings, prepared, i);
}

static void check_report(struct findings *findings, const struct theme *theme,
			 const struct prepared *prepared)
{
	if (findings->levels)
		tell_levels(findings, prepared);
	if (prepared->feature_count == 0)
		tell(findings, SEVERITY_REMARK, theme->id, quality_nothing(findings->language),
		     NULL, NULL);
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

static void check_communes(struct findings *findings, const struct settings *settings,
			   const struct catalogue *catalogue)
{
	struct buf text;
	bool sound;

	buf_init(&text, 0);
	sound = commune_report(settings, catalogue, &text);
	if (text.length)
		tell(findings, sound ? SEVERITY_INFORMATION : SEVERITY_PROBLEM, "communes",
		     text.bytes, NULL, NULL);
	buf_release(&text);
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
	size_t problems = findings->counts[SEVERITY_PROBLEM];
	size_t remarks = findings->counts[SEVERITY_REMARK];

	if (findings->as_json) {
		json_end(json);
		json_integer_member(json, "themes", (int64_t)themes);
		json_integer_member(json, "problems", (int64_t)problems);
		json_integer_member(json, "remarks", (int64_t)remarks);
		json_end(json);
		puts(findings->document.bytes);
	} else if (findings->language == QUALITY_FRENCH) {
		printf("%zu thème%s, %zu problème%s, %zu remarque%s\n", themes,
		       themes > 1 ? "s" : "", problems, problems > 1 ? "s" : "", remarks,
		       remarks > 1 ? "s" : "");
	} else {
		printf("%zu theme%s, %zu problem%s, %zu remark%s\n", themes, themes == 1 ? "" : "s",
		       problems, problems == 1 ? "" : "s", remarks, remarks == 1 ? "" : "s");
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
		tell(findings,
		     catalogue_problem(catalogue, i)->remark ? SEVERITY_REMARK : SEVERITY_PROBLEM,
		     catalogue_problem(catalogue, i)->place, catalogue_problem(catalogue, i)->text,
		     NULL, NULL);
	for (size_t i = 0; i < count; i++)
		check_theme(findings, line->settings->state, themes[i], &results[i]);
	check_communes(findings, line->settings, catalogue);
	if (count == 0)
		trouble(findings, "data", "no theme was found in them");
	end_findings(findings, count);
	free(results);
	free(themes);
	return findings->counts[SEVERITY_PROBLEM] ? EXIT_FAILED : EXIT_DONE;
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
	findings.levels = line->options[3] != NULL;
	source_init();
	if (catalogue_build(line->config->catalogue, &catalogue, &error))
		return command_failed(NULL, &error);
	status = check_catalogue(line, catalogue, jobs, &findings);
	catalogue_unref(catalogue);
	return status;
}

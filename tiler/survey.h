/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/crs.h"
#include "tiler/error.h"
#include "tiler/feature.h"
#include "tiler/report.h"

/* What is found only by looking at the features of a theme together: ids that come twice, places
 * where the CRS is not meant to be used. */
struct survey;

/* New, having seen nothing. */
struct survey *survey_new(void);
void survey_free(struct survey *survey);

/* Notes in REPORT a feature whose id another one had before it. */
void survey_add(struct survey *survey, const struct feature *feature,
		struct prepare_report *report);

/* Notes in REPORT the features of the level-0 file PATH whose middle lies outside the area of use
 * of CRS; BOUNDS (degrees, of them all) spare the look at each where all lie inside. TO_DEGREES
 * leads from CRS to longitude and latitude. */
MUST_CHECK enum error_code survey_places(const char *path, const struct crs *crs,
					 struct transform *to_degrees, struct box bounds,
					 struct prepare_report *report, struct error *error);

/* Adds longitude and latitude to the examples of REPORT. */
void survey_examples(struct prepare_report *report, struct transform *to_degrees);

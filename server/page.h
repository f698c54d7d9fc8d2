/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/reply.h"
#include "server/request.h"
#include "server/site.h"

/* The pages people see (HTML, French). Each fills REPLY; none keeps anything. */

/* The catalogue: themes by group, searchable (?q=) without JavaScript. */
void page_landing(const struct site *site, const struct request *request, struct reply *reply);

/* One theme: its facts, its addresses ready to copy, its map. THEME is in CATALOGUE, held by the
 * caller for the call. */
void page_theme(const struct site *site, const struct request *request, const struct theme *theme,
		struct reply *reply);

/* A whole-page map of one theme, for frames in other sites. */
void page_embed(const struct site *site, const struct request *request, const struct theme *theme,
		struct reply *reply);

/* The state of the service: its groups of themes, how fresh they are, what is to be mended. */
void page_health(const struct site *site, const struct request *request, struct reply *reply);

/* PROBLEM as a page, for a browser (Accept: text/html). */
void page_problem(const struct request *request, const struct reply *problem, struct reply *reply);

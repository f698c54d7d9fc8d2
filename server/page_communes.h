/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/page_map.h"
#include "tiler/commune_list.h"

/* The communes there are, and how to ask for one. */
void page_communes(const struct request *request, const struct commune_list *list,
		   struct reply *reply);

/* A form that limits the theme's page to a commune; nothing where there are no communes. */
void page_commune_choice(struct page *page, const struct theme_view *view);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* French names of the groups a metropolitan portal uses: its schemas are named "family_subject". */
struct group_name {
	const char *group;  /* "eq_educ" */
	const char *family; /* "Équipements" */
	const char *name;   /* "Éducation" */
};

/* NULL: a group we have no name for; it is shown as it is. */
const struct group_name *group_name_find(const char *group);

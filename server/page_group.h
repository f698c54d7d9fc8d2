/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/language.h"

/* Names of the groups a metropolitan portal uses: its schemas are named "family_subject". */
struct group_name {
	const char *group;	     /* "eq_educ" */
	const char *family;	     /* "Équipements": French; group_family has both */
	const char *name[LANGUAGES]; /* "Éducation", "Education" */
};

/* NULL: a group we have no name for; it is shown as it is. */
const struct group_name *group_name_find(const char *group);

/* The name of the group's family. */
const char *group_family(const struct group_name *group, enum language language);

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* What a theme's licence is called and where it can be read. */
struct licence {
	const char *id, *name;
	const char *url; /* or NULL */
};

/* TEXT is an SPDX identifier, an address, or what the source calls its licence: then its name is
 * TEXT itself. Borrows TEXT. */
struct licence licence_of(const char *text);

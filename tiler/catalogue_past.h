/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>

#include "tiler/catalogue.h"
#include "tiler/source.h"

/* What of a catalogue of the past is kept in the one that takes its place. Data that are being
 * written, that cannot be read any more or that have gone with the disk they were on are no reason
 * to stop serving what was made of them; data that were taken away are. */
struct recollection;

/* New. PAST is borrowed. */
struct recollection *recollection_new(const struct catalogue_past *past);
void recollection_free(struct recollection *recollection);

/* The visitor's questions while the data are listed (see source_visitor). */
bool recollection_enter(struct recollection *recollection, const char *dataset);
void recollection_refused(struct recollection *recollection, const char *dataset,
			  const char *layer);

/* Why a theme of the past stays though the listing did not find it. None does that the settings, as
 * they are now, no longer ask for, keep from being served, or hide a column of. */
enum recollection_reason {
	RECOLLECTION_GONE,    /* it does not stay */
	RECOLLECTION_WRITTEN, /* its data are being written */
	RECOLLECTION_BROKEN,  /* they cannot be served as they are now */
	RECOLLECTION_AWAY,    /* they cannot be reached */
};
enum recollection_reason recollection_of(struct recollection *recollection,
					 const struct catalogue_settings *settings,
					 const struct theme *theme);

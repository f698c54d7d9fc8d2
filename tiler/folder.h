/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/error.h"

/* Folders of the state directory: made whole aside, put in place in one step, removed. */

/* Makes PATH and the folders above it; it may exist. */
MUST_CHECK enum error_code folder_make(const char *path, struct error *error);

/* Makes a new folder of this process in PARENT, ".partial-PID-N": its path, new. */
MUST_CHECK enum error_code folder_make_partial(const char *parent, char **path,
					       struct error *error);

/* Puts the partial folder FROM at TO, in place of what is there (which is removed), and waits for
 * the disk. A reader finds the old or the new, never a part. FROM is gone when this succeeds. */
MUST_CHECK enum error_code folder_publish(const char *from, const char *to, struct error *error);

/* Removes PATH and all in it; whatever cannot be removed stays. Links are not followed. */
void folder_remove(const char *path);

/* Removes the published folder PATH. Whoever looks finds the whole of it or none, also if this
 * process is killed on the way: what it leaves is swept as a partial folder is. */
void folder_discard(const char *path);

/* Removes from PARENT the partial folders of processes that are no more. */
void folder_sweep(const char *parent);

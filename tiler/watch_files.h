/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What watched files look like, and which of them changed; private to watch.c. */

struct watched_file {
	char *path;
	uint64_t look;	    /* hash of size, times and place on disk; 0: it is gone */
	int64_t changed_at; /* by clock_ms() */
	bool changed;	    /* since it was told */
};

/* Sorted by path. Starts zeroed. */
struct watched_files {
	struct watched_file *files;
	size_t count, capacity;
};

void watched_files_release(struct watched_files *files);

/* Called for each folder looked into. */
typedef void (*watched_folder_f)(const char *folder, void *context);

/* Adds the files of ROOT (see watch_set); to be sorted when all are added. */
void watched_files_look(struct watched_files *files, const char *root, watched_folder_f folder,
			void *context);
void watched_files_sort(struct watched_files *files);

/* Takes over from OLDER what is known of files that look as before, and marks the others, and those
 * that are no more, as changed NOW. OLDER is released. */
void watched_files_compare(struct watched_files *files, struct watched_files *older, int64_t now);

/* Borrowed; NULL: it is not among them. */
struct watched_file *watched_files_find(struct watched_files *files, const char *path);

/* Does FILE belong to the data set at PATH? */
bool watched_file_is_of(const struct watched_file *file, const char *path);

/* Is it a file whose coming and going says nothing, being made whenever its owner is read? */
bool watched_name_is_noise(const char *name);

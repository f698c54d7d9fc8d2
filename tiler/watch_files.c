/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/watch_files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tiler/hash.h"
#include "tiler/memory.h"

enum {
	DEEPEST = 40 /* folders below each other: links may lead round in circles */
};

struct looking {
	struct watched_files *files;
	watched_folder_f folder;
	void *context;
};

void watched_files_release(struct watched_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->files[i].path);
	free(files->files);
	*files = (struct watched_files){0};
}

static void add(struct watched_files *files, struct watched_file file)
{
	if (files->count == files->capacity) {
		files->capacity = files->capacity ? 2 * files->capacity : 64;
		files->files = memory_resize(files->files, files->capacity, sizeof(*files->files));
	}
	files->files[files->count++] = file;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool is_journal(const char *name)
{
	return ends_with(name, "-wal") || ends_with(name, "-journal");
}

bool watched_name_is_noise(const char *name)
{
	return *name == '.' || ends_with(name, "-shm") || is_journal(name);
}

/* The journal of a database is made empty whenever somebody reads it. */
static void look_at_file(struct looking *looking, const char *path, const struct stat *facts)
{
	uint64_t seen[] = {(uint64_t)facts->st_size,	     (uint64_t)facts->st_mtim.tv_sec,
			   (uint64_t)facts->st_mtim.tv_nsec, (uint64_t)facts->st_ino,
			   (uint64_t)facts->st_dev,	     (uint64_t)facts->st_mode};

	if (is_journal(path) && facts->st_size == 0)
		return;
	add(looking->files, (struct watched_file){.path = memory_text(path),
						  .look = hash_bytes(seen, sizeof(seen)) | 1});
}

static void look_in_folder(struct looking *looking, const char *folder, const char *stem,
			   unsigned depth);

static void look_at(struct looking *looking, const char *path, unsigned depth)
{
	struct stat facts;

	if (stat(path, &facts) != 0)
		return;
	if (S_ISDIR(facts.st_mode))
		look_in_folder(looking, path, NULL, depth);
	else
		look_at_file(looking, path, &facts);
}

/* STEM: of the names to look at, followed by "." or "-"; NULL: all. */
static void look_in_folder(struct looking *looking, const char *folder, const char *stem,
			   unsigned depth)
{
	size_t length = stem ? strlen(stem) : 0;
	struct dirent *entry;
	DIR *names;

	if (depth == DEEPEST)
		return;
	/* told first: what comes after is noticed, what came before is read */
	looking->folder(folder, looking->context);
	names = opendir(folder);
	while (names && (entry = readdir(names))) {
		const char *name = entry->d_name;
		char *path;

		if (*name == '.' || ends_with(name, "-shm") ||
		    (stem && (strncmp(name, stem, length) != 0 || !strchr(".-", name[length]))))
			continue;
		path = memory_print("%s/%s", folder, name);
		look_at(looking, path, depth + 1);
		free(path);
	}
	if (names)
		closedir(names);
}

/* "a/b.shp" -> "b", of which the length is given; of "a/b": all. */
static size_t stem_length(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name ? (size_t)(dot - name) : strlen(name);
}

void watched_files_look(struct watched_files *files, const char *root, watched_folder_f folder,
			void *context)
{
	struct looking looking = {files, folder, context};
	char *parent = memory_text(root), *slash = strrchr(parent, '/');
	struct stat facts;

	if (stat(root, &facts) == 0 && S_ISDIR(facts.st_mode)) {
		look_in_folder(&looking, root, NULL, 0);
	} else if (slash && slash[1]) {
		char *stem = memory_text(slash + 1);

		*slash = '\0';
		stem[stem_length(stem)] = '\0';
		look_in_folder(&looking, *parent ? parent : "/", stem, 0);
		free(stem);
	}
	free(parent);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct watched_file *)a)->path,
		      ((const struct watched_file *)b)->path);
}

void watched_files_sort(struct watched_files *files)
{
	size_t kept = 0;

	if (files->count)
		qsort(files->files, files->count, sizeof(*files->files), by_path);
	for (size_t i = 0; i < files->count; i++) {
		if (kept && by_path(&files->files[kept - 1], &files->files[i]) == 0)
			free(files->files[i].path);
		else
			files->files[kept++] = files->files[i];
	}
	files->count = kept;
}

void watched_files_compare(struct watched_files *files, struct watched_files *older, int64_t now)
{
	size_t a = 0, b = 0, found = files->count;

	while (a < found || b < older->count) {
		struct watched_file *here = a < found ? &files->files[a] : NULL;
		struct watched_file *before = b < older->count ? &older->files[b] : NULL;
		int order = !here ? 1 : !before ? -1 : by_path(here, before);

		if (order == 0 && here->look == before->look) {
			here->changed_at = before->changed_at;
			here->changed = before->changed;
		} else if (order <= 0) {
			here->changed_at = now;
			here->changed = true;
		} else if (before->look || before->changed) {
			struct watched_file gone = *before;

			gone.changed_at = before->look ? now : before->changed_at;
			gone.changed = true;
			gone.look = 0;
			before->path = NULL;
			add(files, gone);
		}
		a += order <= 0;
		b += order >= 0;
	}
	watched_files_release(older);
	watched_files_sort(files);
}

static int path_to_file(const void *path, const void *file)
{
	return strcmp(path, ((const struct watched_file *)file)->path);
}

struct watched_file *watched_files_find(struct watched_files *files, const char *path)
{
	return files->count ? bsearch(path, files->files, files->count, sizeof(*files->files),
				      path_to_file)
			    : NULL;
}

bool watched_file_is_of(const struct watched_file *file, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t length = strlen(path), stem = (size_t)(name - path) + stem_length(name);

	if (strncmp(file->path, path, length) == 0 && strchr("/-.", file->path[length]))
		return true;
	return strncmp(file->path, path, stem) == 0 && strchr(".-", file->path[stem]) &&
	       !strchr(file->path + stem, '/');
}

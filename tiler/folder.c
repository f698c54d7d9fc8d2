/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tiler/memory.h"

enum {
	FOLDERS_OPEN = 16 /* at once, while a tree is removed */
};

static const char PARTIAL_FORMAT[] = ".partial-%ld-%u";

static enum error_code refused(const char *path, struct error *error)
{
	return error_set(error, ERROR_IO, "the folder %s cannot be written: %s", path,
			 strerror(errno));
}

enum error_code folder_make(const char *path, struct error *error)
{
	char *parents = memory_text(path);
	enum error_code code = ERROR_NONE;

	for (char *slash = strchr(parents + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(parents, 0777);
		*slash = '/';
	}
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		code = refused(path, error);
	free(parents);
	return code;
}

enum error_code folder_make_partial(const char *parent, char **path, struct error *error)
{
	for (unsigned number = 0; number < 1000; number++) {
		char name[64];

		snprintf(name, sizeof(name), PARTIAL_FORMAT, (long)getpid(), number);
		*path = memory_print("%s/%s", parent, name);
		if (mkdir(*path, 0777) == 0)
			return ERROR_NONE;
		free(*path);
		*path = NULL;
		if (errno != EEXIST)
			break;
	}
	return refused(parent, error);
}

static bool sync_folder(const char *path)
{
	int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = folder >= 0 && fsync(folder) == 0;

	if (folder >= 0)
		close(folder);
	return synced;
}

static int remove_entry(const char *path, const struct stat *facts, int type, struct FTW *place)
{
	(void)facts;
	(void)type;
	(void)place;
	remove(path);
	return 0;
}

void folder_remove(const char *path)
{
	nftw(path, remove_entry, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}

void folder_discard(const char *path)
{
	char *parent = memory_text(path), *aside = NULL;
	struct error ignored;

	*strrchr(parent, '/') = '\0';
	if (!folder_make_partial(parent, &aside, &ignored) && rename(path, aside) == 0)
		folder_remove(aside);
	else
		folder_remove(path);
	free(aside);
	free(parent);
}

/* Where the file system cannot exchange two folders, the old one is moved out of the way first: for
 * an instant there is none, which readers take for "not prepared". */
static bool replace(const char *from, const char *to)
{
	char *aside;
	bool done;

	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0) {
		folder_remove(from);
		return true;
	}
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	aside = memory_print("%s-old", from);
	done = rename(to, aside) == 0 && rename(from, to) == 0;
	folder_remove(aside);
	free(aside);
	return done;
}

enum error_code folder_publish(const char *from, const char *to, struct error *error)
{
	char *parent = memory_text(to);
	enum error_code code = ERROR_NONE;

	*strrchr(parent, '/') = '\0';
	if (!sync_folder(from) ||
	    (rename(from, to) != 0 &&
	     ((errno != EEXIST && errno != ENOTEMPTY) || !replace(from, to))) ||
	    !sync_folder(parent))
		code = refused(to, error);
	free(parent);
	return code;
}

void folder_sweep(const char *parent)
{
	DIR *folder = opendir(parent);
	struct dirent *entry;
	unsigned number;
	char *path;
	long pid;

	while (folder && (entry = readdir(folder))) {
		if (sscanf(entry->d_name, PARTIAL_FORMAT, &pid, &number) != 2 ||
		    kill((pid_t)pid, 0) == 0 || errno != ESRCH)
			continue;
		path = memory_print("%s/%s", parent, entry->d_name);
		folder_remove(path);
		free(path);
	}
	if (folder)
		closedir(folder);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/state_folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tiler/memory.h"

enum error_code state_folder_make(const char *folder, struct error *error)
{
	char *path = memory_text(folder);
	enum error_code code = ERROR_NONE;
	struct stat status;

	for (char *slash = path + 1; *path && (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		code = error_set(error, ERROR_IO,
				 "the state folder %s cannot be made (%s): name another one with "
				 "--state",
				 folder, strerror(errno));
	else if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
		code = error_set(error, ERROR_IO,
				 "%s is not a folder: name another one with --state", folder);
	free(path);
	return code;
}

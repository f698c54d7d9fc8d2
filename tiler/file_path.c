/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/file_path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tiler/memory.h"

char *file_path_whole(const char *path)
{
	char *here = *path == '/' ? NULL : getcwd(NULL, 0);
	char *whole = here ? memory_print("%s/%s", strcmp(here, "/") == 0 ? "" : here, path)
			   : memory_text(path);

	free(here);
	return whole;
}

char *file_path_absolute(const char *path)
{
	char *whole = file_path_whole(path);
	size_t length = strlen(whole);

	while (length > 1 && whole[length - 1] == '/')
		whole[--length] = '\0';
	return whole;
}

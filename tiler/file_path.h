/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

/* PATH from the root of the file system, by the folder the program works in: it stays good when
 * that changes. Links are not followed, since a publisher who moves a link to new data changes what
 * the path means. New; nothing need be there. */
char *file_path_whole(const char *path);

/* The same without slashes at its end. New. */
char *file_path_absolute(const char *path);

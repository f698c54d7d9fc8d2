/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/purge_log.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tiler/buf.h"
#include "tiler/folder.h"
#include "tiler/memory.h"

enum {
	READ_MOST = 1 << 20 /* a look: what is longer was not written by us */
};

struct purge_log {
	char *path;
	off_t offset;
};

static char *log_path(const char *state)
{
	return memory_print("%s/purges.log", state);
}

/* An id as one word; "*" for all. */
static void add_word(struct buf *line, const char *name, const char *id)
{
	buf_print(line, " %s=", name);
	if (!id)
		buf_add_char(line, '*');
	for (; id && *id; id++) {
		if (isgraph((unsigned char)*id) && *id != '%' && *id != '*')
			buf_add_char(line, *id);
		else
			buf_print(line, "%%%02X", (unsigned char)*id);
	}
}

/* Takes the word back apart, in place; NULL for all. */
static char *read_word(char *word)
{
	char *out = word, *result = word;
	unsigned byte;

	if (strcmp(word, "*") == 0)
		return NULL;
	for (; *word; word++) {
		if (*word == '%' && sscanf(word + 1, "%2x", &byte) == 1) {
			*out++ = (char)byte;
			word += 2;
		} else {
			*out++ = *word;
		}
	}
	*out = '\0';
	return result;
}

static void write_line(const struct purge *purge, uint64_t removed, struct buf *line)
{
	struct box bounds = purge->bounds;
	time_t now = time(NULL);
	struct tm moment;
	char text[32];

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &moment));
	buf_print(line, "%s pid=%ld", text, (long)getpid());
	add_word(line, "theme", purge->theme);
	add_word(line, "grid", purge->grid);
	if (purge->min_zoom || purge->max_zoom < UINT32_MAX)
		buf_print(line, " zoom=%" PRIu32 "-%" PRIu32, purge->min_zoom, purge->max_zoom);
	else
		buf_add_text(line, " zoom=*");
	if (purge->has_bounds)
		buf_print(line, " bbox=%.17g,%.17g,%.17g,%.17g", bounds.minx, bounds.miny,
			  bounds.maxx, bounds.maxy);
	else
		buf_add_text(line, " bbox=*");
	buf_print(line, " tiles=%" PRIu64 "\n", removed);
}

enum error_code purge_log_add(const char *state, const struct purge *purge, uint64_t removed,
			      struct error *error)
{
	enum error_code code = folder_make(state, error);
	char *path = log_path(state);
	struct buf line;
	int file;

	buf_init(&line, 0);
	write_line(purge, removed, &line);
	file = code ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	/* One write, so that lines of several processes do not mix. */
	if (!code && (file < 0 || write(file, line.bytes, line.length) != (ssize_t)line.length))
		code = error_set(error, ERROR_IO,
				 "%s: %s; running servers will not hear of this purge", path,
				 strerror(errno));
	if (file >= 0)
		close(file);
	buf_release(&line);
	free(path);
	return code;
}

struct purge_log *purge_log_follow(const char *state)
{
	struct purge_log *log = memory_zeroed(1, sizeof(*log));
	struct stat status;

	log->path = log_path(state);
	log->offset = stat(log->path, &status) == 0 ? status.st_size : 0;
	return log;
}

void purge_log_free(struct purge_log *log)
{
	if (!log)
		return;
	free(log->path);
	free(log);
}

/* Reads one line into PURGE, whose texts point into it. False: nonsense, or of this process. */
static bool read_line(char *line, struct purge *purge)
{
	char *words[8], *rest = line;
	struct error error;
	size_t count = 0;

	while (count < 8 && (words[count] = strsep(&rest, " ")))
		count++;
	if (count != 7 || strncmp(words[1], "pid=", 4) != 0 ||
	    strtol(words[1] + 4, NULL, 10) == (long)getpid() ||
	    strncmp(words[2], "theme=", 6) != 0 || strncmp(words[3], "grid=", 5) != 0 ||
	    strncmp(words[4], "zoom=", 5) != 0 || strncmp(words[5], "bbox=", 5) != 0)
		return false;
	return !purge_read(purge, read_word(words[2] + 6), read_word(words[3] + 5),
			   read_word(words[4] + 5), read_word(words[5] + 5), &error);
}

void purge_log_read(struct purge_log *log, purge_visit_f visit, void *context)
{
	struct stat status;
	struct purge purge;
	char *text, *line, *end;
	ssize_t length;
	int file;

	if (stat(log->path, &status) != 0 || status.st_size < log->offset)
		log->offset = 0; /* removed, or begun anew */
	if (stat(log->path, &status) != 0 || status.st_size == log->offset)
		return;
	file = open(log->path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return;
	text = memory_new(READ_MOST + 1);
	length = pread(file, text, READ_MOST, log->offset);
	close(file);
	text[length > 0 ? length : 0] = '\0';
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		log->offset += end + 1 - line;
		if (read_line(line, &purge))
			visit(&purge, context);
	}
	free(text);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tiler/memory.h"

enum {
	LINE_LONGEST = 1200,
	PATH_SHOWN = 800, /* bytes of a path in the log, escapes included */
};

struct log {
	int fd;
	bool quiet, requests, addresses;
};

enum error_code log_new(const struct settings *settings, struct log **log, struct error *error)
{
	int fd = STDERR_FILENO;

	if (*settings->log) {
		fd = open(settings->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
		if (fd < 0)
			return error_set(error, ERROR_IO, "cannot write the log to %s: %s",
					 settings->log, strerror(errno));
	}
	*log = memory_zeroed(1, sizeof(**log));
	(*log)->fd = fd;
	(*log)->quiet = settings->quiet;
	(*log)->requests = settings->log_requests && !settings->quiet;
	(*log)->addresses = settings->log_addresses;
	return ERROR_NONE;
}

void log_free(struct log *log)
{
	if (log && log->fd != STDERR_FILENO)
		close(log->fd);
	free(log);
}

static size_t write_time(char *line, size_t size)
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	return strftime(line, size, "%Y-%m-%dT%H:%M:%SZ ", &utc);
}

/* LENGTH bytes and a newline in the place of the NUL. A log that cannot be written is no reason to
 * stop serving. */
static void write_line(const struct log *log, char *line, size_t length)
{
	line[length] = '\n';
	if (write(log->fd, line, length + 1) < 0)
		return;
}

static void log_text(const struct log *log, const char *format, va_list arguments)
{
	char line[LINE_LONGEST];
	size_t start = write_time(line, sizeof(line));
	int length = vsnprintf(line + start, sizeof(line) - start, format, arguments);

	if (length < 0)
		return;
	if ((size_t)length >= sizeof(line) - start)
		length = (int)(sizeof(line) - start - 1);
	/* a line break from a file name must not look like another line */
	for (char *c = line + start; *c; c++)
		*c = (unsigned char)*c < 0x20 ? ' ' : *c;
	write_line(log, line, start + (size_t)length);
}

void log_note(struct log *log, const char *format, ...)
{
	va_list arguments;

	if (log->quiet)
		return;
	va_start(arguments, format);
	log_text(log, format, arguments);
	va_end(arguments);
}

void log_trouble(struct log *log, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_text(log, format, arguments);
	va_end(arguments);
}

/* The path as it was sent, with what is not printable ASCII as \xHH: a client cannot forge lines or
 * reach the terminal of who reads them. */
static void escape_path(const char *path, char escaped[PATH_SHOWN + 8])
{
	size_t length = 0;

	for (; *path && length < PATH_SHOWN; path++) {
		unsigned char c = (unsigned char)*path;

		if (c > 0x20 && c < 0x7f && c != '"' && c != '\\')
			escaped[length++] = (char)c;
		else
			length += (size_t)sprintf(escaped + length, "\\x%02X", c);
	}
	if (*path)
		length += (size_t)sprintf(escaped + length, "...");
	escaped[length] = '\0';
}

void log_request(struct log *log, const struct http_record *record)
{
	char line[LINE_LONGEST], path[PATH_SHOWN + 8], address[INET6_ADDRSTRLEN] = "";
	char status[12] = "-";
	size_t start;
	int length;

	if (!log->requests)
		return;
	start = write_time(line, sizeof(line));
	escape_path(record->path, path);
	if (log->addresses)
		peer_name(record->peer, address);
	if (record->status)
		snprintf(status, sizeof(status), "%u", record->status);
	length = snprintf(line + start, sizeof(line) - start, "%s%s%s %s %s %" PRIu64 " %.2fms%s%s",
			  address, *address ? " " : "", record->method, path, status, record->bytes,
			  (double)record->duration_us / 1000, record->tier ? " " : "",
			  record->tier ? record->tier : "");
	if (length > 0 && start + (size_t)length < sizeof(line))
		write_line(log, line, start + (size_t)length);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/http.h"
#include "server/settings.h"
#include "tiler/error.h"

/* The log: lines with a time (UTC), on standard error or at the end of a file. From any thread; a
 * line is one write, so lines do not mix. */
struct log;

/* New; ERROR_IO: the file cannot be opened. */
MUST_CHECK enum error_code log_new(const struct settings *settings, struct log **log,
				   struct error *error);
void log_free(struct log *log);

/* What the operator may want to know (silent when quiet), and what he must. */
void log_note(struct log *log, const char *format, ...) PRINTF_LIKE(2, 3);
void log_trouble(struct log *log, const char *format, ...) PRINTF_LIKE(2, 3);

/* One line a request: [address] method path status bytes milliseconds [cache or render]. No
 * address unless the settings ask for it. */
void log_request(struct log *log, const struct http_record *record);

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tiler/thread.h"

enum {
	BAR_WIDTH = 24,
	BAR_PERIOD_MS = 100,
	LINE_PERIOD_MS = 5000,
	GUESS_AFTER_MS = 1000, /* what is left is not told before */
};

void progress_begin(struct progress *progress, bool quiet)
{
	progress->quiet = quiet;
	progress->terminal = isatty(STDERR_FILENO);
	progress->began = clock_ms();
	progress->next = progress->began + (progress->terminal ? BAR_PERIOD_MS : LINE_PERIOD_MS);
}

bool progress_is_due(const struct progress *progress)
{
	return !progress->quiet && clock_ms() >= progress->next;
}

/* ", 2 min left", or nothing while that would be a mere guess. */
static void print_time_left(char *text, size_t size, int64_t elapsed, double share)
{
	double left = share > 0 ? (double)elapsed * (1 - share) / share / 1000 : 0;

	*text = '\0';
	if (elapsed < GUESS_AFTER_MS || share <= 0)
		return;
	if (left < 100)
		snprintf(text, size, ", %.0f s left", left);
	else if (left < 100 * 60)
		snprintf(text, size, ", %.0f min left", left / 60);
	else
		snprintf(text, size, ", %.0f h left", left / 3600);
}

void progress_show(struct progress *progress, double share, const char *format, ...)
{
	int64_t now = clock_ms();
	char bar[BAR_WIDTH + 1], left[40], what[160];
	int filled = (int)(share * BAR_WIDTH);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	print_time_left(left, sizeof(left), now - progress->began, share);
	if (progress->terminal) {
		memset(bar, '-', BAR_WIDTH);
		memset(bar, '#', (size_t)(filled > BAR_WIDTH ? BAR_WIDTH : filled));
		bar[BAR_WIDTH] = '\0';
		fprintf(stderr, "\r[%s] %3.0f %%  %s%s\033[K", bar, 100 * share, what, left);
	} else {
		fprintf(stderr, "%s (%.0f %%%s)\n", what, 100 * share, left);
	}
	fflush(stderr);
	progress->next = now + (progress->terminal ? BAR_PERIOD_MS : LINE_PERIOD_MS);
}

void progress_end(struct progress *progress)
{
	if (progress->terminal && !progress->quiet)
		fputs("\r\033[K", stderr);
}

double progress_seconds(const struct progress *progress)
{
	return (double)(clock_ms() - progress->began) / 1000;
}

void print_bytes(char text[16], uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	double number = (double)bytes;
	size_t unit = 0;

	while (number >= 999.5 && unit < 4) {
		number /= 1000;
		unit++;
	}
	snprintf(text, 16, number < 99.95 && unit > 0 ? "%.1f %s" : "%.0f %s", number, units[unit]);
}

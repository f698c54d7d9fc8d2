/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Dates and times as columns have them, in ISO 8601 text: "2024-05-01", "2024-05-01T10:20:30.5"
 * with "Z", "+02:00" or nothing after it. */
struct filter_time {
	bool has_clock;
	int64_t day;	 /* as it is written, counted from any day */
	int64_t instant; /* milliseconds from the same; a zone that is not said is that of UTC */
};

/* False: the text is no such thing. */
bool filter_time_read(const char *text, uint32_t length, struct filter_time *time);

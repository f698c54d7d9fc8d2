/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdint.h>

#include "tiler/buf.h"

/* The Prometheus text exposition format, version 0.0.4: families of samples, each with its labels.
 */

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Opens a family: TYPE is "counter", "gauge" or "histogram"; HELP one line. */
void exposition_family(struct buf *out, const char *name, const char *type, const char *help);

/* One sample. LABELS: pairs of name and value (any UTF-8), ended by NULL; or NULL: none. */
void exposition_integer(struct buf *out, const char *name, const char *const *labels,
			uint64_t value);
void exposition_number(struct buf *out, const char *name, const char *const *labels, double value);

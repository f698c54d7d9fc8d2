/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/ogr_value.h"

#include <cpl_string.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/source_ogr.h"

enum {
	/* Bytes of a text; longer ones are documents rather than attributes: a few would fill a
	 * tile alone. */
	TEXT_MOST = 65535
};

/* "2024-05-01", "10:20:30.5", "2024-05-01T10:20:30+02:00" (or "Z", or nothing where the zone is
 * not known). */
static void print_date(struct buf *text, OGRFeatureH row, int field, OGRFieldType type)
{
	int year, month, day, hour, minute, zone;
	int milliseconds;
	float second;

	if (!OGR_F_GetFieldAsDateTimeEx(row, field, &year, &month, &day, &hour, &minute, &second,
					&zone))
		return;
	if (type != OFTTime)
		buf_print(text, "%04d-%02d-%02d", year, month, day);
	if (type == OFTDate)
		return;
	milliseconds = (int)lroundf(second * 1000);
	buf_print(text, "%s%02d:%02d:%02d", type == OFTDateTime ? "T" : "", hour, minute,
		  milliseconds / 1000);
	if (milliseconds % 1000)
		buf_print(text, ".%03d", milliseconds % 1000);
	/* OGR: 0 unknown, 1 local, 100 UTC, and a quarter of an hour a step from there. */
	if (zone == 100)
		buf_add_text(text, "Z");
	else if (zone > 1)
		buf_print(text, "%c%02d:%02d", zone > 100 ? '+' : '-', abs(zone - 100) / 4,
			  abs(zone - 100) % 4 * 15);
}

static void print_quoted(struct buf *text, const char *string)
{
	buf_add_char(text, '"');
	for (const char *c = string; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_print(text, "\\%c", *c);
		else if ((unsigned char)*c < ' ')
			buf_print(text, "\\u%04x", (unsigned char)*c);
		else
			buf_add_char(text, *c);
	}
	buf_add_char(text, '"');
}

static void print_real(struct buf *text, double real)
{
	char digits[40];

	if (!isfinite(real)) {
		buf_add_text(text, "null");
		return;
	}
	for (int precision = 15; precision <= 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*g", precision, real);
		if (strtod(digits, NULL) == real)
			break;
	}
	buf_add_text(text, digits);
}

static void print_strings(struct buf *text, OGRFeatureH row, int field)
{
	char **strings = OGR_F_GetFieldAsStringList(row, field);

	for (int i = 0; strings && strings[i]; i++) {
		buf_add_text(text, i ? "," : "");
		print_quoted(text, strings[i]);
	}
}

/* A list as a JSON array. */
static void print_list(struct buf *text, OGRFeatureH row, int field, OGRFieldType type)
{
	int count = 0;

	buf_add_char(text, '[');
	if (type == OFTIntegerList) {
		const int *list = OGR_F_GetFieldAsIntegerList(row, field, &count);

		for (int i = 0; i < count; i++)
			buf_print(text, i ? ",%d" : "%d", list[i]);
	} else if (type == OFTInteger64List) {
		const GIntBig *list = OGR_F_GetFieldAsInteger64List(row, field, &count);

		for (int i = 0; i < count; i++)
			buf_print(text, i ? ",%lld" : "%lld", (long long)list[i]);
	} else if (type == OFTRealList) {
		const double *list = OGR_F_GetFieldAsDoubleList(row, field, &count);

		for (int i = 0; i < count; i++) {
			buf_add_text(text, i ? "," : "");
			print_real(text, list[i]);
		}
	} else {
		print_strings(text, row, field);
	}
	buf_add_char(text, ']');
}

/* The field as text; borrowed until the next one is read. */
static const char *text_of(struct buf *text, OGRFeatureH row, int field)
{
	OGRFieldType type = OGR_Fld_GetType(OGR_F_GetFieldDefnRef(row, field));

	buf_empty(text);
	switch (type) {
	case OFTDate:
	case OFTTime:
	case OFTDateTime:
		print_date(text, row, field, type);
		break;
	case OFTIntegerList:
	case OFTInteger64List:
	case OFTRealList:
	case OFTStringList:
		print_list(text, row, field, type);
		break;
	default:
		return OGR_F_GetFieldAsString(row, field);
	}
	return text->length ? text->bytes : "";
}

static struct value text_value(OGRFeatureH row, int field, struct buf *scratch, struct arena *arena,
			       bool *too_long)
{
	const char *text = text_of(scratch, row, field);
	size_t length = strlen(text);
	char *recoded = NULL, *copy;

	if (length > TEXT_MOST) {
		*too_long = true;
		return (struct value){.type = VALUE_NULL};
	}
	if (!CPLIsUTF8(text, -1)) {
		text = recoded = ogr_utf8(text);
		length = strlen(text);
	}
	copy = arena_alloc(arena, length + 1);
	memcpy(copy, text, length + 1);
	free(recoded);
	return (struct value){.type = VALUE_TEXT, .text = {copy, (uint32_t)length}};
}

struct value ogr_value(OGRFeatureH row, int field, enum value_type type, struct buf *scratch,
		       struct arena *arena, bool *too_long)
{
	struct value value = {.type = type};

	*too_long = false;
	if (!OGR_F_IsFieldSetAndNotNull(row, field))
		return (struct value){.type = VALUE_NULL};
	switch (type) {
	case VALUE_BOOLEAN:
		value.boolean = OGR_F_GetFieldAsInteger(row, field) != 0;
		return value;
	case VALUE_INTEGER:
		value.integer = OGR_F_GetFieldAsInteger64(row, field);
		return value;
	case VALUE_REAL:
		value.real = OGR_F_GetFieldAsDouble(row, field);
		return value;
	default:
		return text_value(row, field, scratch, arena, too_long);
	}
}

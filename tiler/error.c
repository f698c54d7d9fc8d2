/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum error_code error_set(struct error *error, enum error_code code, const char *format, ...)
{
	if (error) {
		va_list arguments;

		error->code = code;
		va_start(arguments, format);
		vsnprintf(error->text, sizeof(error->text), format, arguments);
		va_end(arguments);
	}
	return code;
}

enum error_code error_prefix(struct error *error, const char *format, ...)
{
	char text[sizeof(error->text)];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length >= 0 && (size_t)length < sizeof(text))
		snprintf(text + length, sizeof(text) - (size_t)length, "%s", error->text);
	memcpy(error->text, text, sizeof(text));
	return error->code;
}

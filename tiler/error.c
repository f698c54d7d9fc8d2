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
		error->french[0] = '\0';
		va_start(arguments, format);
		vsnprintf(error->text, sizeof(error->text), format, arguments);
		va_end(arguments);
	}
	return code;
}

enum error_code error_tell(struct error *error, enum error_code code, const char *english,
			   const char *french, ...)
{
	va_list arguments;

	if (!error)
		return code;
	error->code = code;
	va_start(arguments, french);
	vsnprintf(error->text, sizeof(error->text), english, arguments);
	va_end(arguments);
	va_start(arguments, french);
	vsnprintf(error->french, sizeof(error->french), french, arguments);
	va_end(arguments);
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
	error->french[0] = '\0';
	return error->code;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/parameters.h"

#include <string.h>
#include <strings.h>

#include "server/target.h"
#include "tiler/message.h"
#include "tiler/words.h"

static bool is_among(const char *names, const char *name, words_compare_f compare)
{
	return words_have(names, " ", name, compare);
}

static bool is_known(const struct parameters *parameters, const char *name)
{
	return is_among(PARAMETERS_OF_ALL, name, strncmp) ||
	       is_among(parameters->names, name, strncmp);
}

static enum error_code check_name(const struct parameters *parameters, const char *name,
				  struct error *error)
{
	if (is_known(parameters, name))
		return ERROR_NONE;
	if (parameters->closed)
		return error_tell(error, ERROR_INVALID, MESSAGE_NO_PARAMETER, name);
	if (!is_among(PARAMETERS_OF_VARIANT, name, strncasecmp))
		return ERROR_NONE;
	if (is_among(parameters->names, name, strncasecmp))
		return error_tell(error, ERROR_INVALID, MESSAGE_SMALL_LETTERS, name);
	return error_tell(error, ERROR_INVALID, MESSAGE_NOT_LIMITED, name);
}

enum error_code parameters_check(const struct parameters *parameters, const struct request *request,
				 struct error *error)
{
	const struct target *target = request->target;

	for (uint32_t i = 0; i < target->query_count; i++) {
		const char *name = target->query[i].name;

		if (check_name(parameters, name, error))
			return error->code;
		if (target_query(target, name) != target->query[i].value)
			return error_tell(error, ERROR_INVALID, MESSAGE_PARAMETER_TWICE, name);
	}
	return ERROR_NONE;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/tile_member.h"
#include "tiler/message.h"

#include <string.h>

/* Who asked may have come before the communes were known. */
static enum error_code check_commune(struct communes *communes, const char *code,
				     struct error *error)
{
	struct commune_list *list = NULL;
	enum error_code result = communes_list(communes, &list, error);

	if (!result && !commune_list_find(list, code))
		result = error_tell(error, ERROR_NOT_FOUND, MESSAGE_NO_COMMUNE, code, "");
	commune_list_unref(list);
	return result;
}

enum error_code tile_member_take(struct tile_workshop *workshop, const struct theme *theme,
				 const struct variant *variant, struct tile_member *member,
				 struct error *error)
{
	enum error_code code = ERROR_NONE;

	*member = (struct tile_member){0};
	if (variant_is_limited(variant))
		code = check_commune(workshop->communes, variant->commune, error);
	if (!code)
		code = shelf_take(workshop->shelf, theme, &member->prepared, error);
	if (code)
		return code;
	memcpy(member->version, member->prepared->version, sizeof(member->version));
	if (variant_is_limited(variant))
		code = communes_take(workshop->communes, member->prepared, variant->commune,
				     &member->commune, error);
	if (code)
		tile_member_release(member);
	else if (member->commune.join)
		memcpy(member->version, member->commune.version, sizeof(member->version));
	return code;
}

void tile_member_release(struct tile_member *member)
{
	prepared_unref(member->prepared);
	commune_taken_release(&member->commune);
}

enum error_code tile_member_check(struct tile_workshop *workshop, const struct tile_member *member,
				  struct error *error)
{
	struct commune_join *join = member->commune.join;

	if (!join || commune_join_is_whole(join))
		return ERROR_NONE;
	communes_mend(workshop->communes, join);
	return error_set(error, ERROR_BUSY,
			 "which features of theme %s are in which commune was damaged on disk and "
			 "is being found out anew; ask again",
			 member->prepared->theme_id);
}

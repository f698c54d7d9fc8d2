# SPDX-License-Identifier: EUPL-1.2
# The pages people see and the files they are made of.
PAGE_SOURCES = \
	server/asset.c server/asset.h \
	server/html.c server/html.h \
	server/page.h \
	server/page_embed.c \
	server/page_frame.c server/page_frame.h \
	server/page_group.c server/page_group.h \
	server/page_json.c server/page_json.h \
	server/page_kind.c server/page_kind.h \
	server/page_landing.c \
	server/page_map.c server/page_map.h \
	server/page_problem.c \
	server/page_search.c server/page_search.h \
	server/page_theme.c server/page_theme.h \
	server/page_theme_addresses.c \
	server/page_theme_facts.c \
	server/page_theme_rows.c
nodist_PAGE_SOURCES = server/web/assets.h

include server/web/local.mk

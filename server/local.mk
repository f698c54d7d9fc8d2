# SPDX-License-Identifier: EUPL-1.2
# The pages people see and the files they are made of.
PAGE_SOURCES = \
	server/asset.c server/asset.h \
	server/guide.c server/guide.h \
	server/html.c server/html.h \
	server/page.h \
	server/page_communes.c server/page_communes.h \
	server/page_develop.c server/page_develop.h server/page_embed.c \
	server/page_frame.c server/page_frame.h \
	server/page_grid.c \
	server/page_group.c server/page_group.h \
	server/page_guide.c server/page_guide.h \
	server/page_health.c \
	server/page_items.c \
	server/page_json.c server/page_json.h \
	server/page_kind.c server/page_kind.h \
	server/page_landing.c \
	server/page_map.c server/page_map.h \
	server/page_ogc.c server/page_ogc.h \
	server/page_ogc_collections.c \
	server/page_ogc_tilesets.c \
	server/page_problem.c \
	server/page_qgis.c server/page_qgis.h \
	server/page_search.c server/page_search.h \
	server/page_theme.c server/page_theme.h \
	server/page_theme_addresses.c \
	server/page_theme_facts.c \
	server/page_theme_metadata.c \
	server/page_theme_quality.c \
	server/page_theme_rows.c \
	server/page_tree.c server/page_tree.h \
	server/page_trouble.c server/page_trouble.h \
	server/page_value.c server/page_value.h \
	server/page_variant.c server/page_variant.h
nodist_PAGE_SOURCES = server/web/assets.h

include server/web/local.mk

# libserver: everything of the program but its main function, so that tests can link it.
noinst_LIBRARIES += server/libserver.a
server_libserver_a_CFLAGS = $(AM_CFLAGS) $(MICROHTTPD_CFLAGS) $(YAML_CFLAGS) $(LIBXML2_CFLAGS) $(JANSSON_CFLAGS) -pthread
server_libserver_a_SOURCES = $(PAGE_SOURCES) \
	server/address.c server/address.h \
	server/admin.c server/admin.h \
	server/answer.c server/answer.h \
	server/base_url.c server/base_url.h \
	server/clients.c server/clients.h \
	server/command.c server/command.h \
	server/command_check.c \
	server/command_config.c \
	server/command_data.c \
	server/command_export.c \
	server/command_prepare.c \
	server/command_purge.c \
	server/command_seed.c \
	server/command_serve.c \
	server/command_table.c \
	server/command_themes.c \
	server/command_tile.c \
	server/commune_report.c server/commune_report.h \
	server/commune_scope.c server/commune_scope.h \
	server/configuration.c server/configuration.h server/config_read.h \
	server/config_data.c \
	server/config_print.c \
	server/config_records.c \
	server/config_table.c \
	server/config_themes.c \
	server/config_tree.c server/config_tree.h \
	server/connections.c server/connections.h \
	server/dcat.c server/dcat.h \
	server/dcat_words.c \
	server/dcat_write.c server/dcat_write.h \
	server/documents.c server/documents.h \
	server/exchange.c server/exchange.h server/exchange_parts.h server/exchange_send.c \
	server/exposition.c server/exposition.h \
	server/file.c server/file.h \
	server/geojson.c server/geojson.h \
	server/grid_json.c server/grid_json.h \
	server/handler.h \
	server/handler_admin.c \
	server/handler_asset.c \
	server/handler_communes.c \
	server/handler_dcat.c \
	server/handler_esri.c \
	server/handler_grid.c \
	server/handler_health.c \
	server/health.c server/health.h \
	server/handler_items.c \
	server/handler_metrics.c \
	server/handler_ogc.c \
	server/handler_ogc_tile.c \
	server/handler_ogc_tileset.c \
	server/handler_page.c \
	server/handler_qgis.c \
	server/handler_sitemap.c \
	server/handler_style.c \
	server/handler_tile.c \
	server/handler_tilejson.c \
	server/handler_tms.c \
	server/handler_wmts.c \
	server/http.c server/http.h \
	server/interruption.c server/interruption.h \
	server/iso_fields.c server/iso_fields.h \
	server/iso_record.c server/iso_record.h \
	server/iso_words.c server/iso_words.h \
	server/items.c server/items.h server/items_json.c \
	server/items_query.c server/items_query.h \
	server/json.c server/json.h \
	server/language.c server/language.h \
	server/licence.c server/licence.h \
	server/log.c server/log.h \
	server/metrics.c server/metrics.h \
	server/negotiate.c server/negotiate.h \
	server/ogc.c server/ogc.h \
	server/ogc_collection.c \
	server/ogc_crs.c server/ogc_crs.h \
	server/ogc_subject.c \
	server/ogc_tileset.c \
	server/ows.c server/ows.h \
	server/preparation.c server/preparation.h \
	server/qgis.h server/qgis_connections.c \
	server/quality.c server/quality.h \
	server/progress.c server/progress.h \
	server/pyramid_scope.c server/pyramid_scope.h \
	server/refusal.c server/refusal.h \
	server/reload.c server/reload.h \
	server/reply.c server/reply.h \
	server/request.c server/request.h \
	server/response.c server/response.h \
	server/parameters.c server/parameters.h \
	server/route.c server/route.h \
	server/schema_org.c server/schema_org.h \
	server/settings.c server/settings.h server/settings_print.c \
	server/site.c server/site.h \
	server/table.c server/table.h \
	server/target.c server/target.h \
	server/theme_choice.c server/theme_choice.h \
	server/tile_names.h \
	server/tile_limits.c server/tile_limits.h \
	server/tile_recall.c server/tile_recall.h \
	server/tms.c server/tms.h \
	server/tileset.c server/tileset.h server/tileset_layers.c \
	server/utf8.c server/utf8.h \
	server/variant_query.c server/variant_query.h \
	server/wmts.c server/wmts.h \
	server/wmts_contents.c \
	server/wmts_grid.c \
	server/whole.c server/whole.h \
	server/xml.c server/xml.h \
	server/xml_leaves.c server/xml_leaves.h
nodist_server_libserver_a_SOURCES = $(nodist_PAGE_SOURCES)
server/libserver_a-asset.$(OBJEXT): server/web/assets.h
SERVER_LIBS = server/libserver.a styles/libstyles.a tiler/libtiler.a \
	$(MICROHTTPD_LIBS) $(YAML_LIBS) $(LIBXML2_LIBS) $(STYLES_LIBS) $(TILER_LIBS)

bin_PROGRAMS += tuilerie
tuilerie_SOURCES = server/main.c
tuilerie_LDADD = $(SERVER_LIBS)

dist_man_MANS += server/tuilerie.1 server/tuilerie.yaml.5
EXTRA_DIST += server/docs/catalogue.md server/docs/configuration.md server/docs/tuilerie.yaml server/docs/http.md server/docs/metrics.md server/docs/ogc.md server/docs/pages.md server/docs/wmts.md server/docs/qgis.md server/docs/features.md

# SPDX-License-Identifier: EUPL-1.2
# libtiler: the tiling engine. Knows nothing of HTTP, styles or pages.
noinst_LIBRARIES += tiler/libtiler.a
tiler_libtiler_a_CFLAGS = $(AM_CFLAGS) $(GDAL_CFLAGS) $(PROJ_CFLAGS) $(GEOS_CFLAGS) $(ZLIB_CFLAGS) \
	$(LIBDEFLATE_CFLAGS) $(JANSSON_CFLAGS) $(XXHASH_CFLAGS) $(SQLITE_CFLAGS) $(UTF8PROC_CFLAGS) -pthread
TILER_LIBS = $(GDAL_LIBS) $(PROJ_LIBS) $(GEOS_LIBS) $(LIBDEFLATE_LIBS) $(ZLIB_LIBS) \
	$(JANSSON_LIBS) $(XXHASH_LIBS) $(SQLITE_LIBS) $(UTF8PROC_LIBS) -lpthread -lm
tiler_libtiler_a_SOURCES = \
	tiler/arena.c tiler/arena.h \
	tiler/blob.c tiler/blob.h \
	tiler/borders.c tiler/borders.h \
	tiler/box_tree.c tiler/box_tree.h \
	tiler/buf.c tiler/buf.h \
	tiler/cache_disk.c tiler/cache_disk.h tiler/cache_disk_carry.c tiler/cache_disk_evict.c \
	tiler/cache_disk_file.c tiler/cache_disk_file.h tiler/cache_disk_reader.c \
	tiler/cache_memory.c tiler/cache_memory.h \
	tiler/catalogue.c tiler/catalogue.h \
	tiler/catalogue_past.c tiler/catalogue_past.h \
	tiler/catalogue_settings.c tiler/catalogue_settings.h \
	tiler/changes.c tiler/changes.h \
	tiler/clip.c tiler/clip.h \
	tiler/coarseness.c tiler/coarseness.h tiler/commune_join.c tiler/commune_join.h tiler/commune_join_file.h tiler/commune_join_make.c \
	tiler/commune_join_write.c \
	tiler/commune_list.c tiler/commune_list.h \
	tiler/commune_outline.c tiler/commune_outline.h tiler/commune_region.c \
	tiler/commune_source.c tiler/commune_source.h \
	tiler/communes.c tiler/communes.h tiler/communes_table.h tiler/communes_thread.c \
	tiler/compare.h \
	tiler/companion.c tiler/companion.h \
	tiler/companion_level.c tiler/companion_level.h \
	tiler/compress.c tiler/compress.h \
	tiler/cover.c tiler/cover.h \
	tiler/crs.c tiler/crs.h tiler/crs_context.h tiler/crs_transform.c \
	tiler/density.c tiler/density.h \
	tiler/drawing.c tiler/drawing.h \
	tiler/engine.c tiler/engine.h tiler/engine_job.c tiler/engine_job.h \
	tiler/engine_parts.h tiler/engine_tile.c \
	tiler/error.c tiler/error.h \
	tiler/export.c tiler/export.h \
	tiler/feature.h \
	tiler/feature_cut.c tiler/feature_cut.h \
	tiler/feature_ids.c tiler/feature_ids.h \
	tiler/feature_walk.c tiler/feature_walk.h \
	tiler/fgb.c tiler/fgb.h \
	tiler/fgb_feature.c tiler/fgb_feature.h \
	tiler/fgb_file.h tiler/fgb_record.c tiler/fgb_walk.c \
	tiler/fgb_encode.c tiler/fgb_encode.h tiler/flatbuffer_writer.h \
	tiler/fgb_index.c tiler/fgb_index.h \
	tiler/fgb_writer.c tiler/fgb_writer.h \
	tiler/filter.h tiler/filter_bind.c tiler/filter_binding.h tiler/filter_box.c tiler/filter_geometry.c \
	tiler/filter_keeps.c tiler/filter_lexer.c tiler/filter_lexer.h tiler/filter_like.c \
	tiler/filter_node.h tiler/filter_parse.c tiler/filter_parser.h tiler/filter_print.c \
	tiler/filter_region.c tiler/filter_scalar.c tiler/filter_time.c tiler/filter_time.h \
	tiler/filtering.c tiler/filtering.h \
	tiler/flatbuffer.h \
	tiler/file_path.c tiler/file_path.h tiler/file_write.c tiler/file_write.h \
	tiler/fold.c tiler/fold.h \
	tiler/folder.c tiler/folder.h \
	tiler/footprint.c tiler/footprint.h \
	tiler/geometry.c tiler/geometry.h \
	tiler/grid.c tiler/grid.h tiler/grids.c \
	tiler/grid_builtin.c tiler/grid_builtin.h \
	tiler/grid_document.c tiler/grid_document.h tiler/grid_document_file.c \
	tiler/grid_document_levels.c tiler/grid_document_levels.h \
	tiler/hash.c tiler/hash.h \
	tiler/hilbert.c tiler/hilbert.h \
	tiler/interior.c tiler/interior.h \
	tiler/lattice.c tiler/lattice.h \
	tiler/lattice_bend.c tiler/lattice_bend.h \
	tiler/lattice_refine.c tiler/lattice_refine.h \
	tiler/generalise.c tiler/generalise.h \
	tiler/level_changes.c tiler/level_changes.h \
	tiler/level_feature.c tiler/level_feature.h \
	tiler/level_fit.c tiler/level_fit.h \
	tiler/level_rounding.c tiler/level_rounding.h \
	tiler/level_shape.c tiler/level_shape.h \
	tiler/level_writing.c tiler/level_writing.h \
	tiler/mbtiles.c tiler/mbtiles.h tiler/mbtiles_handle.h tiler/mbtiles_now.c \
	tiler/mbtiles_tiles.c \
	tiler/mapped_file.c tiler/mapped_file.h \
	tiler/mask.c tiler/mask.h tiler/mask_lines.c tiler/mask_rings.c \
	tiler/memory.c tiler/memory.h \
	tiler/message.h tiler/message_filter.h \
	tiler/nearest.c tiler/nearest.h \
	tiler/noding.c tiler/noding.h \
	tiler/outline.c tiler/outline.h \
	tiler/selection.c tiler/selection.h tiler/selection_cap.c tiler/selection_choice.h \
	tiler/simplify.c tiler/simplify.h \
	tiler/tile_budget.c tiler/tile_budget.h \
	tiler/tile_weights.c tiler/tile_weights.h \
	tiler/value_weight.c tiler/value_weight.h \
	tiler/uncross.c tiler/uncross.h \
	tiler/untangle.c tiler/untangle.h \
	tiler/mend.c tiler/mend.h \
	tiler/merging.c tiler/merging.h \
	tiler/moves.c tiler/moves.h \
	tiler/mvt.c tiler/mvt.h tiler/mvt_bytes.h tiler/mvt_join.c tiler/mvt_join.h \
	tiler/mvt_shape.c tiler/mvt_shape.h tiler/mvt_values.c tiler/mvt_values.h \
	tiler/ogr_declared.c \
	tiler/ogr_geometry.c tiler/ogr_geometry.h tiler/ogr_turn.c \
	tiler/ogr_value.c tiler/ogr_value.h \
	tiler/parallel.c tiler/parallel.h tiler/pmtiles.c tiler/pmtiles.h tiler/pmtiles_directory.c tiler/pmtiles_directory.h \
	tiler/precedence.c tiler/precedence.h \
	tiler/plain_polygons.c tiler/plain_polygons.h \
	tiler/prepare.c tiler/prepare.h \
	tiler/prepared.c tiler/prepared.h \
	tiler/prepared_document.c tiler/prepared_document.h \
	tiler/prepared_report.c tiler/prepared_report.h \
	tiler/prepared_version.c tiler/prepared_version.h \
	tiler/pyramid.c tiler/pyramid.h tiler/pyramid_square.c tiler/pyramid_square.h \
	tiler/purge.c tiler/purge.h tiler/purge_log.c tiler/purge_log.h \
	tiler/problem.h \
	tiler/reading.c tiler/reading.h \
	tiler/region.c tiler/region.h tiler/region_geos.c tiler/region_geos.h \
	tiler/region_cut.c tiler/region_make.c tiler/region_move.c \
	tiler/render.c tiler/render.h \
	tiler/repair.c tiler/repair.h \
	tiler/report.c tiler/report.h \
	tiler/snap.c tiler/snap.h \
	tiler/sound.c \
	tiler/showing.c tiler/showing.h \
	tiler/shelf.c tiler/shelf.h tiler/shelf_slot.h tiler/shelf_adopt.c \
	tiler/shelf_service.c tiler/shelf_threads.c \
	tiler/seam.c tiler/seam.h \
	tiler/secret.c tiler/secret.h \
	tiler/source.h \
	tiler/source_files.c tiler/source_files.h \
	tiler/source_list.c \
	tiler/source_names.c tiler/source_names.h \
	tiler/source_ogr.c tiler/source_ogr.h \
	tiler/source_read.c \
	tiler/state_folder.c tiler/state_folder.h \
	tiler/survey.c tiler/survey.h \
	tiler/text_list.c tiler/text_list.h \
	tiler/theme.c tiler/theme.h \
	tiler/theme_describe.c \
	tiler/theme_option.c tiler/theme_option.h tiler/theme_option_read.c \
	tiler/theme_override.c tiler/theme_override.h \
	tiler/theme_record.c tiler/theme_record.h \
	tiler/theme_options.c tiler/theme_options.h \
	tiler/thread.c tiler/thread.h \
	tiler/tile_cache.c tiler/tile_cache.h \
	tiler/tile_key.c tiler/tile_key.h \
	tiler/tile_maker.c tiler/tile_maker.h \
	tiler/tile_member.c tiler/tile_member.h \
	tiler/tile_packer.c tiler/tile_packer.h \
	tiler/tile_request.c tiler/tile_request.h \
	tiler/transforms.c tiler/transforms.h \
	tiler/twins.c tiler/twins.h \
	tiler/variant.c tiler/variant.h tiler/variant_filter.c tiler/variant_filter.h tiler/variant_view.c tiler/variant_view.h \
	tiler/watch.c tiler/watch.h tiler/watch_files.c tiler/watch_files.h \
	tiler/weighings.c tiler/weighings.h \
	tiler/winding.c tiler/winding.h \
	tiler/words.c tiler/words.h \
	tiler/work.c tiler/work.h \
	tiler/work_jobs.c tiler/work_jobs.h
EXTRA_DIST += tiler/README.md tiler/docs/cache-and-work.md tiler/docs/freshness.md \
	tiler/docs/filters.md tiler/docs/generalisation.md \
	tiler/docs/options.md tiler/docs/preparation.md tiler/docs/communes.md tiler/docs/pyramid.md tiler/docs/rendering.md \
	tiler/docs/reprojection.md

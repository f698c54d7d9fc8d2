/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/arena.h"
#include "tiler/blob.h"
#include "tiler/buf.h"
#include "tiler/catalogue.h"
#include "tiler/error.h"
#include "tiler/prepared.h"
#include "tiler/transforms.h"
#include "tiler/variant_view.h"

/* Reading a prepared theme for something else than a tile (a page of its features): work that is
 * queued, bounded and answered as tiles are. What comes of it is for who asks to say; the engine
 * only brings the theme, a thread and its tools together. */

/* What a worker keeps from one reading to the next. */
struct reading_tools {
	struct arena *arena; /* reset after each */
	struct transforms *transforms;
	struct buf document; /* to write in; emptied after each */
	struct compressor *compressor;
	struct filtering *filtering;
};

/* What is read; borrowed for the reading. */
struct reading_source {
	const struct prepared *prepared;    /* the version in service */
	const struct render_layer *showing; /* what of it the variant shows */
};

struct reading {
	struct catalogue *catalogue; /* the theme's own; borrowed, kept alive until `release` */
	const struct theme *theme;
	struct variant *variant; /* borrowed, kept alive likewise; NULL: the whole theme */
	const char *key;	 /* borrowed: readings of the same key, theme and variant are done
				    once for all who wait */

	/* On a worker's thread: sets *BLOB to a new reference, or fails, or leaves NULL: there is
	 * more to read than one turn should take, and it is called again, perhaps on another thread
	 * and of another version of the theme, once others had theirs. CONTENT remembers how far it
	 * came. ERROR_INVALID: the theme is damaged on disk. */
	enum error_code (*read)(const struct reading_source *source, struct reading_tools *tools,
				void *content, struct blob **blob, struct error *error);
	void (*release)(void *content);
	void *content;
};

/* New, for the thread that calls. */
struct reading_tools *reading_tools_new(void);
void reading_tools_free(struct reading_tools *tools);

/* After a reading: gives back what it took. */
void reading_tools_rest(struct reading_tools *tools);

/* A gzipped blob of the tools' document, new. ERROR_LIMIT: it passed DOCUMENT's limit. */
MUST_CHECK enum error_code reading_pack(struct reading_tools *tools, struct blob **blob,
					struct error *error);

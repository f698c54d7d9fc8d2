/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Immutable bytes shared by the cache and the replies under way, with what HTTP says of them. A
 * tile is kept gzipped only: whoever cannot read that gets it inflated for him. */
struct blob {
	const void *bytes; /* a gzip stream when `gzipped` */
	size_t length;	   /* 0: an empty tile */
	size_t raw_length; /* before compression */
	bool gzipped;
	char hash[33]; /* of the content before compression: equal content, equal hash */
};

/* New with one reference; BYTES (from malloc) are stolen. RAW: the content the hash is made of,
 * borrowed. All functions may be called from any thread. */
struct blob *blob_new(void *bytes, size_t length, bool gzipped, const void *raw, size_t raw_length);

/* The same for content whose hash is known: a gzip stream, or length 0. */
struct blob *blob_new_hashed(void *bytes, size_t length, size_t raw_length, const char hash[33]);
struct blob *blob_ref(struct blob *blob);
void blob_unref(struct blob *blob);

enum {
	BLOB_ATTACHED_MOST = 2304 /* bytes, all told */
};

/* What a user of a gzipped blob made of it once, to be kept as long as the blob: the first member
 * of what it is. At most one, released with the blob. */
struct blob_attachment {
	void (*release)(struct blob_attachment *attachment);
};

/* What is attached, or NULL. Borrowed. */
struct blob_attachment *blob_attached(const struct blob *blob);

/* What is attached from now on: ATTACHMENT, which is stolen, or the one of another thread that was
 * quicker, ATTACHMENT being released. Borrowed. */
struct blob_attachment *blob_attach(struct blob *blob, struct blob_attachment *attachment);

/* Memory it takes, with what may come to be attached, for caches bounded by bytes. */
size_t blob_footprint(const struct blob *blob);

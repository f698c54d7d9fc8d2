/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/documents.h"

#include <pthread.h>
#include <stdlib.h>

#include "tiler/cache_memory.h"
#include "tiler/compress.h"
#include "tiler/memory.h"

enum {
	KEPT_BYTES = 32 * 1024 * 1024,
	GZIP_LEVEL = 6,
};

struct documents {
	pthread_mutex_t lock; /* guards both */
	struct catalogue *catalogue;
	struct cache_memory *kept;
};

struct documents *documents_new(void)
{
	struct documents *documents = memory_zeroed(1, sizeof(*documents));

	pthread_mutex_init(&documents->lock, NULL);
	return documents;
}

void documents_free(struct documents *documents)
{
	if (!documents)
		return;
	cache_memory_free(documents->kept);
	catalogue_unref(documents->catalogue);
	pthread_mutex_destroy(&documents->lock);
	free(documents);
}

/* The reference held to the catalogue keeps its address from being that of another one. */
static void turn_to(struct documents *documents, struct catalogue *catalogue)
{
	if (documents->catalogue == catalogue)
		return;
	cache_memory_free(documents->kept);
	catalogue_unref(documents->catalogue);
	documents->kept = cache_memory_new(KEPT_BYTES);
	documents->catalogue = catalogue_ref(catalogue);
}

bool documents_find(struct documents *documents, struct catalogue *catalogue, const char *key,
		    struct reply *reply)
{
	struct blob *blob = NULL;

	if (!documents)
		return false;
	pthread_mutex_lock(&documents->lock);
	if (documents->catalogue == catalogue)
		blob = cache_memory_get(documents->kept, key);
	pthread_mutex_unlock(&documents->lock);
	reply->blob = blob;
	return blob != NULL;
}

static struct blob *compressed(const struct buf *body)
{
	struct compressor *compressor = compressor_new(GZIP_LEVEL);
	struct blob *blob = NULL;
	struct buf gzip;
	size_t length;
	char *bytes;

	buf_init(&gzip, 0);
	if (!compress_gzip(compressor, body->bytes, body->length, &gzip, &(struct error){0})) {
		bytes = buf_take(&gzip, &length);
		blob = blob_new(bytes, length, true, body->bytes, body->length);
	}
	buf_release(&gzip);
	compressor_free(compressor);
	return blob;
}

void documents_keep(struct documents *documents, struct catalogue *catalogue, const char *key,
		    struct reply *reply)
{
	struct blob *blob = documents && !reply->body.full ? compressed(&reply->body) : NULL;

	if (!blob)
		return;
	pthread_mutex_lock(&documents->lock);
	turn_to(documents, catalogue);
	cache_memory_put(documents->kept, key, blob);
	pthread_mutex_unlock(&documents->lock);
	buf_release(&reply->body);
	reply->blob = blob;
}

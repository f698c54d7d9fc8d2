/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/blob.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/memory.h"

struct counted_blob {
	struct blob blob; /* first: a struct blob * is a struct counted_blob * */
	atomic_uint references;
	_Atomic(struct blob_attachment *) attached;
};

static struct blob *new_counted(void *bytes, size_t length, size_t raw_length, bool gzipped)
{
	struct counted_blob *counted = memory_new(sizeof(*counted));

	counted->blob = (struct blob){bytes, length, raw_length, gzipped, {0}};
	atomic_init(&counted->references, 1);
	atomic_init(&counted->attached, NULL);
	return &counted->blob;
}

struct blob *blob_new(void *bytes, size_t length, bool gzipped, const void *raw, size_t raw_length)
{
	struct blob *blob = new_counted(bytes, length, raw_length, gzipped);

	hash_hex(raw, raw_length, blob->hash);
	return blob;
}

struct blob *blob_new_hashed(void *bytes, size_t length, size_t raw_length, const char hash[33])
{
	struct blob *blob = new_counted(bytes, length, raw_length, length > 0);

	memcpy(blob->hash, hash, sizeof(blob->hash));
	return blob;
}

struct blob *blob_ref(struct blob *blob)
{
	atomic_fetch_add_explicit(&((struct counted_blob *)blob)->references, 1,
				  memory_order_relaxed);
	return blob;
}

void blob_unref(struct blob *blob)
{
	struct counted_blob *counted = (struct counted_blob *)blob;
	struct blob_attachment *attached;

	if (!blob || atomic_fetch_sub_explicit(&counted->references, 1, memory_order_acq_rel) > 1)
		return;
	attached = atomic_load_explicit(&counted->attached, memory_order_relaxed);
	if (attached)
		attached->release(attached);
	free((void *)blob->bytes);
	free(counted);
}

struct blob_attachment *blob_attached(const struct blob *blob)
{
	return atomic_load_explicit(&((const struct counted_blob *)blob)->attached,
				    memory_order_acquire);
}

struct blob_attachment *blob_attach(struct blob *blob, struct blob_attachment *attachment)
{
	struct blob_attachment *first = NULL;

	if (atomic_compare_exchange_strong(&((struct counted_blob *)blob)->attached, &first,
					   attachment))
		return attachment;
	attachment->release(attachment);
	return first;
}

size_t blob_footprint(const struct blob *blob)
{
	return sizeof(struct counted_blob) + blob->length +
	       (blob->gzipped ? BLOB_ATTACHED_MOST : 0);
}

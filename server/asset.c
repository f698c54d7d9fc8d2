/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/asset.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/buf.h"
#include "tiler/compress.h"
#include "tiler/memory.h"

/* The bytes of each file, gzipped by the build, between two symbols. */
#define ASSET(number, name)                                                                        \
	__asm__(".pushsection .rodata,\"a\",%progbits\n"                                           \
		"asset_" #number "_begin:\n"                                                       \
		".incbin \"server/web/gz/" name ".gz\"\n"                                          \
		"asset_" #number "_end:\n"                                                         \
		".popsection\n");                                                                  \
	extern const unsigned char asset_##number##_begin[] __attribute__((visibility("hidden"))); \
	extern const unsigned char asset_##number##_end[] __attribute__((visibility("hidden")));
#include "server/web/assets.h"
#undef ASSET

struct embedded {
	const char *name;
	const unsigned char *begin, *end;
};
static const struct embedded embedded[] = {
#define ASSET(number, name) {name, asset_##number##_begin, asset_##number##_end},
#include "server/web/assets.h"
#undef ASSET
};
enum {
	ASSET_COUNT = sizeof embedded / sizeof *embedded
};

static struct asset assets[ASSET_COUNT];

static const char *content_type(const char *name)
{
	static const struct {
		const char *extension, *content_type;
	} types[] = {
		{".css", "text/css; charset=utf-8"},	   {".json", "application/json"},
		{".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"},
		{".txt", "text/plain; charset=utf-8"},	   {".png", "image/png"},
	};
	const char *extension = strrchr(name, '.');
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (extension && strcmp(types[i].extension, extension) == 0)
			return types[i].content_type;
	}
	return "application/octet-stream";
}

static void load(struct asset *asset, const struct embedded *file)
{
	size_t length = (size_t)(file->end - file->begin);
	void *gzip = memory_new(length);
	memcpy(gzip, file->begin, length);
	struct buf content;
	buf_init(&content, 0);
	enum error_code code = inflate_gzip(gzip, length, &content, NULL);
	assert(code == ERROR_NONE);
	(void)code;
	*asset = (struct asset){
		.name = file->name,
		.content_type = content_type(file->name),
		.blob = blob_new(gzip, length, true, content.bytes, content.length),
	};
	memcpy(asset->version, asset->blob->hash, sizeof asset->version - 1);
	buf_release(&content);
}

void assets_load(void)
{
	for (size_t i = 0; i < ASSET_COUNT; i++)
		load(&assets[i], &embedded[i]);
}

void assets_unload(void)
{
	for (size_t i = 0; i < ASSET_COUNT; i++) {
		blob_unref(assets[i].blob);
		assets[i] = (struct asset){0};
	}
}

const struct asset *asset_find(const char *name)
{
	for (size_t i = 0; i < ASSET_COUNT; i++) {
		if (assets[i].name && strcmp(assets[i].name, name) == 0)
			return &assets[i];
	}
	return NULL;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/answer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/negotiate.h"
#include "server/target.h"
#include "tiler/compress.h"
#include "tiler/memory.h"

enum {
	SHORTEST_COMPRESSED = 512, /* below, gzip gains less than a packet */
	KEPT_GZIP_LEVEL = 6,	   /* of documents compressed once and kept */
	ONCE_GZIP_LEVEL = 1,	   /* of those compressed for one answer */
	INFLATED_LIMIT = 256 * 1024 * 1024,
};

/* Own files only: pages carry no script or style of their own in the markup, so nothing that data
 * smuggle into one can run. MapLibre starts its worker from a blob. */
#define PAGE_POLICY                                                                             \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " \
	"connect-src 'self'; worker-src 'self' blob:; font-src 'self'; base-uri 'none'; "       \
	"form-action 'self'; frame-ancestors "

static void add_header(struct answer *answer, const char *name, const char *value)
{
	assert(answer->header_count < ANSWER_HEADERS_MOST);
	answer->headers[answer->header_count++] = (struct answer_header){name, value};
}

static bool is_page(const struct reply *reply)
{
	return reply->content_type && strncmp(reply->content_type, "text/html", 9) == 0;
}

static void add_common_headers(struct answer *answer, const struct reply *reply)
{
	add_header(answer, "Access-Control-Allow-Origin", "*");
	add_header(answer, "X-Content-Type-Options", "nosniff");
	add_header(answer, "Cache-Control",
		   reply->cache_control ? reply->cache_control : "no-cache");
	if (answer->status == 204)
		return;
	add_header(answer, "Vary",
		   reply->by_language ? "Accept, Accept-Language, Accept-Encoding"
		   : reply->by_accept ? "Accept, Accept-Encoding"
				      : "Accept-Encoding");
	if (answer->etag[0])
		add_header(answer, "ETag", answer->etag);
}

static void add_body_headers(struct answer *answer, const struct reply *reply)
{
	if (reply->content_type)
		add_header(answer, "Content-Type", reply->content_type);
	if (answer->body->gzipped)
		add_header(answer, "Content-Encoding", "gzip");
	if (!is_page(reply))
		return;
	add_header(answer, "Content-Security-Policy",
		   reply->frame_anywhere ? PAGE_POLICY "*" : PAGE_POLICY "'self'");
	add_header(answer, "Referrer-Policy", "same-origin");
}

static void add_rare_headers(struct answer *answer, const struct reply *reply)
{
	if (reply->preflight) {
		add_header(answer, "Access-Control-Allow-Methods", REPLY_READ_METHODS);
		add_header(answer, "Access-Control-Allow-Headers", "*");
		add_header(answer, "Access-Control-Max-Age", "86400");
	}
	if (reply->content_crs) {
		add_header(answer, "Content-Crs", reply->content_crs);
		/* pages of other sites may read it too */
		add_header(answer, "Access-Control-Expose-Headers", "Content-Crs");
	}
	if (reply->disposition)
		add_header(answer, "Content-Disposition", reply->disposition);
	if (reply->location)
		add_header(answer, "Location", reply->location);
	if (reply->allow)
		add_header(answer, "Allow", reply->allow);
	if (reply->challenge)
		add_header(answer, "WWW-Authenticate", reply->challenge);
	if (reply->retry_after) {
		snprintf(answer->retry_after, sizeof(answer->retry_after), "%u",
			 reply->retry_after);
		add_header(answer, "Retry-After", answer->retry_after);
	}
}

static struct blob *compress_document(const struct blob *document, int level)
{
	struct compressor *compressor = compressor_new(level);
	struct blob *blob = NULL;
	struct buf gzip;
	size_t length;
	char *bytes;

	buf_init(&gzip, 0);
	if (compress_gzip(compressor, document->bytes, document->length, &gzip, NULL) == 0) {
		bytes = buf_take(&gzip, &length);
		blob = blob_new(bytes, length, true, document->bytes, document->length);
	}
	buf_release(&gzip);
	compressor_free(compressor);
	return blob;
}

/* A document compressed, from the memory of those compressed before if it is there. The address is
 * part of the key, and an address with a query is not kept: the hash is quick, not secret, and
 * whoever could write text into a page through its query might look for one that collides. */
static struct blob *compressed_document(const struct request *request, const struct blob *document,
					struct cache_memory *compressed)
{
	struct blob *blob;
	char *key;

	if (!compressed || request->target->query_count > 0)
		return compress_document(document, ONCE_GZIP_LEVEL);
	key = memory_print("%s %s %s", document->hash, request->base_url, request->path);
	blob = cache_memory_get(compressed, key);
	if (!blob) {
		blob = compress_document(document, KEPT_GZIP_LEVEL);
		if (blob)
			cache_memory_put(compressed, key, blob);
	}
	free(key);
	return blob;
}

static struct blob *inflated(const struct blob *blob)
{
	struct blob *identity = NULL;
	struct buf raw;
	size_t length;
	char *bytes;

	buf_init(&raw, INFLATED_LIMIT);
	if (inflate_gzip(blob->bytes, blob->length, &raw, NULL) == 0) {
		bytes = buf_take(&raw, &length);
		identity = blob_new(bytes, length, false, bytes, length);
	}
	buf_release(&raw);
	return identity;
}

/* The reply's bytes as a blob: stolen from it. */
static struct blob *take_body(struct reply *reply)
{
	struct blob *blob = reply->blob;
	size_t length;
	char *bytes;

	reply->blob = NULL;
	if (blob || reply->body.length == 0)
		return blob;
	bytes = buf_take(&reply->body, &length);
	return blob_new(bytes, length, false, bytes, length);
}

static void set_body(struct answer *answer, struct blob *body)
{
	blob_unref(answer->body);
	answer->body = body;
}

/* Will the body go out gzipped? */
static bool is_sent_gzipped(const struct blob *body, enum content_coding coding)
{
	return coding == CODING_GZIP && (body->gzipped || body->length >= SHORTEST_COMPRESSED);
}

/* Brings the body into the coding asked for; false: it cannot be. */
static bool encode_body(struct answer *answer, const struct request *request,
			enum content_coding coding, struct cache_memory *compressed)
{
	struct blob *body = answer->body;

	if (is_sent_gzipped(body, coding) && !body->gzipped)
		set_body(answer, compressed_document(request, body, compressed));
	else if (coding == CODING_IDENTITY && body->gzipped)
		set_body(answer, inflated(body));
	return answer->body != NULL;
}

/* Tags the body as it will be sent, without making it so: a client that has it gets 304. The tag is
 * strong, so another one for each coding: what differs on the wire differs in its tag. */
static void tag_body(struct answer *answer, const struct request *request,
		     enum content_coding coding)
{
	snprintf(answer->etag, sizeof(answer->etag),
		 is_sent_gzipped(answer->body, coding) ? "\"%s-gz\"" : "\"%s\"",
		 answer->body->hash);
	if (etag_listed(request_header(request, "If-None-Match"), answer->etag)) {
		answer->status = 304;
		answer->spared = answer->body->length;
		set_body(answer, NULL);
	}
}

static void answer_problem(struct answer *answer, struct reply *reply, unsigned status,
			   const char *title, const char *detail)
{
	reply_problem(reply, status, title, "%s", detail);
	answer->status = status;
	answer->etag[0] = '\0';
	set_body(answer, take_body(reply));
}

static void encode_or_refuse(struct answer *answer, const struct request *request,
			     struct reply *reply, enum content_coding coding,
			     struct cache_memory *compressed)
{
	if (!answer->body)
		return;
	if (coding == CODING_NONE)
		answer_problem(answer, reply, 406, "Not acceptable",
			       "Accept-Encoding refuses both gzip and identity; there is no third");
	else if (!encode_body(answer, request, coding, compressed))
		answer_problem(answer, reply, 500, "Internal error",
			       "the body could not be brought into the coding asked for");
}

void answer_init(struct answer *answer, const struct request *request, struct reply *reply,
		 struct cache_memory *compressed)
{
	enum content_coding coding = negotiate_coding(request_header(request, "Accept-Encoding"));

	if (reply->body.full)
		reply_problem(reply, 500, "Internal error",
			      "the document is larger than this server sends");
	*answer = (struct answer){.status = reply->status};
	answer->body = take_body(reply);
	/* problems are short, and also for those who cannot be served otherwise: never coded */
	if (answer->body && !reply->problem_title) {
		if (answer->status == 200 && coding != CODING_NONE)
			tag_body(answer, request, coding);
		encode_or_refuse(answer, request, reply, coding, compressed);
	}
	add_common_headers(answer, reply);
	if (answer->body)
		add_body_headers(answer, reply);
	add_rare_headers(answer, reply);
}

void answer_add_timing(struct answer *answer, const char *tier, uint64_t duration_us)
{
	snprintf(answer->timing, sizeof(answer->timing), "%s, total;dur=%.3f", tier,
		 (double)duration_us / 1000);
	add_header(answer, "Server-Timing", answer->timing);
	/* pages of other sites may read it too */
	add_header(answer, "Timing-Allow-Origin", "*");
}

void answer_release(struct answer *answer)
{
	blob_unref(answer->body);
	answer->body = NULL;
}

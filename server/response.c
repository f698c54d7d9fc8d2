/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/response.h"

#include <stdlib.h>
#include <string.h>

#include "server/negotiate.h"
#include "server/target.h"
#include "tiler/memory.h"

static void release_blob(void *blob)
{
	blob_unref(blob);
}

static struct MHD_Response *of_body(struct answer *answer)
{
	struct blob *body = answer->body;
	struct MHD_Response *response;

	if (!body || body->length == 0)
		return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	response = MHD_create_response_from_buffer_with_free_callback_cls(
		body->length, (void *)body->bytes, release_blob, body);
	if (response)
		answer->body = NULL; /* the response's now: the bytes go to the socket from it */
	return response;
}

static void add_headers(struct MHD_Response *response, const struct answer *answer)
{
	for (uint32_t i = 0; i < answer->header_count; i++)
		MHD_add_response_header(response, answer->headers[i].name,
					answer->headers[i].value);
}

struct MHD_Response *response_new(struct answer *answer, bool last)
{
	struct MHD_Response *response = of_body(answer);

	if (!response)
		return NULL;
	add_headers(response, answer);
	if (last)
		MHD_add_response_header(response, "Connection", "close");
	return response;
}

/* Responses kept with their blob, and what else they were made of. */
struct ready {
	struct blob_attachment attachment;
	struct MHD_Response *whole, *unchanged; /* the tile; 304 for who has it */
	char etag[ANSWER_ETAG_SIZE];
	const char *content_type, *cache_control;
};

static void release_ready(struct blob_attachment *attachment)
{
	struct ready *ready = (struct ready *)attachment;

	MHD_destroy_response(ready->whole);
	MHD_destroy_response(ready->unchanged);
	free(ready);
}

/* A tile that was waited for may never be asked for again: it is not worth what is kept. */
static bool is_ordinary(const struct request *request, const struct reply *reply)
{
	return reply->blob && !reply->ticket && !reply->unkept && reply->blob->gzipped &&
	       reply->blob->length > 0 && reply->status == 200 && !reply->problem_title &&
	       !reply->by_accept && !reply->disposition && !request_query(request, "timing") &&
	       negotiate_coding(request_header(request, "Accept-Encoding")) == CODING_GZIP;
}

/* The headers of the two requests that ready responses are for. */

static const char *header_of_new(void *transport, const char *name)
{
	(void)transport;
	return strcmp(name, "Accept-Encoding") == 0 ? "gzip" : NULL;
}

static const char *header_of_known(void *transport, const char *name)
{
	return strcmp(name, "If-None-Match") == 0 ? "*" : header_of_new(transport, name);
}

/* The bytes are the blob's, which lives longer than what is kept with it. */
static struct MHD_Response *build(const struct request *request, const struct reply *reply,
				  const char *(*header)(void *transport, const char *name),
				  char etag[ANSWER_ETAG_SIZE])
{
	struct request alike = *request;
	struct MHD_Response *response;
	struct answer answer;
	struct reply copy;

	reply_init(&copy);
	copy.content_type = reply->content_type;
	copy.cache_control = reply->cache_control;
	copy.blob = blob_ref(reply->blob);
	alike.header = header;
	answer_init(&answer, &alike, &copy, NULL);
	response = MHD_create_response_from_buffer(
		answer.body ? answer.body->length : 0,
		answer.body ? (void *)answer.body->bytes : (void *)"", MHD_RESPMEM_PERSISTENT);
	if (response)
		add_headers(response, &answer);
	memcpy(etag, answer.etag, ANSWER_ETAG_SIZE);
	answer_release(&answer);
	reply_release(&copy);
	return response;
}

static struct blob_attachment *make_ready(const struct request *request, const struct reply *reply)
{
	struct ready *ready = memory_zeroed(1, sizeof(*ready));

	ready->attachment.release = release_ready;
	ready->content_type = reply->content_type;
	ready->cache_control = reply->cache_control;
	ready->whole = build(request, reply, header_of_new, ready->etag);
	ready->unchanged = build(request, reply, header_of_known, ready->etag);
	return blob_attach(reply->blob, &ready->attachment);
}

struct MHD_Response *response_ready(const struct request *request, const struct reply *reply,
				    unsigned *status)
{
	struct blob_attachment *attachment;
	const struct ready *ready;

	if (!is_ordinary(request, reply))
		return NULL;
	attachment = blob_attached(reply->blob);
	ready = (const struct ready *)(attachment ? attachment : make_ready(request, reply));
	/* texts that outlive every reply: the same pointer is the same text */
	if (ready->cache_control != reply->cache_control ||
	    ready->content_type != reply->content_type)
		return NULL;
	*status = etag_listed(request_header(request, "If-None-Match"), ready->etag) ? 304 : 200;
	return *status == 304 ? ready->unchanged : ready->whole;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/response.h"

#include <stdlib.h>

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

/* A response kept with its blob, and what else it was made of. */
struct ready {
	struct blob_attachment attachment;
	struct MHD_Response *response;
	const char *content_type, *cache_control;
};

static void release_ready(struct blob_attachment *attachment)
{
	struct ready *ready = (struct ready *)attachment;

	MHD_destroy_response(ready->response);
	free(ready);
}

static bool is_ordinary(const struct request *request, const struct reply *reply)
{
	return reply->blob && reply->blob->gzipped && reply->blob->length > 0 &&
	       reply->status == 200 && !reply->problem_title && !reply->by_accept &&
	       !reply->disposition && request->target->query_count == 0 &&
	       !request_header(request, "If-None-Match") &&
	       negotiate_coding(request_header(request, "Accept-Encoding")) == CODING_GZIP;
}

static struct blob_attachment *make_ready(const struct request *request, const struct reply *reply)
{
	struct ready *ready = memory_zeroed(1, sizeof(*ready));
	struct reply copy;
	struct answer answer;

	reply_init(&copy);
	copy.content_type = reply->content_type;
	copy.cache_control = reply->cache_control;
	copy.blob = blob_ref(reply->blob);
	answer_init(&answer, request, &copy, NULL);
	ready->attachment.release = release_ready;
	ready->content_type = reply->content_type;
	ready->cache_control = reply->cache_control;
	/* the bytes are the blob's, which lives longer than what is kept with it */
	ready->response = MHD_create_response_from_buffer(
		reply->blob->length, (void *)reply->blob->bytes, MHD_RESPMEM_PERSISTENT);
	if (ready->response)
		add_headers(ready->response, &answer);
	answer_release(&answer);
	reply_release(&copy);
	return blob_attach(reply->blob, &ready->attachment);
}

struct MHD_Response *response_ready(const struct request *request, const struct reply *reply)
{
	struct blob_attachment *attachment;
	const struct ready *ready;

	if (!is_ordinary(request, reply))
		return NULL;
	attachment = blob_attached(reply->blob);
	ready = (const struct ready *)(attachment ? attachment : make_ready(request, reply));
	/* texts that outlive every reply: the same pointer is the same text */
	return ready->cache_control == reply->cache_control &&
			       ready->content_type == reply->content_type
		       ? ready->response
		       : NULL;
}

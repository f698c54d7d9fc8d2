/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/answer.h"
#include "server/exchange_parts.h"
#include "server/response.h"
#include "tiler/thread.h"

/* Counts what the body would be and is. */
static void note_body(struct exchange *exchange, const struct blob *body)
{
	if (!body || exchange->request.head)
		return;
	exchange->bytes = body->length;
	if (body->gzipped && body->raw_length > body->length)
		exchange->spared_compression = body->raw_length - body->length;
}

static enum MHD_Result send_answer(struct exchange *exchange)
{
	struct http *http = exchange->http;
	enum MHD_Result result = MHD_NO;
	struct MHD_Response *response;
	struct answer answer;

	answer_init(&answer, &exchange->request, &exchange->reply, http->compressed);
	exchange->status = answer.status;
	exchange->spared_unchanged = answer.spared;
	note_body(exchange, answer.body);
	if (exchange->reply.tier && request_query(&exchange->request, "timing"))
		answer_add_timing(&answer, exchange->reply.tier,
				  (uint64_t)(clock_us() - exchange->began_us));
	response = response_new(&answer, atomic_load(&http->stopping));
	if (response) {
		result = MHD_queue_response(exchange->connection, answer.status, response);
		MHD_destroy_response(response);
	}
	answer_release(&answer);
	return result;
}

static enum MHD_Result send_reply(struct exchange *exchange)
{
	struct MHD_Response *ready = NULL;

	if (!atomic_load(&exchange->http->stopping))
		ready = response_ready(&exchange->request, &exchange->reply, &exchange->status);
	if (!ready)
		return send_answer(exchange);
	if (exchange->status == 304)
		exchange->spared_unchanged = exchange->reply.blob->length;
	else
		note_body(exchange, exchange->reply.blob);
	/* the reply holds the blob until the last byte is out */
	return MHD_queue_response(exchange->connection, exchange->status, ready);
}

enum MHD_Result exchange_send(struct exchange *exchange)
{
	struct http *http = exchange->http;

	if (exchange->reply.tier) /* a tile is as it is */
		return send_reply(exchange);
	if (exchange_enter(http))
		http->settings.present(&exchange->request, &exchange->reply,
				       http->settings.context);
	exchange_leave(http);
	return send_reply(exchange);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/exchange.h"

#include <assert.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/exchange_parts.h"
#include "server/refusal.h"
#include "tiler/memory.h"
#include "tiler/thread.h"

static struct connection *patience_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		->socket_context;
}

static const struct sockaddr *peer_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
}

/* The headers, found in one walk over all of them. No two of these names are of one length. */
static const struct {
	size_t length;
	const char *name;
} header_names[EXCHANGE_HEADERS] = {
	[HEADER_HOST] = {4, "Host"},
	[HEADER_ACCEPT_ENCODING] = {15, "Accept-Encoding"},
	[HEADER_IF_NONE_MATCH] = {13, "If-None-Match"},
	[HEADER_CONTENT_LENGTH] = {14, "Content-Length"},
	[HEADER_TRANSFER_ENCODING] = {17, "Transfer-Encoding"},
};

/* EXCHANGE_HEADERS: none of these. */
static enum exchange_header header_named(const char *name, size_t length)
{
	unsigned i;

	for (i = 0; i < EXCHANGE_HEADERS; i++)
		if (header_names[i].length == length &&
		    strncasecmp(header_names[i].name, name, length) == 0)
			break;
	return (enum exchange_header)i;
}

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind, const char *name,
				   size_t name_length, const char *value, size_t value_length)
{
	struct exchange *exchange = context;
	enum exchange_header header = header_named(name, name_length);

	(void)kind;
	(void)value_length;
	if (header == EXCHANGE_HEADERS)
		return MHD_YES;
	if (!exchange->headers[header])
		exchange->headers[header] = value;
	if (header == HEADER_HOST)
		exchange->hosts++;
	else if (header == HEADER_TRANSFER_ENCODING)
		exchange->has_body = true;
	else if (header == HEADER_CONTENT_LENGTH)
		exchange->has_body |= !value || strcmp(value, "0") != 0;
	return MHD_YES;
}

/* What a request may ask of the transport. */

static const char *find_header(void *transport, const char *name)
{
	struct exchange *exchange = transport;
	enum exchange_header header = header_named(name, strlen(name));

	if (header != EXCHANGE_HEADERS)
		return exchange->headers[header];
	return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

/* Counts the client among those who wait; false: it waits for too much already. */
static bool count_client(struct exchange *exchange)
{
	struct clients *clients = exchange->http->clients;

	if (!clients_address(clients, peer_of(exchange->connection),
			     find_header(exchange, "X-Forwarded-For"), &exchange->client))
		return true;
	exchange->counted = clients_wait(clients, &exchange->client);
	return exchange->counted;
}

static void stop_counting(struct exchange *exchange)
{
	if (exchange->counted)
		clients_served(exchange->http->clients, &exchange->client);
	exchange->counted = false;
}

static struct reply *defer(void *transport, struct error *error)
{
	struct exchange *exchange = transport;
	struct http *http = exchange->http;

	if (!count_client(exchange)) {
		error_set(error, ERROR_BUSY,
			  "your address waits for as many answers as one client may at once; ask "
			  "again when they are there");
		return NULL;
	}
	/* counted before `stopping` is looked at: http_stop sets it before it looks at the count */
	atomic_fetch_add(&http->suspended, 1);
	if (atomic_load(&http->stopping)) {
		atomic_fetch_sub(&http->suspended, 1);
		stop_counting(exchange);
		error_set(error, ERROR_STOPPED, "the server is being stopped");
		return NULL;
	}
	exchange->deferred = true;
	/* until the answer is made, who is late is not the client */
	connection_allow(exchange->patience, UINT_MAX);
	exchange->reply.ticket = atomic_fetch_add(&http->tickets, 1) + 1;
	connection_wait(exchange->patience, exchange->reply.ticket);
	MHD_suspend_connection(exchange->connection);
	return &exchange->reply;
}

void reply_finish(struct reply *reply)
{
	struct exchange *exchange = (struct exchange *)(void *)((char *)reply -
								offsetof(struct exchange, reply));
	struct http *http = exchange->http;

	connection_allow(exchange->patience, ANSWER_PATIENCE * http->settings.timeout);
	connection_wait(exchange->patience, 0);
	stop_counting(exchange);
	MHD_resume_connection(exchange->connection);
	/* the exchange may be gone by now */
	atomic_fetch_sub(&http->suspended, 1);
}

/* Reading. */

static struct request_head head_of(struct exchange *exchange, const char *version)
{
	const struct exchange_address *address = exchange->address;
	struct request_head head = {
		.target_code = address ? address->code : ERROR_NONE,
		.target_error = address ? &address->error : NULL,
		.hosts = exchange->hosts,
		.needs_host = strcmp(version, MHD_HTTP_VERSION_1_1) == 0,
		.has_body = exchange->has_body,
		.claim = {.authority = address ? address->target.authority : NULL,
			  .host = exchange->headers[HEADER_HOST],
			  .peer = peer_of(exchange->connection)},
	};

	/* each look is a walk over all headers, and most servers believe no proxy */
	if (exchange->http->settings.base_url.trusted_count > 0) {
		head.claim.forwarded_proto = find_header(exchange, "X-Forwarded-Proto");
		head.claim.forwarded_host = find_header(exchange, "X-Forwarded-Host");
		head.claim.forwarded_prefix = find_header(exchange, "X-Forwarded-Prefix");
	}
	return head;
}

static void answer_method(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;

	reply->preflight = strcmp(exchange->method, "OPTIONS") == 0;
	if (reply->preflight)
		reply->status = 204;
	else
		reply_not_allowed(reply, false);
	reply->allow = REPLY_READ_METHODS;
}

/* Is it GET or HEAD? */
static bool is_read(const struct exchange *exchange)
{
	return strcmp(exchange->method, "GET") == 0 || exchange->request.head;
}

/* Is it one that some address takes? */
static bool method_is_known(const struct exchange *exchange)
{
	return is_read(exchange) || exchange->request.post;
}

/* Takes the address apart, if nobody has yet. */
static void read_target(struct exchange *exchange)
{
	struct exchange_address *address = exchange->address;

	if (address)
		return;
	address = exchange->address = memory_new(sizeof(*address));
	address->code = target_init(&address->target, exchange->sent, &address->error);
	address->base_url[0] = '\0';
	exchange->request.path = address->target.path;
	exchange->request.target = &address->target;
	exchange->request.base_url = address->base_url;
}

/* Is the answer one that is known from the address as it was sent? */
static bool recall(struct exchange *exchange)
{
	struct http *http = exchange->http;
	bool recalled;

	recalled = exchange_enter(http) &&
		   http->settings.recall(exchange->sent, &exchange->request, &exchange->reply,
					 http->settings.context);
	exchange_leave(http);
	return recalled;
}

/* Refuses what no handler should see; true: the reply is made. */
static bool refuse_request(struct exchange *exchange, const char *version)
{
	struct request_head head = head_of(exchange, version);

	return refusal_make(&exchange->http->settings.base_url, &head,
			    exchange->address ? exchange->address->base_url : NULL,
			    &exchange->reply);
}

/* The headers are there. Queues an answer to what can be told from them alone. */
static enum MHD_Result read_headers(struct exchange *exchange, const char *version)
{
	bool recalled;

	exchange->stage = EXCHANGE_HEADERS_READ;
	connection_allow(exchange->patience, ANSWER_PATIENCE * exchange->http->settings.timeout);
	MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, note_header, exchange);
	recalled = is_read(exchange) && recall(exchange);
	if (!recalled)
		read_target(exchange);
	if (!method_is_known(exchange))
		answer_method(exchange);
	else if (refuse_request(exchange, version))
		read_target(exchange); /* which the page of the problem tells */
	else if (!recalled)
		return MHD_YES;
	exchange->stage = EXCHANGE_HANDLED;
	/* an answer before the body is read makes the library close the connection, so one without
	 * a body waits for the next call */
	return exchange->has_body ? exchange_send(exchange) : MHD_YES;
}

static void call_handler(struct exchange *exchange)
{
	struct http *http = exchange->http;

	exchange->stage = EXCHANGE_HANDLED;
	if (exchange_enter(http)) {
		http->settings.answer(&exchange->request, &exchange->reply, http->settings.context);
	} else {
		reply_problem(&exchange->reply, 503, "Stopping",
			      "the server is being stopped; ask again in a moment");
		exchange->reply.retry_after = 2;
	}
	exchange_leave(http);
}

enum MHD_Result exchange_handle(void *context, struct MHD_Connection *connection, const char *url,
				const char *method, const char *version, const char *data,
				size_t *data_size, void **request_context)
{
	struct exchange *exchange = *request_context;

	(void)context;
	(void)connection;
	(void)url;
	(void)data;
	assert(exchange);
	if (exchange->stage == EXCHANGE_NEW) {
		strncpy(exchange->method, method, METHOD_LONGEST);
		exchange->request.head = strcmp(method, "HEAD") == 0;
		exchange->request.post = strcmp(method, "POST") == 0;
		return read_headers(exchange, version);
	}
	*data_size = 0;
	if (exchange->stage == EXCHANGE_HEADERS_READ) {
		call_handler(exchange);
		if (exchange->deferred)
			return MHD_YES;
	}
	return exchange_send(exchange);
}

/* Its life. */

/* Of a request whose address nobody has taken apart. */
static const struct target unread_target;

void *exchange_begin(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct http *http = context;
	/* not zeroed by calloc(), which passes the thread's own store of such pieces by */
	struct exchange *exchange = memory_new(sizeof(*exchange));

	memset(exchange, 0, sizeof(*exchange));
	atomic_fetch_add(&http->active, 1);
	exchange->http = http;
	exchange->connection = connection;
	exchange->patience = patience_of(connection);
	connection_hold(exchange->patience, exchange);
	exchange->began_us = clock_us();
	exchange->sent = memory_text(uri);
	exchange->request.base_url = "";
	exchange->request.portal_title = http->settings.portal_title;
	exchange->request.target = &unread_target;
	exchange->request.header = find_header;
	exchange->request.defer = defer;
	exchange->request.transport = exchange;
	reply_init(&exchange->reply);
	return exchange;
}

/* What the library itself answered to a request it could not read; 0: nothing. */
static unsigned refused_status(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_HTTP_STATUS);

	return info ? info->http_status : 0;
}

void exchange_end(void *context, struct MHD_Connection *connection, void **request_context,
		  enum MHD_RequestTerminationCode how)
{
	struct http *http = context;
	struct exchange *exchange = *request_context;
	struct http_record record;

	if (!exchange)
		return;
	if (exchange->status == 0)
		exchange->status = refused_status(connection);
	if (connection_was_left(exchange->patience))
		exchange->status = 0;
	if (how != MHD_REQUEST_TERMINATED_COMPLETED_OK)
		exchange->bytes = exchange->spared_unchanged = exchange->spared_compression = 0;
	if (!exchange->request.class)
		read_target(exchange); /* what is left out of the log */
	record = (struct http_record){
		.method = exchange->method[0] ? exchange->method : "-",
		.path = exchange->address ? exchange->address->target.sent : exchange->sent,
		.class = exchange->request.class,
		.status = exchange->status,
		.bytes = exchange->bytes,
		.spared_unchanged = exchange->spared_unchanged,
		.spared_compression = exchange->spared_compression,
		.duration_us = (uint64_t)(clock_us() - exchange->began_us),
		.tier = exchange->reply.tier,
		.peer = peer_of(connection),
	};
	http->settings.done(&record, http->settings.context);
	connection_allow(exchange->patience, REQUEST_PATIENCE * http->settings.timeout);
	connection_hold(exchange->patience, NULL);
	reply_release(&exchange->reply);
	if (exchange->address)
		target_release(&exchange->address->target);
	free(exchange->address);
	free(exchange->sent);
	free(exchange);
	*request_context = NULL;
	atomic_fetch_sub(&http->active, 1);
}

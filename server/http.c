/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/http.h"

#include <assert.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "server/answer.h"
#include "server/connections.h"
#include "server/target.h"
#include "tiler/memory.h"
#include "tiler/thread.h"

enum {
	/* Of a connection: its request's headers, then its answer's. Cleared for each request, so
	 * no larger than what sound clients need. */
	CONNECTION_MEMORY = 16 * 1024,
	COMPRESSED_DOCUMENTS = 8 * 1024 * 1024, /* bytes */
	/* A whole request may take this many times the permitted silence to come in, a whole answer
	 * that many to be made and to go out. */
	REQUEST_PATIENCE = 2,
	ANSWER_PATIENCE = 10,
	METHOD_LONGEST = 15,
};

struct http {
	struct MHD_Daemon *daemon;
	struct http_settings settings;
	struct connections *connections;
	struct cache_memory *compressed;
	atomic_bool stopping;
	atomic_uint active;	/* requests begun and not yet over */
	atomic_uint in_handler; /* threads inside `answer` or `present` */
	atomic_uint suspended;	/* answers put off */
};

/* One request and its answer. Belongs to the connection's thread; while the answer is put off, its
 * reply belongs to whoever finishes it. */
struct exchange {
	struct http *http;
	struct MHD_Connection *connection;
	struct connection *patience;
	int64_t began_us;
	enum {
		EXCHANGE_NEW,
		EXCHANGE_HEADERS_READ,
		EXCHANGE_HANDLED
	} stage;
	bool deferred;
	char method[METHOD_LONGEST + 1];
	struct target target;
	enum error_code target_code;
	struct error target_error;
	struct request request;
	struct reply reply;
	unsigned status;
	uint64_t bytes;
	char base_url[BASE_URL_LONGEST];
};

static int64_t clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static struct connection *patience_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		->socket_context;
}

static const struct sockaddr *peer_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
}

/* What a request may ask of the transport. */

static const char *find_header(void *transport, const char *name)
{
	struct exchange *exchange = transport;

	return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static struct reply *defer(void *transport)
{
	struct exchange *exchange = transport;
	struct http *http = exchange->http;

	/* counted before `stopping` is looked at: http_stop sets it before it looks at the count */
	atomic_fetch_add(&http->suspended, 1);
	if (atomic_load(&http->stopping)) {
		atomic_fetch_sub(&http->suspended, 1);
		return NULL;
	}
	exchange->deferred = true;
	MHD_suspend_connection(exchange->connection);
	return &exchange->reply;
}

void reply_finish(struct reply *reply)
{
	struct exchange *exchange = (struct exchange *)(void *)((char *)reply -
								offsetof(struct exchange, reply));
	struct http *http = exchange->http;

	MHD_resume_connection(exchange->connection);
	/* the exchange may be gone by now */
	atomic_fetch_sub(&http->suspended, 1);
}

/* Sending. */

static void release_blob(void *blob)
{
	blob_unref(blob);
}

static struct MHD_Response *make_response(struct answer *answer)
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

static enum MHD_Result send_reply(struct exchange *exchange)
{
	struct http *http = exchange->http;
	enum MHD_Result result = MHD_NO;
	struct MHD_Response *response;
	struct answer answer;

	answer_init(&answer, &exchange->request, &exchange->reply, http->compressed);
	exchange->status = answer.status;
	if (answer.body && !exchange->request.head)
		exchange->bytes = answer.body->length;
	response = make_response(&answer);
	if (response) {
		for (uint32_t i = 0; i < answer.header_count; i++)
			MHD_add_response_header(response, answer.headers[i].name,
						answer.headers[i].value);
		if (atomic_load(&http->stopping))
			MHD_add_response_header(response, "Connection", "close");
		result = MHD_queue_response(exchange->connection, answer.status, response);
		MHD_destroy_response(response);
	}
	answer_release(&answer);
	return result;
}

static enum MHD_Result present_and_send(struct exchange *exchange)
{
	struct http *http = exchange->http;

	atomic_fetch_add(&http->in_handler, 1);
	if (!atomic_load(&http->stopping))
		http->settings.present(&exchange->request, &exchange->reply,
				       http->settings.context);
	atomic_fetch_sub(&http->in_handler, 1);
	return send_reply(exchange);
}

/* Reading. */

struct survey {
	unsigned hosts;
	bool body;
};

static enum MHD_Result survey_header(void *context, enum MHD_ValueKind kind, const char *name,
				     const char *value)
{
	struct survey *survey = context;

	(void)kind;
	if (strcasecmp(name, "Host") == 0)
		survey->hosts++;
	else if (strcasecmp(name, "Transfer-Encoding") == 0)
		survey->body = true;
	else if (strcasecmp(name, "Content-Length") == 0)
		survey->body |= !value || strcmp(value, "0") != 0;
	return MHD_YES;
}

/* Refuses what no handler should see; true: the reply is made. */
static bool refuse_request(struct exchange *exchange, const char *version,
			   const struct survey *survey)
{
	struct reply *reply = &exchange->reply;
	const struct target *target = &exchange->target;
	struct base_url_claim claim = {
		.authority = target->authority,
		.host = find_header(exchange, "Host"),
		.forwarded_proto = find_header(exchange, "X-Forwarded-Proto"),
		.forwarded_host = find_header(exchange, "X-Forwarded-Host"),
		.forwarded_prefix = find_header(exchange, "X-Forwarded-Prefix"),
		.peer = peer_of(exchange->connection),
	};
	struct error error = {0};

	if (exchange->target_code == ERROR_LIMIT)
		reply_problem(reply, 414, "Address too long", "%s", exchange->target_error.text);
	else if (exchange->target_code)
		reply_problem(reply, 400, "Bad request", "%s", exchange->target_error.text);
	else if (survey->hosts > 1 ||
		 (survey->hosts == 0 && strcmp(version, MHD_HTTP_VERSION_1_1) == 0))
		reply_problem(reply, 400, "Bad request",
			      "an HTTP/1.1 request has one Host header, this one has %s",
			      survey->hosts ? "several" : "none");
	else if (base_url_make(&exchange->http->settings.base_url, &claim, exchange->base_url,
			       &error))
		reply_problem(reply, 400, "Bad request", "%s", error.text);
	else if (survey->body)
		reply_problem(reply, 413, "Body not wanted",
			      "this server reads no request bodies; send the request without one");
	else
		return false;
	return true;
}

static void answer_method(struct exchange *exchange)
{
	struct reply *reply = &exchange->reply;

	reply->preflight = strcmp(exchange->method, "OPTIONS") == 0;
	if (reply->preflight)
		reply->status = 204;
	else
		reply_problem(reply, 405, "Method not allowed",
			      "the server can be read, not written: use GET or HEAD");
	reply->allow = ANSWER_METHODS;
}

static bool method_is_read(const struct exchange *exchange)
{
	return strcmp(exchange->method, "GET") == 0 || exchange->request.head;
}

/* The headers are there. Queues an answer to what can be told from them alone. */
static enum MHD_Result read_headers(struct exchange *exchange, const char *version)
{
	struct survey survey = {0};

	exchange->stage = EXCHANGE_HEADERS_READ;
	connection_allow(exchange->patience, ANSWER_PATIENCE * exchange->http->settings.timeout);
	MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, survey_header, &survey);
	if (!method_is_read(exchange))
		answer_method(exchange);
	else if (!refuse_request(exchange, version, &survey))
		return MHD_YES;
	exchange->stage = EXCHANGE_HANDLED;
	/* an answer before the body is read makes the library close the connection, so one without
	 * a body waits for the next call */
	return survey.body ? present_and_send(exchange) : MHD_YES;
}

static void call_handler(struct exchange *exchange)
{
	struct http *http = exchange->http;

	exchange->stage = EXCHANGE_HANDLED;
	/* counted before `stopping` is looked at, as in defer */
	atomic_fetch_add(&http->in_handler, 1);
	if (atomic_load(&http->stopping)) {
		reply_problem(&exchange->reply, 503, "Stopping",
			      "the server is being stopped; ask again in a moment");
		exchange->reply.retry_after = 2;
	} else {
		http->settings.answer(&exchange->request, &exchange->reply, http->settings.context);
	}
	atomic_fetch_sub(&http->in_handler, 1);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
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
		snprintf(exchange->method, sizeof(exchange->method), "%s", method);
		exchange->request.head = strcmp(method, "HEAD") == 0;
		return read_headers(exchange, version);
	}
	*data_size = 0;
	if (exchange->stage == EXCHANGE_HEADERS_READ) {
		call_handler(exchange);
		if (exchange->deferred)
			return MHD_YES;
	}
	return present_and_send(exchange);
}

/* Life of connections and exchanges. */

static void *begin_exchange(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct http *http = context;
	struct exchange *exchange = memory_zeroed(1, sizeof(*exchange));

	atomic_fetch_add(&http->active, 1);
	exchange->http = http;
	exchange->connection = connection;
	exchange->patience = patience_of(connection);
	exchange->began_us = clock_us();
	exchange->target_code = target_init(&exchange->target, uri, &exchange->target_error);
	exchange->request = (struct request){
		.path = exchange->target.path,
		.base_url = exchange->base_url,
		.target = &exchange->target,
		.header = find_header,
		.defer = defer,
		.transport = exchange,
	};
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

static void end_exchange(void *context, struct MHD_Connection *connection, void **request_context,
			 enum MHD_RequestTerminationCode how)
{
	struct http *http = context;
	struct exchange *exchange = *request_context;
	struct http_record record;

	if (!exchange)
		return;
	if (exchange->status == 0)
		exchange->status = refused_status(connection);
	if (how != MHD_REQUEST_TERMINATED_COMPLETED_OK)
		exchange->bytes = 0;
	record = (struct http_record){
		.method = exchange->method[0] ? exchange->method : "-",
		.path = exchange->target.sent,
		.status = exchange->status,
		.bytes = exchange->bytes,
		.duration_us = (uint64_t)(clock_us() - exchange->began_us),
		.tier = exchange->reply.tier,
		.peer = peer_of(connection),
	};
	http->settings.done(&record, http->settings.context);
	connection_allow(exchange->patience, REQUEST_PATIENCE * http->settings.timeout);
	reply_release(&exchange->reply);
	target_release(&exchange->target);
	free(exchange);
	*request_context = NULL;
	atomic_fetch_sub(&http->active, 1);
}

static void note_connection(void *context, struct MHD_Connection *connection, void **socket_context,
			    enum MHD_ConnectionNotificationCode what)
{
	struct http *http = context;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
				 ->connect_fd;

		*socket_context = connections_open(http->connections, fd);
		connection_allow(*socket_context, REQUEST_PATIENCE * http->settings.timeout);
	} else {
		connections_close(*socket_context);
		*socket_context = NULL;
	}
}

/* Leaves percent-encoding alone: target_init has read the address before. */
static size_t keep_encoding(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

enum error_code http_start(const struct http_settings *settings, struct http **result,
			   struct error *error)
{
	struct http *http = memory_zeroed(1, sizeof(*http));
	enum error_code code;

	http->settings = *settings;
	http->compressed = cache_memory_new(COMPRESSED_DOCUMENTS);
	code = connections_new(&http->connections, error);
	if (!code) {
		http->daemon = MHD_start_daemon(
			MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, 0,
			NULL, NULL, handle, http, MHD_OPTION_LISTEN_SOCKET, settings->listener,
			MHD_OPTION_THREAD_POOL_SIZE, settings->threads, MHD_OPTION_CONNECTION_LIMIT,
			settings->connection_limit, MHD_OPTION_CONNECTION_TIMEOUT,
			settings->timeout, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
			(size_t)CONNECTION_MEMORY, MHD_OPTION_URI_LOG_CALLBACK, begin_exchange,
			http, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, http,
			MHD_OPTION_NOTIFY_CONNECTION, note_connection, http,
			MHD_OPTION_UNESCAPE_CALLBACK, keep_encoding, NULL, MHD_OPTION_END);
		if (!http->daemon)
			code = error_set(error, ERROR_INTERNAL,
					 "libmicrohttpd %s did not start (too many threads or open "
					 "files for this account?)",
					 MHD_get_version());
	}
	if (code) {
		connections_free(http->connections);
		cache_memory_free(http->compressed);
		free(http);
		return code;
	}
	*result = http;
	return ERROR_NONE;
}

static void wait_a_little(void)
{
	const struct timespec pause = {0, 5 * 1000 * 1000};

	nanosleep(&pause, NULL);
}

void http_drain(struct http *http, unsigned patience_ms)
{
	int64_t until = clock_ms() + patience_ms;
	MHD_socket listener = MHD_quiesce_daemon(http->daemon);

	if (listener != MHD_INVALID_SOCKET)
		close(listener);
	http->settings.listener = -1;
	atomic_store(&http->stopping, true);
	while (atomic_load(&http->active) > 0 && clock_ms() < until)
		wait_a_little();
	while (atomic_load(&http->in_handler) > 0)
		wait_a_little();
}

void http_stop(struct http *http)
{
	if (!http)
		return;
	if (!atomic_load(&http->stopping))
		http_drain(http, 0);
	/* the library may not be stopped with a connection suspended */
	while (atomic_load(&http->suspended) > 0)
		wait_a_little();
	MHD_stop_daemon(http->daemon);
	connections_free(http->connections);
	cache_memory_free(http->compressed);
	free(http);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "server/exchange.h"
#include "tiler/memory.h"
#include "tiler/thread.h"

enum {
	/* Of a connection: its request's headers, then its answer's. Cleared for each request, so
	 * no larger than what sound clients need. */
	CONNECTION_MEMORY = 16 * 1024,
	COMPRESSED_DOCUMENTS = 8 * 1024 * 1024, /* bytes */
};

/* Stands before that of the C library. libmicrohttpd (0.9.75) asks again when the events filled its
 * array, before it looks at those it has, and would sleep over them if there were no more. */
int epoll_wait(int epoll, struct epoll_event *events, int most, int timeout)
{
	static _Thread_local bool was_full;
	int count = epoll_pwait(epoll, events, most, was_full ? 0 : timeout, NULL);

	was_full = count == most;
	return count;
}

/* Likewise. Told to accept no more, libmicrohttpd takes the listener out of the sets of its
 * threads, and ends the program where a thread was quicker: what is not there need not be taken
 * out. */
int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	int status = (int)syscall(SYS_epoll_ctl, epoll, operation, fd, event);

	if (status && operation == EPOLL_CTL_DEL && (errno == ENOENT || errno == EBADF))
		return 0;
	return status;
}

static void note_connection(void *context, struct MHD_Connection *connection, void **socket_context,
			    enum MHD_ConnectionNotificationCode what)
{
	struct http *http = context;
	void *forgotten;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
				 ->connect_fd;

		*socket_context = connections_open(
			http->connections, fd,
			MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
				->client_addr);
		connection_allow(*socket_context, REQUEST_PATIENCE * http->settings.timeout);
	} else {
		/* libmicrohttpd (0.9.75) begins a request with more parameters than its memory
		 * holds, and neither answers nor ends it */
		forgotten = connection_held(*socket_context);
		if (forgotten)
			exchange_end(http, connection, &forgotten,
				     MHD_REQUEST_TERMINATED_WITH_ERROR);
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
	http->clients = clients_new(&settings->limits);
	code = connections_new(
		&(struct connections_settings){http->clients, settings->left, settings->context},
		&http->connections, error);
	if (!code) {
		http->daemon = MHD_start_daemon(
			MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, 0,
			NULL, NULL, exchange_handle, http, MHD_OPTION_LISTEN_SOCKET,
			settings->listener, MHD_OPTION_THREAD_POOL_SIZE, settings->threads,
			MHD_OPTION_CONNECTION_LIMIT, settings->connection_limit,
			MHD_OPTION_CONNECTION_TIMEOUT, settings->timeout,
			MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
			MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, http,
			MHD_OPTION_NOTIFY_COMPLETED, exchange_end, http,
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
		clients_free(http->clients);
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
	/* whom it tells of clients that left may be gone from here on */
	connections_watch_no_more(http->connections);
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
	clients_free(http->clients);
	cache_memory_free(http->compressed);
	free(http);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "server/base_url.h"
#include "server/clients.h"
#include "server/reply.h"
#include "server/request.h"
#include "tiler/error.h"

/* The transport: HTTP/1.1 by libmicrohttpd, which no other file knows. A pool of threads, each with
 * its own epoll, that never block: an answer that has to be made is put off (request_defer), its
 * connection suspended until reply_finish. */
struct http;

/* What became of a request, for the log. Texts are borrowed for the call. */
struct http_record {
	const char *method, *path; /* path as sent, without query */
	enum request_class class;
	unsigned status;	     /* 0: the connection broke off before an answer */
	uint64_t bytes;		     /* of the body sent */
	uint64_t spared_unchanged;   /* bytes not sent for a 304 */
	uint64_t spared_compression; /* bytes that compression took off the body sent */
	uint64_t duration_us;
	const char *tier; /* or NULL */
	const struct sockaddr *peer;
};

struct http_settings {
	int listener; /* a listening socket; closed by http_stop */
	unsigned threads;
	unsigned connection_limit;
	unsigned timeout;	  /* seconds of silence after which a connection is dropped */
	const char *portal_title; /* what pages are headed with; borrowed until http_stop */
	struct base_url_policy base_url;
	struct clients_policy limits;

	/* Called from the transport's threads. `recall` fills the reply if it knows it from the
	 * address as SENT alone, and sets the request's class: nothing else of the request is there
	 * yet. `answer` fills the reply, or puts it off; `present` gets every reply but a tile a
	 * last time before it is sent; `done` comes after it was. */
	bool (*recall)(const char *sent, struct request *request, struct reply *reply,
		       void *context);
	void (*answer)(struct request *request, struct reply *reply, void *context);
	void (*present)(const struct request *request, struct reply *reply, void *context);
	void (*done)(const struct http_record *record, void *context);
	/* The client whose answer was put off with this ticket has left; if it is still being made,
	 * nobody needs it. */
	void (*left)(uint64_t ticket, void *context);
	void *context;
};

/* New, listening when it returns. */
MUST_CHECK enum error_code http_start(const struct http_settings *settings, struct http **http,
				      struct error *error);

/* Takes no more connections, answers new requests on the open ones with 503, and waits for those
 * under way, at most for that many milliseconds. When it returns, no thread is in `answer` or
 * `left` and none will be. Answers still put off must be finished before http_stop. */
void http_drain(struct http *http, unsigned patience_ms);

/* Ends it: after http_drain, or at once. Waits for the answers put off. */
void http_stop(struct http *http);

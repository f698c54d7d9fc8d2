/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "server/exchange.h"
#include "server/target.h"

/* What an exchange is made of; for exchange.c, which reads requests, and exchange_send.c, which
 * sends their answers. */

enum {
	METHOD_LONGEST = 15,
};

/* Headers that the transport itself or nearly every answer looks at. */
enum exchange_header {
	HEADER_HOST,
	HEADER_ACCEPT_ENCODING,
	HEADER_IF_NONE_MATCH,
	HEADER_CONTENT_LENGTH,
	HEADER_TRANSFER_ENCODING,
	EXCHANGE_HEADERS,
};

/* What is told from the address as it was sent, for who needs more of it than that. */
struct exchange_address {
	struct target target;
	enum error_code code; /* of target_init */
	struct error error;   /* likewise */
	char base_url[BASE_URL_LONGEST];
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
	bool counted; /* with the clients, as an answer that `client` waits for */
	struct in6_addr client;
	char method[METHOD_LONGEST + 1];
	char *sent;			       /* the address as it was sent */
	struct exchange_address *address;      /* NULL until it is needed: large, and most tiles are
						  found without */
	const char *headers[EXCHANGE_HEADERS]; /* the first of each, or NULL; once all are read */
	unsigned hosts;			       /* headers of that name */
	bool has_body;
	struct request request;
	struct reply reply;
	unsigned status;
	uint64_t bytes, spared_unchanged, spared_compression;
};

/* Before one of the server's callbacks is called; false: it may not be, the server is being
 * stopped. Whatever the answer, exchange_leave comes after. http_stop looks at the count after it
 * has set `stopping`, so it is counted before that is looked at. */
static inline bool exchange_enter(struct http *http)
{
	atomic_fetch_add(&http->in_handler, 1);
	return !atomic_load(&http->stopping);
}

static inline void exchange_leave(struct http *http)
{
	atomic_fetch_sub(&http->in_handler, 1);
}

/* Sends the reply the exchange has, in the form its request asks for, and notes what that comes to.
 * MHD_NO: the connection is of no more use. */
enum MHD_Result exchange_send(struct exchange *exchange);

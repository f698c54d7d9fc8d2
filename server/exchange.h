/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "server/connections.h"
#include "server/http.h"
#include "tiler/cache_memory.h"

/* One request and its answer, between the library's callbacks and the handlers. For http.c alone,
 * which gives these functions to the library. */

struct http {
	struct MHD_Daemon *daemon;
	struct http_settings settings;
	struct clients *clients;
	struct connections *connections;
	struct cache_memory *compressed; /* documents compressed before */
	atomic_bool stopping;
	atomic_uint active;	       /* requests begun and not yet over */
	atomic_uint in_handler;	       /* threads inside `answer` or `present` */
	atomic_uint suspended;	       /* answers put off */
	atomic_uint_least64_t tickets; /* given to them so far */
};

enum {
	/* A whole request may take this many times the permitted silence to come in, a whole answer
	 * that many to be made and to go out. */
	REQUEST_PATIENCE = 2,
	ANSWER_PATIENCE = 10,
};

/* MHD_OPTION_URI_LOG_CALLBACK: the first line is read. New; CONTEXT is the struct http. */
void *exchange_begin(void *context, const char *uri, struct MHD_Connection *connection);

/* The library's access handler: called when the headers are there, then until it has an answer. */
enum MHD_Result exchange_handle(void *context, struct MHD_Connection *connection, const char *url,
				const char *method, const char *version, const char *data,
				size_t *data_size, void **exchange);

/* MHD_OPTION_NOTIFY_COMPLETED: the answer is sent, or the connection broke. Frees the exchange. */
void exchange_end(void *context, struct MHD_Connection *connection, void **exchange,
		  enum MHD_RequestTerminationCode how);

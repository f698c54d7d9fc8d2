/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "server/clients.h"
#include "tiler/error.h"

/* Patience with open connections. The HTTP library drops a connection that is silent for a while;
 * one that trickles a byte now and then would stay for ever. So each connection also has a moment
 * by which its request must have come in whole, or its answer gone out: past it, it is shut. And
 * while an answer is put off the library does not look at the socket: so it is looked at here, and
 * whoever makes the answer is told that the client has left. One lock guards the list; it is taken
 * when a connection opens or closes and by the thread that looks through it four times a second,
 * never on the way of a request. */

struct connections;
struct connection;

struct connections_settings {
	struct clients *clients; /* borrowed; counts who holds the connections */
	/* Told, from the list's own thread, that the client of connection_wait's TICKET has left.
	 */
	void (*left)(uint64_t ticket, void *context);
	void *context;
};

/* New, with its thread. */
MUST_CHECK enum error_code connections_new(const struct connections_settings *settings,
					   struct connections **connections, struct error *error);
void connections_free(struct connections *connections); /* all of them must be closed */

/* Ends the thread: when it returns `left` is not being called, and will not be again, and nobody is
 * shut for being late any more. The list remains. */
void connections_watch_no_more(struct connections *connections);

/* A connection on socket FD, which stays open until connections_close. It is shut at once if its
 * PEER (NULL: unknown) has as many as it may. */
struct connection *connections_open(struct connections *connections, int fd,
				    const struct sockaddr *peer);
void connections_close(struct connection *connection);

/* Gives the connection that many seconds from now. From any thread. */
void connection_allow(struct connection *connection, unsigned seconds);

/* Its answer is put off; TICKET, never 0, is what `left` is told. Ends with ticket 0. */
void connection_wait(struct connection *connection, uint64_t ticket);

/* Did its client leave while it waited? */
bool connection_was_left(const struct connection *connection);

/* What is being answered on it, for whoever closes it: the library forgets requests that do not fit
 * its memory. NULL: nothing. To be called by the thread the library serves the connection with. */
void connection_hold(struct connection *connection, void *exchange);
void *connection_held(const struct connection *connection);

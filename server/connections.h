/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include "tiler/error.h"

/* Patience with open connections. The HTTP library drops a connection that is silent for a while;
 * one that trickles a byte now and then would stay for ever. So each connection also has a moment
 * by which its request must have come in whole, or its answer gone out: past it, it is shut. One
 * lock guards the list; it is taken when a connection opens or closes and by the thread that looks
 * through it once a second, never on the way of a request. */

struct connections;
struct connection;

MUST_CHECK enum error_code connections_new(struct connections **connections, struct error *error);
void connections_free(struct connections *connections); /* all of them must be closed */

/* A connection on socket FD, which stays open until connections_close. */
struct connection *connections_open(struct connections *connections, int fd);
void connections_close(struct connection *connection);

/* Gives the connection that many seconds from now. From any thread. */
void connection_allow(struct connection *connection, unsigned seconds);

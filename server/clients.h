/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "server/address.h"

/* What each client has open and is waiting for, so that one of them cannot take the whole server.
 * An address is known only while it has something: nothing is kept of who has left. An IPv6 client
 * is its /64, which is what one household or office is given. */
struct clients;

struct clients_policy {
	unsigned connections;	       /* one address may hold; 0: any number */
	unsigned waiting;	       /* answers one address may wait for at once; 0: any */
	const struct network *trusted; /* proxies, which stand for many: borrowed */
	size_t trusted_count;
};

/* New, knowing nobody. */
struct clients *clients_new(const struct clients_policy *policy);
void clients_free(struct clients *clients);

/* The client's address: the peer's or, where that is a trusted proxy, the last address of
 * X-Forwarded-For (FORWARDED, or NULL) that is not one. False: a proxy that does not say, or a peer
 * without an address; such a client is not limited. */
bool clients_address(const struct clients *clients, const struct sockaddr *peer,
		     const char *forwarded, struct in6_addr *address);

/* Counts one more connection, or one more answer waited for; false: it has as many as it may, and
 * nothing was counted. What was counted is to be given back. */
bool clients_connect(struct clients *clients, const struct in6_addr *address);
void clients_disconnect(struct clients *clients, const struct in6_addr *address);
bool clients_wait(struct clients *clients, const struct in6_addr *address);
void clients_served(struct clients *clients, const struct in6_addr *address);

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/clients.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/memory.h"

#define uthash_malloc(size) memory_new(size)
#include <uthash.h>

enum {
	IPV6_CLIENT_BYTES = 8,
};

struct client {
	struct in6_addr address;
	unsigned connections, waiting;
	UT_hash_handle hh;
};

struct clients {
	struct clients_policy policy;
	pthread_mutex_t lock;
	struct client *table;
};

struct clients *clients_new(const struct clients_policy *policy)
{
	struct clients *clients = memory_zeroed(1, sizeof(*clients));

	clients->policy = *policy;
	pthread_mutex_init(&clients->lock, NULL);
	return clients;
}

void clients_free(struct clients *clients)
{
	if (!clients)
		return;
	assert(!clients->table);
	pthread_mutex_destroy(&clients->lock);
	free(clients);
}

static bool is_trusted(const struct clients *clients, const struct in6_addr *address)
{
	return address_listed(clients->policy.trusted, clients->policy.trusted_count, address);
}

/* The last address of a list such as "203.0.113.9, 10.0.0.2" that is no trusted proxy: what is
 * before it was written by whoever it is, and proves nothing. */
static bool read_forwarded(const struct clients *clients, const char *list,
			   struct in6_addr *address)
{
	const char *end = list + strlen(list);

	while (end > list) {
		const char *begin = end;

		while (begin > list && begin[-1] != ',')
			begin--;
		if (!address_parse(begin, (size_t)(end - begin), address))
			return false;
		if (!is_trusted(clients, address))
			return true;
		end = begin > list ? begin - 1 : list;
	}
	return false;
}

bool clients_address(const struct clients *clients, const struct sockaddr *peer,
		     const char *forwarded, struct in6_addr *address)
{
	if (!peer_address(peer, address))
		return false;
	if (is_trusted(clients, address) &&
	    (!forwarded || !read_forwarded(clients, forwarded, address)))
		return false;
	if (!IN6_IS_ADDR_V4MAPPED(address))
		memset(&address->s6_addr[IPV6_CLIENT_BYTES], 0,
		       sizeof(address->s6_addr) - IPV6_CLIENT_BYTES);
	return true;
}

static struct client *find(struct clients *clients, const struct in6_addr *address)
{
	struct client *client;

	HASH_FIND(hh, clients->table, address, sizeof(*address), client);
	return client;
}

static struct client *find_or_add(struct clients *clients, const struct in6_addr *address)
{
	struct client *client = find(clients, address);

	if (!client) {
		client = memory_zeroed(1, sizeof(*client));
		client->address = *address;
		HASH_ADD(hh, clients->table, address, sizeof(*address), client);
	}
	return client;
}

static void forget_if_gone(struct clients *clients, struct client *client)
{
	if (client->connections == 0 && client->waiting == 0) {
		HASH_DEL(clients->table, client);
		free(client);
	}
}

bool clients_connect(struct clients *clients, const struct in6_addr *address)
{
	unsigned most = clients->policy.connections;
	struct client *client;
	bool counted;

	pthread_mutex_lock(&clients->lock);
	client = find_or_add(clients, address);
	counted = most == 0 || client->connections < most;
	client->connections += counted;
	forget_if_gone(clients, client);
	pthread_mutex_unlock(&clients->lock);
	return counted;
}

void clients_disconnect(struct clients *clients, const struct in6_addr *address)
{
	struct client *client;

	pthread_mutex_lock(&clients->lock);
	client = find(clients, address);
	assert(client && client->connections > 0);
	client->connections--;
	forget_if_gone(clients, client);
	pthread_mutex_unlock(&clients->lock);
}

bool clients_wait(struct clients *clients, const struct in6_addr *address)
{
	unsigned most = clients->policy.waiting;
	struct client *client;
	bool counted;

	pthread_mutex_lock(&clients->lock);
	client = find_or_add(clients, address);
	counted = most == 0 || client->waiting < most;
	client->waiting += counted;
	forget_if_gone(clients, client);
	pthread_mutex_unlock(&clients->lock);
	return counted;
}

void clients_served(struct clients *clients, const struct in6_addr *address)
{
	struct client *client;

	pthread_mutex_lock(&clients->lock);
	client = find(clients, address);
	assert(client && client->waiting > 0);
	client->waiting--;
	forget_if_gone(clients, client);
	pthread_mutex_unlock(&clients->lock);
}

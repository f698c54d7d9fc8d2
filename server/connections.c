/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/connections.h"

#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "tiler/memory.h"
#include "tiler/thread.h"

struct connection {
	struct connections *list;
	struct connection *prev, *next;
	int fd;
	bool counted; /* with the clients, as one of `client` */
	struct in6_addr client;
	atomic_int_least64_t until_ms; /* of clock_ms() */
	atomic_uint_least64_t ticket;  /* of the answer put off; 0: none is */
	atomic_bool left;
	void *exchange;
};

enum {
	LOOK_MS = 250,
	LEFT_AT_ONCE = 64, /* told of in one look; the rest in the next */
};

struct connections {
	struct connections_settings settings;
	pthread_mutex_t lock; /* of the list and `ending` */
	pthread_cond_t wake;
	struct connection *first;
	bool ending;
	pthread_t watcher;
};

static void shut_late(struct connections *connections)
{
	int64_t now = clock_ms();

	for (struct connection *connection = connections->first; connection;
	     connection = connection->next) {
		if (atomic_load_explicit(&connection->until_ms, memory_order_relaxed) < now)
			shutdown(connection->fd, SHUT_RDWR);
	}
}

static bool is_hung_up(int fd)
{
	struct pollfd look = {.fd = fd, .events = POLLRDHUP};

	return poll(&look, 1, 0) == 1 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* Takes the tickets of those who left. */
static size_t take_left(struct connections *connections, uint64_t tickets[LEFT_AT_ONCE])
{
	size_t count = 0;

	for (struct connection *connection = connections->first; connection && count < LEFT_AT_ONCE;
	     connection = connection->next) {
		uint64_t ticket = atomic_load(&connection->ticket);

		if (ticket && is_hung_up(connection->fd) &&
		    atomic_compare_exchange_strong(&connection->ticket, &ticket, 0)) {
			atomic_store(&connection->left, true);
			tickets[count++] = ticket;
		}
	}
	return count;
}

static void *watch(void *context)
{
	struct connections *connections = context;

	pthread_mutex_lock(&connections->lock);
	while (!connections->ending) {
		uint64_t tickets[LEFT_AT_ONCE];
		size_t count;

		condition_wait_until(&connections->wake, &connections->lock, clock_ms() + LOOK_MS);
		shut_late(connections);
		count = take_left(connections, tickets);
		pthread_mutex_unlock(&connections->lock);
		/* not under the lock: the answer may be finished in here */
		for (size_t i = 0; i < count; i++)
			connections->settings.left(tickets[i], connections->settings.context);
		pthread_mutex_lock(&connections->lock);
	}
	pthread_mutex_unlock(&connections->lock);
	return NULL;
}

static void connections_destroy(struct connections *connections)
{
	pthread_cond_destroy(&connections->wake);
	pthread_mutex_destroy(&connections->lock);
	free(connections);
}

enum error_code connections_new(const struct connections_settings *settings,
				struct connections **connections, struct error *error)
{
	struct connections *made = memory_zeroed(1, sizeof(*made));
	enum error_code code;

	made->settings = *settings;
	pthread_mutex_init(&made->lock, NULL);
	condition_init(&made->wake);
	code = thread_start(&made->watcher, "connections", watch, made, error);
	if (code) {
		connections_destroy(made);
		return code;
	}
	*connections = made;
	return ERROR_NONE;
}

void connections_watch_no_more(struct connections *connections)
{
	bool ended;

	pthread_mutex_lock(&connections->lock);
	ended = connections->ending;
	connections->ending = true;
	pthread_cond_signal(&connections->wake);
	pthread_mutex_unlock(&connections->lock);
	if (!ended)
		pthread_join(connections->watcher, NULL);
}

void connections_free(struct connections *connections)
{
	if (!connections)
		return;
	assert(!connections->first);
	connections_watch_no_more(connections);
	connections_destroy(connections);
}

struct connection *connections_open(struct connections *connections, int fd,
				    const struct sockaddr *peer)
{
	struct clients *clients = connections->settings.clients;
	struct connection *connection = memory_zeroed(1, sizeof(*connection));

	connection->list = connections;
	connection->fd = fd;
	atomic_init(&connection->until_ms, INT64_MAX);
	atomic_init(&connection->ticket, 0);
	atomic_init(&connection->left, false);
	if (clients_address(clients, peer, NULL, &connection->client)) {
		connection->counted = clients_connect(clients, &connection->client);
		if (!connection->counted)
			shutdown(fd, SHUT_RDWR);
	}
	pthread_mutex_lock(&connections->lock);
	connection->next = connections->first;
	if (connection->next)
		connection->next->prev = connection;
	connections->first = connection;
	pthread_mutex_unlock(&connections->lock);
	return connection;
}

void connections_close(struct connection *connection)
{
	struct connections *connections = connection->list;

	pthread_mutex_lock(&connections->lock);
	if (connection->next)
		connection->next->prev = connection->prev;
	if (connection->prev)
		connection->prev->next = connection->next;
	else
		connections->first = connection->next;
	pthread_mutex_unlock(&connections->lock);
	if (connection->counted)
		clients_disconnect(connections->settings.clients, &connection->client);
	free(connection);
}

void connection_allow(struct connection *connection, unsigned seconds)
{
	atomic_store_explicit(&connection->until_ms, clock_rough_ms() + seconds * INT64_C(1000),
			      memory_order_relaxed);
}

void connection_wait(struct connection *connection, uint64_t ticket)
{
	atomic_store(&connection->ticket, ticket);
}

bool connection_was_left(const struct connection *connection)
{
	return atomic_load(&connection->left);
}

void connection_hold(struct connection *connection, void *exchange)
{
	connection->exchange = exchange;
}

void *connection_held(const struct connection *connection)
{
	return connection->exchange;
}

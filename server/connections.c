/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/connections.h"

#include <assert.h>
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
	atomic_int_least64_t until_ms; /* of clock_ms() */
};

struct connections {
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

static void *watch(void *context)
{
	struct connections *connections = context;

	pthread_mutex_lock(&connections->lock);
	while (!connections->ending) {
		condition_wait_until(&connections->wake, &connections->lock, clock_ms() + 1000);
		shut_late(connections);
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

enum error_code connections_new(struct connections **connections, struct error *error)
{
	struct connections *made = memory_zeroed(1, sizeof(*made));
	enum error_code code;

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

void connections_free(struct connections *connections)
{
	if (!connections)
		return;
	assert(!connections->first);
	pthread_mutex_lock(&connections->lock);
	connections->ending = true;
	pthread_cond_signal(&connections->wake);
	pthread_mutex_unlock(&connections->lock);
	pthread_join(connections->watcher, NULL);
	connections_destroy(connections);
}

struct connection *connections_open(struct connections *connections, int fd)
{
	struct connection *connection = memory_zeroed(1, sizeof(*connection));

	connection->list = connections;
	connection->fd = fd;
	atomic_init(&connection->until_ms, INT64_MAX);
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
	free(connection);
}

void connection_allow(struct connection *connection, unsigned seconds)
{
	atomic_store_explicit(&connection->until_ms, clock_ms() + seconds * INT64_C(1000),
			      memory_order_relaxed);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/connections.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <arpa/inet.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/tally.h"

/* A connection of the list and its other end. */
struct pair {
	int near, far;
	struct connection *connection;
};

static struct pair pair_open(struct connections *connections)
{
	struct pair pair;
	int ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	pair = (struct pair){ends[0], ends[1], connections_open(connections, ends[0], NULL)};
	return pair;
}

/* A list, what it counts clients with, and whom it was told has left. */
struct scene {
	struct clients *clients;
	struct connections *connections;
	struct tally left;
	atomic_uint_least64_t ticket;
};

static void note_left(uint64_t ticket, void *context)
{
	struct scene *scene = context;

	scene->ticket = ticket;
	tally_add(&scene->left);
}

static struct connections *scene_open(struct scene *scene, unsigned each)
{
	const struct tally zero = TALLY_ZERO;

	*scene = (struct scene){.left = zero,
				.clients = clients_new(&(struct clients_policy){each, 0, NULL, 0})};
	assert_int_equal(
		connections_new(&(struct connections_settings){scene->clients, note_left, scene},
				&scene->connections, NULL),
		0);
	return scene->connections;
}

static void scene_close(struct scene *scene)
{
	connections_free(scene->connections);
	clients_free(scene->clients);
}

static void pair_close(struct pair *pair)
{
	connections_close(pair->connection);
	close(pair->near);
	close(pair->far);
}

static void shuts_who_is_late(void **state)
{
	struct scene scene;
	struct connections *connections = scene_open(&scene, 0);
	struct pair late, patient, unlimited;
	char byte = 0;

	(void)state;
	unlimited = pair_open(connections);
	late = pair_open(connections);
	patient = pair_open(connections);
	connection_allow(late.connection, 0);
	connection_allow(patient.connection, 3600);
	assert_int_equal(read(late.far, &byte, 1), 0); /* waits until it is shut */
	/* the others still talk */
	assert_int_equal(write(patient.near, "a", 1), 1);
	assert_int_equal(read(patient.far, &byte, 1), 1);
	assert_int_equal(write(unlimited.far, "b", 1), 1);
	assert_int_equal(read(unlimited.near, &byte, 1), 1);
	/* more time is given and taken while it is open */
	connection_allow(patient.connection, 0);
	assert_int_equal(read(patient.far, &byte, 1), 0);
	/* closed in another order than opened */
	pair_close(&late);
	pair_close(&unlimited);
	pair_close(&patient);
	scene_close(&scene);
}

static void leaves_closed_ones_alone(void **state)
{
	struct scene scene;
	struct connections *connections = scene_open(&scene, 0);
	struct pair gone, late;
	char byte = 0;
	int ends[2];

	(void)state;
	gone = pair_open(connections);
	connection_allow(gone.connection, 0);
	pair_close(&gone);
	/* the number of the closed socket is given out again */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	late = pair_open(connections);
	connection_allow(late.connection, 0);
	assert_int_equal(read(late.far, &byte, 1), 0);
	assert_int_equal(write(ends[0], "a", 1), 1);
	assert_int_equal(read(ends[1], &byte, 1), 1);
	pair_close(&late);
	close(ends[0]);
	close(ends[1]);
	scene_close(&scene);
}

static void tells_who_left(void **state)
{
	struct scene scene;
	struct connections *connections = scene_open(&scene, 0);
	struct pair stays, leaves, answered;

	(void)state;
	stays = pair_open(connections);
	leaves = pair_open(connections);
	answered = pair_open(connections);
	connection_wait(stays.connection, 7);
	connection_wait(leaves.connection, 8);
	connection_wait(answered.connection, 9);
	/* bytes of the next request are no leaving */
	assert_int_equal(write(stays.far, "a", 1), 1);
	connection_wait(answered.connection, 0);
	shutdown(answered.far, SHUT_RDWR);
	shutdown(leaves.far, SHUT_RDWR);
	tally_wait(&scene.left, 1);
	assert_int_equal(scene.ticket, 8);
	assert_true(connection_was_left(leaves.connection));
	assert_false(connection_was_left(stays.connection));
	assert_false(connection_was_left(answered.connection));
	/* once is enough: the next one told of is another */
	shutdown(stays.far, SHUT_RDWR);
	tally_wait(&scene.left, 2);
	assert_int_equal(scene.ticket, 7);
	/* and nobody is told once that has been asked for */
	connection_wait(answered.connection, 10);
	connections_watch_no_more(connections);
	assert_int_equal(tally_count(&scene.left), scene.ticket == 10 ? 3 : 2);
	pair_close(&stays);
	pair_close(&leaves);
	pair_close(&answered);
	scene_close(&scene);
}

static void shuts_what_a_client_has_too_much_of(void **state)
{
	const struct sockaddr_in peer = {.sin_family = AF_INET, .sin_addr = {htonl(0xc0000201)}};
	struct scene scene;
	struct connections *connections = scene_open(&scene, 2);
	struct connection *open[3];
	int ends[3][2];
	char byte = 0;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends[i]), 0);
		open[i] = connections_open(connections, ends[i][0], (const struct sockaddr *)&peer);
	}
	assert_int_equal(read(ends[2][1], &byte, 1), 0);
	assert_int_equal(write(ends[1][1], "a", 1), 1);
	assert_int_equal(read(ends[1][0], &byte, 1), 1);
	for (unsigned i = 0; i < 3; i++) {
		connections_close(open[i]);
		close(ends[i][0]);
		close(ends[i][1]);
	}
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shuts_who_is_late),
		cmocka_unit_test(leaves_closed_ones_alone),
		cmocka_unit_test(tells_who_left),
		cmocka_unit_test(shuts_what_a_client_has_too_much_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

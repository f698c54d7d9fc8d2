/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/connections.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

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
	pair = (struct pair){ends[0], ends[1], connections_open(connections, ends[0])};
	return pair;
}

static void pair_close(struct pair *pair)
{
	connections_close(pair->connection);
	close(pair->near);
	close(pair->far);
}

static void shuts_who_is_late(void **state)
{
	struct connections *connections;
	struct pair late, patient, unlimited;
	char byte = 0;

	(void)state;
	assert_int_equal(connections_new(&connections, NULL), 0);
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
	connections_free(connections);
}

static void leaves_closed_ones_alone(void **state)
{
	struct connections *connections;
	struct pair gone, late;
	char byte = 0;
	int ends[2];

	(void)state;
	assert_int_equal(connections_new(&connections, NULL), 0);
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
	connections_free(connections);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shuts_who_is_late),
		cmocka_unit_test(leaves_closed_ones_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

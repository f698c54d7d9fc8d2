/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/clients.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Of a server behind a proxy at 10.0.0.1 or in 10.1.0.0/16. */
static struct clients *behind_proxy(unsigned connections, unsigned waiting)
{
	static struct network *trusted;
	static size_t count;
	struct error error = {0};
	struct clients_policy policy = {connections, waiting, NULL, 0};

	if (!trusted)
		assert_int_equal(networks_parse("10.0.0.1, 10.1.0.0/16", &trusted, &count, &error),
				 0);
	policy.trusted = trusted;
	policy.trusted_count = count;
	return clients_new(&policy);
}

static struct sockaddr_in ipv4(const char *text)
{
	struct sockaddr_in peer = {.sin_family = AF_INET};

	assert_int_equal(inet_pton(AF_INET, text, &peer.sin_addr), 1);
	return peer;
}

/* What a request from PEER with FORWARDED is counted as; "-": nobody in particular. */
static void expect(const char *peer_text, const char *forwarded, const char *expected)
{
	struct clients *clients = behind_proxy(0, 0);
	struct sockaddr_in peer = ipv4(peer_text);
	struct in6_addr address;
	char text[INET6_ADDRSTRLEN] = "-";

	if (clients_address(clients, (struct sockaddr *)&peer, forwarded, &address))
		inet_ntop(AF_INET6, &address, text, sizeof(text));
	assert_string_equal(text, expected);
	clients_free(clients);
}

static void knows_who_asks(void **state)
{
	(void)state;
	expect("192.0.2.7", NULL, "::ffff:192.0.2.7");
	/* nobody but a proxy may speak for others */
	expect("192.0.2.7", "198.51.100.1", "::ffff:192.0.2.7");
	expect("10.0.0.1", "198.51.100.1", "::ffff:198.51.100.1");
	expect("10.0.0.1", "203.0.113.5, 198.51.100.1", "::ffff:198.51.100.1");
	expect("10.0.0.1", "198.51.100.1, 10.1.2.3", "::ffff:198.51.100.1");
	expect("10.0.0.1", " 198.51.100.1 ,10.1.2.3 ", "::ffff:198.51.100.1");
	expect("10.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
	expect("10.0.0.1", NULL, "-");
	expect("10.0.0.1", "", "-");
	expect("10.0.0.1", "10.1.2.3", "-");
	expect("10.0.0.1", "198.51.100.1, unknown", "-");
	expect("10.0.0.1", ",,,", "-");
}

static void bounds_each_by_itself(void **state)
{
	struct clients *clients = behind_proxy(2, 1);
	struct sockaddr_in one = ipv4("192.0.2.1"), other = ipv4("192.0.2.2");
	struct in6_addr a, b;

	(void)state;
	assert_true(clients_address(clients, (struct sockaddr *)&one, NULL, &a));
	assert_true(clients_address(clients, (struct sockaddr *)&other, NULL, &b));
	assert_true(clients_connect(clients, &a));
	assert_true(clients_connect(clients, &a));
	assert_false(clients_connect(clients, &a));
	assert_true(clients_connect(clients, &b));
	assert_true(clients_wait(clients, &a));
	assert_false(clients_wait(clients, &a));
	assert_true(clients_wait(clients, &b));
	clients_served(clients, &a);
	assert_true(clients_wait(clients, &a));
	clients_served(clients, &a);
	clients_served(clients, &b);
	clients_disconnect(clients, &a);
	assert_true(clients_connect(clients, &a));
	clients_disconnect(clients, &a);
	clients_disconnect(clients, &a);
	clients_disconnect(clients, &b);
	/* asserts that nobody is remembered */
	clients_free(clients);
}

static void limits_nothing_where_told_so(void **state)
{
	struct clients *clients = behind_proxy(0, 0);
	struct sockaddr_in peer = ipv4("192.0.2.1");
	struct in6_addr address;

	(void)state;
	assert_true(clients_address(clients, (struct sockaddr *)&peer, NULL, &address));
	for (unsigned i = 0; i < 10000; i++) {
		assert_true(clients_connect(clients, &address));
		assert_true(clients_wait(clients, &address));
	}
	for (unsigned i = 0; i < 10000; i++) {
		clients_served(clients, &address);
		clients_disconnect(clients, &address);
	}
	clients_free(clients);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_who_asks),
		cmocka_unit_test(bounds_each_by_itself),
		cmocka_unit_test(limits_nothing_where_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

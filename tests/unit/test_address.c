/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct sockaddr_storage address_of(const char *text)
{
	struct sockaddr_storage address = {0};
	struct sockaddr_in *four = (struct sockaddr_in *)&address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address;

	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		address.ss_family = AF_INET;
	} else {
		assert_int_equal(inet_pton(AF_INET6, text, &six->sin6_addr), 1);
		address.ss_family = AF_INET6;
	}
	return address;
}

static bool listed(const char *networks_text, const char *address_text)
{
	struct sockaddr_storage address = address_of(address_text);
	struct network *networks;
	size_t count;
	bool found;

	assert_int_equal(networks_parse(networks_text, &networks, &count, NULL), 0);
	found = network_listed(networks, count, (const struct sockaddr *)&address);
	free(networks);
	return found;
}

static void knows_who_is_in_a_network(void **state)
{
	(void)state;
	assert_true(listed("127.0.0.1", "127.0.0.1"));
	assert_false(listed("127.0.0.1", "127.0.0.2"));
	assert_true(listed("10.0.0.0/8", "10.255.255.255"));
	assert_false(listed("10.0.0.0/8", "11.0.0.0"));
	assert_true(listed("192.168.4.0/22", "192.168.7.255"));
	assert_false(listed("192.168.4.0/22", "192.168.8.0"));
	assert_true(listed("1.2.3.4, 10.0.0.0/8 ,::1", "::1"));
	assert_true(listed("2001:db8::/32", "2001:db8:ffff::1"));
	assert_false(listed("2001:db8::/32", "2001:db9::"));
	assert_true(listed("0.0.0.0/0", "203.0.113.9"));
	assert_false(listed("0.0.0.0/0", "2001:db8::1"));
	assert_true(listed("::/0", "203.0.113.9"));
	/* a dual-stack socket sees IPv4 clients in their mapped form */
	assert_true(listed("127.0.0.1", "::ffff:127.0.0.1"));
	assert_false(listed("", "127.0.0.1"));
}

static void refuses_what_is_no_network(void **state)
{
	static const char *const wrong[] = {"10.0.0.0/33", "::1/129",	"10.0.0.0/",  "10.0.0.0/x",
					    "10.0.0.0/-1", "localhost", "10.0.0",     "1.2.3.4/8/8",
					    "1.2.3.4:80",  "[::1]",	"10.0.0.0/ 8"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct network *networks;
		size_t count;

		print_message("# %s\n", wrong[i]);
		assert_int_equal(networks_parse(wrong[i], &networks, &count, NULL), ERROR_INVALID);
		assert_null(networks);
	}
}

static void knows_hosts(void **state)
{
	static const char *const hosts[] = {
		"a",	      "a.example", "A-b_c.example:80", "127.0.0.1:65535", "[::1]",
		"[::1]:8080", "a:0"};
	static const char *const others[] = {"",     ":80",  "a:",   "a:65536", "a:123456",
					     "a b",  "a/b",  "a\"b", "a<b",	"u@a",
					     "[::1", "[]",   "[x]",  "[::1]x",	"a:80x",
					     "é",    "a%41", "a,b",  "a\r\nb",	"[127.0.0.1]:1:2"};
	char longest[300];

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++)
		assert_true(host_valid(hosts[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		assert_false(host_valid(others[i]));
	}
	memset(longest, 'a', sizeof(longest));
	longest[256] = '\0';
	assert_false(host_valid(longest));
	longest[255] = '\0';
	assert_true(host_valid(longest));
}

static void listens_where_it_is_told(void **state)
{
	static const char *const places[] = {"127.0.0.1:0", "[::1]:0", "localhost:0"};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		struct listen_address address;
		struct error error = {0};
		int fd, second;
		char *name;

		assert_int_equal(listen_address_parse(places[i], &address, &error), 0);
		if (listen_open(&address, &fd, &error) != 0 && strstr(places[i], "::1"))
			continue; /* a machine without IPv6 */
		assert_true(fd >= 0);
		name = listen_name(fd);
		assert_int_equal(listen_address_parse(name, &address, &error), 0);
		/* who comes second is told in one sentence which address it is */
		assert_int_equal(listen_open(&address, &second, &error), ERROR_BUSY);
		assert_non_null(strstr(error.text, "another program already does"));
		assert_int_equal(second, -1);
		free(name);
		close(fd);
	}
}

static void refuses_what_is_no_place_to_listen(void **state)
{
	static const char *const wrong[] = {"",
					    "8080",
					    ":8080",
					    "127.0.0.1",
					    "127.0.0.1:",
					    "127.0.0.1:x",
					    "::1:8080",
					    "127.0.0.1:70000",
					    "127.0.0.1:-1",
					    "[::1:80",
					    "a b:80"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct listen_address address;

		print_message("# %s\n", wrong[i]);
		assert_int_equal(listen_address_parse(wrong[i], &address, NULL), ERROR_INVALID);
	}
}

static void names_peers_without_their_port(void **state)
{
	struct sockaddr_storage four = address_of("203.0.113.9"), six = address_of("2001:db8::1"),
				mapped = address_of("::ffff:203.0.113.9");
	char name[INET6_ADDRSTRLEN];

	(void)state;
	peer_name((struct sockaddr *)&four, name);
	assert_string_equal(name, "203.0.113.9");
	peer_name((struct sockaddr *)&mapped, name);
	assert_string_equal(name, "203.0.113.9");
	peer_name((struct sockaddr *)&six, name);
	assert_string_equal(name, "2001:db8::1");
	peer_name(NULL, name);
	assert_string_equal(name, "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_who_is_in_a_network),
		cmocka_unit_test(refuses_what_is_no_network),
		cmocka_unit_test(knows_hosts),
		cmocka_unit_test(listens_where_it_is_told),
		cmocka_unit_test(refuses_what_is_no_place_to_listen),
		cmocka_unit_test(names_peers_without_their_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

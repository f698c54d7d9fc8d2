/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/base_url.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sockaddr_in proxy = {.sin_family = AF_INET};

static void expect(const struct base_url_policy *policy, const struct base_url_claim *claim,
		   const char *expected)
{
	char base_url[BASE_URL_LONGEST];

	assert_int_equal(base_url_make(policy, claim, base_url, NULL), 0);
	assert_string_equal(base_url, expected);
}

static void believes_the_host_only_as_a_host(void **state)
{
	const struct base_url_policy policy = {.fallback = "127.0.0.1:8080"};
	char base_url[BASE_URL_LONGEST];

	(void)state;
	expect(&policy, &(struct base_url_claim){.host = "a.example:81"}, "http://a.example:81");
	expect(&policy, &(struct base_url_claim){0}, "http://127.0.0.1:8080");
	expect(&policy, &(struct base_url_claim){.host = "a", .authority = "b"}, "http://b");
	assert_int_equal(
		base_url_make(&policy, &(struct base_url_claim){.host = "a/b"}, base_url, NULL),
		ERROR_INVALID);
	assert_int_equal(base_url_make(&policy,
				       &(struct base_url_claim){.host = "a", .authority = "u@b"},
				       base_url, NULL),
			 ERROR_INVALID);
}

static void believes_forwarding_of_trusted_proxies_alone(void **state)
{
	struct network *networks;
	size_t count;
	struct base_url_policy policy = {.fallback = "f"};
	struct base_url_claim claim = {
		.host = "inner",
		.forwarded_proto = "http, HTTPS",
		.forwarded_host = "stranger.example, outer.example:8443 ",
		.forwarded_prefix = "/carte/",
		.peer = (const struct sockaddr *)&proxy,
	};

	(void)state;
	inet_pton(AF_INET, "10.1.2.3", &proxy.sin_addr);
	expect(&policy, &claim, "http://inner");
	assert_int_equal(networks_parse("10.0.0.0/8", &networks, &count, NULL), 0);
	policy.trusted = networks;
	policy.trusted_count = count;
	expect(&policy, &claim, "https://outer.example:8443/carte");
	inet_pton(AF_INET, "11.1.2.3", &proxy.sin_addr);
	expect(&policy, &claim, "http://inner");
	inet_pton(AF_INET, "10.1.2.3", &proxy.sin_addr);
	claim.forwarded_host = "a\"b";
	claim.forwarded_prefix = "//evil.example";
	claim.forwarded_proto = "javascript";
	expect(&policy, &claim, "http://inner");
	claim.forwarded_prefix = "/a/../b";
	expect(&policy, &claim, "http://inner");
	claim.peer = NULL;
	expect(&policy, &claim, "http://inner");
	free(networks);
}

static void puts_the_configured_address_first(void **state)
{
	const struct base_url_policy policy = {.public_url = "https://p.example/t",
					       .fallback = "f"};

	(void)state;
	expect(&policy, &(struct base_url_claim){.host = "a"}, "https://p.example/t");
	expect(&policy, &(struct base_url_claim){0}, "https://p.example/t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believes_the_host_only_as_a_host),
		cmocka_unit_test(believes_forwarding_of_trusted_proxies_alone),
		cmocka_unit_test(puts_the_configured_address_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/base_url.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
	HOST_LONGEST = 255 + 6, /* a name and a port */
	PREFIX_LONGEST = 255,
};
_Static_assert(sizeof("https://") + HOST_LONGEST + PREFIX_LONGEST <= BASE_URL_LONGEST,
	       "a base URL has room for its longest parts");

/* What follows the last comma, without spaces: what the trusted proxy itself wrote. Before it
 * stands what it was sent, and that may be a stranger's. */
static const char *last_of(const char *list, size_t *length)
{
	const char *comma = strrchr(list, ',');
	const char *last = comma ? comma + 1 : list;

	last += strspn(last, " \t");
	*length = strlen(last);
	while (*length > 0 && (last[*length - 1] == ' ' || last[*length - 1] == '\t'))
		(*length)--;
	return last;
}

static bool is_forwarded_host(const char *list, char host[HOST_LONGEST + 1])
{
	size_t length;
	const char *last = last_of(list, &length);

	if (length > HOST_LONGEST)
		return false;
	memcpy(host, last, length);
	host[length] = '\0';
	return host_valid(host);
}

/* "/carte/tuiles": what a proxy took off the front of the path. */
static bool is_prefix(const char *prefix)
{
	if (*prefix != '/' || strlen(prefix) > PREFIX_LONGEST || strstr(prefix, "//") ||
	    strstr(prefix, "/."))
		return false;
	for (const char *c = prefix; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("/-._~", *c))
			return false;
	}
	return true;
}

static const char *forwarded_scheme(const char *proto)
{
	size_t length;
	const char *last = last_of(proto ? proto : "", &length);

	return length == 5 && strncasecmp(last, "https", 5) == 0 ? "https" : "http";
}

/* Without a slash at the end. Every request comes by here, and printf would be a tenth of its cost
 * outside the kernel. */
static void join(char base_url[BASE_URL_LONGEST], const char *scheme, const char *host,
		 const char *prefix)
{
	char *end = stpcpy(stpcpy(base_url, scheme), "://");

	assert(strlen(host) <= HOST_LONGEST && strlen(prefix) <= PREFIX_LONGEST);
	end = stpcpy(stpcpy(end, host), prefix);
	if (end[-1] == '/')
		end[-1] = '\0';
}

enum error_code base_url_make(const struct base_url_policy *policy,
			      const struct base_url_claim *claim, char *base_url,
			      struct error *error)
{
	const char *host = claim->authority ? claim->authority : claim->host;
	const char *scheme = "http", *prefix = "";
	char forwarded_host[HOST_LONGEST + 1];

	if (host && (strlen(host) > HOST_LONGEST || !host_valid(host)))
		return error_set(
			error, ERROR_INVALID,
			"the Host header is not the name of a host, with or without a port");
	if (!base_url)
		return ERROR_NONE;
	if (policy->public_url) {
		snprintf(base_url, BASE_URL_LONGEST, "%s", policy->public_url);
		return ERROR_NONE;
	}
	if (policy->trusted_count > 0 &&
	    network_listed(policy->trusted, policy->trusted_count, claim->peer)) {
		scheme = forwarded_scheme(claim->forwarded_proto);
		if (claim->forwarded_host &&
		    is_forwarded_host(claim->forwarded_host, forwarded_host))
			host = forwarded_host;
		if (claim->forwarded_prefix && is_prefix(claim->forwarded_prefix))
			prefix = claim->forwarded_prefix;
	}
	join(base_url, scheme, host ? host : policy->fallback, prefix);
	return ERROR_NONE;
}

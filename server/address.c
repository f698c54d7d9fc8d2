/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tiler/memory.h"

enum {
	LISTEN_BACKLOG = 1024,
	NAME_LONGEST = 255,
};

/* Reads "name:port" or "[address]:port" into HOST; gives the port, -1 where TEXT is neither. */
static int split_port(const char *text, char host[NAME_LONGEST + 1])
{
	const char *colon = strrchr(text, ':');
	size_t length;
	char *end;
	long port;

	if (!colon || colon == text || !isdigit((unsigned char)colon[1]))
		return -1;
	errno = 0;
	port = strtol(colon + 1, &end, 10);
	if (*end || errno || port > 65535)
		return -1;
	length = (size_t)(colon - text);
	if (text[0] == '[' && colon[-1] == ']') {
		text++;
		length -= 2;
	} else if (memchr(text, ':', length)) {
		return -1; /* an IPv6 address needs its brackets */
	}
	if (length == 0 || length > NAME_LONGEST)
		return -1;
	memcpy(host, text, length);
	host[length] = '\0';
	return (int)port;
}

enum error_code listen_address_parse(const char *text, struct listen_address *address,
				     struct error *error)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC,
				       .ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *found = NULL;
	char host[NAME_LONGEST + 1], service[16];
	int port = split_port(text, host);
	int status;

	if (port < 0)
		return error_set(
			error, ERROR_INVALID,
			"\"%s\" is not ADDRESS:PORT (such as 127.0.0.1:8080 or [::1]:8080)", text);
	snprintf(service, sizeof(service), "%d", port);
	status = getaddrinfo(host, service, &hints, &found);
	if (status != 0)
		return error_set(error, ERROR_INVALID, "\"%s\" is no address of this machine: %s",
				 host, gai_strerror(status));
	memset(address, 0, sizeof(*address));
	memcpy(&address->address, found->ai_addr, found->ai_addrlen);
	address->length = found->ai_addrlen;
	freeaddrinfo(found);
	return ERROR_NONE;
}

static enum error_code listen_failed(const struct listen_address *address, int number,
				     struct error *error)
{
	char name[INET6_ADDRSTRLEN + 2], service[8];

	if (getnameinfo((const struct sockaddr *)&address->address, address->length, name,
			sizeof(name), service, sizeof(service), NI_NUMERICHOST | NI_NUMERICSERV))
		name[0] = service[0] = '\0';
	if (number == EADDRINUSE)
		return error_set(error, ERROR_BUSY,
				 "cannot listen on %s:%s: another program already does (choose "
				 "another port with --listen, or stop that program)",
				 name, service);
	if (number == EACCES)
		return error_set(error, ERROR_IO,
				 "cannot listen on %s:%s: ports below 1024 need a privilege "
				 "(choose a higher one with --listen)",
				 name, service);
	if (number == EADDRNOTAVAIL)
		return error_set(error, ERROR_IO,
				 "cannot listen on %s:%s: this machine has no such address", name,
				 service);
	return error_set(error, ERROR_IO, "cannot listen on %s:%s: %s", name, service,
			 strerror(number));
}

enum error_code listen_open(const struct listen_address *address, int *fd, struct error *error)
{
	const int on = 1;
	int number;

	*fd = socket(address->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return listen_failed(address, errno, error);
	setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* sockets accepted from it inherit the option: no answer waits for an acknowledgement */
	setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bind(*fd, (const struct sockaddr *)&address->address, address->length) == 0 &&
	    listen(*fd, LISTEN_BACKLOG) == 0)
		return ERROR_NONE;
	number = errno;
	close(*fd);
	*fd = -1;
	return listen_failed(address, number, error);
}

char *listen_name(int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char name[INET6_ADDRSTRLEN + 2], service[8];

	if (getsockname(fd, (struct sockaddr *)&address, &length) ||
	    getnameinfo((struct sockaddr *)&address, length, name, sizeof(name), service,
			sizeof(service), NI_NUMERICHOST | NI_NUMERICSERV))
		return memory_text("localhost");
	return memory_print(strchr(name, ':') ? "[%s]:%s" : "%s:%s", name, service);
}

bool listen_is_local(int fd)
{
	struct sockaddr_storage storage = {0};
	struct in6_addr address;
	socklen_t length = sizeof(storage);

	if (getsockname(fd, (struct sockaddr *)&storage, &length) ||
	    !peer_address((struct sockaddr *)&storage, &address))
		return false;
	return IN6_IS_ADDR_LOOPBACK(&address) ||
	       (IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == 127);
}

static void map_ipv4(const struct in_addr *ipv4, struct in6_addr *ipv6)
{
	memset(ipv6, 0, sizeof(*ipv6));
	ipv6->s6_addr[10] = ipv6->s6_addr[11] = 0xff;
	memcpy(&ipv6->s6_addr[12], ipv4, sizeof(*ipv4));
}

bool peer_address(const struct sockaddr *address, struct in6_addr *ipv6)
{
	if (!address)
		return false;
	if (address->sa_family == AF_INET6)
		*ipv6 = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
	else if (address->sa_family == AF_INET)
		map_ipv4(&((const struct sockaddr_in *)(const void *)address)->sin_addr, ipv6);
	else
		return false;
	return true;
}

bool address_parse(const char *text, size_t length, struct in6_addr *address)
{
	char copy[INET6_ADDRSTRLEN];
	struct in_addr ipv4;

	for (; length > 0 && (*text == ' ' || *text == '\t'); length--)
		text++;
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	if (length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (inet_pton(AF_INET6, copy, address) == 1)
		return true;
	if (inet_pton(AF_INET, copy, &ipv4) != 1)
		return false;
	map_ipv4(&ipv4, address);
	return true;
}

static bool network_parse(const char *text, struct network *network)
{
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);
	unsigned bits = memchr(text, ':', length) ? 128 : 32;

	if (!address_parse(text, length, &network->address))
		return false;
	network->prefix = 128;
	if (slash) {
		char *end;
		unsigned long prefix = strtoul(slash + 1, &end, 10);

		if (!isdigit((unsigned char)slash[1]) || *end || prefix > bits)
			return false;
		network->prefix = 128 - bits + (unsigned)prefix;
	}
	return true;
}

enum error_code networks_parse(const char *text, struct network **networks, size_t *count,
			       struct error *error)
{
	*networks = NULL;
	*count = 0;
	for (text += strspn(text, ", "); *text; text += strspn(text, ", ")) {
		size_t length = strcspn(text, ", ");
		char *one = memory_print("%.*s", (int)length, text);
		struct network network;
		bool sound = network_parse(one, &network);

		free(one);
		if (!sound) {
			free(*networks);
			*networks = NULL;
			*count = 0;
			return error_set(error, ERROR_INVALID,
					 "\"%.*s\" is neither an address nor a network (such as "
					 "127.0.0.1 or 10.0.0.0/8)",
					 (int)length, text);
		}
		*networks = memory_resize(*networks, *count + 1, sizeof(**networks));
		(*networks)[(*count)++] = network;
		text += length;
	}
	return ERROR_NONE;
}

static bool same_bits(const struct in6_addr *a, const struct in6_addr *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a->s6_addr[whole] ^ b->s6_addr[whole]) >> (8 - rest)) == 0;
}

bool address_listed(const struct network *networks, size_t count, const struct in6_addr *address)
{
	for (size_t i = 0; i < count; i++) {
		if (same_bits(&networks[i].address, address, networks[i].prefix))
			return true;
	}
	return false;
}

bool network_listed(const struct network *networks, size_t count, const struct sockaddr *address)
{
	struct in6_addr ipv6;

	return peer_address(address, &ipv6) && address_listed(networks, count, &ipv6);
}

void peer_name(const struct sockaddr *address, char name[INET6_ADDRSTRLEN])
{
	struct in6_addr ipv6;

	name[0] = '-';
	name[1] = '\0';
	if (!peer_address(address, &ipv6))
		return;
	if (IN6_IS_ADDR_V4MAPPED(&ipv6))
		inet_ntop(AF_INET, &ipv6.s6_addr[12], name, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, &ipv6, name, INET6_ADDRSTRLEN);
}

/* ":8080". By hand, as every request comes by here. */
static bool port_valid(const char *text)
{
	const char *first = text + 1, *c = first;
	unsigned port = 0;

	for (; *c >= '0' && *c <= '9' && c - first < 5; c++)
		port = port * 10 + (unsigned)(*c - '0');
	return *text == ':' && c > first && !*c && port <= 65535;
}

bool host_valid(const char *text)
{
	struct in6_addr ipv6;
	const char *port;
	size_t length;

	if (text[0] == '[') {
		char address[INET6_ADDRSTRLEN];
		const char *end = strchr(text, ']');

		length = end ? (size_t)(end - text - 1) : 0;
		if (length == 0 || length >= sizeof(address))
			return false;
		memcpy(address, text + 1, length);
		address[length] = '\0';
		if (inet_pton(AF_INET6, address, &ipv6) != 1)
			return false;
		port = end + 1;
	} else {
		for (length = 0; isalnum((unsigned char)text[length]) || text[length] == '.' ||
				 text[length] == '-' || text[length] == '_';)
			length++;
		if (length == 0 || length > NAME_LONGEST)
			return false;
		port = text + length;
	}
	return *port == '\0' || port_valid(port);
}

bool base_url_valid(const char *text)
{
	size_t scheme = strncasecmp(text, "https://", 8) == 0  ? 8
			: strncasecmp(text, "http://", 7) == 0 ? 7
							       : 0;
	char host[NAME_LONGEST + 8];
	size_t length;

	if (scheme == 0 || strlen(text) > 512)
		return false;
	text += scheme;
	length = strcspn(text, "/");
	if (length >= sizeof(host))
		return false;
	memcpy(host, text, length);
	host[length] = '\0';
	if (!host_valid(host))
		return false;
	for (const char *c = text + length; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("/-._~", *c))
			return false;
	}
	return true;
}

/* SPDX-License-Identifier: EUPL-1.2 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "tiler/error.h"

/* Network addresses as people write them. */

/* Where to listen: "127.0.0.1:8080", "[::1]:8080", "localhost:8080". */
struct listen_address {
	struct sockaddr_storage address;
	socklen_t length;
};
MUST_CHECK enum error_code listen_address_parse(const char *text, struct listen_address *address,
						struct error *error);

/* A socket that listens there, non-blocking. A port another program holds: ERROR_BUSY. */
MUST_CHECK enum error_code listen_open(const struct listen_address *address, int *fd,
				       struct error *error);

/* Where a socket listens, with the port the system chose where 0 was asked for. New text. */
char *listen_name(int fd);

/* Can only programs of this machine reach the socket? */
bool listen_is_local(int fd);

/* A range of addresses: "10.0.0.0/8", "192.168.1.4", "2001:db8::/32". IPv4 is kept in its mapped
 * IPv6 form. */
struct network {
	struct in6_addr address;
	unsigned prefix; /* bits that count, of 128 */
};

/* New array of the ranges in a comma-separated list; an empty one for an empty text. */
MUST_CHECK enum error_code networks_parse(const char *text, struct network **networks,
					  size_t *count, struct error *error);
bool address_listed(const struct network *networks, size_t count, const struct in6_addr *address);
bool network_listed(const struct network *networks, size_t count, const struct sockaddr *address);

/* The address of a peer, and of a text of LENGTH bytes with or without blanks around it; IPv4 in
 * its mapped form. False: there is none. */
bool peer_address(const struct sockaddr *peer, struct in6_addr *address);
bool address_parse(const char *text, size_t length, struct in6_addr *address);

/* Address of a peer without its port, for the log. */
void peer_name(const struct sockaddr *address, char name[INET6_ADDRSTRLEN]);

/* Is TEXT a host as the Host header has it: a name or an address, with or without a port? */
bool host_valid(const char *text);

/* Is TEXT an http or https URL with a host and at most a path of plain characters, as `public_url`
 * must be? */
bool base_url_valid(const char *text);

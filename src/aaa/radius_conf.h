/*
 * radius.conf(5) of FreeBSD: one server a line,
 *
 *	[auth|acct] SERVER[:PORT] SECRET [TIMEOUT [TRIES [DEAD [BINDTO]]]]
 *
 * words in double quotes where they hold blanks, `#` before a comment. A
 * line without auth or acct is for auth. Two lines of our own:
 *
 *	dae [ADDRESS][:PORT] SECRET [CLIENT[/BITS]]
 *	require-message-authenticator
 */
#ifndef AAA_RADIUS_CONF_H
#define AAA_RADIUS_CONF_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "aaa/radius_packet.h"
#include "base/diag.h"

#define RAD_SERVERS	10		/* of each service */
#define RAD_NAME	80
#define RAD_AUTH_PORT	1812
#define RAD_ACCT_PORT	1813
#define RAD_DAE_PORT	3799		/* RFC 5176 */

enum rad_service { RAD_FOR_AUTH, RAD_FOR_ACCT, RAD_SERVICES };

struct rad_addr {
	socklen_t len;			/* 0: none */
	struct sockaddr_storage ss;
};

struct rad_host {
	char	 name[RAD_NAME];	/* as written, for people */
	char	 host[RAD_NAME];	/* the same without the port */
	uint16_t port;
	struct rad_addr addr, bind;	/* addr len 0: host is a name */
	struct rad_secret secret;
	uint16_t timeout, dead;		/* seconds; dead 0: never */
	uint16_t tries;
};

struct rad_conf {		/* plain data; secrets: wipe after use */
	struct rad_host host[RAD_SERVICES][RAD_SERVERS];
	uint8_t	 hosts[RAD_SERVICES];
	bool	 must_sign;		/* answers without it are forged */
	struct rad_addr dae;		/* len 0: no CoA, no Disconnect */
	struct rad_addr dae_client;	/* len 0: everybody who has ... */
	uint8_t	 dae_bits;
	struct rad_secret dae_secret;
};

/*
 * rad_conf_read - all of @path into *@c; every fault goes to @d with its
 * line. Names of servers are left to be looked up. Returns 0; -E_SYS (errno);
 * -E_DENIED: not private; -E_FORMAT: lines are wrong. *@c is then wiped.
 */
struct stat;
int rad_conf_read(struct rad_conf *c, const char *path, struct stat *st,
    struct diag *d);

/* rad_addr_octets - the address alone, in network order. */
const uint8_t *rad_addr_octets(const struct rad_addr *a);

/* rad_addr_text - "10.0.0.1:1812", "[::1]:1812"; returns @buf. */
#define RAD_ADDR_TEXT	64
const char *rad_addr_text(const struct rad_addr *a, char buf[RAD_ADDR_TEXT]);

#endif

/*
 * syn_tool FROM TO - a TCP SYN with an MSS that is too large for PPPoE, once
 * with each value of DSCP and ECN: 256 of them, to ports from 1000 on. IPv6:
 * FROM and TO with %INTERFACE if they are link-local.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "wire/cksum.h"
#include "wire/wr.h"

#define SYN_OCTETS	24u
#define PAUSE_NS	2000000		/* a slow machine loses none */

struct end {
	struct sockaddr_storage sa;
	socklen_t len;
};

static int
take(const char *text, struct end *e)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST,
	    .ai_socktype = SOCK_DGRAM }, *ai;

	if (getaddrinfo(text, NULL, &hints, &ai) != 0)
		return -1;
	memcpy(&e->sa, ai->ai_addr, ai->ai_addrlen);
	e->len = ai->ai_addrlen;
	freeaddrinfo(ai);
	return 0;
}

/* Both addresses, as the pseudo header has them. */
static uint32_t
pseudo(const struct end *from, const struct end *to)
{
	const struct end *end[2] = { from, to };
	uint8_t buf[40];
	struct wr w = wr_of(buf, sizeof(buf));

	for (int i = 0; i < 2; i++) {
		const struct sockaddr_in *v4 = (const void *)&end[i]->sa;
		const struct sockaddr_in6 *v6 = (const void *)&end[i]->sa;

		if (v4->sin_family == AF_INET)
			wr_put(&w, &v4->sin_addr, 4);
		else
			wr_put(&w, &v6->sin6_addr, 16);
	}
	wr_u16(&w, SYN_OCTETS);
	wr_u16(&w, IPPROTO_TCP);
	return (uint16_t)~cksum(buf, wr_size(&w), 0);
}

static int
send_syn(int fd, const struct end *from, const struct end *to, int class)
{
	bool six = to->sa.ss_family == AF_INET6;
	uint8_t buf[SYN_OCTETS];
	struct wr w = wr_of(buf, sizeof(buf));

	wr_u16(&w, 4000);
	wr_u16(&w, (uint16_t)(1000 + class));
	wr_u32(&w, (uint32_t)class * 100000);
	wr_u32(&w, 0);
	wr_u16(&w, 0x6002);
	wr_u16(&w, 8192);
	wr_u32(&w, 0);
	wr_u16(&w, 0x0204);
	wr_u16(&w, six ? 1440 : 1460);
	wr_patch16(&w, 16, cksum(buf, sizeof(buf), pseudo(from, to)));
	if (setsockopt(fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ?
	    IPV6_TCLASS : IP_TOS, &class, sizeof(class)) < 0)
		return -1;
	return sendto(fd, buf, sizeof(buf), 0, (const void *)&to->sa,
	    to->len) < 0 ? -1 : 0;
}

int
main(int argc, char **argv)
{
	struct timespec pause = { .tv_nsec = PAUSE_NS };
	struct end from, to;
	int fd;

	if (argc != 3 || take(argv[1], &from) < 0 || take(argv[2], &to) < 0) {
		fprintf(stderr, "usage: syn_tool FROM TO\n");
		return 2;
	}
	fd = socket(to.sa.ss_family, SOCK_RAW, IPPROTO_TCP);
	if (fd < 0 || bind(fd, (void *)&from.sa, from.len) < 0) {
		perror("syn_tool");
		return 1;
	}
	for (int class = 0; class < 256; class++) {
		if (send_syn(fd, &from, &to, class) < 0) {
			perror("syn_tool");
			return 1;
		}
		nanosleep(&pause, NULL);
	}
	return 0;
}

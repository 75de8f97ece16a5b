/*
 * gso_bench - UDP as QUIC's programs send it: datagrams by the dozen in one
 * call, for the system or its device to cut (UDP_SEGMENT), and taken as many
 * at a time (UDP_GRO).
 *	gso_bench send ADDRESS SECONDS OCTETS	so many in a datagram; as fast
 *						as it can
 *	gso_bench take				for ever
 */
#ifdef __linux__
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT		5300
#define MOST		65000u		/* octets of one call */

static uint8_t buf[1 << 16];

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
send_for(int fd, const char *to, double secs, unsigned octets)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons(PORT) };
	int size = (int)octets;
	double end = seconds() + secs;

	if (inet_pton(AF_INET, to, &sin.sin_addr) != 1)
		errx(1, "%s: not an IPv4 address", to);
	if (octets == 0 || octets > MOST)
		errx(1, "%u octets: 1 to %u", octets, MOST);
	if (setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size,
	    sizeof(size)) < 0 ||
	    connect(fd, (struct sockaddr *)&sin, sizeof(sin)) < 0)
		err(1, "%s", to);
	while (seconds() < end)
		if (send(fd, buf, MOST / octets * octets, 0) < 0 &&
		    errno != ENOBUFS && errno != ECONNREFUSED)
			err(1, "send");
}

static void
take(int fd)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
	    .sin_port = htons(PORT) };
	int on = 1, room = 8 << 20;

	if (setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)) < 0 ||
	    bind(fd, (struct sockaddr *)&sin, sizeof(sin)) < 0)
		err(1, "port %d", PORT);
	while (recv(fd, buf, sizeof(buf), 0) >= 0)
		;
	err(1, "recv");
}

int
main(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(1, "socket");
	if (argc == 5 && strcmp(argv[1], "send") == 0)
		send_for(fd, argv[2], atof(argv[3]),
		    (unsigned)strtoul(argv[4], NULL, 10));
	else if (argc == 2 && strcmp(argv[1], "take") == 0)
		take(fd);
	else
		errx(1, "usage: gso_bench send ADDRESS SECONDS OCTETS | take");
	close(fd);
	return 0;
}
#else
int
main(void)
{
	return 1;
}
#endif

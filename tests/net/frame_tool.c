/*
 * frame_tool IFACE HEX [COUNT] - sends frames as they are, Ethernet header
 * and all. With COUNT, so many, each from another MAC address: its number
 * stands in the last octets of the source.
 * frame_tool IFACE HEX for SECONDS - the same frame, as fast as it goes.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FRAME_MAX	16384
#define SOURCE		6		/* where the source MAC stands */
#define PACE		1000		/* frames between two short pauses */

static long
from_hex(const char *hex, unsigned char *to)
{
	long n = 0;
	unsigned octet;

	for (; hex[0] != '\0' && hex[1] != '\0' && n < FRAME_MAX; hex += 2) {
		if (sscanf(hex, "%2x", &octet) != 1)
			return -1;
		to[n++] = (unsigned char)octet;
	}
	return hex[0] == '\0' ? n : -1;
}

static int
open_iface(const char *name)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	to.sll_ifindex = (int)if_nametoindex(name);
	if (fd >= 0 && to.sll_ifindex > 0 &&
	    bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	return -1;
}

/* What the device has no room for is lost: a flood does not wait. */
static int
flood(int fd, const unsigned char *frame, size_t n, long secs)
{
	time_t end = time(NULL) + secs;
	unsigned long sent = 0;

	while (time(NULL) < end)
		for (int i = 0; i < PACE; i++)
			sent += send(fd, frame, n, MSG_DONTWAIT) == (ssize_t)n;
	printf("%lu\n", sent);
	return sent == 0;
}

int
main(int argc, char **argv)
{
	static unsigned char frame[FRAME_MAX];
	long n = argc > 2 ? from_hex(argv[2], frame) : -1;
	long count = argc > 3 ? atol(argv[3]) : 1;
	int fd = n > 0 ? open_iface(argv[1]) : -1;

	if (fd < 0) {
		fprintf(stderr, "usage: frame_tool IFACE HEX [COUNT | "
		    "for SECONDS]\n");
		return 1;
	}
	if (argc > 4 && strcmp(argv[3], "for") == 0)
		return flood(fd, frame, (size_t)n, atol(argv[4]));
	for (long i = 0; i < count; i++) {
		unsigned number = htonl((unsigned)i);

		if (count > 1)
			memcpy(frame + SOURCE + 2, &number, sizeof(number));
		if (send(fd, frame, (size_t)n, 0) != n) {
			perror(argv[1]);
			return 1;
		}
		if (i % PACE == PACE - 1)
			usleep(10000);
	}
	return 0;
}

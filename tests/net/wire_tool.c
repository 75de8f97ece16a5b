/*
 * wire_tool A B MS LOSE [DATA] - a long wire between two interfaces: what
 * comes in at one leaves at the other MS milliseconds later. Of the LCP
 * Echo-Replies from A to B each LOSE-th is lost (0: none), and of the IPv4
 * packets of 1,000 octets and more each DATA-th. After SIGUSR1 all is lost from
 * A to B, after SIGUSR2 nothing any more. Says "ready PID".
 */
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>

#define FRAME	2048
#define HELD	1024u		/* frames of one way */

struct frame {
	int64_t	 due;		/* ms */
	size_t	 n;
	uint8_t	 octet[FRAME];
};

struct way {			/* what waits at `from` for `to` */
	int	 from, to;
	unsigned head, tail;
	struct frame held[HELD];
};

static volatile sig_atomic_t cut;

static void
on_signal(int sig)
{
	cut = sig == SIGUSR1;
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int
open_iface(const char *name)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL) };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0), on = 1;

	at.sll_ifindex = (int)if_nametoindex(name);
	if (fd >= 0 && at.sll_ifindex > 0 && setsockopt(fd, SOL_PACKET,
	    PACKET_IGNORE_OUTGOING, &on, sizeof(on)) == 0 &&
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	perror(name);
	exit(1);
}

/* PPPoE session data, LCP, Code 10. */
static bool
is_echo_reply(const struct frame *f)
{
	static const uint8_t lcp[] = { 0xc0, 0x21, 10 };

	return f->n >= 23 && f->octet[12] == 0x88 && f->octet[13] == 0x64 &&
	    memcmp(f->octet + 20, lcp, sizeof(lcp)) == 0;
}

static bool
is_data(const struct frame *f)
{
	static const uint8_t ip[] = { 0x00, 0x21 };

	return f->n >= 1000 && memcmp(f->octet + 20, ip, sizeof(ip)) == 0;
}

static bool
is_lost(const struct frame *f, unsigned lose, unsigned data)
{
	static unsigned replies, packets;

	return cut || (lose > 0 && is_echo_reply(f) && ++replies % lose == 0) ||
	    (data > 0 && is_data(f) && ++packets % data == 0);
}

static void
take(struct way *w, int ms, bool a_to_b, unsigned lose, unsigned data)
{

	while (w->head - w->tail < HELD) {
		struct frame *f = &w->held[w->head % HELD];
		ssize_t n = recv(w->from, f->octet, FRAME, 0);

		if (n <= 0)
			return;
		f->n = (size_t)n;
		/* a whole tick later: never less than MS */
		f->due = now() + ms + 1;
		if (a_to_b && is_lost(f, lose, data))
			continue;
		w->head++;
	}
}

/* Sends what is due; ms until the next one, -1: none. */
static int
give(struct way *w)
{
	int64_t t = now();

	for (; w->tail != w->head; w->tail++) {
		struct frame *f = &w->held[w->tail % HELD];

		if (f->due > t)
			return (int)(f->due - t);
		if (send(w->to, f->octet, f->n, 0) < 0)
			perror("send");
	}
	return -1;
}

int
main(int argc, char **argv)
{
	static struct way way[2];
	struct sigaction sa = { .sa_handler = on_signal };
	int wait[2], ms;
	unsigned lose, data;

	if (argc != 5 && argc != 6) {
		fprintf(stderr, "usage: wire_tool A B MS LOSE [DATA]\n");
		return 1;
	}
	way[0].from = way[1].to = open_iface(argv[1]);
	way[0].to = way[1].from = open_iface(argv[2]);
	ms = atoi(argv[3]);
	lose = (unsigned)atoi(argv[4]);
	data = argc > 5 ? (unsigned)atoi(argv[5]) : 0;
	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGUSR2, &sa, NULL);
	printf("ready %ld\n", (long)getpid());
	fflush(stdout);
	for (;;) {
		struct pollfd p[2] = { { way[0].from, POLLIN, 0 },
		    { way[1].from, POLLIN, 0 } };

		for (int i = 0; i < 2; i++)
			wait[i] = give(&way[i]);
		poll(p, 2, wait[0] < 0 ? wait[1] : wait[1] < 0 ? wait[0] :
		    wait[0] < wait[1] ? wait[0] : wait[1]);
		take(&way[0], ms, true, lose, data);
		take(&way[1], ms, false, lose, data);
	}
}

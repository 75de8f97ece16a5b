/*
 * floor_bench - what is under ours, and nothing else: the sockets and the TUN
 * device as a client has them, and between them the simplest forwarder, a
 * packet at a time.  What ours takes beside it is the program; what this takes
 * beside loop_bench is the price of a socket apart for control, of a ring, of
 * threads, and of the header that lets packets of the TUN device be large.
 *	floor_bench INTERFACE PEER-MAC TUN
 * Makes TUN, of the form tunN, and forwards between it and session 1 of
 * PEER-MAC, for ever. Large packets are dropped; nobody sends control packets.
 */
#ifdef __linux__
#include <err.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"
#include "io/tun.h"
#include "pppoe/pppoe.h"

#define HEAD	22u		/* Ethernet, PPPoE, the protocol of PPP */

static uint8_t head[HEAD], big[SUPER_MAX];
static struct pkt rx[1], tx;
static struct tun tun;
static struct io *data, *control;

static void
wire_open(const char *ifname, const char *mac)
{
	struct io_conf all = { .lanes = 1, .ring = IO_RING,
	    .disc_type = ETH_PPPOE_DISC, .sess_type = ETH_PPPOE_SESS }, d, c;
	char why[160];

	snprintf(all.ifname, sizeof(all.ifname), "%s", ifname);
	io_parts(&all, &d, &c, NULL);
	if (io_steer(&all, &d.fd, &c.fd, NULL) < 0)
		errx(1, "%s: no steering", ifname);
	if (io_open(&data, &d, why, sizeof(why)) < 0 ||
	    io_open(&control, &c, why, sizeof(why)) < 0)
		errx(1, "%s", why);
	if (sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &head[0], &head[1],
	    &head[2], &head[3], &head[4], &head[5]) != 6)
		errx(1, "%s: not a MAC address", mac);
	memcpy(head + 6, io_mac(data), 6);
	memcpy(head + 12, "\x88\x64\x11\0\0\1", 6);
}

static void
up(void)
{
	static const struct offload none;

	if (io_recv(data, rx, 1) == 1 && rx[0].len >= HEAD) {
		size_t len = (size_t)(rx[0].data[18] << 8 | rx[0].data[19]);

		if (len >= 2 && len + HEAD - 2 <= rx[0].len) {
			struct piece ip = { rx[0].data + HEAD, len - 2 };

			(void)tun_write(&tun, &ip, 1, &none);
		}
	}
	io_release(data);
}

static void
down(void)
{
	struct pkt *b = &tx;
	struct offload o;
	int n = tun_read(&tun, b, big, &o);

	if (n <= 0 || n > (int)PKT_ROOM || o.kind != OFF_NONE)
		return;
	b->data -= HEAD;
	b->len += HEAD;
	memcpy(b->data, head, HEAD);
	b->data[18] = (uint8_t)((n + 2) >> 8);
	b->data[19] = (uint8_t)(n + 2);
	b->data[20] = 0;
	b->data[21] = b->data[HEAD] >> 4 == 6 ? 0x57 : 0x21;
	(void)io_send(data, &b, 1);
}

static void *
forward(void *arg)
{
	struct pollfd p[] = {
		{ .fd = *(int *)arg, .events = POLLIN },
		{ .fd = io_fd(data), .events = POLLIN },
		{ .fd = io_fd(control), .events = POLLIN },
		{ .fd = tun.fd, .events = POLLIN },
	};

	while (poll(p, 4, -1) > 0) {
		if (p[1].revents != 0)
			up();
		if (p[3].revents != 0)
			down();
	}
	err(1, "poll");
}

int
main(int argc, char **argv)
{
	char why[160];
	pthread_t t;
	int wake[2];

	if (argc != 4 || strncmp(argv[3], "tun", 3) != 0)
		errx(1, "usage: floor_bench INTERFACE PEER-MAC TUN");
	wire_open(argv[1], argv[2]);
	if (tun_open(&tun, atoi(argv[3] + 3), why, sizeof(why)) < 0)
		errx(1, "%s", why);
	if (pipe(wake) < 0 || pthread_create(&t, NULL, forward, wake) != 0)
		err(1, "thread");
	pthread_join(t, NULL);
}
#else
int
main(void)
{
	return 1;
}
#endif

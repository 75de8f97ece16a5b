/*
 * loop_bench - the simplest PPPoE forwarder there is, to measure ours
 * against: one poll, one read, one write for each packet, a session that is
 * up because both ends say so.  No ring, no batch, no offload, no table.
 *	loop_bench INTERFACE PEER-MAC TUN
 * Makes TUN and forwards between it and session 1 of PEER-MAC, for ever.
 */
#ifdef __linux__
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD	22u		/* Ethernet, PPPoE, the protocol of PPP */

static uint8_t head[HEAD];

static int
wire_open(const char *ifname, const char *mac)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_PPP_SES) };
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_PPP_SES));
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	to.sll_ifindex = (int)if_nametoindex(ifname);
	if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    ioctl(fd, SIOCGIFHWADDR, &ifr) < 0)
		err(1, "%s", ifname);
	if (sscanf(mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &head[0], &head[1],
	    &head[2], &head[3], &head[4], &head[5]) != 6)
		errx(1, "%s: not a MAC address", mac);
	memcpy(head + 6, ifr.ifr_hwaddr.sa_data, 6);
	memcpy(head + 12, "\x88\x64\x11\0\0\1", 6);
	return fd;
}

static int
tun_make(const char *name)
{
	int fd = open("/dev/net/tun", O_RDWR);
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_flags = IFF_TUN | IFF_NO_PI;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr) < 0)
		err(1, "%s", name);
	return fd;
}

static void
up(int wire, int tun)
{
	uint8_t b[2048];
	ssize_t n = recv(wire, b, sizeof(b), 0);

	if (n < (ssize_t)HEAD)
		return;
	size_t len = (size_t)(b[18] << 8 | b[19]);

	if (len < 2 || len + HEAD - 2 > (size_t)n)
		return;
	if (write(tun, b + HEAD, len - 2) < 0)
		return;			/* the host has no room: lost */
}

static void
down(int tun, int wire)
{
	uint8_t b[2048];
	ssize_t n = read(tun, b + HEAD, sizeof(b) - HEAD);

	if (n <= 0)
		return;
	memcpy(b, head, HEAD);
	b[18] = (uint8_t)((n + 2) >> 8);
	b[19] = (uint8_t)(n + 2);
	b[20] = 0;
	b[21] = b[HEAD] >> 4 == 6 ? 0x57 : 0x21;
	if (send(wire, b, HEAD + (size_t)n, 0) < 0)
		return;			/* the wire has no room: lost */
}

int
main(int argc, char **argv)
{
	if (argc != 4)
		errx(1, "usage: loop_bench INTERFACE PEER-MAC TUN");
	struct pollfd p[] = {
		{ .fd = wire_open(argv[1], argv[2]), .events = POLLIN },
		{ .fd = tun_make(argv[3]), .events = POLLIN },
	};

	for (;;) {
		if (poll(p, 2, -1) < 0)
			err(1, "poll");
		if (p[0].revents != 0)
			up(p[0].fd, p[1].fd);
		if (p[1].revents != 0)
			down(p[1].fd, p[0].fd);
	}
}
#else
int
main(void)
{
	return 1;
}
#endif

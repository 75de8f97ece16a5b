/*
 * Packets as they pass an interface, through libpcap; never waits. For looks
 * of seconds, not for the packet path.
 */
#ifndef IO_SNIFF_H
#define IO_SNIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sniff;

/*
 * sniff_open - @filter: pcap-filter(7). NULL with @why: no interface, no
 * CAP_NET_RAW. Owner: the caller. sniff_fd - becomes readable; borrowed.
 */
struct sniff *sniff_open(const char *ifname, const char *filter, char *why,
    size_t n);
void sniff_close(struct sniff *s);	/* NULL allowed */
int sniff_fd(const struct sniff *s);

/*
 * sniff_next - false: none waits. From an Ethernet interface a frame, from
 * a TUN an IP packet. @len octets seen of @size; borrowed until the next.
 */
struct sniffed {
	const uint8_t *p;
	size_t	 len, size;
};
bool sniff_next(struct sniff *s, struct sniffed *out);

/* sniff_missed - packets that came faster than they were read, so far. */
unsigned sniff_missed(struct sniff *s);

#endif

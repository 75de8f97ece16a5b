/*
 * Filter expressions of captures: pcap-filter(7), compiled by libpcap, with
 * a few words more: lcp, pap, chap, lqr, ipcp, ipv6cp, ccp, and pppoed behind
 * any tags. So `pppoed or lcp or ipcp or pap or chap`, which Wireshark shows
 * a session by, means the same here.
 */
#ifndef IO_CAPFILTER_H
#define IO_CAPFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct capfilter;

/*
 * capfilter_new - *@f (owner: the caller) for @text, "" : everything. Names
 * of hosts, ports and protocols are not looked up, which could block. 0;
 * -E_FORMAT with libpcap's reason in @why; -E_NOMEM.
 */
int capfilter_new(struct capfilter **f, const char *text, char *why,
    size_t n);
void capfilter_free(struct capfilter *f);	/* NULL allowed */

/*
 * capfilter_match - a frame of Ethernet, or (@line) of PPP with FF 03 in
 * front, of which an expression about Ethernet matches none. Any thread.
 */
bool capfilter_match(const struct capfilter *f, bool line, const uint8_t *p,
    size_t n);

#endif

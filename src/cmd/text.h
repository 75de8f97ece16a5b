/* Inside cmd/ only: values as people read them. */
#ifndef CMD_TEXT_H
#define CMD_TEXT_H

#include <stdint.h>

#include "base/clock.h"
#include "base/txt.h"
#include "sess/profile.h"

void put_ip4(uint32_t addr, struct txt *out);		/* 10.0.0.1 */
void put_want(const struct ip4_want *w, struct txt *out); /* 10.0.0.1/0 */
void put_ip6(const uint8_t addr[16], struct txt *out);
void put_ifid(const uint8_t ifid[8], struct txt *out);	/* zero: "" */
void put_mac(const uint8_t mac[6], struct txt *out);
void put_vlan(struct vlans v, struct txt *out);		/* 100:7; "" : none */
void put_time(tstamp dt, struct txt *out);		/* H:MM:SS */
void put_date(int64_t wall, struct txt *out);	/* as date(1), no zone */
void put_pause(uint32_t secs, struct txt *out);		/* or "random" */
void put_bps(uint64_t bps, struct txt *out);		/* 10m */
void put_enddisc(uint8_t class, const uint8_t *p, size_t n,
    struct txt *out);
void put_route(const struct route_want *r, struct txt *out); /* DEST GW */

/* As the words of `nat'; show_nat.c. */
void put_nat_rule(const struct nat_rule *r, struct txt *out);
void put_nat_target(const struct nat_conf *c, struct txt *out);

/* put_clean - text of a peer: what is not printable becomes `?`. */
void put_clean(const char *s, struct txt *out);

/* put_safe - the same for a command line: what a shell or our own lexer
 * could take for more than a name becomes `_`. */
void put_safe(const char *s, struct txt *out);

/* What a capture takes, and its limits: capture.c. */
void put_capture(const struct capture_conf *c, struct txt *t);
void put_capture_limits(const struct capture_conf *c, struct txt *t);
void put_flows(const struct flow_conf *c, struct txt *t);	/* flows.c */

#endif

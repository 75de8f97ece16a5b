/* Inside cmd/ only: functions of the `show` rows, one file per noun. */
#ifndef CMD_SHOW_H
#define CMD_SHOW_H

#include "cmd/rows.h"
#include "os/net.h"

run_fn show_mem, show_bundle, show_version, show_log, show_who, show_timers;
run_fn show_lcp, show_ipcp, show_ipv6cp, show_proto, show_ccp;
run_fn show_escape, show_physical, show_link, show_links, show_layers;
run_fn show_compress, show_filter, show_hdlc, show_mp, show_stopped;
run_fn show_iface, show_route, show_ncp, show_nat;
run_fn show_sessions, show_lb, show_workers, show_lanes;
run_fn show_radius;
run_fn show_governor, show_map, show_health, show_stats;

/* 4.6.11: connect time, octets, packets, bytes/sec. */
void show_throughput(struct cmd_env *e, const struct ctl_view *v,
    enum traffic_part part, struct txt *t);

/* show_view - what runs now; false: *answer says what to return. */
bool show_view(struct cmd_ctx *cx, const struct args *a, struct ctl_view *v,
    int *answer);

/* "enabled & accepted", ... of @bits. */
const char *show_neg(const struct ppp_conf *c, uint32_t bits);

/*
 * iface_list - the IP addresses of an interface: how many. iface_find -
 * completes @oa (family and addr given); false: not there.
 */
#define IFACE_ADDRS	64
int iface_list(const char *ifname, struct os_addr *out, int max);
bool iface_find(const char *ifname, struct os_addr *oa);

#endif

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
run_fn show_radius, show_capture, show_flows, show_quality, show_http;
run_fn show_tests;
run_fn show_phases;
run_fn show_why, show_governor, show_map, show_health, show_stats;

/* 4.6.11: connect time, octets, packets, bytes/sec. */
void show_throughput(struct cmd_env *e, const struct ctl_view *v,
    enum traffic_part part, struct txt *t);

/* show_item - text, or JSON when the only word is `json`; .lo of its row. */
enum show_item {
	ITEM_BUNDLE, ITEM_IFACE, ITEM_IPCP, ITEM_IPV6CP, ITEM_LCP,
	ITEM_LINKS, ITEM_LOG, ITEM_PHYSICAL, ITEM_ROUTE, ITEM_VERSION,
	ITEM_WHO, ITEM_CAPTURE,
};
run_fn show_item;

/* Options of `show bundle`: how many. */
#define SHOW_OPTS	24
struct show_opt {
	const char *name;
	bool	 on;
};
int show_options(const struct profile *p, struct show_opt list[SHOW_OPTS]);

/* show_routes - calls @fn for each route through our interface. */
typedef void show_route_fn(void *arg, const char *dst, const char *gw,
    const char *flags, const char *ifname);
void show_routes(struct cmd_ctx *cx, const struct ctl_view *v,
    show_route_fn *fn, void *arg);

/* "CHAP 0x81", "PAP", "none". */
const char *show_auth_name(uint16_t proto, uint8_t algo);

/* show_view - what runs now; false: *answer says what to return. */
bool show_view(struct cmd_ctx *cx, const struct args *a, struct ctl_view *v,
    int *answer);

/* put_urgent - what `set urgent` and the pipes say, for show ncp. */
void put_urgent(const struct profile *p, struct txt *t);

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

/* Inside cmd/ only: functions of the `set` rows, one file per noun. */
#ifndef CMD_SET_H
#define CMD_SET_H

#include "cmd/rows.h"

#define PPPOE_PAYLOAD_MAX	2040	/* PKT_ROOM less both headers */

run_fn set_cd, set_device, set_mru, set_openmode;		/* set_link.c */
run_fn set_lqrperiod, set_quality, set_redial, set_reconnect, set_retry;
run_fn set_timeout;
run_fn set_mrru, set_autoload, set_enddisc;			/* set_mp.c */
run_fn set_deflate, set_mppe, set_stopped;
extern const struct row vj_rows[];
run_fn set_ifaddr, set_dns;					/* set_addr.c */
run_fn set_callback, set_cbcp;				/* set_callback.c */
run_fn set_radius, set_rad_alive, set_rad_port_id;	/* set_radius.c */
run_fn set_log, set_server, set_mode;				/* set_proc.c */
run_fn set_http;						/* set_http.c */
run_fn set_io;							/* set.c */

#define IO_ARGS "auto|packet|xdp|xdp-send|bpf"
#define IO_HELP "How frames come and go on interfaces that are opened from " \
	"now on; auto: packet, or bpf on FreeBSD."

run_fn set_filter;						/* filter.c */
run_fn set_urgent, set_pipe;					/* urgent.c */
run_fn set_rate;						/* rate.c */
run_fn set_capture;					/* capture.c */
run_fn set_flows, set_flowkey;				/* flows.c */

/* cmd_port_named - a service of "tcp" or "udp"; negative: unknown. */
int cmd_port_named(const char *name, const char *proto);

#endif

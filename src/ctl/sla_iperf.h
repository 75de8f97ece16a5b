/*
 * One run of iperf3's client, by libiperf. It blocks, and it may end the
 * process: only in one of its own.
 */
#ifndef CTL_SLA_IPERF_H
#define CTL_SLA_IPERF_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sla_iperf {
	const char *from, *to;		/* addresses as text */
	int	 port, secs;
	bool	 udp, reverse;		/* reverse: the server sends */
	bool	 again;			/* it was there a moment ago */
	uint64_t rate;			/* bits/s of UDP */
};

/*
 * sla_iperf - {mbit: [N, ...], mean: N [, jitter_us: N, loss: N]}, a new
 * reference; NULL with the reason in @why.
 */
json_t *sla_iperf(const struct sla_iperf *q, char *why, size_t n);

#endif

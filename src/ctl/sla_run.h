/*
 * The process behind ctl/sla.h: the program itself under another face. It
 * may wait, be killed, and run libraries that exit or keep what they learn
 * in globals. Its argument is a request, its descriptor 3 takes the answers,
 * both JSON; 0 and 1 are ICMP sockets of IPv4 and IPv6. It has no privileges.
 *
 * Request: {parts, host, port, from4, from6, tun, secs, rate, down}; from4 and
 * from6 are the session's own addresses, "" : none; down: the far end is the
 * subscriber. Answers, a line each:
 *	{say: TEXT}			what begins now
 *	{from: ADDRESS, to: ADDRESS}
 *	{sent: N, us: [N, ...]}		pings; -1: lost
 *	{series: N, mbit: [N, ...], mean: N [, jitter_us: N, loss: N]}
 *	{series: N, why: TEXT}
 *	{astray: TEXT}, {broken: TEXT} or {done: true}	and that was it
 */
#ifndef CTL_SLA_RUN_H
#define CTL_SLA_RUN_H

#define SLA_RUN_FACE	"--sla-run"
#define SLA_RUN_OUT	3

int sla_run_main(int argc, char **argv);

#endif

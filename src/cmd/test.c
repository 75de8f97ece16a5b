/* `test ...`: what is measured and proved on sessions that are up. */
#include "cmd/rows.h"
#include "ctl/sla.h"

static int
test_stop(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	int err;

	(void)r;
	if (a->n != 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (!sla_cancel(cx->env->ctl, NULL))
		return cmd_bad(cx, "no test runs");
	return 0;
}

const struct row test_rows[] = {
	{ .name = "sla", .args = "who [host[:port]] [ping|tcp|udp] "
	  "[time s] [rate b] [detail] [json]",
	  .run = test_sla, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "Round-trip time, throughput, jitter and loss of one "
	  "session, with an iperf3 server at its far end." },
	{ .name = "stop", .args = "", .run = test_stop,
	  .flags = ROW_NEW | ROW_PROMPT,
	  .help = "End the test that another prompt waits for." },
	END_ROWS
};

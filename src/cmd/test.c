/* `test ...`: what is measured and proved on sessions that are up. */
#include "cmd/rows.h"
#include "ctl/path.h"
#include "ctl/sla.h"

bool
test_end(struct cmd_env *e)
{
	bool sla = sla_cancel(e->ctl, NULL), path = path_cancel(e->ctl, NULL);

	return sla || path;
}

const struct row test_rows[] = {
	{ .name = "sla", .args = "who [host[:port]] [ping|tcp|udp] "
	  "[time s] [rate b] [detail] [json|when t]",
	  .run = test_sla, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "Round-trip time, throughput, jitter and loss of one "
	  "session, with an iperf3 server at its far end." },
	{ .name = "path", .args = "who [packets n] [time s] [json]",
	  .run = test_path, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "Which fields of its packets we change between the "
	  "interface and the line of one session." },
	{ .name = "stop", .args = "[number|label]", .run = test_stop,
	  .flags = ROW_NEW | ROW_PROMPT,
	  .help = "End a test of `show tests'; without a word the one that "
	  "runs." },
	END_ROWS
};

/* `test ...`: what is measured and proved on sessions that are up. */
#include "cmd/rows.h"

const struct row test_rows[] = {
	{ .name = "sla", .args = "who [host[:port]] [ping|tcp|udp] "
	  "[time s] [rate b] [detail] [json|when t]",
	  .run = test_sla, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "Round-trip time, throughput, jitter and loss of one "
	  "session, with an iperf3 server at its far end." },
	{ .name = "stop", .args = "[number|label]", .run = test_stop,
	  .flags = ROW_NEW | ROW_PROMPT,
	  .help = "End a test of `show tests'; without a word the one that "
	  "runs." },
	END_ROWS
};

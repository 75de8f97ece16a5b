/* `test ...`: what is measured and proved on sessions that are up. */
#include "cmd/pppoetest.h"
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
	{ .name = "accuracy", .args = "", .run = test_accuracy,
	  .lo = PT_ACCURACY, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "Sessions of each worker against the average." },
	{ .name = "affinity", .args = "", .run = test_affinity,
	  .lo = PT_AFFINITY, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "Sessions that are not with the worker of their lane, and "
	  "drifts." },
	{ .name = "benchmark", .args = "", .run = test_outside,
	  .lo = PT_BENCHMARK, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "How to measure set-ups from outside, by pppoetest(8)." },
	{ .name = "governor", .args = "", .run = test_governor,
	  .lo = PT_GOVERNOR, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "Have the governor add a worker, let one drain and change "
	  "its mind, then go back to as many as there are." },
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
	{ .name = "stress", .args = "", .run = test_outside,
	  .lo = PT_STRESS, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "How to have many come and go, by pppoetest(8)." },
	{ .name = "transfer", .args = "", .run = test_outside,
	  .lo = PT_CLIENT, .flags = ROW_NEW | ROW_PROMPT,
	  .help = "How to send data through a session, by pppoetest(8)." },
	END_ROWS
};

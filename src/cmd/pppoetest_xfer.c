/* pppoetest server and client: one transfer, the comparison. */
#include "cmd/pppoetest_xfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

#define LISTED		100		/* missing blocks that are named */
#define GOOD	"\u2713"
#define BAD	"\u2717"

const char *
xrun_name(const struct xrun *r)
{
	return r->c.udp ? r->up ? "UDP upload" : "UDP download" :
	    r->up ? "TCP upload" : "TCP download";
}

static void
put_hex(const struct xfer *x, char *to)
{
	uint8_t sum[XFER_SUM];

	xfer_total(x, sum);
	for (size_t i = 0; i < xfer_algo_size(x->c.algo); i++)
		snprintf(to + 2 * i, 3, "%02x", sum[i]);
}

static json_t *
missing(const struct xfer *x)
{
	json_t *v = json_array();
	int n = 0;

	for (uint32_t k = 0; k < x->c.blocks && n < LISTED; k++)
		if (!x->have[k]) {
			json_array_append_new(v, json_integer(k));
			n++;
		}
	return v;
}

/* What the other end says of its part. */
static bool
hear_result(struct xrun *r, struct xtalk *t, int end, bool receiver)
{
	json_t *v = xtalk_hear(t, receiver ? "TEST_RESULT" : "TEST_COMPLETE",
	    NULL);
	const char *sum;

	if (v == NULL)
		return false;
	r->blocks[end] = (uint32_t)pt_num(v, "blocks");
	sum = pt_str(v, "checksum");
	snprintf(r->sum[end], sizeof(r->sum[end]), "%.*s",
	    (int)strspn(sum, "0123456789abcdef"), sum);
	if (receiver) {
		r->damaged = (uint32_t)pt_num(v, "damaged");
		r->late = (uint32_t)pt_num(v, "reordered");
		r->twice = (uint32_t)pt_num(v, "twice");
		r->seconds = json_number_value(json_object_get(v, "seconds"));
		r->missing = json_incref(json_object_get(v, "missing"));
		if (!json_is_array(r->missing)) {
			json_decref(r->missing);
			r->missing = json_array();
		}
	}
	json_decref(v);
	return true;
}

static bool
say_result(struct xrun *r, struct xtalk *t, int end, bool receiver)
{
	json_t *v = json_pack("{s:i,s:s,s:i,s:i,s:i,s:f}", "blocks",
	    r->blocks[end], "checksum", r->sum[end], "damaged", r->damaged,
	    "reordered", r->late, "twice", r->twice, "seconds", r->seconds);

	if (receiver)
		json_object_set(v, "missing", r->missing);
	return xtalk_say(t, receiver ? "TEST_RESULT" : "TEST_COMPLETE", v);
}

static void
own_part(struct xrun *r, const struct xfer *x, int end, bool receiver)
{
	r->blocks[end] = x->got;
	put_hex(x, r->sum[end]);
	if (!receiver)
		return;
	r->damaged = x->damaged;
	r->late = x->late;
	r->twice = x->twice;
	r->seconds = (double)(x->ended - x->began) / 1e9;
	r->missing = missing(x);
}

static void
judge(struct xrun *r)
{
	r->passed = r->blocks[0] == r->c.blocks &&
	    r->blocks[1] == r->c.blocks && r->damaged == 0 &&
	    r->sum[0][0] != '\0' && strcmp(r->sum[0], r->sum[1]) == 0;
}

/* Between blocks: a sign of life, and is the other side there? */
static bool
alive(void *arg, uint32_t blocks)
{
	struct xtalk *t = arg;
	char octet;
	ssize_t n;

	if (clock_now() - t->said >= SEC(t->o->xfer.heartbeat))
		xtalk_say(t, blocks > 0 ? "TEST_PROGRESS" : "HEARTBEAT",
		    json_pack("{s:i}", "blocks", blocks));
	n = recv(t->fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

bool
xrun_carry(struct xrun *r, struct xtalk *t, int data, bool client)
{
	bool sends = r->up == client;
	int own = client ? 0 : 1;
	struct xfer x;
	bool ok;

	if (xfer_init(&x, &r->c) < 0) {
		t->err = ENOMEM;
		return false;
	}
	x.c.tick = alive;
	x.c.arg = t;
	xtalk_say(t, "TEST_START", NULL);
	if ((sends ? xfer_send : xfer_recv)(&x, data) < 0)
		pt_log(t->o, PTV_WARNING, "%s: %s", xrun_name(r),
		    errno == 0 ? "the other side closed the connection" :
		    strerror(errno));	/* the comparison says what came */
	own_part(r, &x, own, !sends);
	xfer_free(&x);
	ok = sends ? say_result(r, t, own, false) &&
	    hear_result(r, t, !own, true) : hear_result(r, t, !own, false) &&
	    say_result(r, t, own, true);
	if (ok)
		judge(r);
	return ok;
}

void
xrun_done(struct xrun *r)
{
	json_decref(r->missing);
	r->missing = NULL;
}

/* ---- reports ---- */

static double
mbits(const struct xrun *r)
{
	uint32_t n = r->blocks[r->up ? 1 : 0];

	return r->seconds <= 0 || n < 2 ? 0 :
	    (double)(n - 1) * r->c.size * 8 / r->seconds / 1e6;
}

static void
console(const struct xrun *r)
{
	static const int w[] = { 8, 10, 24 };
	static const char head[][32] = { "", "Blocks", "Checksum" };
	static const char *const who[] = { "Client", "Server" };
	bool same = strcmp(r->sum[0], r->sum[1]) == 0;
	const json_t *k;
	size_t i;

	pt_top(w, 3, head);
	for (int e = 0; e < 2; e++) {
		char cell[3][32];

		snprintf(cell[0], 32, "%s", who[e]);
		snprintf(cell[1], 32, "%u", r->blocks[e]);
		snprintf(cell[2], 32, "%.24s", r->sum[e]);
		pt_row(w, 3, cell);
	}
	pt_bottom(w, 3);
	printf("Checksum (%s): %s\n", xfer_algo_name(r->c.algo),
	    same ? "MATCH" : "MISMATCH");
	json_array_foreach(r->missing, i, k)
		printf("Missing: block %lld at offset %lld\n",
		    (long long)json_integer_value(k),
		    (long long)json_integer_value(k) * r->c.size);
	printf("%s %s: %s, %u of %u blocks, %u damaged, %u out of order, "
	    "%.1f Mbit/s\n", r->passed ? GOOD : BAD, xrun_name(r),
	    r->passed ? "PASSED" : "FAILED", r->blocks[r->up ? 1 : 0],
	    r->c.blocks, r->damaged, r->late, mbits(r));
}

/* What did not pass, as errors with their codes. */
static void
why(const struct xrun *r, const struct pt_opts *o)
{
	uint32_t came = r->blocks[r->up ? 1 : 0];
	long long first = json_integer_value(json_array_get(r->missing, 0));

	if (r->passed)
		return;
	if (came < r->c.blocks)
		pt_error(o, "MISSING_BLOCKS", "%s: %u of %u blocks are "
		    "missing, the first is %lld at offset %lld",
		    xrun_name(r), r->c.blocks - came, r->c.blocks, first,
		    first * r->c.size);
	else
		pt_error(o, "CHECKSUM_MISMATCH", "%s: %u damaged blocks",
		    xrun_name(r), r->damaged);
}

static void
put_blocks(const struct xrun *r)
{
	const json_t *k;
	size_t i;

	json_array_foreach(r->missing, i, k)
		pt_put(json_pack("{s:s,s:s,s:s,s:I,s:I,s:s}", "type",
		    "transfer_block", "timestamp", pt_iso(), "test",
		    xrun_name(r), "block", json_integer_value(k), "offset",
		    json_integer_value(k) * r->c.size, "status",
		    "missing"));
}

void
xrun_tap(const struct xrun *r, struct pt_tap *t)
{
	pt_tap(t, r->passed, "%s", xrun_name(r));
}

void
xrun_report(const struct xrun *r, const struct pt_opts *o)
{
	why(r, o);
	if (o->quiet)
		return;
	if (o->form == PT_JSONL)
		put_blocks(r);
	if (o->form == PT_JSON || o->form == PT_JSONL) {
		pt_put(json_pack("{s:s,s:s,s:s,s:i,s:i,s:{s:i,s:s},"
		    "s:{s:i,s:s},s:s,s:i,s:i,s:i,s:O,s:f,s:f,s:s}", "type",
		    "test_complete", "timestamp", pt_iso(), "test",
		    xrun_name(r), "blocks",
		    r->c.blocks, "block_size", r->c.size, "client", "blocks",
		    r->blocks[0], "checksum", r->sum[0], "server", "blocks",
		    r->blocks[1], "checksum", r->sum[1], "checksum_algo",
		    xfer_algo_name(r->c.algo), "damaged", r->damaged,
		    "reordered", r->late, "twice", r->twice, "missing",
		    r->missing, "seconds", r->seconds, "mbit_per_second",
		    mbits(r), "status", r->passed ? "passed" : "failed"));
	} else if (o->form == PT_CSV) {
		printf("%s,%u,%u,%s,%s,%.3f,%s\n", xrun_name(r), r->blocks[0],
		    r->blocks[1], r->sum[0], r->sum[1], mbits(r),
		    r->passed ? "passed" : "failed");
	} else if (o->form == PT_CONSOLE) {
		console(r);
	}
	fflush(stdout);
}

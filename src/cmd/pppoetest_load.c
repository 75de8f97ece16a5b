/* pppoetest: a load, from the first PADI to the verdict. */
#include "cmd/pppoetest_load.h"

#include <errno.h>
#include <string.h>

static void
tell(void *arg, struct gen *g, bool begins)
{
	struct pt_run *r = arg;

	r->g = g;
	pt_load_tell(r, begins);
	if (begins && gen_stage(g) == GEN_HOLD)
		pt_watch_held(r);
	else
		pt_watch_cpu(r);
}

bool
pt_traffic_passed(const struct pt_run *r)
{
	const struct traffic_stats *t = gen_traffic(r->g);

	return t == NULL || (t->damaged == 0 && t->received > 0 &&
	    (t->sent - t->received) * 100 <= t->sent * r->o->load.loss);
}

bool
pt_load_passed(const struct pt_run *r)
{
	const struct peers_stats *st = peers_stats(gen_peers(r->g));

	return st->started == r->o->load.gen.peers.n &&
	    st->ever_up == st->dials && st->lost == 0 &&
	    gen_shared(r->g) == 0 && pt_traffic_passed(r);
}

static int
verdict(struct pt_run *r)
{
	const struct peers_stats *st = peers_stats(gen_peers(r->g));

	if (pt_load_passed(r))
		return PT_PASSED;
	return st->ever_up == 0 && st->failed > 0 &&
	    st->why[WHY_PADI_SILENT] == st->failed ? PT_NO_SERVER : PT_FAILED;
}

static const char *
code_of(int err)
{
	return err == ENODEV || err == ENXIO ? "INTERFACE_NOT_FOUND" :
	    err == EPERM || err == EACCES ? "PERMISSION_DENIED" :
	    "INTERNAL_ERROR";
}

/* The sessions, and then what the concentrator says. */
static int
carry_out(struct pt_run *r)
{
	const char *ifname = r->o->load.gen.ifname;
	int code, seen;

	if (gen_run(r->g) < 0) {
		pt_error(r->o, code_of(errno), "%s: %s", ifname,
		    strerror(errno));
		code = PT_INTERNAL;
	} else {
		code = verdict(r);
	}
	seen = pt_watch_end(r);
	if (seen == PT_FAILED)
		pt_watch_why(r);
	if (!r->o->quiet)
		pt_load_report(r);
	return code == PT_PASSED || seen >= PT_NO_SERVER ? seen : code;
}

int
pt_load(struct pt_opts *o)
{
	struct pt_run r = { .o = o };
	struct gen_conf *c = &o->load.gen;
	char why[256];
	int code;

	if (!pt_load_check(o))
		return PT_USAGE;
	pt_catch();
	c->stop = &pt_stop;
	c->tell = tell;
	c->arg = &r;
	if (gen_open(&r.g, c, why, sizeof(why)) < 0) {
		pt_error(o, code_of(errno), "%s", why);
		return PT_INTERNAL;
	}
	code = pt_watch_begin(&r);
	if (code == PT_PASSED)
		code = carry_out(&r);
	pt_watch_done(&r);
	gen_close(r.g);
	return code;
}

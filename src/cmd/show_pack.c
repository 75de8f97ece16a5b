/* show ccp, compress, stopped. */
#include "cmd/show.h"
#include "ppp/ccp.h"
#include "ppp/fsm.h"

typedef unsigned long long ull;

/* ppp(8)'s names of the algorithms. */
static const char *
proto_name(const struct ccp_way *w)
{
	switch (w->type) {
	case CCP_DEFLATE:	return "DEFLATE";
	case CCP_DEFLATE24:	return "DEFLATE24";
	case CCP_PRED1:		return "PREDICTOR1";
	case CCP_MPPE:		return "MPPE";
	default:		return "none";
	}
}

static void
put_way(const char *who, const struct ccp_way *w, struct txt *t)
{
	txt_put(t, "%s protocol = %s", who, proto_name(w));
	if (w->type == CCP_MPPE)
		txt_put(t, " (%u bits, %s)", w->bits, w->stateless ?
		    "stateless" : "stateful");
	else if (w->window != 0)
		txt_put(t, " (window %u)", w->window);
}

static void
put_mppe(const struct ppp_conf *c, struct txt *t)
{
	const struct mppe_conf *m = &c->mppe;

	txt_put(t, "           MPPE:       %s, ", show_neg(c, NEG_MPPE));
	if (m->bits != 0)
		txt_put(t, "%u bits", m->bits);
	else
		txt_put(t, "any bits");
	txt_put(t, ", %s%s\n", m->state == MPPE_STATEFUL_ONLY ? "stateful" :
	    m->state == MPPE_STATELESS_ONLY ? "stateless" : "any state",
	    m->required ? ", required" : "");
}

static void
ccp_defaults(const struct ppp_conf *c, struct txt *t)
{
	const struct retry *r = &c->ccp;

	txt_put(t, "\nDefaults: FSM retry = %us, max %u Config REQ%s, "
	    "%u Term REQ%s\n           deflate windows: incoming = ",
	    r->period, r->reqs, r->reqs == 1 ? "" : "s", r->terms,
	    r->terms == 1 ? "" : "s");
	if (c->deflate_in == 0)
		txt_put(t, "any");
	else
		txt_put(t, "%u", c->deflate_in);
	txt_put(t, ", outgoing = %u\n", c->deflate_out);
	txt_put(t, "           DEFLATE:    %s\n", show_neg(c, NEG_DEFLATE));
	txt_put(t, "           PREDICTOR1: %s\n", show_neg(c, NEG_PRED1));
	txt_put(t, "           DEFLATE24:  %s\n",
	    show_neg(c, NEG_DEFLATE24));
	put_mppe(c, t);
}

int
show_ccp(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct txt *t = cx->out;
	struct ctl_view v;
	const uint64_t *n = v.pack;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	txt_put(t, "%s: CCP [%s]\n", cx->draft->p.name,
	    fsm_state_name(v.have_rec ? (enum fsm_state)v.rec.ccp_state :
	    FSM_INITIAL));
	put_way(" My", &v.rec.ccp_in, t);
	put_way(", His", &v.rec.ccp_out, t);
	txt_put(t, "\n Output: %llu --> %llu,  Input: %llu --> %llu\n",
	    (ull)n[PK_OUT_PLAIN], (ull)n[PK_OUT_PACKED],
	    (ull)n[PK_IN_PACKED], (ull)n[PK_IN_PLAIN]);
	ccp_defaults(&cx->draft->p.ppp, t);
	return 0;
}

int
show_compress(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl_view v;
	const uint64_t *n = v.pack;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	txt_put(cx->out, "VJ compression statistics:\n"
	    "  Out:  %llu (compress) / %llu (total)  %llu (miss) / "
	    "%llu (search)\n", (ull)n[PK_VJ_COMPRESSED],
	    (ull)n[PK_VJ_PACKETS], (ull)n[PK_VJ_MISSES],
	    (ull)n[PK_VJ_SEARCHES]);
	txt_put(cx->out, "  In:   %llu (compress), %llu (uncompress), "
	    "%llu (error), %llu (tossed)\n", (ull)n[PK_VJ_IN_COMPRESSED],
	    (ull)n[PK_VJ_IN_UNCOMPRESSED], (ull)n[PK_VJ_IN_ERRORS],
	    (ull)n[PK_VJ_IN_TOSSED]);
	return 0;
}

static void
put_stopped(const char *name, uint16_t secs, struct txt *t)
{
	txt_put(t, "%s: ", name);
	if (secs == 0)
		txt_put(t, "Disabled");
	else
		txt_put(t, "%u secs", secs);
}

int
show_stopped(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct ppp_conf *c = &cx->draft->p.ppp;

	(void)r;
	if (a->n > 0)
		return ROW_USAGE;
	put_stopped(" Stopped Timer:  LCP", c->stopped_lcp, cx->out);
	put_stopped(", CCP", c->stopped_ccp, cx->out);
	txt_put(cx->out, "\n");
	return 0;
}

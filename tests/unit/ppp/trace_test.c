/*
 * Runs tests/trace/NAME.trace, each as a test case of its own: one engine,
 * the peer's packets as text, virtual time. A line is one of
 *
 *	test "..."	what it shows
 *	conf ...	net ...		see traceconf.h
 *	call WHAT ...	Up, Down, Close WHY, Network, Verdict ok|no TEXT, Taken,
 *			Renegotiate PROTO, Alive, Reconf, Ident
 *	in PACKET	a packet that must be taken
 *	drop ERR PACKET	a packet that must be refused with -E_ERR
 *	out PACKET	the next packet that we send
 *	event TEXT	the next event
 *	wait 3s		time goes by; also ms
 *	is WHAT VALUE	what a getter says: phase, lcp, ipcp, ipv6cp, my, his,
 *			dns, myid, hisid, mtu, peer
 *
 * $name is bound where it is first met in an "out" line. All packets must be
 * named, and all events but Phase, Auth-Sent, LCP-Up and Network.
 */
#include <atf-c.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "lib/plain.h"
#include "ppp/link.h"
#include "unit/ppp/ppptext.h"
#include "unit/ppp/traceconf.h"

#define TRACES_MAX	256
#define QUEUE_MAX	128
#define VARS_MAX	16
#define TEXT_MAX	600
#define STALL_MAX	64		/* timers in one moment */

struct item {
	bool	 packet, silent;
	char	 text[TEXT_MAX];
};

struct trace {
	const char *name;
	int	 line;
	struct ppp_conf conf;
	struct net_conf net;
	uint16_t lower;
	struct rng rng;
	struct ppp ppp;
	tstamp	 now;
	struct outbox ob;
	int	 head, items;
	struct item item[QUEUE_MAX];
	int	 vars;
	struct { char name[16], value[64]; } var[VARS_MAX];
};

#define FAIL(t, ...)							\
	do {								\
		char why_[2200];					\
		snprintf(why_, sizeof(why_), __VA_ARGS__);		\
		atf_tc_fail("%s:%d: %s", (t)->name, (t)->line, why_);	\
	} while (0)

/* ---- what the engine says ---- */

static void
ip_text(uint32_t a, char *buf, size_t n)
{
	snprintf(buf, n, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255,
	    a & 255);
}

static void
auth_text(const struct trace *t, const char *what, const struct out_item *o,
    char *buf, size_t n)
{
	snprintf(buf, n, "%s %s %s \"%.*s\"", what,
	    ppp_proto_name(o->arg & 0xffff), o->arg >> 16 ? "peer" : "us",
	    (int)o->len, (const char *)outbox_data(&t->ob, o));
}

static void
query_text(const struct trace *t, const struct out_item *o, char *buf,
    size_t n)
{
	struct auth_query q;

	ATF_REQUIRE_EQ(sizeof(q), o->len);
	memcpy(&q, outbox_data(&t->ob, o), sizeof(q));
	snprintf(buf, n, "Auth-Query %s %02x Name=\"%s\" Password=\"%s\"",
	    ppp_proto_name(q.proto), q.algo, q.name, q.pass);
}

/* Events without an argument; NULL: it has one. */
static const char *
bare_event(enum ppp_event ev)
{
	switch (ev) {
	case PPP_EV_LCP_UP:
		return "LCP-Up";
	case PPP_EV_AUTH_SENT:
		return "Auth-Sent";
	case PPP_EV_NETWORK:
		return "Network";
	case PPP_EV_IPCP_DOWN:
		return "IPCP-Down";
	case PPP_EV_CCP_DOWN:
		return "CCP-Down";
	case PPP_EV_IPV6CP_UP:
		return "IPV6CP-Up";
	case PPP_EV_IPV6CP_DOWN:
		return "IPV6CP-Down";
	default:
		return NULL;
	}
}

/* MPPE:128:stateless, Deflate:15, none */
static void
way_text(const struct ccp_way *w, char *buf, size_t n)
{
	int len = snprintf(buf, n, "%s", w->type == CCP_NONE ? "none" :
	    opt_row(&ccp_table, w->type)->name);

	if (w->type == CCP_MPPE)
		snprintf(buf + len, n - (size_t)len, ":%u:%s", w->bits,
		    w->stateless ? "stateless" : "stateful");
	else if (w->window != 0)
		snprintf(buf + len, n - (size_t)len, ":%u", w->window);
}

static void
event_text(const struct trace *t, const struct out_item *o, struct item *i)
{
	enum ppp_event ev = (enum ppp_event)o->event;
	const char *bare = bare_event(ev);
	char a[16], b[16], in[48], out[48];

	i->silent = ev == PPP_EV_PHASE || ev == PPP_EV_LCP_UP ||
	    ev == PPP_EV_AUTH_SENT || ev == PPP_EV_NETWORK;
	if (bare != NULL) {
		snprintf(i->text, TEXT_MAX, "%s", bare);
	} else if (ev == PPP_EV_PHASE) {
		snprintf(i->text, TEXT_MAX, "Phase %s",
		    ppp_phase_name((enum ppp_phase)o->arg));
	} else if (ev == PPP_EV_AUTH_QUERY) {
		query_text(t, o, i->text, TEXT_MAX);
	} else if (ev == PPP_EV_AUTH_OK || ev == PPP_EV_AUTH_FAIL) {
		auth_text(t, ev == PPP_EV_AUTH_OK ? "Auth-OK" : "Auth-Fail",
		    o, i->text, TEXT_MAX);
	} else if (ev == PPP_EV_IPCP_UP) {
		ip_text(ppp_my_addr(&t->ppp), a, sizeof(a));
		ip_text(ppp_his_addr(&t->ppp), b, sizeof(b));
		snprintf(i->text, TEXT_MAX, "IPCP-Up my=%s his=%s", a, b);
	} else if (ev == PPP_EV_CCP_UP) {
		way_text(&t->ppp.ccp.in, in, sizeof(in));
		way_text(&t->ppp.ccp.out, out, sizeof(out));
		snprintf(i->text, TEXT_MAX, "CCP-Up in=%s out=%s", in, out);
	} else if (ev == PPP_EV_CCP_RESET) {
		snprintf(i->text, TEXT_MAX, "CCP-Reset %s", o->arg ? "in" :
		    "out");
	} else if (ev == PPP_EV_IDENT) {
		snprintf(i->text, TEXT_MAX, "Ident \"%.*s\"", (int)o->len,
		    (const char *)outbox_data(&t->ob, o));
	} else if (ev == PPP_EV_IDENT_DUE) {
		snprintf(i->text, TEXT_MAX, "Ident-Due");
	} else if (ev == PPP_EV_FINISHED) {
		snprintf(i->text, TEXT_MAX, "Finished %s",
		    why_name((enum why)o->arg));
	} else {
		snprintf(i->text, TEXT_MAX, "%s %u",
		    ev == PPP_EV_ECHO ? "Echo" : ev == PPP_EV_TIME_LEFT ?
		    "Time-Left" : "MTU-Lost", o->arg);
	}
}

static void
packet_text(const struct trace *t, const struct out_item *o, struct item *i)
{
	struct rd in = rd_of(outbox_data(&t->ob, o), o->len);
	char text[TEXT_MAX - 16];

	ppp_describe(o->proto, in, text, sizeof(text));
	i->packet = true;
	if (o->proto == PROTO_LCP)
		snprintf(i->text, TEXT_MAX, "%s", text);
	else
		snprintf(i->text, TEXT_MAX, "%s %s", ppp_proto_name(o->proto),
		    text);
}

/* Take everything out of the outbox; the engine's call is over. */
static void
collect(struct trace *t)
{
	if (t->ob.full)
		FAIL(t, "the outbox overflowed");
	for (int k = 0; k < t->ob.n; k++) {
		struct item *i = &t->item[t->items++];

		ATF_REQUIRE(t->items < QUEUE_MAX);
		memset(i, 0, sizeof(*i));
		if (t->ob.item[k].kind == OUT_PPP)
			packet_text(t, &t->ob.item[k], i);
		else
			event_text(t, &t->ob.item[k], i);
	}
	outbox_reset(&t->ob);
}

/* The trace goes on: nothing of weight may be left unnamed. */
static void
nothing_left(struct trace *t)
{
	for (; t->head < t->items; t->head++)
		if (!t->item[t->head].silent)
			FAIL(t, "not named: %s", t->item[t->head].text);
	t->head = t->items = 0;
}

/* ---- comparing with the trace ---- */

static char *
find_var(struct trace *t, const char *name)
{
	for (int i = 0; i < t->vars; i++)
		if (strcmp(t->var[i].name, name) == 0)
			return t->var[i].value;
	return NULL;
}

static bool
match_word(struct trace *t, const char *want, const char *got)
{
	const char *dollar = strchr(want, '$');
	char *value;
	size_t n;

	if (dollar == NULL)
		return strcmp(want, got) == 0;
	n = (size_t)(dollar - want);
	if (strncmp(want, got, n) != 0)
		return false;
	value = find_var(t, dollar + 1);
	if (value != NULL)
		return strcmp(value, got + n) == 0;
	ATF_REQUIRE(t->vars < VARS_MAX);
	snprintf(t->var[t->vars].name, sizeof(t->var[0].name), "%s",
	    dollar + 1);
	snprintf(t->var[t->vars++].value, sizeof(t->var[0].value), "%s",
	    got + n);
	return true;
}

static bool
match(struct trace *t, const char *want, const char *got)
{
	char w[TEXT_MAX], g[TEXT_MAX];

	while (ppptext_word(&want, w, sizeof(w)))
		if (!ppptext_word(&got, g, sizeof(g)) || !match_word(t, w, g))
			return false;
	return !ppptext_word(&got, g, sizeof(g));
}

static void
expect(struct trace *t, bool packet, const char *want)
{
	struct item *i;

	while (t->head < t->items) {
		i = &t->item[t->head++];
		if (i->packet == packet && match(t, want, i->text))
			return;
		if (!i->silent)
			FAIL(t, "want: %s\n got: %s", want, i->text);
	}
	FAIL(t, "want: %s\n got: nothing", want);
}

static void
expand(struct trace *t, const char *text, char *buf, size_t n)
{
	char name[16];
	size_t i = 0;

	while (*text != '\0' && i + 1 < n) {
		if (*text != '$') {
			buf[i++] = *text++;
			continue;
		}
		size_t len = strcspn(++text, " ");
		const char *value;

		snprintf(name, sizeof(name), "%.*s", (int)len, text);
		value = find_var(t, name);
		if (value == NULL)
			FAIL(t, "$%s has no value yet", name);
		i += (size_t)snprintf(buf + i, n - i, "%s", value);
		text += len;
	}
	buf[i] = '\0';
}

/* ---- lines ---- */

static void
do_wait(struct trace *t, const char *text)
{
	char unit[8] = "";
	unsigned n;
	tstamp until, at;
	int stalled = 0;

	if (sscanf(text, "%u%7s", &n, unit) != 2)
		FAIL(t, "wait how long?");
	until = t->now + (strcmp(unit, "ms") == 0 ? MSEC(n) : SEC(n));
	while ((at = ppp_deadline(&t->ppp)) <= until) {
		stalled = at <= t->now ? stalled + 1 : 0;
		if (stalled > STALL_MAX)
			FAIL(t, "a timer is due again and again");
		t->now = at > t->now ? at : t->now;
		ppp_expire(&t->ppp, t->now, &t->ob);
		collect(t);
	}
	t->now = until;
}

static const struct { const char *name; int err; } errs[] = {
	{ "SHORT", E_SHORT }, { "FORMAT", E_FORMAT }, { "STALE", E_STALE },
	{ "STATE", E_STATE }, { "UNKNOWN", E_UNKNOWN },
};

static void
do_in(struct trace *t, const char *text, int want)
{
	char line[PPPTEXT_MAX], why[256];
	uint8_t buf[PPPTEXT_MAX];
	uint16_t proto;
	int n, err;

	expand(t, text, line, sizeof(line));
	n = ppptext_build(line, &proto, buf, why, sizeof(why));
	if (n < 0)
		FAIL(t, "%s", why);
	/* a copy of the exact size, so that sanitizers see the end */
	uint8_t *p = malloc((size_t)n);

	memcpy(p, buf, (size_t)n);
	err = ppp_input(&t->ppp, proto, rd_of(p, (size_t)n), t->now, &t->ob);
	free(p);
	if (err != -want)
		FAIL(t, "%s: returned %s", line, err_text(err));
	collect(t);
}

static void
do_drop(struct trace *t, const char *text)
{
	char name[16];

	ppptext_word(&text, name, sizeof(name));
	for (unsigned i = 0; i < sizeof(errs) / sizeof(errs[0]); i++)
		if (strcmp(errs[i].name, name) == 0) {
			do_in(t, text + strspn(text, " \t"), errs[i].err);
			return;
		}
	FAIL(t, "no such error: %s", name);
}

static enum why
why_of(struct trace *t, const char *name)
{
	for (int i = 0; i < WHY_COUNT; i++)
		if (strcmp(why_name((enum why)i), name) == 0)
			return (enum why)i;
	FAIL(t, "no such reason: %s", name);
	return WHY_NONE;
}

static void
do_verdict(struct trace *t, const char *text)
{
	struct auth_verdict v = { 0 };
	char word[16];

	ppptext_word(&text, word, sizeof(word));
	v.ok = strcmp(word, "ok") == 0;
	ppptext_word(&text, v.message, sizeof(v.message));
	if (strcmp(word, "keys") == 0) {	/* the login gives them */
		v.ok = true;
		v.mppe_len = MPPE_KEY;
	}
	ppp_verdict(&t->ppp, &v, t->now, &t->ob);
}

static void
do_call(struct trace *t, const char *text)
{
	char what[32], arg[32] = "";
	const char *rest = text;

	ppptext_word(&rest, what, sizeof(what));
	if (strcmp(what, "Verdict") == 0) {
		do_verdict(t, rest);
		collect(t);
		return;
	}
	ppptext_word(&rest, arg, sizeof(arg));
	if (strcmp(what, "Up") == 0) {
		if (t->now == SEC(1000))	/* the first time */
			ppp_init(&t->ppp, &t->conf, &t->rng, t->lower);
		ppp_up(&t->ppp, t->now, &t->ob);
	} else if (strcmp(what, "Down") == 0) {
		ppp_down(&t->ppp, WHY_PEER_PADT, t->now, &t->ob);
	} else if (strcmp(what, "Close") == 0) {
		ppp_close(&t->ppp, why_of(t, arg), t->now, &t->ob);
	} else if (strcmp(what, "Network") == 0) {
		ppp_network(&t->ppp, &t->net, t->now, &t->ob);
	} else if (strcmp(what, "Taken") == 0) {
		ppp_ifid_taken(&t->ppp, t->now, &t->ob);
	} else if (strcmp(what, "Renegotiate") == 0) {
		ppp_renegotiate(&t->ppp, strcmp(arg, "LCP") == 0 ? PROTO_LCP :
		    strcmp(arg, "IPCP") == 0 ? PROTO_IPCP : PROTO_IPV6CP,
		    t->now, &t->ob);
	} else if (strcmp(what, "Alive") == 0) {
		ppp_alive(&t->ppp, t->now);
	} else if (strcmp(what, "Reconf") == 0) {
		ppp_reconf(&t->ppp, &t->conf, t->now, &t->ob);
	} else if (strcmp(what, "CCP") == 0) {
		ppp_ccp(&t->ppp, strcmp(arg, "Open") == 0 ? PPP_CCP_OPEN :
		    strcmp(arg, "Close") == 0 ? PPP_CCP_CLOSE :
		    strcmp(arg, "Shut") == 0 ? PPP_CCP_SHUT : PPP_CCP_DOWN,
		    t->now, &t->ob);
	} else if (strcmp(what, "Lost") == 0) {
		ppp_ccp_lost(&t->ppp, t->now, &t->ob);
	} else if (strcmp(what, "Used") == 0) {
		ppp_keys_used(&t->ppp);
	} else if (strcmp(what, "Ident") == 0) {
		const char *text = arg[0] != '\0' ? arg : t->conf.ident;

		ppp_ident(&t->ppp, text, strlen(text), t->now, &t->ob);
	} else {
		FAIL(t, "no such call: %s", what);
	}
	collect(t);
}

static void
hex_text(const uint8_t *p, size_t n, char *buf)
{
	for (size_t i = 0; i < n; i++)
		snprintf(buf + 2 * i, 3, "%02x", p[i]);
}

static void
do_is(struct trace *t, const char *text)
{
	const struct ppp *p = &t->ppp;
	char what[32], want[64] = "", got[64] = "?";

	ppptext_word(&text, what, sizeof(what));
	ppptext_word(&text, want, sizeof(want));
	if (strcmp(what, "phase") == 0)
		strcpy(got, ppp_phase_name(ppp_phase(p)));
	else if (strcmp(what, "lcp") == 0)
		strcpy(got, fsm_state_name(p->lcp.fsm.state));
	else if (strcmp(what, "ipcp") == 0)
		strcpy(got, fsm_state_name(p->ipcp.fsm.state));
	else if (strcmp(what, "ipv6cp") == 0)
		strcpy(got, fsm_state_name(p->ipv6cp.fsm.state));
	else if (strcmp(what, "ccp") == 0)
		strcpy(got, fsm_state_name(p->ccp.fsm.state));
	else if (strcmp(what, "vj") == 0)
		snprintf(got, sizeof(got), "%u:%d,%u:%d",
		    p->ipcp.vj_in.slots, p->ipcp.vj_in.slotcomp,
		    p->ipcp.vj_out.slots, p->ipcp.vj_out.slotcomp);
	else if (strcmp(what, "my") == 0)
		ip_text(ppp_my_addr(p), got, sizeof(got));
	else if (strcmp(what, "his") == 0)
		ip_text(ppp_his_addr(p), got, sizeof(got));
	else if (strcmp(what, "dns1") == 0 || strcmp(what, "dns2") == 0)
		ip_text(ppp_dns(p, what[3] - '1'), got, sizeof(got));
	else if (strcmp(what, "myid") == 0)
		hex_text(ppp_my_ifid(p), 8, got);
	else if (strcmp(what, "hisid") == 0)
		hex_text(ppp_his_ifid(p), 8, got);
	else if (strcmp(what, "mtu") == 0)
		snprintf(got, sizeof(got), "%u", ppp_mtu(p));
	else if (strcmp(what, "peer") == 0)
		snprintf(got, sizeof(got), "%s", ppp_peer_name(p));
	else
		FAIL(t, "no such value: %s", what);
	if (!match_word(t, want, got))
		FAIL(t, "%s is %s, not %s", what, got, want);
}

static void
do_line(struct trace *t, char *line)
{
	const char *text = line;
	char verb[16], why[256];

	if (!ppptext_word(&text, verb, sizeof(verb)) || *verb == '#')
		return;
	text += strspn(text, " \t");
	if (strcmp(verb, "out") == 0 || strcmp(verb, "event") == 0) {
		expect(t, *verb == 'o', text);
		return;
	}
	if (strcmp(verb, "test") == 0)
		return;
	if (strcmp(verb, "is") == 0) {
		do_is(t, text);
		return;
	}
	nothing_left(t);
	if (strcmp(verb, "conf") == 0) {
		if (traceconf_conf(text, &t->conf, &t->lower, why,
		    sizeof(why)) < 0)
			FAIL(t, "%s", why);
	} else if (strcmp(verb, "net") == 0) {
		if (traceconf_net(text, &t->net, why, sizeof(why)) < 0)
			FAIL(t, "%s", why);
	} else if (strcmp(verb, "call") == 0) {
		do_call(t, text);
	} else if (strcmp(verb, "in") == 0) {
		do_in(t, text, 0);
	} else if (strcmp(verb, "drop") == 0) {
		do_drop(t, text);
	} else if (strcmp(verb, "wait") == 0) {
		do_wait(t, text);
	} else {
		FAIL(t, "no such line: %s", verb);
	}
}

/* A comment begins with # at the start or after a blank. */
static void
strip(char *line)
{
	bool quoted = false;

	line[strcspn(line, "\n")] = '\0';
	for (char *p = line; *p != '\0'; p++) {
		if (*p == '"')
			quoted = !quoted;
		if (*p == '#' && !quoted &&
		    (p == line || p[-1] == ' ' || p[-1] == '\t')) {
			*p = '\0';
			return;
		}
	}
}

static void
run(const char *path, const char *name)
{
	static struct trace t;
	char line[PPPTEXT_MAX];
	FILE *f = fopen(path, "r");

	if (f == NULL)
		atf_tc_fail("%s: cannot open", path);
	memset(&t, 0, sizeof(t));
	t.name = name;
	t.lower = 1492;
	t.now = SEC(1000);
	plain_conf(&t.conf, true);
	rng_seed(&t.rng, 1);
	outbox_reset(&t.ob);
	while (fgets(line, sizeof(line), f) != NULL) {
		t.line++;
		strip(line);
		do_line(&t, line);
	}
	nothing_left(&t);
	fclose(f);
}

/* ---- one test case for each file ---- */

static char names[TRACES_MAX][64];
static atf_tc_t cases[TRACES_MAX];
static struct atf_tc_pack packs[TRACES_MAX];

static const char *
folder(void)
{
	static char path[512];
	const char *src = getenv("PPP_SRC");

	snprintf(path, sizeof(path), "%s/tests/trace",
	    src != NULL ? src : ".");
	return path;
}

static void
body(const atf_tc_t *tc)
{
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s.trace", folder(),
	    atf_tc_get_ident(tc));
	run(path, atf_tc_get_ident(tc));
}

static int
is_trace(const struct dirent *d)
{
	const char *dot = strrchr(d->d_name, '.');

	return dot != NULL && strcmp(dot, ".trace") == 0;
}

ATF_TC_WITHOUT_HEAD(there_are_traces);
ATF_TC_BODY(there_are_traces, tc)
{
	struct dirent **e = NULL;
	int n = scandir(folder(), &e, is_trace, alphasort);

	ATF_CHECK_MSG(n >= 30, "%s: %d traces", folder(), n);
	for (int i = 0; i < n; i++)
		free(e[i]);
	free(e);
}

static void
add(atf_tp_t *tp, int i, const char *file)
{
	size_t len = strlen(file) - strlen(".trace");
	char **config = atf_tp_get_config(tp);

	if (config == NULL || i >= TRACES_MAX || len >= sizeof(names[0]))
		return;
	memcpy(names[i], file, len);
	packs[i] = (struct atf_tc_pack){ .m_ident = names[i], .m_body = body };
	if (!atf_is_error(atf_tc_init_pack(&cases[i], &packs[i],
	    (const char *const *)config)))
		(void)atf_tp_add_tc(tp, &cases[i]);
	atf_utils_free_charpp(config);
}

ATF_TP_ADD_TCS(tp)
{
	struct dirent **e = NULL;
	int n = scandir(folder(), &e, is_trace, alphasort);

	ATF_TP_ADD_TC(tp, there_are_traces);
	for (int i = 0; i < n; i++) {
		add(tp, i, e[i]->d_name);
		free(e[i]);
	}
	free(e);
	return atf_no_error();
}

/*
 * The automaton against the table of RFC 1661 section 4.1, typed here once
 * more in the RFC's own layout, and the footnotes of that table.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "lib/plain.h"
#include "ppp/ppp.h"
#include "ppp/lcp.h"

/* Rows in the order of enum fsm_event, columns 0 to 9. */
static const char *const rfc[FSM_EVENTS][FSM_STATES] = {
/*	     0      1            2            3                4        5
 *	     6            7            8             9 */
/* Up   */ { "2",   "irc,scr/6", "-",         "-",             "-",     "-",
	     "-",         "-",         "-",          "-" },
/* Down */ { "-",   "-",         "0",         "tls/1",         "0",     "1",
	     "1",         "1",         "1",          "tld/1" },
/* Open */ { "tls/1", "1",       "irc,scr/6", "3",             "5",     "5",
	     "6",         "7",         "8",          "9" },
/* Close*/ { "0",   "tlf/0",     "2",         "2",             "4",     "4",
	     "irc,str/4", "irc,str/4", "irc,str/4", "tld,irc,str/4" },
/* TO+  */ { "-",   "-",         "-",         "-",         "str/4", "str/5",
	     "scr/6",     "scr/6",     "scr/8",      "-" },
/* TO-  */ { "-",   "-",         "-",         "-",         "tlf/2", "tlf/3",
	     "tlf/3",     "tlf/3",     "tlf/3",      "-" },
/* RCR+ */ { "-",   "-",         "sta/2",     "irc,scr,sca/8", "4",     "5",
	     "sca/8",     "sca,tlu/9", "sca/8",      "tld,scr,sca/8" },
/* RCR- */ { "-",   "-",         "sta/2",     "irc,scr,scn/6", "4",     "5",
	     "scn/6",     "scn/7",     "scn/6",      "tld,scr,scn/6" },
/* RCA  */ { "-",   "-",         "sta/2",     "sta/3",         "4",     "5",
	     "irc/7",     "scr/6",     "irc,tlu/9",  "tld,scr/6" },
/* RCN  */ { "-",   "-",         "sta/2",     "sta/3",         "4",     "5",
	     "irc,scr/6", "scr/6",     "irc,scr/8",  "tld,scr/6" },
/* RTR  */ { "-",   "-",         "sta/2",     "sta/3",     "sta/4", "sta/5",
	     "sta/6",     "sta/6",     "sta/6",      "tld,zrc,sta/5" },
/* RTA  */ { "-",   "-",         "2",         "3",         "tlf/2", "tlf/3",
	     "6",         "6",         "8",          "tld,scr/6" },
/* RUC  */ { "-",   "-",         "scj/2",     "scj/3",     "scj/4", "scj/5",
	     "scj/6",     "scj/7",     "scj/8",      "scj/9" },
/* RXJ+ */ { "-",   "-",         "2",         "3",             "4",     "5",
	     "6",         "6",         "8",          "9" },
/* RXJ- */ { "-",   "-",         "tlf/2",     "tlf/3",     "tlf/2", "tlf/3",
	     "tlf/3",     "tlf/3",     "tlf/3",      "tld,irc,str/5" },
/* RXR  */ { "-",   "-",         "2",         "3",             "4",     "5",
	     "6",         "7",         "8",          "ser/9" },
};

static const struct { const char *name; unsigned act; } acts[] = {
	{ "tld", TLD }, { "irc", IRC }, { "zrc", ZRC }, { "scr", SCR },
	{ "sca", SCA }, { "scn", SCN }, { "str", STR }, { "sta", STA },
	{ "scj", SCJ }, { "ser", SER }, { "tlu", TLU }, { "tls", TLS },
	{ "tlf", TLF },
};

static unsigned
read_acts(const char *cell)
{
	const char *slash = strchr(cell, '/');
	unsigned all = 0;

	for (const char *p = cell; slash != NULL && p < slash; p += 4)
		for (unsigned i = 0; i < 13; i++)
			if (strncmp(acts[i].name, p, 3) == 0)
				all |= acts[i].act;
	return all;
}

static unsigned
count_acts(const char *cell)
{
	const char *slash = strchr(cell, '/');

	return slash == NULL ? 0 : (unsigned)(slash - cell + 1) / 4;
}

ATF_TC_WITHOUT_HEAD(table);
ATF_TC_BODY(table, tc)
{
	for (unsigned e = 0; e < FSM_EVENTS; e++)
		for (unsigned s = 0; s < FSM_STATES; s++) {
			const struct fsm_cell *c = fsm_cell(e, s);
			const char *want = rfc[e][s];
			unsigned act = read_acts(want);

			/* the test reads its own table without losing a word */
			ATF_REQUIRE_EQ(count_acts(want),
			    (unsigned)__builtin_popcount(act));
			ATF_CHECK_EQ_MSG(strcmp(want, "-") != 0, c->legal,
			    "event %u state %u", e, s);
			if (!c->legal)
				continue;
			ATF_CHECK_EQ_MSG(act, c->act, "event %u state %u: %s",
			    e, s, want);
			ATF_CHECK_EQ_MSG(want[strlen(want) - 1] - '0', c->next,
			    "event %u state %u: %s", e, s, want);
		}
}

/* ---- a protocol without options of its own ---- */

static int resets, commits;
static int verdict;

static void
t_reset(struct fsm *f, const struct turn *t)
{
	(void)f, (void)t;
	resets++;
}

static void
t_request(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)f, (void)t;
	wr_u32(w, 0x01040506);
}

static int
t_judge(struct fsm *f, const struct turn *t, struct rd opts, struct wr *out)
{
	(void)opts;
	if (verdict < 0)
		return -E_FORMAT;
	fsm_begin(f, t);
	if (verdict != V_ACK)
		wr_u16(out, 0x0702);
	return verdict;
}

static void
t_commit(struct fsm *f, const struct turn *t)
{
	(void)f, (void)t;
	commits++;
}

static int
t_naked(struct fsm *f, const struct turn *t, struct rd opts)
{
	(void)f, (void)t;
	return rd_size(&opts) > 0 ? 0 : -E_FORMAT;
}

static const struct fsm_ops ops = {
	.proto = 0x8099, .retry = offsetof(struct ppp_conf, ipcp),
	.reset = t_reset, .request = t_request, .judge = t_judge,
	.commit = t_commit, .naked = t_naked, .rejected = t_naked,
};

static struct ppp_conf conf;
static struct outbox ob;
static struct turn tu;
static struct fsm f;

static void
begin(void)
{
	plain_conf(&conf, true);
	tu = (struct turn){ .conf = &conf, .ob = &ob, .now = SEC(10),
	    .lower_mru = 1492 };
	outbox_reset(&ob);
	fsm_init(&f, &ops);
	resets = commits = 0;
	verdict = V_ACK;
}

static int
input(const char *bytes, size_t n)
{
	outbox_reset(&ob);
	return fsm_input(&f, &tu, rd_of(bytes, n));
}
#define IN(s)	input(s, sizeof(s) - 1)

/* What was sent: one letter a packet. */
static const char *
sent(void)
{
	static char text[OUTBOX_ITEMS + 1];
	static const char codes[] = "?RANJTtC";

	for (int i = 0; i < ob.n; i++)
		text[i] = codes[ob.buf[ob.item[i].off] & 7];
	text[ob.n] = '\0';
	return text;
}

/*
 * Put the automaton into a state with a timer that fits, as if it had come
 * there; then every event that a packet or a call can cause must give what
 * the cell says.
 */
static void
enter(enum fsm_state s)
{
	begin();
	f.state = (uint8_t)s;
	f.id = f.req_id = 3;
	f.awaited = true;
	f.restart = 5;
	f.deadline = s >= FSM_CLOSING && s < FSM_OPENED ? SEC(11) : NEVER;
}

static void
cause(enum fsm_event ev)
{
	outbox_reset(&ob);
	switch (ev) {
	case EV_UP:
		fsm_up(&f, &tu, 0);
		break;
	case EV_DOWN:
		fsm_down(&f, &tu);
		break;
	case EV_OPEN:
		fsm_open(&f, &tu);
		break;
	case EV_CLOSE:
		fsm_close(&f, &tu);
		break;
	case EV_TO_MINUS:
		f.restart = 0;
		/* FALLTHROUGH */
	case EV_TO_PLUS:
		tu.now = SEC(11);
		fsm_expire(&f, &tu);
		break;
	case EV_RCR_MINUS:
		verdict = V_NAK;
		/* FALLTHROUGH */
	case EV_RCR_PLUS:
		IN("\1\7\0\4");
		break;
	case EV_RCA:
		IN("\2\3\0\10\1\4\5\6");
		break;
	case EV_RCN:
		IN("\3\3\0\10\1\4\5\6");
		break;
	case EV_RTR:
		IN("\5\7\0\4");
		break;
	case EV_RTA:
		IN("\6\3\0\4");
		break;
	case EV_RUC:
		IN("\77\7\0\4");
		break;
	case EV_RXJ_PLUS:
		IN("\7\7\0\5\77");
		break;
	case EV_RXJ_MINUS:
		IN("\7\7\0\5\1");
		break;
	case EV_RXR:
	case FSM_EVENTS:
		break;
	}
}

static const char *
want_sent(unsigned act)
{
	static char text[8];
	char *p = text;

	if (act & SCR)
		*p++ = 'R';
	if (act & SCA)
		*p++ = 'A';
	if (act & SCN)
		*p++ = 'N';
	if (act & STR)
		*p++ = 'T';
	if (act & STA)
		*p++ = 't';
	if (act & SCJ)
		*p++ = 'C';
	*p = '\0';
	return text;
}

ATF_TC_WITHOUT_HEAD(every_cell_lives);
ATF_TC_BODY(every_cell_lives, tc)
{
	for (unsigned e = 0; e < EV_RXR; e++)
		for (unsigned s = 0; s < FSM_STATES; s++) {
			const char *want = rfc[e][s];
			unsigned act = read_acts(want);

			enter(s);
			cause(e);
			if (strcmp(want, "-") == 0) {
				ATF_CHECK_EQ_MSG(s, f.state, "%u/%u", e, s);
				ATF_CHECK_EQ_MSG(0, ob.n, "%u/%u", e, s);
				continue;
			}
			ATF_CHECK_EQ_MSG(want[strlen(want) - 1] - '0',
			    f.state, "event %u state %u: %u", e, s, f.state);
			ATF_CHECK_STREQ_MSG(want_sent(act), sent(),
			    "event %u state %u", e, s);
			ATF_CHECK_EQ_MSG(act & FSM_LAYER, fsm_take(&f),
			    "event %u state %u", e, s);
			ATF_CHECK_EQ_MSG(act & SCA ? 1 : 0, commits,
			    "event %u state %u", e, s);
			/* section 4.4: where the Restart timer runs */
			ATF_CHECK_EQ_MSG(f.state >= FSM_CLOSING &&
			    f.state < FSM_OPENED, f.deadline != NEVER,
			    "event %u state %u", e, s);
		}
}

/* Footnote r: the restart option. */
ATF_TC_WITHOUT_HEAD(restart_option);
ATF_TC_BODY(restart_option, tc)
{
	enter(FSM_OPENED);
	fsm_reopen(&f, &tu);
	ATF_CHECK_EQ(FSM_REQ_SENT, f.state);
	ATF_CHECK_STREQ("R", sent());
	ATF_CHECK_EQ(TLD, fsm_take(&f));
	enter(FSM_STOPPED);
	fsm_reopen(&f, &tu);
	ATF_CHECK_EQ(FSM_REQ_SENT, f.state);
	ATF_CHECK_EQ(TLS, fsm_take(&f));
	enter(FSM_CLOSING);
	fsm_reopen(&f, &tu);
	ATF_CHECK_EQ(FSM_STOPPING, f.state);
}

/* Footnote p: the passive option. */
ATF_TC_WITHOUT_HEAD(passive_option);
ATF_TC_BODY(passive_option, tc)
{
	for (unsigned s = FSM_REQ_SENT; s <= FSM_ACK_SENT; s++) {
		enter(s);
		f.passive = true;
		cause(EV_TO_MINUS);
		ATF_CHECK_EQ(FSM_STOPPED, f.state);
		ATF_CHECK_EQ(0, fsm_take(&f));
	}
	enter(FSM_STARTING);
	f.passive = true;
	fsm_up(&f, &tu, 0);
	ATF_CHECK_EQ(FSM_STOPPED, f.state);
	ATF_CHECK_EQ(NEVER, f.deadline);
	ATF_CHECK_EQ(0, ob.n);
}

/* Section 4.6: counters and their timer. */
ATF_TC_WITHOUT_HEAD(counters);
ATF_TC_BODY(counters, tc)
{
	enter(FSM_STARTING);
	conf.ipcp = (struct retry){ 2, 4, 3 };
	fsm_up(&f, &tu, 0);
	ATF_CHECK_EQ(3, f.restart);		/* the first one counts */
	ATF_CHECK_EQ(SEC(12), f.deadline);
	tu.now = SEC(12) - 1;
	fsm_expire(&f, &tu);
	ATF_CHECK_EQ(1, ob.n);
	tu.now = SEC(12);
	fsm_expire(&f, &tu);
	ATF_CHECK_EQ(2, ob.n);
	ATF_CHECK_EQ(2, f.restart);
	ATF_CHECK_EQ(f.req_id, ob.buf[ob.item[0].off + 1]);
	ATF_CHECK_EQ(f.req_id, ob.buf[ob.item[1].off + 1]);
	fsm_close(&f, &tu);
	ATF_CHECK_EQ(2, f.restart);		/* terms, less one */
	enter(FSM_OPENED);
	IN("\5\7\0\4");				/* zrc: one pause, no more */
	ATF_CHECK_EQ(0, f.restart);
	ATF_CHECK_EQ(SEC(11), f.deadline);
	tu.now = SEC(11);
	fsm_expire(&f, &tu);
	ATF_CHECK_EQ(FSM_STOPPED, f.state);
	ATF_CHECK_EQ(FSM_END_PEER, f.end);
}

/* Our side begins anew exactly when negotiation does. */
ATF_TC_WITHOUT_HEAD(resets_when_negotiation_begins);
ATF_TC_BODY(resets_when_negotiation_begins, tc)
{
	static const uint8_t anew[] = { FSM_STOPPED, FSM_OPENED };

	for (unsigned i = 0; i < 2; i++) {
		enter(anew[i]);
		cause(EV_RCR_PLUS);
		ATF_CHECK_EQ(1, resets);
		cause(EV_RCR_MINUS);
		ATF_CHECK_EQ(1, resets);
	}
	enter(FSM_OPENED);
	verdict = -1;			/* malformed: nothing is changed */
	ATF_CHECK_EQ(-E_FORMAT, IN("\1\7\0\4"));
	ATF_CHECK_EQ(0, resets);
	ATF_CHECK_EQ(FSM_OPENED, f.state);
	ATF_CHECK_EQ(0, ob.n);
	enter(FSM_CLOSED);
	fsm_open(&f, &tu);
	ATF_CHECK_EQ(1, resets);
}

/* The answer's data: Acks repeat the options, Code-Rejects the packet. */
ATF_TC_WITHOUT_HEAD(answers);
ATF_TC_BODY(answers, tc)
{
	static char big[3000];

	enter(FSM_REQ_SENT);
	IN("\1\7\0\10\1\2\1\2" "padding");
	ATF_REQUIRE_EQ(1, ob.n);
	ATF_CHECK_EQ(8, ob.item[0].len);
	ATF_CHECK_EQ(0, memcmp(ob.buf, "\2\7\0\10\1\2\1\2", 8));
	IN("\77\7\0\6ab" "padding");
	ATF_REQUIRE_EQ(1, ob.n);
	ATF_CHECK_EQ(10, ob.item[0].len);
	ATF_CHECK_EQ(0, memcmp(ob.buf, "\7\4\0\12\77\7\0\6ab", 10));
	big[0] = '\77';
	big[2] = 3000 >> 8;
	big[3] = (char)(3000 & 255);
	ATF_CHECK_EQ(-E_UNKNOWN, input(big, sizeof(big)));
	ATF_CHECK_EQ(1492, ob.item[0].len);	/* cut to what fits */
	big[0] = 1;
	ATF_CHECK_EQ(-E_FORMAT, input(big, sizeof(big)));
	ATF_CHECK_EQ(0, ob.n);
}

/* A peer that restarts for ever is closed; one that does now and then not. */
ATF_TC_WITHOUT_HEAD(too_many_falls);
ATF_TC_BODY(too_many_falls, tc)
{
	static const uint8_t evs[] = { EV_RCR_PLUS, EV_RCR_MINUS, EV_RCA,
	    EV_RCN, EV_RTR, EV_RTA };

	for (unsigned e = 0; e < sizeof(evs); e++) {
		enter(FSM_OPENED);
		for (int i = 0; i < 10; i++) {
			f.state = FSM_OPENED;
			f.awaited = true;
			f.req_id = 3;
			cause(evs[e]);
			ATF_CHECK(f.state != FSM_CLOSING);
			tu.now += SEC(6);
		}
		f.state = FSM_OPENED;
		f.awaited = true;
		f.req_id = 3;
		cause(evs[e]);
		ATF_CHECK_EQ_MSG(FSM_CLOSING, f.state, "event %u", evs[e]);
		ATF_CHECK_EQ(FSM_END_LIMIT, f.end);
	}
	enter(FSM_OPENED);
	for (int i = 0; i < 100; i++) {
		f.state = FSM_OPENED;
		f.reqs = 0;		/* as Opened does */
		cause(EV_RCR_PLUS);
		ATF_CHECK_EQ(FSM_ACK_SENT, f.state);
		tu.now += SEC(7);
	}
}

ATF_TC_WITHOUT_HEAD(state_names);
ATF_TC_BODY(state_names, tc)
{
	ATF_CHECK_STREQ("Initial", fsm_state_name(FSM_INITIAL));
	ATF_CHECK_STREQ("Req-Sent", fsm_state_name(FSM_REQ_SENT));
	ATF_CHECK_STREQ("Opened", fsm_state_name(FSM_OPENED));
	ATF_CHECK_STREQ("?", fsm_state_name(FSM_STATES));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, table);
	ATF_TP_ADD_TC(tp, every_cell_lives);
	ATF_TP_ADD_TC(tp, restart_option);
	ATF_TP_ADD_TC(tp, passive_option);
	ATF_TP_ADD_TC(tp, counters);
	ATF_TP_ADD_TC(tp, resets_when_negotiation_begins);
	ATF_TP_ADD_TC(tp, answers);
	ATF_TP_ADD_TC(tp, too_many_falls);
	ATF_TP_ADD_TC(tp, state_names);
	return atf_no_error();
}

/*
 * When a client dials: each mode of ppp(8) in virtual time. A row is what
 * happens to the attempts one after the other and what must come of it.
 */
#include <atf-c.h>
#include <string.h>

#include "sess/dial.h"

enum { CLOSED = -1, NEVER_ = -2, EXIT_0 = -10, EXIT_8 = -18 };

/* What the line does: 'f' an attempt fails, 'u' comes up, 'l' is lost (it
 * was up), 't' the peer terminates, 'i' idle, 'c' `close`, 'o' `open`. */
struct row {
	enum mode mode;
	struct redial redial;
	uint32_t rec_secs, rec_tries;
	const char *line;
	int	 want[8]; /* after each letter: seconds, CLOSED */
};

#define R(s, t)	{ .secs = (s), .next = 3, .max = 10, .tries = (t) }

static const struct row rows[] = {
	/* 3.3 "Dial fails" */
	{ MODE_INTERACTIVE, R(30, 3), 3, 0, "offf", { 0, 30, 30, CLOSED } },
	{ MODE_INTERACTIVE, R(30, 1), 3, 0, "of", { 0, CLOSED } },
	{ MODE_AUTO, R(30, 2), 3, 0, "off", { 0, 30, CLOSED } },
	{ MODE_AUTO, R(30, 1), 3, 0, "ofof", { 0, CLOSED, 0, CLOSED } },
	{ MODE_BACKGROUND, R(5, 3), 3, 0, "fff", { 5, 5, EXIT_8 } },
	{ MODE_BACKGROUND, R(30, 1), 3, 0, "f", { EXIT_8 } },
	{ MODE_FOREGROUND, R(30, 2), 3, 0, "ff", { 30, EXIT_8 } },
	{ MODE_DDIAL, R(30, 1), 3, 0, "fffff", { 30, 30, 30, 30, 30 } },
	{ MODE_DDIAL, R(7, 0), 3, 0, "fffff", { 7, 7, 7, 7, 7 } },
	{ MODE_DEDICATED, R(30, 1), 3, 0, "ff", { 30, 30 } },
	{ MODE_DIRECT, R(30, 5), 3, 5, "f", { EXIT_8 } },
	/* 3.3 "Established link is lost" */
	{ MODE_INTERACTIVE, R(30, 5), 3, 0, "oul", { 0, NEVER_, CLOSED } },
	{ MODE_INTERACTIVE, R(30, 1), 4, 2, "oulff",
	    { 0, NEVER_, 4, 4, CLOSED } },
	{ MODE_AUTO, R(30, 5), 3, 0, "oul", { 0, NEVER_, CLOSED } },
	{ MODE_AUTO, R(30, 5), 4, 1, "oulf", { 0, NEVER_, 4, CLOSED } },
	{ MODE_BACKGROUND, R(30, 5), 3, 0, "ul", { NEVER_, EXIT_0 } },
	{ MODE_BACKGROUND, R(30, 5), 6, 2, "ulff",
	    { NEVER_, 6, 6, EXIT_0 } },
	{ MODE_FOREGROUND, R(30, 5), 6, 1, "ulf", { NEVER_, 6, EXIT_0 } },
	{ MODE_DDIAL, R(30, 1), 3, 0, "ulf", { NEVER_, 30, 30 } },
	{ MODE_DDIAL, R(30, 1), 4, 2, "ulfff",
	    { NEVER_, 4, 4, 30, 30 } },
	{ MODE_DEDICATED, R(30, 1), 4, 2, "ulul", { NEVER_, 0, NEVER_, 0 } },
	{ MODE_DIRECT, R(30, 5), 6, 5, "ul", { NEVER_, EXIT_0 } },
	/* 3.3 "Peer terminates politely": no reconnect */
	{ MODE_INTERACTIVE, R(30, 5), 3, 5, "out", { 0, NEVER_, CLOSED } },
	{ MODE_AUTO, R(30, 5), 3, 5, "outo", { 0, NEVER_, CLOSED, 0 } },
	{ MODE_BACKGROUND, R(30, 5), 3, 5, "ut", { NEVER_, EXIT_0 } },
	{ MODE_FOREGROUND, R(30, 5), 3, 5, "ut", { NEVER_, EXIT_0 } },
	{ MODE_DDIAL, R(30, 1), 3, 5, "ut", { NEVER_, 30 } },
	{ MODE_DEDICATED, R(30, 1), 3, 5, "ut", { NEVER_, 0 } },
	{ MODE_DIRECT, R(30, 5), 3, 5, "ut", { NEVER_, EXIT_0 } },
	/* 3.3 `close` */
	{ MODE_INTERACTIVE, R(30, 5), 3, 5, "ouco",
	    { 0, NEVER_, CLOSED, 0 } },
	{ MODE_AUTO, R(30, 5), 3, 5, "ouco", { 0, NEVER_, CLOSED, 0 } },
	{ MODE_BACKGROUND, R(30, 5), 3, 5, "uc", { NEVER_, EXIT_0 } },
	{ MODE_DDIAL, R(30, 1), 3, 5, "uco", { NEVER_, CLOSED, 0 } },
	{ MODE_DDIAL, R(30, 1), 3, 5, "fco", { 30, CLOSED, 0 } },
	{ MODE_DEDICATED, R(30, 1), 3, 5, "uco", { NEVER_, CLOSED, 0 } },
	{ MODE_DIRECT, R(30, 1), 3, 5, "uc", { NEVER_, EXIT_0 } },
	{ MODE_BACKGROUND, R(30, 5), 3, 5, "fc", { 30, EXIT_8 } },
	/* 3.3 "Idle timer" */
	{ MODE_INTERACTIVE, R(30, 5), 3, 5, "oui", { 0, NEVER_, CLOSED } },
	{ MODE_AUTO, R(30, 5), 3, 5, "ouio", { 0, NEVER_, CLOSED, 0 } },
	{ MODE_BACKGROUND, R(30, 5), 3, 5, "ui", { NEVER_, EXIT_0 } },
	{ MODE_DIRECT, R(30, 5), 3, 5, "ui", { NEVER_, EXIT_0 } },
	/* 3.7: INC after each round, MAX times; counters start anew */
	{ MODE_DDIAL, { .secs = 10, .inc = 5, .max = 2, .tries = 1 }, 3, 0,
	    "ffffuf", { 10, 15, 20, 20, NEVER_, 10 } },
	{ MODE_BACKGROUND, R(2, 2), 9, 2, "fulul",
	    { 2, NEVER_, 9, NEVER_, 9 } },
	{ MODE_BACKGROUND, R(2, 0), 9, 2, "ffff", { 2, 2, 2, 2 } },
};

static struct dialer d;
static struct profile p;
static struct rng rng;
static tstamp now;

static enum dial_do
letter(char c)
{
	switch (c) {
	case 'u':
		dialer_up(&d);
		return DIAL_NOTHING;
	case 'f':
		return dialer_ended(&d, &p.link[0], WHY_PADI_SILENT, &rng, now);
	case 'l':
		return dialer_ended(&d, &p.link[0], WHY_ECHO, &rng, now);
	case 't':
		return dialer_ended(&d, &p.link[0], WHY_PEER_TERM, &rng, now);
	case 'i':
		return dialer_ended(&d, &p.link[0], WHY_IDLE, &rng, now);
	case 'c':
		dialer_close(&d);
		return dialer_ended(&d, &p.link[0], WHY_ADMIN, &rng, now);
	default:
		return dialer_open(&d);
	}
}

static int
outcome(enum dial_do what)
{
	if (what == DIAL_EXIT)
		return -10 - d.code;
	if (what == DIAL_NOW)
		return 0;
	if (d.deadline == NEVER)
		return d.up ? NEVER_ : CLOSED;
	return (int)((d.deadline - now) / SEC(1));
}

/* The pause passes: not a moment before its end a new attempt begins. */
static void
sit_out(size_t row)
{
	if (d.deadline == NEVER)
		return;
	if (d.deadline > now)
		ATF_CHECK_EQ_MSG(DIAL_NOTHING, dialer_expire(&d,
		    d.deadline - 1), "row %zu", row);
	now = d.deadline;
	ATF_CHECK_EQ_MSG(DIAL_NOW, dialer_expire(&d, now), "row %zu", row);
	ATF_CHECK_EQ(NEVER, d.deadline);
	ATF_CHECK_EQ(DIAL_NOTHING, dialer_expire(&d, now + SEC(1000)));
}

ATF_TC_WITHOUT_HEAD(modes);
ATF_TC_BODY(modes, tc)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		bool starts = r->mode != MODE_AUTO &&
		    r->mode != MODE_INTERACTIVE;

		profile_default(&p);
		p.redial = r->redial;
		p.reconnect_secs = r->rec_secs;
		p.reconnect_tries = r->rec_tries;
		now = SEC(100);
		dialer_init(&d, r->mode);
		ATF_CHECK_EQ_MSG(starts ? DIAL_NOW : DIAL_NOTHING,
		    dialer_start(&d), "row %zu", i);
		for (size_t k = 0; r->line[k] != '\0'; k++) {
			enum dial_do what = letter(r->line[k]);

			ATF_CHECK_EQ_MSG(r->want[k], outcome(what),
			    "row %zu (%s, %s), letter %zu: %d", i,
			    mode_name(r->mode), r->line, k, outcome(what));
			if (r->line[k + 1] != 'c')
				sit_out(i);
		}
	}
}

ATF_TC_WITHOUT_HEAD(random_pause);
ATF_TC_BODY(random_pause, tc)
{
	bool seen[31] = { false };
	unsigned n = 0;

	profile_default(&p);
	rng_seed(&rng, 8);
	dialer_init(&d, MODE_DDIAL);
	dialer_start(&d);
	p.redial.secs = PAUSE_RANDOM;
	for (int i = 0; i < 1000; i++) {
		dialer_ended(&d, &p.link[0], WHY_PADI_SILENT, &rng, 0);
		ATF_REQUIRE(d.deadline >= SEC(1) && d.deadline <= SEC(30));
		seen[d.deadline / SEC(1)] = true;
		dialer_expire(&d, d.deadline);
	}
	for (int i = 1; i <= 30; i++)
		n += seen[i];
	ATF_CHECK_EQ(30, n);
	p.reconnect_secs = PAUSE_RANDOM;
	p.reconnect_tries = 1;
	dialer_up(&d);
	dialer_ended(&d, &p.link[0], WHY_LQR, &rng, 0);
	ATF_CHECK(d.retry_told);
	ATF_CHECK(d.deadline >= SEC(1) && d.deadline <= SEC(30));
}

/* Who loses the line unexpectedly, and who ends it. */
ATF_TC_WITHOUT_HEAD(losses);
ATF_TC_BODY(losses, tc)
{
	static const enum why lost[] = { WHY_ECHO, WHY_LQR, WHY_IF_GONE,
	    WHY_PEER_PADT };
	static const enum why ended[] = { WHY_PEER_TERM, WHY_IDLE,
	    WHY_AUTH_US, WHY_SESSION_TIME, WHY_ADMIN, WHY_QUIT };

	profile_default(&p);
	p.reconnect_tries = 1;
	for (size_t i = 0; i < 4; i++) {
		dialer_init(&d, MODE_INTERACTIVE);
		dialer_open(&d);
		dialer_up(&d);
		dialer_ended(&d, &p.link[0], lost[i], &rng, 0);
		ATF_CHECK_MSG(d.deadline != NEVER, "%s", why_name(lost[i]));
	}
	for (size_t i = 0; i < 6; i++) {
		dialer_init(&d, MODE_INTERACTIVE);
		dialer_open(&d);
		dialer_up(&d);
		dialer_ended(&d, &p.link[0], ended[i], &rng, 0);
		ATF_CHECK_MSG(d.deadline == NEVER, "%s",
		    why_name(ended[i]));
	}
}

/* `dial` while it is up or under way changes nothing; a packet in auto mode
 * does not shorten a pause. */
ATF_TC_WITHOUT_HEAD(open_again);
ATF_TC_BODY(open_again, tc)
{
	profile_default(&p);
	p.redial.tries = 2;
	dialer_init(&d, MODE_AUTO);
	ATF_CHECK_EQ(DIAL_NOW, dialer_open(&d));
	ATF_CHECK_EQ(DIAL_NOTHING, dialer_open(&d));
	dialer_ended(&d, &p.link[0], WHY_PADI_SILENT, &rng, 0);
	ATF_CHECK_EQ(DIAL_NOTHING, dialer_open(&d));
	ATF_CHECK_EQ(SEC(30), d.deadline);
	ATF_CHECK_EQ(DIAL_NOW, dialer_expire(&d, SEC(30)));
	dialer_up(&d);
	ATF_CHECK_EQ(DIAL_NOTHING, dialer_open(&d));
	ATF_CHECK(d.up);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, modes);
	ATF_TP_ADD_TC(tp, random_pause);
	ATF_TP_ADD_TC(tp, losses);
	ATF_TP_ADD_TC(tp, open_again);
	return atf_no_error();
}

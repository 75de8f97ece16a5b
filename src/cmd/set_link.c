/* Settings of the link: device, sizes, timers, retransmission. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/set.h"
#include "lang/value.h"

#define MRU_LEAST	296
#define MRU_MOST	2048
#define PPPOE_WORD	"PPPoE:"

int
set_cd(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	bool off = a->n == 1 && strcasecmp(a->w[0], "off") == 0, must;
	char word[32];
	size_t n;
	uint32_t secs;

	(void)r;
	if (a->n > 1)
		return ROW_USAGE;
	cmd_mark(cx, AT_CD);
	if (a->n == 0 || off) {
		p->cd_secs = 0;
		p->cd = off ? CD_OFF : CD_DEVICE;
		return 0;
	}
	n = strlen(a->w[0]);
	if (n >= sizeof(word))
		return ROW_USAGE;
	memcpy(word, a->w[0], n + 1);
	must = n > 0 && word[n - 1] == '!';
	if (must)
		word[n - 1] = '\0';
	if (val_secs(word, 0, 3600, &secs) < 0)
		return cmd_bad(cx, "%s: not 0 to 3600 seconds", a->w[0]);
	p->cd_secs = (uint16_t)secs;
	p->cd = must ? CD_REQUIRED : CD_WAIT;	/* PPPoE: always required */
	return 0;
}

/* Does @word look like a device of ppp(8) at all? */
static int
device_ok(struct cmd_ctx *cx, const char *word)
{
	struct pppoe_device d;
	char why[128];

	if (strlen(word) >= DEVICE_MAX)
		return cmd_bad(cx, "Device name longer than %d octets",
		    DEVICE_MAX - 1);
	if (strncasecmp(word, PPPOE_WORD, strlen(PPPOE_WORD)) == 0) {
		if (pppoe_device_parse(word, &d, why, sizeof(why)) < 0)
			return cmd_bad(cx, "Device (%s): %s", word, why);
		return 0;
	}
	if (strncasecmp(word, "PPPoA:", 6) == 0 ||
	    strncasecmp(word, "netgraph:", 9) == 0 ||
	    strncmp(word, "/dev/i4b", 8) == 0)
		return cmd_bad(cx, "Device (%s): ATM, netgraph and ISDN "
		    "(i4b) devices need a kernel that has them; this program "
		    "has none", word);
	if (strchr(word, ':') == NULL && device_kind(word) == DEV_NONE)
		return cmd_bad(cx, "Device (%s) must begin with a '/', a '!' "
		    "or contain at least one ':'", word);
	if (device_kind(word) == DEV_NONE)
		return cmd_bad(cx, "Device (%s): not HOST:PORT[/tcp|/udp]",
		    word);
	if (word[0] == '!' && word[1 + strspn(word + 1, " \t")] == '\0')
		return cmd_bad(cx, "Device (!): no command");
	return 0;
}

static int
device_add(struct cmd_ctx *cx, struct profile *p, const char *word)
{
	int err = device_ok(cx, word);

	if (err != 0)
		return err;
	if (p->devices == DEVICES_MAX)
		return cmd_bad(cx, "more than %d devices", DEVICES_MAX);
	memset(p->device[p->devices], 0, DEVICE_MAX);
	memcpy(p->device[p->devices++], word, strlen(word));
	return 0;
}

int
set_device(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	char text[LEX_TEXT], *rest, *word;
	int err = 0;

	(void)r;
	if (a->n == 0)
		return ROW_USAGE;
	memset(p->device, 0, sizeof(p->device));
	p->devices = 0;
	for (int i = 0; i < a->n && err == 0; i++) {
		snprintf(text, sizeof(text), "%s", a->w[i]);
		if (text[0] == '!') {
			err = device_add(cx, p, text);
			continue;
		}
		rest = text;
		while (err == 0 && (word = strsep(&rest, ",")) != NULL) {
			word += strspn(word, " \t");
			if (*word != '\0')
				err = device_add(cx, p, word);
		}
	}
	cmd_mark(cx, AT_DEVICE);
	return err;
}

/* Serves `set mru` and `set mtu`; the row says which fields. */
int
set_mru(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	uint16_t *size = (uint16_t *)(void *)((char *)cx->draft + r->at);
	uint16_t *most = (uint16_t *)(void *)((char *)cx->draft + r->lo);
	bool max = a->n > 0 && (strcasecmp(a->w[0], "max") == 0 ||
	    strcasecmp(a->w[0], "maximum") == 0);
	const char *word = a->n > max ? a->w[max] : "0";
	uint32_t n;

	if (a->n > 1 + max)
		return ROW_USAGE;
	if (val_num(word, 0, UINT32_MAX, &n) < 0)
		return ROW_USAGE;
	if (n != 0 && n < MRU_LEAST)
		return cmd_bad(cx, "%s %u: too small - min %d", r->unit, n,
		    MRU_LEAST);
	if (n > MRU_MOST)
		return cmd_bad(cx, "%s %u: too large - maximum is %d",
		    r->unit, n, MRU_MOST);
	if (!max && *most != 0 && n > *most)
		return cmd_bad(cx, "%s %u: too large - max set to %u",
		    r->unit, n, *most);
	*(max ? most : size) = (uint16_t)n;
	if (max && n != 0 && *size > n)
		*size = (uint16_t)n;
	cmd_mark(cx, (enum where)r->hi);
	return 0;
}

int
set_openmode(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ppp_conf *c = &cx->draft->p.ppp;
	uint32_t delay = 1;

	(void)r;
	if (a->n < 1 || a->n > 2)
		return ROW_USAGE;
	if (strcasecmp(a->w[0], "passive") == 0 && a->n == 1) {
		c->passive = true;
		return 0;
	}
	if (strcasecmp(a->w[0], "active") != 0)
		return cmd_bad(cx, "%s: Invalid openmode", a->w[0]);
	if (a->n == 2 && val_secs(a->w[1], 0, 3600, &delay) < 0)
		return cmd_bad(cx, "%s: not 0 to 3600 seconds", a->w[1]);
	c->passive = false;
	c->open_delay = (uint16_t)delay;
	return 0;
}

int
set_lqrperiod(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	uint32_t n;

	if (a->n == 1 && val_secs(a->w[0], 0, UINT32_MAX, &n) == 0 && n < 1)
		return cmd_bad(cx, "%s: Invalid lqr period - min 1",
		    a->w[0]);
	int answer = cmd_num(cx, r, a);

	for (int i = 1; cx->link == NULL && i < p->links; i++)
		p->link[i].ppp.lqr_period = p->ppp.lqr_period;
	return answer;
}

/* At most one probe a second. */
int
set_quality(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	struct quality_conf *q = &p->ppp.quality;
	uint32_t probes = 0, step = 0;

	(void)r;
	if (a->n == 1 && strcasecmp(a->w[0], "on") == 0) {
		probes = 5;
		step = 30;
	} else if (a->n == 2) {
		if (val_num(a->w[0], 1, QUALITY_PROBES, &probes) < 0)
			return cmd_bad(cx, "%s: not 1 to %d probes", a->w[0],
			    QUALITY_PROBES);
		if (val_secs(a->w[1], probes, QUALITY_STEP, &step) < 0)
			return cmd_bad(cx, "%s: not %u to %d seconds: a probe "
			    "a second at most", a->w[1], probes,
			    QUALITY_STEP);
	} else if (a->n != 1 || strcasecmp(a->w[0], "off") != 0) {
		return ROW_USAGE;
	}
	q->probes = (uint8_t)probes;
	q->step = (uint16_t)step;
	for (int i = 1; cx->link == NULL && i < p->links; i++)
		p->link[i].ppp.quality = *q;
	return 0;
}

static int
pause_word(const char *s, uint32_t *out)
{
	if (strcasecmp(s, "random") == 0) {
		*out = PAUSE_RANDOM;
		return 0;
	}
	return val_secs(s, 0, 86400, out);
}

int
set_redial(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct val_redial v;
	uint32_t tries = 1;

	(void)r;
	if (a->n < 1 || a->n > 2 || val_redial(a->w[0], &v) < 0 ||
	    (a->n == 2 && val_num(a->w[1], 0, UINT32_MAX, &tries) < 0))
		return ROW_USAGE;
	if ((v.secs != VAL_RANDOM && v.secs > 86400) || v.inc > 86400 ||
	    v.max > 1000 || (v.next != VAL_RANDOM && v.next > 86400))
		return cmd_bad(cx, "%s: a pause is at most 86400 seconds, "
		    "MAX 1000", a->w[0]);
	cx->draft->p.redial = (struct redial){ .secs = v.secs,
	    .next = v.next, .inc = v.inc, .max = v.max, .tries = tries };
	return 0;
}

int
set_reconnect(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	uint32_t secs, tries;

	(void)r;
	if (a->n != 2 || pause_word(a->w[0], &secs) < 0 ||
	    val_num(a->w[1], 0, UINT32_MAX, &tries) < 0)
		return ROW_USAGE;
	p->reconnect_secs = secs;
	p->reconnect_tries = tries;
	return 0;
}

int
set_timeout(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	uint32_t n[2] = { 0, 0 };

	(void)r;
	if (a->n < 1 || a->n > 2)
		return cmd_bad(cx, "Too %s idle timeout values",
		    a->n < 1 ? "few" : "many");
	for (int i = 0; i < a->n; i++)
		if (val_secs(a->w[i], 0, 31536000, &n[i]) < 0)
			return cmd_bad(cx, "%s: not 0 to 31536000 seconds",
			    a->w[i]);
	p->idle_secs = n[0];
	p->idle_min = n[1];
	p->idle_set = true;
	return 0;
}

/* PERIOD, REQS, TERMS of one protocol; @reqs: its default. */
static int
retry(struct cmd_ctx *cx, const struct args *a, uint16_t reqs,
    struct retry *out)
{
	static const char *const what[] = { "FSM retry period",
	    "FSM REQ tries", "FSM TRM tries" };
	uint32_t n[3] = { 3, reqs, 5 };

	if (a->n > (reqs == 5 ? 3 : 2))
		return ROW_USAGE;
	for (int i = 0; i < a->n; i++)
		if (val_secs(a->w[i], 1, 65535, &n[i]) < 0)
			return cmd_bad(cx, "%s: Invalid %s - min 1", a->w[i],
			    what[i]);
	out->period = (uint16_t)n[0];
	out->reqs = (uint16_t)n[1];
	out->terms = (uint16_t)n[2];
	return 0;
}

/* .at: the struct retry; .hi: LCP and the like, with 5 requests. */
int
set_retry(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct retry v;
	int err = retry(cx, a, r->hi ? 5 : 3, &v);

	if (err == 0)
		memcpy((char *)cx->draft + r->at, &v, sizeof(v));
	return err;
}

/* Lines "conf" and "net" of a trace. */
#include "unit/ppp/traceconf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/ppp/ppptext.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	uint32_t bit;
} negs[] = {
	{ "acfcomp", NEG_ACFCOMP }, { "protocomp", NEG_PROTOCOMP },
	{ "chap", NEG_CHAP5 }, { "mschap", NEG_MSCHAP },
	{ "lanman", NEG_LANMAN }, { "mschapv2", NEG_MSCHAPV2 },
	{ "pap", NEG_PAP }, { "lqr", NEG_LQR },
	{ "enddisc", NEG_ENDDISC }, { "dns", NEG_DNS }, { "echo", NEG_ECHO },
	{ "ipcp", NEG_IPCP }, { "ipv6cp", NEG_IPV6CP },
	{ "idcheck", NEG_IDCHECK }, { "vjcomp", NEG_VJCOMP },
	{ "deflate", NEG_DEFLATE }, { "deflate24", NEG_DEFLATE24 },
	{ "pred1", NEG_PRED1 }, { "mppe", NEG_MPPE },
};

static int
neg_line(const char *text, uint32_t *mask, int on, char *why, size_t n)
{
	char word[64];

	while (ppptext_word(&text, word, sizeof(word))) {
		uint32_t bit = 0;

		for (unsigned i = 0; i < COUNT(negs); i++)
			if (strcmp(negs[i].name, word) == 0)
				bit = negs[i].bit;
		if (bit == 0) {
			snprintf(why, n, "no such option: %s", word);
			return -1;
		}
		*mask = on ? *mask | bit : *mask & ~bit;
	}
	return 0;
}

static struct retry *
retry_of(struct ppp_conf *c, const char *name)
{
	return strcmp(name, "lcp") == 0 ? &c->lcp :
	    strcmp(name, "ipcp") == 0 ? &c->ipcp :
	    strcmp(name, "ipv6cp") == 0 ? &c->ipv6cp :
	    strcmp(name, "ccp") == 0 ? &c->ccp :
	    strcmp(name, "pap") == 0 ? &c->pap : &c->chap;
}

static int
retry_line(const char *text, struct ppp_conf *c)
{
	unsigned period, reqs, terms;
	char name[16];
	struct retry *r;

	if (sscanf(text, "%15s %u %u %u", name, &period, &reqs, &terms) != 4)
		return -1;
	r = retry_of(c, name);
	r->period = (uint16_t)period;
	r->reqs = (uint16_t)reqs;
	r->terms = (uint16_t)terms;
	return 0;
}

static int
enddisc_line(const char *text, struct ppp_conf *c)
{
	char word[64];
	int n;

	ppptext_word(&text, word, sizeof(word));
	c->enddisc_class = (uint8_t)atoi(word);
	ppptext_word(&text, word, sizeof(word));
	n = ppptext_hex(word, c->enddisc, sizeof(c->enddisc));
	c->enddisc_len = (uint8_t)n;
	return n < 0 ? -1 : 0;
}

/* What `set mppe`, `set deflate`, `set vj`, `set stopped` leave behind. */
static int
packing_line(const char *word, const char *text, struct ppp_conf *c)
{
	unsigned a = 0, b = 0;
	int n = sscanf(text, "%u %u", &a, &b);

	if (strcmp(word, "mppe") == 0)
		c->mppe = (struct mppe_conf){ (uint8_t)a, (uint8_t)b, true };
	else if (strcmp(word, "mppe-like") == 0)
		c->mppe = (struct mppe_conf){ (uint8_t)a, (uint8_t)b, false };
	else if (strcmp(word, "window") == 0) {
		c->deflate_out = (uint8_t)a;
		c->deflate_in = (uint8_t)b;
	} else if (strcmp(word, "vj") == 0) {
		c->vj_slots = (uint8_t)a;
		c->vj_slotcomp = b != 0;
	} else if (strcmp(word, "stopped") == 0) {
		c->stopped_lcp = (uint16_t)a;
		c->stopped_ccp = (uint16_t)b;
	} else {
		return -1;
	}
	return n == 2 ? 0 : -1;
}

static int
number_line(const char *word, const char *text, struct ppp_conf *c,
    uint16_t *lower)
{
	const struct {
		const char *name;
		uint16_t *to;
	} numbers[] = {
		{ "mru", &c->mru }, { "mrumax", &c->mru_max },
		{ "mtu", &c->mtu }, { "mtumax", &c->mtu_max },
		{ "lqrperiod", &c->lqr_period }, { "delay", &c->open_delay },
		{ "echofail", &c->echo_fail }, { "lower", lower },
	};

	for (unsigned i = 0; i < COUNT(numbers); i++)
		if (strcmp(numbers[i].name, word) == 0) {
			*numbers[i].to = (uint16_t)atoi(text);
			return 0;
		}
	return -1;
}

int
traceconf_conf(const char *text, struct ppp_conf *c, uint16_t *lower,
    char *why, size_t n)
{
	char word[256];

	snprintf(why, n, "no such setting: %s", text);
	if (!ppptext_word(&text, word, sizeof(word)))
		return -1;
	if (strcmp(word, "enable") == 0 || strcmp(word, "disable") == 0)
		return neg_line(text, &c->enabled, *word == 'e', why, n);
	if (strcmp(word, "accept") == 0 || strcmp(word, "deny") == 0)
		return neg_line(text, &c->accepted, *word == 'a', why, n);
	if (strcmp(word, "retry") == 0)
		return retry_line(text, c);
	if (strcmp(word, "enddisc") == 0)
		return enddisc_line(text, c);
	if (strcmp(word, "serial") == 0) {
		c->pppoe = false;
	} else if (strcmp(word, "passive") == 0) {
		c->passive = true;
	} else if (strcmp(word, "accmap") == 0) {
		c->accmap = (uint32_t)strtoul(text, NULL, 16);
	} else if (strcmp(word, "authname") == 0) {
		ppptext_word(&text, c->authname, sizeof(c->authname));
	} else if (strcmp(word, "authkey") == 0) {
		ppptext_word(&text, c->authkey, sizeof(c->authkey));
	} else if (strcmp(word, "ident-vars") == 0) {
		c->ident_vars = true;
	} else if (strcmp(word, "ident") == 0) {
		ppptext_word(&text, c->ident, sizeof(c->ident));
	} else if (packing_line(word, text, c) < 0) {
		return number_line(word, text, c, lower);
	}
	return 0;
}

static int
want(char *text, struct ip4_want *w)
{
	char *slash = strchr(text, '/');

	w->bits = 32;
	if (slash != NULL) {
		*slash = '\0';
		w->bits = (uint8_t)atoi(slash + 1);
	}
	return ppptext_ip(text, &w->addr);
}

static int
two(char *text, uint32_t a[2])
{
	char *comma = strchr(text, ',');

	if (comma != NULL)
		*comma = '\0';
	if (ppptext_ip(text, &a[0]) < 0)
		return -1;
	return comma != NULL ? ppptext_ip(comma + 1, &a[1]) : 0;
}

int
traceconf_net(const char *text, struct net_conf *net, char *why, size_t n)
{
	char word[128];
	int err = 0;

	while (err >= 0 && ppptext_word(&text, word, sizeof(word))) {
		char *value = strchr(word, '=');

		snprintf(why, n, "cannot read %s", word);
		if (value == NULL)
			return -1;
		*value++ = '\0';
		if (strcmp(word, "my") == 0)
			err = want(value, &net->my);
		else if (strcmp(word, "his") == 0)
			err = want(value, &net->his);
		else if (strcmp(word, "dns") == 0)
			err = two(value, net->dns);
		else if (strcmp(word, "nbns") == 0)
			err = two(value, net->nbns);
		else if (strcmp(word, "ifid") == 0)
			err = ppptext_hex(value, net->ifid, 8);
		else if (strcmp(word, "hisifid") == 0)
			err = ppptext_hex(value, net->his_ifid, 8);
		else if (strcmp(word, "trigger") == 0) {
			net->has_trigger = true;
			err = ppptext_ip(value, &net->trigger);
		} else {
			err = -1;
		}
	}
	return err < 0 ? -1 : 0;
}

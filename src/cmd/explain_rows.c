/*
 * The rest of what a label sets, for `ppp -n`: each value and option that is
 * not as ppp(8) has it from the start, one line each. A setting that has no
 * sentence of its own in explain.c gets its row here.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/rows.h"
#include "cmd/text.h"

#define VALUE(field, text)						\
	{ P_AT(field), sizeof(((struct profile *)0)->field), text }

/* A number that differs from the default, and what it does; %u is it. */
static const struct value {
	size_t	 at, size;
	const char *text;
} values[] = {
	VALUE(ppp.mru, "Packets: the peer is asked for at most %u octets"),
	VALUE(ppp.mru_max, "Packets: no MRU over %u octets is agreed to"),
	VALUE(ppp.mtu, "Packets: the peer must take %u octets"),
	VALUE(ppp.mtu_max, "Packets: none over %u octets is sent"),
	VALUE(ppp.accmap, "LCP: control characters %08x are escaped for us "
	    "(serial lines)"),
	VALUE(ppp.open_delay, "LCP: our first request waits %u s"),
	VALUE(ppp.passive, "LCP: the peer begins"),
	VALUE(cd_secs, "Carrier: %u s until there must be a session"),
	VALUE(ifqueue, "Queue: %u packets of a session wait at most"),
	VALUE(idle_min, "Idle: but not before %u s after it came up"),
	VALUE(choked_secs, "Choked: %u s with a full queue end the wait"),
	VALUE(resolv_readonly, "resolv.conf: never written"),
};

static const struct {
	size_t	 at;
	const char *name;
} retries[] = {
	{ P_AT(ppp.lcp), "LCP" }, { P_AT(ppp.pap), "PAP" },
	{ P_AT(ppp.chap), "CHAP" }, { P_AT(ppp.ipcp), "IPCP" },
	{ P_AT(ppp.ipv6cp), "IPV6CP" }, { P_AT(ppp.ccp), "CCP" },
};

static uint32_t
number(const struct draft *d, const struct value *v)
{
	const char *p = (const char *)d + v->at;
	uint32_t four;
	uint16_t two;

	if (v->size == 1)
		return *(const uint8_t *)p;
	memcpy(&two, p, sizeof(two));
	if (v->size == 2)
		return two;
	memcpy(&four, p, sizeof(four));
	return four;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void
put_values(const struct draft *d, const struct draft *def, struct txt *t)
{
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		uint32_t n = number(d, &values[i]);

		if (n == number(def, &values[i]))
			continue;
		txt_put(t, values[i].text, n);
		txt_put(t, ".\n");
	}
}
#pragma GCC diagnostic pop

static void
put_retries(const struct draft *d, const struct draft *def, struct txt *t)
{
	for (size_t i = 0; i < sizeof(retries) / sizeof(*retries); i++) {
		struct retry r, was;

		memcpy(&r, (const char *)d + retries[i].at, sizeof(r));
		memcpy(&was, (const char *)def + retries[i].at, sizeof(was));
		if (memcmp(&r, &was, sizeof(r)) != 0)
			txt_put(t, "%s: repeated every %u s, %u times.\n",
			    retries[i].name, r.period, r.reqs);
	}
}

static void
name_option(const char **verb, const char *word, const char *name,
    struct txt *t)
{
	txt_put(t, "%s%s", *verb == word ? ", " : *verb == NULL ?
	    "Options: " : "; ", *verb == word ? "" : word);
	txt_put(t, "%s%s", *verb == word ? "" : " ", name);
	*verb = word;
}

/* Rows of enable and the others whose state is not the default's. */
static void
put_options(const struct draft *d, const struct draft *def, struct txt *t)
{
	static const char *const words[] = { "enabled", "disabled",
	    "accepted", "denied" };
	const char *verb = NULL;

	for (int w = 0; w < 4; w++)
		for (const struct row *r = enable_rows; r->name != NULL; r++) {
			bool theirs = w >= 2, want = w % 2 == 0, now, was;
			const char *a = (const char *)d + r->at;
			const char *b = (const char *)def + r->at;

			if (r->flags & ROW_HIDDEN ||
			    (r->lo == 0 && (r->at == 0 || theirs)))
				continue;
			now = r->lo == 0 ? *a != 0 : ((theirs ?
			    d->p.ppp.accepted : d->p.ppp.enabled) & r->lo)
			    != 0;
			was = r->lo == 0 ? *b != 0 : ((theirs ?
			    def->p.ppp.accepted : def->p.ppp.enabled) &
			    r->lo) != 0;
			if (now == want && now != was)
				name_option(&verb, words[w], r->name, t);
		}
	if (verb != NULL)
		txt_put(t, ".\n");
}

static void
ports(const char *name, const struct urgent_ports *p, const char **sep,
    struct txt *t)
{
	for (int i = 0; i < p->n; i++) {
		txt_put(t, "%s%s %u", *sep, name, p->port[i]);
		*sep = ", ";
	}
}

static void
put_urgent(const struct draft *d, const struct draft *def, struct txt *t)
{
	const struct urgent_conf *u = &d->p.urgent;
	const char *sep = " ";

	if (memcmp(u, &def->p.urgent, sizeof(*u)) == 0)
		return;
	txt_put(t, "Urgent:");
	ports("TCP", &u->tcp, &sep, t);
	ports("UDP", &u->udp, &sep, t);
	if (u->length != 0)
		txt_put(t, "%sTCP with less than %u octets", sep, u->length);
	if (u->tos)
		txt_put(t, "%sthe low-delay bit", u->length != 0 ? ", " :
		    sep);
	else if (*sep == ' ')
		txt_put(t, " nothing");
	txt_put(t, ".\n");
}

static void
put_texts(const struct draft *d, struct txt *t)
{
	const struct profile *p = &d->p;

	if (p->ppp.ident[0] != '\0')
		txt_put(t, "Identification: \"%s\"%s.\n", p->ppp.ident,
		    p->ppp.ident_vars ? ", its words replaced each time" :
		    "");
	if (p->ppp.mrru != 0)
		txt_put(t, "Multilink: packets of up to %u octets over all "
		    "links, if the peer agrees.\n", p->ppp.mrru);
	if (p->load_max != 0)
		txt_put(t, "Autoload: one link in auto mode more over %u "
		    "percent of the bandwidth within %u s, one less under "
		    "%u.\n", p->load_max, p->load_secs, p->load_min);
	for (int i = 0; i < p->links; i++)
		if (p->link[i].bandwidth != 0)
			txt_put(t, "Bandwidth: %s carries %u bit/s.\n",
			    p->link[i].name, p->link[i].bandwidth);
	if (p->ppp.enddisc_class != 0) {
		txt_put(t, "Endpoint discriminator: ");
		put_enddisc(p->ppp.enddisc_class, p->ppp.enddisc,
		    p->ppp.enddisc_len, t);
		txt_put(t, ".\n");
	}
	if (p->devices > 0 && strncasecmp(p->device[0], "PPPoE:", 6) == 0 &&
	    (p->dial[0] != '\0' || p->login[0] != '\0' ||
	    p->logout[0] != '\0' || p->hangup[0] != '\0' ||
	    p->phone[0] != '\0'))
		txt_put(t, "Scripts and numbers: kept; PPPoE has no use for "
		    "them.\n");
	if (strcmp(p->name, "deflink") != 0)
		txt_put(t, "The first link is called %s.\n", p->name);
	if (p->reconnect_tries != 0) {
		txt_put(t, "Reconnect: %u tries after a loss, each after ",
		    p->reconnect_tries);
		put_pause(p->reconnect_secs, t);
		txt_put(t, ".\n");
	}
	if ((p->dns_set || p->nbns_set) && !(p->ppp.accepted & NEG_DNS))
		txt_put(t, "Name servers: those that are set are told nobody "
		    "without `accept dns'.\n");
	if (p->capture.path[0] != '\0') {
		txt_put(t, "Capture: into %s: ", p->capture.path);
		put_capture(&p->capture, t);
		txt_put(t, "; limits: ");
		put_capture_limits(&p->capture, t);
		txt_put(t, ".\n");
	}
	if (p->flows.path[0] != '\0') {
		txt_put(t, "Flow statistics: into %s: ", p->flows.path);
		put_flows(&p->flows, t);
		txt_put(t, ".\n");
	}
	if (d->users[0] != '\0')
		txt_put(t, "Users: besides root %s.\n", d->users);
	if (d->modes[0] != '\0')
		txt_put(t, "Modes: only %s, for users.\n", d->modes);
}

void
explain_rows(const struct draft *d, struct txt *t)
{
	struct draft *def = malloc(sizeof(*def));

	if (def == NULL) {
		t->lost = true;
		return;
	}
	draft_default(def, (enum mode)d->p.mode);
	put_texts(d, t);
	put_urgent(d, def, t);
	put_values(d, def, t);
	if (!(d->p.ppp.enabled & (NEG_ECHO | NEG_LQR)) &&
	    d->p.ppp.lqr_period != def->p.ppp.lqr_period)
		txt_put(t, "Line check: every %u s, but none is enabled.\n",
		    d->p.ppp.lqr_period);
	put_retries(d, def, t);
	put_options(d, def, t);
	draft_free(def);
}

/* The filters of a lane's packets, and the log levels about packets. */
#include <string.h>

#include "base/log.h"
#include "lb/lane.h"

#define LINES	500u			/* a second, of one lane */
#define LEVELS	(LOG_BIT(LOG_TCPIP) | LOG_BIT(LOG_FILTER) | LOG_BIT(LOG_DNS))

void
lane_looks(struct lane *l)
{
	l->looks = l->conf->f.any || l->flows != NULL || log_any(LEVELS);
}

/* A flood of packets is no flood of lines. */
static bool
may_log(struct lane *l, enum log_level level)
{
	if (!log_on(level))
		return false;
	if (l->now >= l->log_at + SEC(1)) {
		if (l->log_lost > 0)
			log_put(level, "%u lines about packets left out",
			    l->log_lost);
		l->log_at = l->now;
		l->log_left = LINES;
		l->log_lost = 0;
	}
	if (l->log_left == 0) {
		l->log_lost++;
		return false;
	}
	l->log_left--;
	return true;
}

static struct filter_verdict
ask(struct lane *l, enum filter_name name, const struct filter_pkt *p,
    const struct filter_env *e)
{
	const struct filter *f = &l->conf->f.f[name];
	struct filter_verdict v = filter_eval(f, p, e);
	char text[FILTER_LINE];

	if ((f->n > 0 || name == FILTER_DIAL) && may_log(l, LOG_FILTER))
		log_put(LOG_FILTER, "%s", filter_log(name, &v, p, text,
		    sizeof(text)));
	return v;
}

static void
log_packet(struct lane *l, const struct sess *s, enum filter_name f,
    const struct filter_pkt *p)
{
	const char *dir = f == FILTER_IN ? "IN" : "OUT";
	char text[FILTER_LINE], who[LANE_WHO];

	if (may_log(l, LOG_TCPIP))
		log_put(LOG_TCPIP, "%s%s%s %s", l->single ? "" :
		    lane_who(l, s, who), l->single ? "" : ": ", dir,
		    filter_describe(p, text, sizeof(text)));
	if (p->proto == 17 && (p->src_port == 53 || p->dst_port == 53) &&
	    log_on(LOG_DNS) && filter_dns(p, text, sizeof(text)) != NULL &&
	    may_log(l, LOG_DNS))
		log_put(LOG_DNS, "%s%s%s%s", l->single ? "" :
		    lane_who(l, s, who), l->single ? "" : ": ",
		    f == FILTER_IN ? "In" : "Out", text);
}

bool
lane_pass(struct lane *l, struct sess *s, enum filter_name f,
    const uint8_t *ip, size_t len, unsigned size)
{
	struct filter_pkt p;
	struct filter_verdict v;

	filter_look(ip, len, l->conf->p.filter_decap, &p);
	v = ask(l, f, &p, &s->env);
	if (!v.pass) {
		lane_drop(l, f == FILTER_IN ? DROP_FILTER_IN :
		    DROP_FILTER_OUT);
		return false;
	}
	if (log_any(LOG_BIT(LOG_TCPIP) | LOG_BIT(LOG_DNS)))
		log_packet(l, s, f, &p);
	if (v.timeout == 0)
		v = ask(l, FILTER_ALIVE, &p, &s->env);
	if (v.pass)
		lane_alive(l, s, v.timeout);
	if (l->flows != NULL)
		lane_flow(l, s, f == FILTER_IN ? FLOW_IN : FLOW_OUT, &p, len,
		    size);
	return true;
}

/* While the line is down, keywords stand for what `set ifaddr` wants. */
bool
lane_dials(struct lane *l, const uint8_t *ip, size_t len)
{
	const struct net_conf *n = &l->conf->p.net;
	struct filter_env e = { 0 };
	struct filter_pkt p;

	filter_env_put4(&e, AW_MYADDR, n->my.addr);
	filter_env_put4(&e, AW_HISADDR, n->his.addr);
	filter_env_put4(&e, AW_DNS0, n->dns[0]);
	filter_env_put4(&e, AW_DNS1, n->dns[1]);
	filter_look(ip, len, l->conf->p.filter_decap, &p);
	return ask(l, FILTER_DIAL, &p, &e).pass;
}

static void
put_ifid(struct filter_env *e, enum addr_word w, const uint8_t *ifid)
{
	uint8_t addr[16] = { 0xfe, 0x80 };

	memcpy(addr + 8, ifid, 8);
	filter_env_put6(e, w, addr);
}

void
lane_keywords(struct lane *l, struct sess *s)
{
	const struct net_conf *n = &l->conf->p.net;

	memset(&s->env, 0, sizeof(s->env));
	if (s->ip) {
		filter_env_put4(&s->env, AW_MYADDR, ppp_my_addr(&s->ppp));
		filter_env_put4(&s->env, AW_HISADDR, ppp_his_addr(&s->ppp));
	}
	for (int i = 0; i < 2; i++) {
		uint32_t told = s->ip ? ppp_dns(&s->ppp, i) : 0;

		filter_env_put4(&s->env, i == 0 ? AW_DNS0 : AW_DNS1,
		    told != 0 ? told : n->dns[i]);
	}
	if (s->ip6) {
		put_ifid(&s->env, AW_MYADDR6, ppp_my_ifid(&s->ppp));
		put_ifid(&s->env, AW_HISADDR6, ppp_his_ifid(&s->ppp));
	}
}

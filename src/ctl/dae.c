/*
 * Requests of a RADIUS server about sessions. Whoever does not know the
 * secret gets no answer; everybody else gets one, with an Error-Cause where
 * nothing was done. An answer that was lost is sent again.
 */
#include "ctl/dae.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "ctl/account.h"

#define AT_ONCE		32		/* requests in a row */
#define KEPT		16		/* answers, to be sent again */
#define ANSWER_MAX	512
#define STALE		300		/* seconds: RFC 5176 section 3 */

/* Error-Cause, section 3.6. */
enum cause {
	CAUSE_NONE = 0,
	CAUSE_UNSUPPORTED = 401, CAUSE_MISSING, CAUSE_NAS, CAUSE_INVALID,
	CAUSE_SERVICE, CAUSE_NO_SESSION = 503,
};

struct kept {
	struct rad_addr from;
	uint8_t	 id, auth[RAD_AUTH];
	size_t	 len;			/* of the answer; 0: none */
	uint8_t	 answer[ANSWER_MAX];
};

struct dae {
	struct ctl *c;			/* borrows: its owner */
	const struct rad_conf *conf;	/* borrows; NULL: none */
	struct rad_addr at;		/* where it is to be; len 0: nowhere */
	int	 fd;
	struct loop_fd *watch;		/* owner */
	struct dae_count n;
	tstamp	 told;
	unsigned next;			/* of kept */
	struct kept kept[KEPT];
};

/* ---- which sessions? ---- */

/* What a request says about the session; a NULL is not said. */
struct which {
	struct rd user, session, calling, port_id;
	bool	 has_user, has_session, has_calling, has_port_id, has_addr;
	uint32_t addr;
};

static bool
is_text(struct rd val, const char *s)
{
	size_t n = strlen(s);

	return rd_size(&val) == n && memcmp(val.p, s, n) == 0;
}

/* MAC addresses are written in many ways: digits count. */
static bool
is_mac(struct rd val, const char *s)
{
	size_t i = 0;

	for (;;) {
		while (*s == ':')
			s++;
		while (i < rd_size(&val) && (val.p[i] == ':' ||
		    val.p[i] == '-' || val.p[i] == '.'))
			i++;
		if (i == rd_size(&val) || *s == '\0')
			return i == rd_size(&val) && *s == '\0';
		if ((val.p[i] | 0x20) != (*s | 0x20))
			return false;
		i++;
		s++;
	}
}

static bool
is_meant(const struct which *w, const struct account *a)
{
	return (!w->has_user || is_text(w->user, a->user)) &&
	    (!w->has_session || is_text(w->session, a->who.session)) &&
	    (!w->has_calling || is_mac(w->calling, a->who.calling)) &&
	    (!w->has_port_id || is_text(w->port_id, a->who.port_id)) &&
	    (!w->has_addr || w->addr == a->addr);
}

static enum cause
which(struct rd attrs, struct which *w)
{
	struct rd val;

	memset(w, 0, sizeof(*w));
	w->has_user = rad_find(attrs, RAD_USER_NAME, &w->user);
	w->has_session = rad_find(attrs, RAD_ACCT_SESSION_ID, &w->session);
	w->has_calling = rad_find(attrs, RAD_CALLING_STATION_ID,
	    &w->calling);
	w->has_port_id = rad_find(attrs, RAD_NAS_PORT_ID, &w->port_id);
	w->has_addr = rad_find(attrs, RAD_FRAMED_IP_ADDRESS, &val);
	if (w->has_addr && !rad_number(val, &w->addr))
		return CAUSE_INVALID;
	return w->has_user || w->has_session || w->has_calling ||
	    w->has_addr ? CAUSE_NONE : CAUSE_MISSING;
}

/* ---- Disconnect ---- */

struct ending {
	const struct which *w;
	unsigned n;
};

static void
end_one(struct account *a, void *arg)
{
	struct ending *e = arg;

	if (a->group || !is_meant(e->w, a))
		return;			/* with its links it ends, too */
	account_close(a, WHY_ADMIN);
	e->n++;
}

static enum cause
disconnect(struct dae *d, struct rd attrs)
{
	struct which w;
	struct ending e = { &w, 0 };
	enum cause no = which(attrs, &w);

	if (no != CAUSE_NONE)
		return no;
	accounts_each(d->c->accounts, end_one, &e);
	d->n.disconnects += e.n;
	return e.n > 0 ? CAUSE_NONE : CAUSE_NO_SESSION;
}

/* ---- CoA ---- */

/* Attributes that say who asks and who is meant; those that change. */
static bool
is_known(uint8_t type)
{
	static const uint8_t known[] = { RAD_USER_NAME, RAD_NAS_IP_ADDRESS,
	    RAD_NAS_PORT, RAD_FRAMED_IP_ADDRESS, RAD_NAS_IDENTIFIER,
	    RAD_CALLED_STATION_ID, RAD_CALLING_STATION_ID,
	    RAD_ACCT_SESSION_ID, RAD_NAS_PORT_TYPE, RAD_NAS_PORT_ID,
	    RAD_NAS_IPV6_ADDRESS, RAD_EVENT_TIMESTAMP, RAD_PROXY_STATE,
	    RAD_MESSAGE_AUTHENTICATOR, RAD_CLASS, RAD_STATE,
	    RAD_VENDOR_SPECIFIC };

	return memchr(known, type, sizeof(known)) != NULL;
}

static bool
is_change(uint8_t type)
{
	return type == RAD_SESSION_TIMEOUT || type == RAD_IDLE_TIMEOUT ||
	    type == RAD_ACCT_INTERIM_INTERVAL || type == RAD_FILTER_ID;
}

static enum cause
changes(struct rd attrs, struct aaa_grant *g)
{
	bool some = false;
	char odd[120] = "";
	struct rd walk = attrs, val;
	uint8_t type;

	while (rad_next(&walk, &type, &val)) {
		if (is_change(type))
			some = true;
		else if (!is_known(type))
			return type == RAD_SERVICE_TYPE ? CAUSE_SERVICE :
			    CAUSE_UNSUPPORTED;
	}
	rad_grant(attrs, g, odd, sizeof(odd));
	if (odd[0] != '\0') {
		log_put(LOG_RADIUS, "CoA-Request: %s", odd);
		return CAUSE_INVALID;
	}
	return some || g->extra.rate_up != 0 || g->extra.rate_down != 0 ?
	    CAUSE_NONE : CAUSE_MISSING;
}

struct changing {
	struct ctl *c;
	const struct which *w;
	struct rd attrs;
	unsigned n;
};

/* Only what may change: the address is the one that names the session. */
static bool
apply(struct changing *ch, struct account *a)
{
	struct aaa_grant *g = ctl_grant(ch->c, a->ticket), new;
	char odd[120] = "";

	if (g == NULL)
		return false;
	new = *g;
	rad_grant(ch->attrs, &new, odd, sizeof(odd));
	g->extra.session_secs = new.extra.session_secs;
	g->extra.idle_secs = new.extra.idle_secs;
	g->extra.interim_secs = new.extra.interim_secs;
	g->extra.rate_up = new.extra.rate_up;
	g->extra.rate_down = new.extra.rate_down;
	memcpy(g->extra.filter, new.extra.filter, sizeof(g->extra.filter));
	account_regrant(a, g);
	if (ch->c->ac != NULL)
		ac_side_regrant(ch->c->ac, a->ticket);
	return true;
}

/* Idle time and rates of a link are its bundle's. */
static void
change_one(struct account *a, void *arg)
{
	struct changing *ch = arg;
	struct account *bundle = account_group_of(a);

	if (a->group || !is_meant(ch->w, a) || !apply(ch, a))
		return;
	if (bundle != NULL)
		apply(ch, bundle);
	ch->n++;
}

static enum cause
change(struct dae *d, struct rd attrs)
{
	struct which w;
	struct changing ch = { d->c, &w, attrs, 0 };
	struct aaa_grant fresh;
	enum cause no = which(attrs, &w);

	memset(&fresh, 0, sizeof(fresh));
	if (no == CAUSE_NONE)
		no = changes(attrs, &fresh);
	if (no != CAUSE_NONE)
		return no;
	accounts_each(d->c->accounts, change_one, &ch);
	d->n.changes += ch.n;
	return ch.n > 0 ? CAUSE_NONE : CAUSE_NO_SESSION;
}

/* ---- requests and answers ---- */

static bool
from_client(const struct dae *d, const struct rad_addr *from)
{
	const struct rad_addr *c = &d->conf->dae_client;
	const uint8_t *a, *b;
	unsigned bits = d->conf->dae_bits;

	if (c->len == 0)
		return true;
	if (c->ss.ss_family != from->ss.ss_family)
		return false;
	a = rad_addr_octets(c);
	b = rad_addr_octets(from);
	if (memcmp(a, b, bits / 8) != 0)
		return false;
	return bits % 8 == 0 ||
	    ((a[bits / 8] ^ b[bits / 8]) & 0xff << (8 - bits % 8) & 0xff) == 0;
}

/* A request that names another NAS, and one of long ago. */
static enum cause
for_us(struct rd attrs)
{
	char name[64] = "";
	uint32_t when;
	struct rd val;

	gethostname(name, sizeof(name) - 1);
	if (rad_find(attrs, RAD_NAS_IDENTIFIER, &val) && !is_text(val, name))
		return CAUSE_NAS;
	if (rad_find(attrs, RAD_EVENT_TIMESTAMP, &val) &&
	    (!rad_number(val, &when) ||
	    llabs((long long)when - (long long)clock_wall()) > STALE))
		return CAUSE_INVALID;
	return CAUSE_NONE;
}

static void
put_proxy_state(struct wr *w, struct rd attrs)
{
	struct rd val;
	uint8_t type;

	while (rad_next(&attrs, &type, &val))
		if (type == RAD_PROXY_STATE)
			rad_put(w, type, val.p, rd_size(&val));
}

static void
answer(struct dae *d, const struct rad_in *in, struct kept *k,
    enum cause no)
{
	struct wr w = wr_of(k->answer, sizeof(k->answer));
	uint8_t code = in->code == RAD_COA_REQUEST ? RAD_COA_ACK :
	    RAD_DISCONNECT_ACK;

	rad_begin(&w, no == CAUSE_NONE ? code : (uint8_t)(code + 1), in->id,
	    in->signed_);
	if (no != CAUSE_NONE)
		rad_u32(&w, RAD_ERROR_CAUSE, no);
	put_proxy_state(&w, in->attrs);
	if (rad_seal(&w, RAD_REPLY, in->auth, &d->conf->dae_secret) == 0)
		k->len = wr_size(&w);
	if (no == CAUSE_NONE)
		log_put(LOG_RADIUS, "%s: done", rad_code_name(in->code));
	else
		log_put(LOG_RADIUS, "%s: refused, Error-Cause %u",
		    rad_code_name(in->code), no);
	d->n.refused += no != CAUSE_NONE;
}

static struct kept *
same_again(struct dae *d, const struct rad_in *in,
    const struct rad_addr *from)
{
	for (unsigned i = 0; i < KEPT; i++) {
		struct kept *k = &d->kept[i];

		if (k->len > 0 && k->id == in->id &&
		    memcmp(k->auth, in->auth, RAD_AUTH) == 0 &&
		    k->from.len == from->len &&
		    memcmp(&k->from.ss, &from->ss, from->len) == 0)
			return k;
	}
	return NULL;
}

static struct kept *
judge(struct dae *d, const struct rad_in *in, const struct rad_addr *from)
{
	struct kept *k = &d->kept[d->next++ % KEPT];
	enum cause no = for_us(in->attrs);

	memset(k, 0, sizeof(*k));
	k->from = *from;
	k->id = in->id;
	memcpy(k->auth, in->auth, RAD_AUTH);
	if (no == CAUSE_NONE)
		no = in->code == RAD_COA_REQUEST ? change(d, in->attrs) :
		    disconnect(d, in->attrs);
	answer(d, in, k, no);
	return k;
}

static void
forged(struct dae *d, const struct rad_addr *from, const char *why)
{
	char text[RAD_ADDR_TEXT];
	tstamp now = clock_now();

	d->n.forged++;
	if (d->told != 0 && now - d->told < SEC(60))
		return;
	d->told = now;
	log_put(LOG_WARN_, "CoA, Disconnect: a packet of %s is not believed: "
	    "%s", rad_addr_text(from, text), why);
}

static void
take(struct dae *d, struct rd packet, const struct rad_addr *from)
{
	struct rad_in in;
	struct kept *k;

	if (!from_client(d, from))
		forged(d, from, "it is not from the client");
	else if (rad_read(packet, &in) < 0 ||
	    (in.code != RAD_COA_REQUEST && in.code != RAD_DISCONNECT_REQUEST))
		forged(d, from, "it is no such request");
	else if (rad_check(&in, packet, RAD_DIGEST, NULL,
	    &d->conf->dae_secret) < 0)
		forged(d, from, "it is not made with our secret");
	else if (!in.signed_ && d->conf->must_sign)
		forged(d, from, "it has no Message-Authenticator");
	else {
		k = same_again(d, &in, from);
		if (k == NULL)
			k = judge(d, &in, from);
		(void)sendto(d->fd, k->answer, k->len, 0,
		    (const struct sockaddr *)&from->ss, from->len);
	}
}

static void
readable(void *arg, unsigned what)
{
	struct dae *d = arg;
	uint8_t buf[RAD_MAX];
	ssize_t n;

	(void)what;
	for (int i = 0; i < AT_ONCE && d->fd >= 0; i++) {
		struct rad_addr from = { .len = sizeof(from.ss) };

		n = recvfrom(d->fd, buf, sizeof(buf), MSG_DONTWAIT,
		    (struct sockaddr *)&from.ss, &from.len);
		if (n < 0)
			return;
		take(d, rd_of(buf, (size_t)n), &from);
	}
}

/* ---- life ---- */

static void
shut(struct dae *d)
{
	loop_fd_free(d->watch);
	d->watch = NULL;
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	memset(d->kept, 0, sizeof(d->kept));
}

static int
start(struct dae *d)
{
	const struct rad_addr *at = &d->at;

	d->fd = socket(at->ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (d->fd < 0 || bind(d->fd, (const struct sockaddr *)&at->ss,
	    at->len) < 0)
		return -E_SYS;
	d->watch = loop_fd_new(d->c->loop, d->fd, readable, d);
	if (d->watch == NULL)
		return -E_NOMEM;
	return loop_fd_want(d->watch, LOOP_READ);
}

void
dae_use(struct dae *d, const struct rad_conf *conf)
{
	bool news = memcmp(&d->at, &conf->dae, sizeof(d->at)) != 0;
	char text[RAD_ADDR_TEXT];
	int err;

	d->conf = conf;
	if (!news && (d->fd >= 0 || conf->dae.len == 0))
		return;
	shut(d);
	d->at = conf->dae;
	if (d->at.len == 0)
		return;
	err = start(d);
	rad_addr_text(&d->at, text);
	if (err == 0) {
		log_put(LOG_RADIUS, "CoA and Disconnect are taken at %s",
		    text);
		return;
	}
	if (news)			/* it is tried again each time */
		log_put(LOG_WARN_, "CoA, Disconnect: %s: %s", text,
		    err_text(err));
	shut(d);
}

const struct dae_count *
dae_count(const struct dae *d)
{
	return &d->n;
}

struct dae *
dae_new(struct ctl *c)
{
	struct dae *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->c = c;
	d->fd = -1;
	return d;
}

void
dae_free(struct dae *d)
{
	shut(d);
	free(d);
}

/* Defaults of a profile, and the PPPoE device word. */
#include "sess/profile.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/bug.h"
#include "base/ct.h"
#include "base/err.h"

const char *
mode_name(enum mode m)
{
	switch (m) {
	case MODE_INTERACTIVE:	return "interactive";
	case MODE_AUTO:		return "auto";
	case MODE_BACKGROUND:	return "background";
	case MODE_FOREGROUND:	return "foreground";
	case MODE_DDIAL:	return "ddial";
	case MODE_DEDICATED:	return "dedicated";
	case MODE_DIRECT:	return "direct";
	}
	BUG_ON(true);
}

static void
lb_default(struct lb_conf *lb)
{
	lb->workers = 1;
	lb->max_sessions = 65535;
	lb->half_open = (struct lb_budget){ .all = 2048, .iface = 1024,
	    .vlan = 512, .mac = 64 };
	lb->ac.cookie_life = 60;
	lb->ac.padi_rate = 2000;
	lb->ac.mac_rate = 4;
	lb->gov = (struct governor_conf){ .min = 1, .cpu_high = 80,
	    .cpu_low = 30, .sessions = 500, .poll_secs = 5, .up_secs = 10,
	    .down_secs = 60, .drain_secs = 30 };
}

void
profile_default(struct profile *p)
{
	memset(p, 0, sizeof(*p));
	strcpy(p->label, "default");
	strcpy(p->name, DEFLINK);
	p->links = 1;
	p->id = p->last_link = 1;
	ppp_conf_default(&p->ppp, true);
	p->redial = (struct redial){ .secs = 30, .next = 3, .max = 10,
	    .tries = 1 };
	p->reconnect_secs = 3;
	p->idle_secs = 180;
	p->load_secs = 5;
	p->choked_secs = 120;
	p->ifqueue = 30;
	p->sroutes = p->tcpmssfixup = p->loopback = true;
	p->throughput = p->utmp = true;
	p->nas_ip = p->nas_id = true;
	p->serial = (struct serial_conf){ .speed = 38400, .parity = 'n',
	    .ctsrts = true };
	urgent_default(&p->urgent);
	lb_default(&p->lb);
}

int
profile_link(const struct profile *p, const char *name)
{
	for (int i = 0; i < p->links; i++)
		if (strcasecmp(p->link[i].name, name) == 0)
			return i;
	return -E_UNKNOWN;
}

int
profile_link_id(const struct profile *p, uint32_t id)
{
	for (int i = 0; i < p->links; i++)
		if (p->link[i].id == id)
			return i;
	return -E_UNKNOWN;
}

int
profile_clone(struct profile *p, int from, const char *name)
{
	struct link_conf *l = &p->link[p->links];

	if (p->links == LINKS_MAX)
		return -E_FULL;
	*l = p->link[from];
	memset(l->name, 0, sizeof(l->name));
	memcpy(l->name, name, strnlen(name, LINK_NAME));
	l->id = ++p->last_link;
	l->mode = MODE_INTERACTIVE;
	return p->links++;
}

void
profile_remove(struct profile *p, int i)
{
	BUG_ON(p->links < 2);
	profile_settle(p);		/* the first may be the one */
	p->links--;
	memmove(&p->link[i], &p->link[i + 1],
	    (size_t)(p->links - i) * sizeof(p->link[0]));
	ct_wipe(&p->link[p->links], sizeof(p->link[0]));
}

void
profile_swap(struct profile *p, int i)
{
	struct link_conf l;		/* it holds a secret */

	if (i == 0)
		return;
	l = p->link[0];
	p->link[0] = p->link[i];
	p->link[i] = l;
	ct_wipe(&l, sizeof(l));
}

/* Of @from into @to: what a peer sees of us is the same on every link. */
static void
spread(const struct ppp_conf *from, struct ppp_conf *to)
{
	to->enabled = (to->enabled & ~(uint32_t)NEG_BUNDLE) |
	    (from->enabled & NEG_BUNDLE);
	to->accepted = (to->accepted & ~(uint32_t)NEG_BUNDLE) |
	    (from->accepted & NEG_BUNDLE);
	to->ipcp = from->ipcp;
	to->ipv6cp = from->ipv6cp;
	to->mrru = from->mrru;
	to->vj_slots = from->vj_slots;
	to->vj_slotcomp = from->vj_slotcomp;
	to->enddisc_class = from->enddisc_class;
	to->enddisc_len = from->enddisc_len;
	memcpy(to->enddisc, from->enddisc, sizeof(to->enddisc));
	memcpy(to->authname, from->authname, sizeof(to->authname));
	memcpy(to->authkey, from->authkey, sizeof(to->authkey));
	to->key_prog = from->key_prog;
}

void
profile_settle(struct profile *p)
{
	if (p->lb.ifaces > 0) {
		p->ppp.enabled &= ~((uint32_t)NEG_PACK & ~p->enabled_said);
		p->ppp.accepted &= ~((uint32_t)NEG_PACK & ~p->accepted_said);
	}
	for (int i = 1; i < p->links; i++)
		spread(&p->link[0].ppp, &p->link[i].ppp);
}

enum device_kind
device_kind(const char *word)
{
	char host[DEVICE_MAX], port[DEVICE_PORT];
	const char *end = strrchr(word, '/');

	if (word[0] == '/')
		return DEV_TTY;
	if (word[0] == '!')
		return DEV_PROGRAM;
	if (strncasecmp(word, "PPPoE:", 6) == 0)
		return DEV_PPPOE;
	if (device_host(word, host, port) < 0)
		return DEV_NONE;
	return end != NULL && strcasecmp(end, "/udp") == 0 ? DEV_UDP :
	    DEV_TCP;
}

static int
fail(char *why, size_t n, const char *text, int err)
{
	snprintf(why, n, "%s", text);
	return err;
}

static int
copy(char *to, size_t max, const char *s, size_t n)
{
	if (n > max)
		return -E_RANGE;
	memcpy(to, s, n);
	to[n] = '\0';
	return 0;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The host in front of the port's colon; *@rest: behind the colon. */
static int
host_part(const char *word, char host[DEVICE_MAX], const char **rest)
{
	const char *end;

	if (word[0] == '[') {
		end = strchr(++word, ']');
		if (end == NULL || end[1] != ':')
			return -E_FORMAT;
		*rest = end + 2;
	} else {
		end = strchr(word, ':');
		if (end == NULL)
			return -E_FORMAT;
		*rest = end + 1;
	}
	return end == word ? -E_FORMAT : copy(host, DEVICE_MAX - 1, word,
	    (size_t)(end - word));
}

int
device_host(const char *word, char host[DEVICE_MAX], char port[DEVICE_PORT])
{
	const char *rest, *slash;
	size_t n;

	if (host_part(word, host, &rest) < 0 || strchr(rest, ':') != NULL)
		return -E_FORMAT;
	slash = strchr(rest, '/');
	n = slash != NULL ? (size_t)(slash - rest) : strlen(rest);
	if (slash != NULL && strcasecmp(slash, "/tcp") != 0 &&
	    strcasecmp(slash, "/udp") != 0)
		return -E_FORMAT;
	return n == 0 || copy(port, DEVICE_PORT - 1, rest, n) < 0 ?
	    -E_FORMAT : 0;
}

/* Host-Uniq: text, or 0x and pairs of hex digits. */
static int
uniq(struct pppoe_host_conf *h, const char *s, size_t n)
{
	if (n < 2 || s[0] != '0' || (s[1] | 0x20) != 'x') {
		if (n > sizeof(h->uniq))
			return -E_RANGE;
		memcpy(h->uniq, s, n);
		h->uniq_len = (uint8_t)n;
		return 0;
	}
	if (n % 2 != 0 || n == 2)
		return -E_FORMAT;
	if (n / 2 - 1 > sizeof(h->uniq))
		return -E_RANGE;
	for (size_t i = 2; i < n; i += 2) {
		int hi = nibble(s[i]), lo = nibble(s[i + 1]);

		if (hi < 0 || lo < 0)
			return -E_FORMAT;
		h->uniq[i / 2 - 1] = (uint8_t)(hi << 4 | lo);
	}
	h->uniq_len = (uint8_t)(n / 2 - 1);
	return 0;
}

/* [AC\][HOSTUNIQ|]SERVICE */
static int
provider(struct pppoe_host_conf *h, const char *s, char *why, size_t n)
{
	const char *cut = strchr(s, '\\');
	int err;

	if (cut != NULL) {
		if (copy(h->acname, PPPOE_NAME, s, (size_t)(cut - s)) < 0)
			return fail(why, n, "access concentrator's name is "
			    "longer than 64 octets", -E_RANGE);
		s = cut + 1;
	}
	cut = strchr(s, '|');
	if (cut != NULL) {
		err = uniq(h, s, (size_t)(cut - s));
		if (err < 0)
			return fail(why, n, err == -E_RANGE ?
			    "Host-Uniq is longer than 64 octets" :
			    "Host-Uniq is not pairs of hex digits", err);
		s = cut + 1;
	}
	if (copy(h->service, PPPOE_NAME, s, strlen(s)) < 0)
		return fail(why, n, "service name is longer than 64 octets",
		    -E_RANGE);
	return 0;
}

int
pppoe_device_parse(const char *word, struct pppoe_device *d, char *why,
    size_t n)
{
	size_t len;

	memset(d, 0, sizeof(*d));
	d->host.padi_tries = 5;
	d->host.period = 1;
	if (strncasecmp(word, "PPPoE:", 6) != 0)
		return fail(why, n, "not a PPPoE device", -E_FORMAT);
	word += 6;
	len = strcspn(word, ":");
	if (len == 0)
		return fail(why, n, "no interface", -E_FORMAT);
	if (copy(d->ifname, IFNAMSIZ - 1, word, len) < 0)
		return fail(why, n, "interface name is longer than 15 octets",
		    -E_RANGE);
	if (strpbrk(d->ifname, "/ \t") != NULL)
		return fail(why, n, "not an interface name", -E_FORMAT);
	return word[len] == ':' ? provider(&d->host, word + len + 1, why, n) :
	    0;
}

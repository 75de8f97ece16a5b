/* pppoetest: options of the sessions that it makes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/pppoetest_opts.h"
#include "lang/value.h"
#include "pppoe/pppoe.h"

#define WINDOW		64u		/* set-ups at once without --rate */
#define MANY		1000u		/* sessions of stress and benchmark */
#define LASTING		10u		/* seconds, of these */
#define BENCH_SIZE	1400u		/* octets */
#define BENCH_PPS	10u

void
pt_load_default(struct pt_load *l)
{
	struct gen_conf *g = &l->gen;

	g->window = WINDOW;
	g->interval = 5;
	g->peers.n = 100;
	g->peers.ipv4 = g->peers.ipv6 = true;
	g->peers.tries = 5;
	g->traffic.size = TRAFFIC_SIZE;
	g->traffic.pps = 1;
	l->loss = 1;
}

static bool
text(const char *what, const char *word, size_t max, char *to)
{
	if (strlen(word) > max)
		return pt_refuse(what, word, "short enough");
	strcpy(to, word);
	return true;
}

static bool
secret_of(const char *file, char *to)
{
	FILE *f = fopen(file, "r");
	char line[AUTHKEY_MAX + 3] = "";

	if (f == NULL || (fgets(line, sizeof(line), f) == NULL && ferror(f))) {
		fprintf(stderr, "pppoetest: --password-file %s: %s\n", file,
		    strerror(errno));
		if (f != NULL)
			fclose(f);
		return false;
	}
	fclose(f);
	line[strcspn(line, "\r\n")] = '\0';
	if (strlen(line) > AUTHKEY_MAX)
		return pt_refuse("--password-file", file,
		    "a file with a password of at most 255 octets");
	strcpy(to, line);
	return true;
}

static bool
auth_of(const char *word, uint32_t *to)
{
	static const struct { const char *name; uint32_t neg; } all[] = {
		{ "any", 0 }, { "pap", NEG_PAP }, { "chap", NEG_CHAP5 },
		{ "mschap", NEG_MSCHAP }, { "mschapv2", NEG_MSCHAPV2 },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(word, all[i].name) == 0) {
			*to = all[i].neg;
			return true;
		}
	return pt_refuse("--auth", word, "any, pap, chap, mschap or mschapv2");
}

static bool
ip_of(const char *word, struct peers_conf *p)
{
	p->ipv4 = strcmp(word, "4") == 0 || strcmp(word, "46") == 0;
	p->ipv6 = strcmp(word, "6") == 0 || strcmp(word, "46") == 0;
	return p->ipv4 || p->ipv6 || pt_refuse("--ip", word, "4, 6 or 46");
}

/* A or A-B of VLANs at *@s, which moves on. */
static bool
range_of(const char **s, uint16_t *first, uint16_t *count)
{
	char *end;
	unsigned long a = strtoul(*s, &end, 10), b = a;

	if (end == *s || **s < '0' || **s > '9')
		return false;
	if (*end == '-') {
		*s = end + 1;
		if (**s < '0' || **s > '9')
			return false;
		b = strtoul(*s, &end, 10);
	}
	*s = end;
	if (a < 1 || b < a || b > 4094)
		return false;
	*first = (uint16_t)a;
	*count = (uint16_t)(b - a + 1);
	return true;
}

static bool
vlans_of(const char *word, struct peers_vlans *v)
{
	const char *s = word;
	struct peers_vlans own = { 0, 0, 0, 0 };

	if (!range_of(&s, &own.outer, &own.outers))
		return pt_refuse("--vlan", word, "A[-B][:C[-D]] of 1 to 4094");
	if (*s == ':') {
		s++;
		if (!range_of(&s, &own.inner, &own.inners))
			return pt_refuse("--vlan", word,
			    "A[-B][:C[-D]] of 1 to 4094");
	}
	if (*s != '\0')
		return pt_refuse("--vlan", word, "A[-B][:C[-D]] of 1 to 4094");
	*v = own;
	return true;
}

static bool
mac_of(const char *word, uint8_t mac[ETH_ADDR])
{
	uint8_t own[ETH_ADDR];

	if (val_mac(word, own) < 0 || !mac_is_unicast(own))
		return pt_refuse("--mac", word, "the MAC address of one host");
	memcpy(mac, own, ETH_ADDR);
	return true;
}

static bool
seconds(const char *what, const char *word, uint32_t lo, uint32_t *to)
{
	return val_secs(word, lo, 365 * 86400, to) == 0 ||
	    pt_refuse(what, word, "a time as 30, 90s, 5m, 2h or 1d");
}

static bool
name_of(const char *what, const char *word, const char **to)
{
	if (strlen(word) > PPPOE_NAME)
		return pt_refuse(what, word, "at most 64 octets");
	*to = word;
	return true;
}

static bool
traffic_of(const char *word, uint8_t *kind)
{
	*kind = strcmp(word, "echo") == 0 ? TRAFFIC_ECHO :
	    strcmp(word, "pair") == 0 ? TRAFFIC_PAIR : TRAFFIC_NONE;
	return *kind != TRAFFIC_NONE || pt_refuse("--traffic", word,
	    "echo or pair");
}

static bool
take_traffic(struct pt_load *l, int c, const char *word)
{
	struct traffic_conf *t = &l->gen.traffic;
	unsigned n;

	switch (c) {
	case PTL_TRAFFIC: return traffic_of(word, &t->kind);
	case PTL_PPS:
		l->paced = true;
		return pt_number("--pps", word, 1, 100000, &t->pps);
	case PTL_SIZE:
		if (!pt_number("--size", word, TRAFFIC_MIN, PPPOE_MTU, &n))
			return false;
		t->size = (uint16_t)n;
		l->sized = true;
		return true;
	case PTL_TARGET:
		return (val_ip4(word, &t->target) == 0 && t->target != 0) ||
		    pt_refuse("--target", word, "an IPv4 address");
	case PTL_LOSS: return pt_number("--max-loss", word, 0, 100, &l->loss);
	default: return false;
	}
}

static bool
take_number(struct pt_load *l, int c, const char *word)
{
	struct gen_conf *g = &l->gen;
	uint32_t n;

	switch (c) {
	case PTL_N:
		l->counted = true;
		return pt_number("-n", word, 1, PEERS_MAX, &g->peers.n);
	case PTL_RATE:
		return pt_number("--rate", word, 0, 1000000, &g->rate);
	case PTL_WINDOW:
		l->windowed = true;
		return pt_number("--window", word, 1, PEERS_MAX, &g->window);
	case PTL_CHURN:
		l->churned = true;
		return pt_number("--churn", word, 0, 1000000, &g->churn);
	case PTL_TRIES:
		return pt_number("--tries", word, 1, 1000, &g->peers.tries);
	case PTL_HOLD:
		l->timed = true;
		return seconds("--hold", word, 0, &g->hold);
	case PTL_ECHO:
		if (!seconds("--echo", word, 0, &n))
			return false;
		if (n > UINT16_MAX)
			return pt_refuse("--echo", word, "at most 18h");
		g->peers.echo = (uint16_t)n;
		return true;
	default:
		return take_traffic(l, c, word);
	}
}

bool
pt_load_take(struct pt_load *l, int c, const char *word)
{
	struct peers_conf *p = &l->gen.peers;

	switch (c) {
	case PTL_INTERFACE: return text("-i", word, IFNAMSIZ - 1,
	    l->gen.ifname);
	case PTL_USER: return text("--user", word, AUTHNAME_MAX, l->user);
	case PTL_PASSWORD:
		return strlen(word) <= AUTHKEY_MAX ? text("--password", word,
		    AUTHKEY_MAX, l->secret) : pt_refuse("--password", "...",
		    "at most 255 octets");
	case PTL_PASSWORD_FILE: return secret_of(word, l->secret);
	case PTL_SERVICE: return name_of("--service", word, &p->service);
	case PTL_AC: return name_of("--ac", word, &p->acname);
	case PTL_AUTH: return auth_of(word, &p->auth);
	case PTL_IP: return ip_of(word, p);
	case PTL_VLAN: return vlans_of(word, &p->vlan);
	case PTL_MAC: return mac_of(word, p->mac);
	case PTL_ABANDON: return l->gen.die = true;
	default: return take_number(l, c, word);
	}
}

/* What is not given, and not the same in each mode. */
static void
defaults(struct pt_opts *o)
{
	struct gen_conf *g = &o->load.gen;
	bool big = o->mode == PT_STRESS || o->mode == PT_BENCHMARK;

	if (big && !o->load.counted)
		g->peers.n = MANY;
	if (big && !o->load.timed)
		g->hold = LASTING;
	if (o->mode == PT_STRESS && !o->load.churned)
		g->churn = (g->peers.n + 9) / 10;
	if (o->mode == PT_BENCHMARK && g->traffic.kind == TRAFFIC_NONE)
		g->traffic.kind = TRAFFIC_ECHO;
	if (o->mode == PT_BENCHMARK && !o->load.paced)
		g->traffic.pps = BENCH_PPS;
	if (o->mode == PT_BENCHMARK && !o->load.sized)
		g->traffic.size = BENCH_SIZE;
	if (o->mode == PT_ACCURACY || o->mode == PT_AFFINITY)
		g->hold = 1;		/* to look at them */
	if (o->mode == PT_AFFINITY)
		g->rounds = o->test.retries + 1;
	if (g->rate != 0 && !o->load.windowed)
		g->window = PEERS_MAX;
}

/* What the options mean together. */
bool
pt_load_check(struct pt_opts *o)
{
	struct pt_load *l = &o->load;
	struct gen_conf *g = &l->gen;
	const uint8_t *m = g->peers.mac;
	uint32_t low = (uint32_t)m[3] << 16 | (uint32_t)m[4] << 8 | m[5];

	defaults(o);
	if (g->ifname[0] == '\0') {
		fprintf(stderr, "pppoetest: sessions need an interface: "
		    "-i INTERFACE\n");
		return false;
	}
	if (low + g->peers.n > 1u << 24) {
		fprintf(stderr, "pppoetest: --mac: its last three octets "
		    "have no room for %u more\n", g->peers.n - 1);
		return false;
	}
	if (g->traffic.kind != TRAFFIC_NONE && g->hold == 0) {
		fprintf(stderr, "pppoetest: --traffic needs time: --hold "
		    "TIME\n");
		return false;
	}
	if (!g->peers.ipv4 && (g->traffic.kind == TRAFFIC_PAIR ||
	    g->traffic.target != 0)) {
		fprintf(stderr, "pppoetest: --traffic pair and --target "
		    "need --ip 4 or 46\n");
		return false;
	}
	if (o->mode == PT_MIXED && g->hold == 0) {
		fprintf(stderr, "pppoetest: mixed needs time: --hold TIME\n");
		return false;
	}
	g->peers.user = l->user;
	g->peers.secret = l->secret;
	return true;
}


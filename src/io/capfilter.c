/* pcap-filter(7) for frames of Ethernet and of lines. */
#include "io/capfilter.h"

#include <ctype.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/txt.h"

#define SNAPLEN	65535

enum { ETHER, LINE, LINKS };

struct capfilter {
	struct bpf_program prog[LINKS];
	bool	 made[LINKS];		/* else it matches nothing there */
};

/* Words of our own. */
static const struct {
	const char *name;
	unsigned proto;			/* of PPP; 0: pppoed */
} ours[] = {
	{ "pppoed", 0 }, { "lcp", 0xc021 }, { "pap", 0xc023 },
	{ "lqr", 0xc025 }, { "chap", 0xc223 }, { "ipcp", 0x8021 },
	{ "ipv6cp", 0x8057 }, { "ccp", 0x80fd },
};
#define OURS	(sizeof(ours) / sizeof(ours[0]))

/* What else may begin with a letter. */
static const char *const theirs[] = {
	"host", "net", "mask", "port", "portrange", "proto", "protochain",
	"src", "dst", "gateway", "and", "or", "not", "ether", "link", "ppp",
	"ip", "ip6", "arp", "rarp", "tcp", "udp", "icmp", "icmp6", "igmp",
	"igrp", "pim", "vrrp", "carp", "ah", "esp", "sctp", "broadcast",
	"multicast", "less", "greater", "len", "vlan", "mpls", "pppoes",
	"inet", "inet6", "llc", NULL
};

/* ---- the expression in libpcap's words ---- */

static int
our_word(const char *s, size_t n)
{
	for (unsigned i = 0; i < OURS; i++)
		if (strlen(ours[i].name) == n &&
		    strncmp(ours[i].name, s, n) == 0)
			return (int)i;
	return -1;
}

/* Constants like tcp-syn and icmp-echo, tcpflags, icmptype stay. */
static bool
their_word(const char *s, size_t n)
{
	if (!isalpha((unsigned char)s[0]) || memchr(s, ':', n) != NULL ||
	    strncmp(s, "tcp", 3) == 0 || strncmp(s, "icmp", 4) == 0)
		return true;
	for (int i = 0; theirs[i] != NULL; i++)
		if (strlen(theirs[i]) == n && strncmp(theirs[i], s, n) == 0)
			return true;
	return false;
}

/* At the type, which is at @at: it is @type and the PPP protocol @proto. */
static void
at_type(struct txt *t, unsigned at, unsigned type, unsigned proto)
{
	txt_put(t, "(ether[%u:2] = 0x%x", at, type);
	if (proto != 0)
		txt_put(t, " and ether[%u:2] = 0x%x", at + 8, proto);
	txt_put(t, ")");
}

/* Without a tag, behind one, behind two. 3Com's types count as well. */
static void
put_ether(struct txt *t, unsigned proto)
{
	unsigned type[2] = { proto == 0 ? 0x8863 : 0x8864,
	    proto == 0 ? 0x3c12 : 0x3c13 };
	const char *sep = "";

	txt_put(t, "(");
	for (int i = 0; i < 2; i++)
		for (unsigned at = 12; at <= 20; at += 4) {
			txt_put(t, "%s(", sep);
			for (unsigned tag = 12; tag < at; tag += 4)
				txt_put(t, "(ether[%u:2] = 0x8100 or "
				    "ether[%u:2] = 0x88a8) and ", tag, tag);
			at_type(t, at, type[i], proto);
			txt_put(t, ")");
			sep = " or ";
		}
	txt_put(t, ")");
}

/* Behind `pppoes' libpcap counts from the PPP protocol on. */
static void
put_ours(struct txt *t, int link, bool inside, unsigned proto)
{
	if (proto == 0 && link == LINE)
		txt_put(t, "(link[0] != 0xff)");	/* none there */
	else if (link == LINE)
		txt_put(t, "(link[2:2] = 0x%x)", proto);
	else if (inside && proto != 0)
		txt_put(t, "(link[0:2] = 0x%x)", proto);
	else
		put_ether(t, proto);
}

static size_t
word_size(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || (n > 0 &&
	    strchr("_.:-", s[n]) != NULL && s[n] != '\0'))
		n++;
	return n;
}

static int
translate(const char *text, int link, struct txt *t, char *why, size_t len)
{
	bool inside = false;

	while (*text != '\0') {
		size_t n = word_size(text);
		int i = our_word(text, n);

		if (n == 0) {
			txt_put(t, "%c", *text++);
			continue;
		}
		if (i >= 0 && inside && ours[i].proto == 0) {
			snprintf(why, len, "pppoed cannot follow pppoes");
			return -E_FORMAT;
		}
		if (i >= 0) {
			put_ours(t, link, inside, ours[i].proto);
		} else if (their_word(text, n)) {
			inside |= n == 6 && strncmp(text, "pppoes", n) == 0;
			txt_put(t, "%.*s", (int)n, text);
		} else {
			snprintf(why, len, "%.*s: not a word of "
			    "pcap-filter(7); names are not looked up, write "
			    "addresses and numbers", (int)n, text);
			return -E_FORMAT;
		}
		text += n;
	}
	return t->lost ? -E_NOMEM : 0;
}

/* ---- */

static int
compile(struct capfilter *f, int link, const char *text, char *why,
    size_t n)
{
	pcap_t *p = pcap_open_dead(link == LINE ? DLT_PPP : DLT_EN10MB,
	    SNAPLEN);
	int err = 0;

	if (p == NULL)
		return -E_NOMEM;
	if (pcap_compile(p, &f->prog[link], text, 1,
	    PCAP_NETMASK_UNKNOWN) < 0) {
		snprintf(why, n, "%s", pcap_geterr(p));
		err = -E_FORMAT;
	}
	f->made[link] = err == 0;
	pcap_close(p);
	return err;
}

static int
make(struct capfilter *f, int link, const char *text, char *why, size_t n)
{
	struct txt t = { 0 };
	int err = translate(text, link, &t, why, n);

	if (err == 0)
		err = compile(f, link, txt_str(&t), why, n);
	txt_free(&t);
	return err;
}

int
capfilter_new(struct capfilter **out, const char *text, char *why, size_t n)
{
	struct capfilter *f = calloc(1, sizeof(*f));
	char other[PCAP_ERRBUF_SIZE];
	int err;

	if (f == NULL)
		return -E_NOMEM;
	err = make(f, ETHER, text, why, n);
	if (err < 0) {
		capfilter_free(f);
		return err;
	}
	make(f, LINE, text, other, sizeof(other));
	*out = f;
	return 0;
}

void
capfilter_free(struct capfilter *f)
{
	if (f == NULL)
		return;
	for (int i = 0; i < LINKS; i++)
		if (f->made[i])
			pcap_freecode(&f->prog[i]);
	free(f);
}

bool
capfilter_match(const struct capfilter *f, bool line, const uint8_t *p,
    size_t n)
{
	struct pcap_pkthdr h = { .caplen = (bpf_u_int32)n,
	    .len = (bpf_u_int32)n };
	int link = line ? LINE : ETHER;

	return f->made[link] && pcap_offline_filter(&f->prog[link], &h, p) > 0;
}

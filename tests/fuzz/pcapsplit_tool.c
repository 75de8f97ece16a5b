/*
 * pcapsplit - cuts recorded PPPoE traffic into seeds for the fuzzers.
 *
 *	pcapsplit_tool CORPUS FILE.pcap ...
 *
 * Writes CORPUS/frame (whole Ethernet frames), CORPUS/pppoe_tags (the payload
 * of discovery frames) and CORPUS/lcp, pap, chap, ipcp, ipv6cp, ccp (packets
 * from Code on).  One seed for each shape: two packets have one shape when
 * they differ in values only, not in codes, types or lengths.  A seed's name
 * is the hash of its shape, so running it again changes nothing.
 */
#include <sys/stat.h>

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_MAX	256	/* larger frames only carry more of the same */

enum {
	ET_VLAN = 0x8100, ET_QINQ = 0x88a8,
	ET_DISCOVERY = 0x8863, ET_SESSION = 0x8864,
};

static const struct kind {
	uint16_t proto;
	const char *name;
	bool options;		/* codes 1 to 4 carry options */
} kinds[] = {
	{ 0xc021, "lcp", true }, { 0xc023, "pap", false },
	{ 0xc223, "chap", false }, { 0x8021, "ipcp", true },
	{ 0x8057, "ipv6cp", true }, { 0x80fd, "ccp", true },
};

static const char *corpus;
static unsigned written;

static uint16_t
get16(const u_char *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint64_t
mix(uint64_t shape, unsigned v)		/* FNV-1a */
{
	return (shape ^ v) * 0x100000001b3u;
}

static void
seed(const char *kind, uint64_t shape, const u_char *p, size_t n)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", corpus, kind);
	if (mkdir(path, 0777) && errno != EEXIST) {
		perror(path);
		exit(1);
	}
	snprintf(path, sizeof path, "%s/%s/%016" PRIx64, corpus, kind, shape);
	f = fopen(path, "wxb");
	if (f == NULL && errno == EEXIST)
		return;
	if (f == NULL || fwrite(p, 1, n, f) != n || fclose(f)) {
		perror(path);
		exit(1);
	}
	written++;
}

/* Shape of a list of tags: 16-bit types and lengths. */
static uint64_t
tags_shape(uint64_t s, const u_char *p, size_t n)
{
	while (n >= 4) {
		size_t len = get16(p + 2);

		s = mix(mix(s, get16(p)), (unsigned)len);
		if (len > n - 4)
			break;
		p += 4 + len;
		n -= 4 + len;
	}
	return s;
}

/* Shape of a control packet: Code, and for Configure-* the options. */
static uint64_t
packet_shape(uint64_t s, bool options, const u_char *p, size_t n)
{
	size_t len = n >= 4 ? get16(p + 2) : 0;

	if (n < 4 || len < 4 || len > n)
		return mix(s, (unsigned)n);
	s = mix(s, p[0]);
	if (!options)
		return mix(s, (unsigned)len);
	if (p[0] < 1 || p[0] > 4)
		return s;
	for (size_t i = 4; i + 2 <= len && p[i + 1] >= 2; i += p[i + 1])
		s = mix(mix(s, p[i]), p[i + 1]);
	return s;
}

static void
frame(const u_char *p, size_t n)
{
	uint64_t s = 0xcbf29ce484222325u;
	size_t at = 12;
	uint16_t type;

	if (n < 14)
		return;
	for (type = get16(p + at); type == ET_VLAN || type == ET_QINQ; ) {
		s = mix(s, type);
		at += 4;
		if (at + 2 > n)
			return;
		type = get16(p + at);
	}
	at += 2;
	if ((type != ET_DISCOVERY && type != ET_SESSION) || at + 6 > n)
		return;
	s = mix(mix(s, type), p[at + 1]);

	size_t len = get16(p + at + 4);
	const u_char *body = p + at + 6;

	if (len > n - at - 6)
		len = n - at - 6;
	if (type == ET_DISCOVERY) {
		uint64_t t = tags_shape(s, body, len);

		seed("pppoe_tags", t, body, len);
		seed("frame", t, p, n);
		return;
	}
	if (len < 2)
		return;
	s = mix(s, get16(body));
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].proto == get16(body)) {
			seed(kinds[i].name, packet_shape(s, kinds[i].options,
			    body + 2, len - 2), body + 2, len - 2);
			if (len > 2)
				s = mix(s, body[2]);
		}
	if (n <= FRAME_MAX)
		seed("frame", s, p, n);
}

int
main(int argc, char **argv)
{
	char err[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *h;
	const u_char *p;

	if (argc < 3) {
		fprintf(stderr, "usage: %s CORPUS FILE.pcap ...\n", argv[0]);
		return 2;
	}
	corpus = argv[1];
	for (int i = 2; i < argc; i++) {
		pcap_t *pc = pcap_open_offline(argv[i], err);

		if (pc == NULL || pcap_datalink(pc) != DLT_EN10MB) {
			fprintf(stderr, "%s: %s\n", argv[i],
			    pc ? "not Ethernet" : err);
			return 1;
		}
		while (pcap_next_ex(pc, &h, &p) == 1)
			frame(p, h->caplen);
		pcap_close(pc);
	}
	printf("%u new seeds\n", written);
	return 0;
}

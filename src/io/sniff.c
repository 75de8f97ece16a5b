/* pcap(3pcap) */
#include "io/sniff.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#define SNAPLEN		65535
/* Linux hands over blocks of 256 KB, full or not: 32 of them are 6 seconds. */
#define BUFFER		(8 << 20)
#define BLOCK_MS	200		/* at most so late */
#define NULL_HEAD	4u		/* BSD: the family before the packet */

struct sniff {
	pcap_t	*pc;			/* owner */
	size_t	 head;
};

static int
set_up(pcap_t *pc, const char *filter)
{
	char err[PCAP_ERRBUF_SIZE];
	struct bpf_program prog;
	int bad;

	if (pcap_set_snaplen(pc, SNAPLEN) != 0 ||
	    pcap_set_timeout(pc, BLOCK_MS) != 0 ||
	    pcap_set_buffer_size(pc, BUFFER) != 0 ||
	    pcap_activate(pc) < 0 || pcap_setnonblock(pc, 1, err) < 0 ||
	    pcap_compile(pc, &prog, filter, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return -1;
	bad = pcap_setfilter(pc, &prog);
	pcap_freecode(&prog);
	return bad;
}

struct sniff *
sniff_open(const char *ifname, const char *filter, char *why, size_t n)
{
	struct sniff *s = calloc(1, sizeof(*s));
	char err[PCAP_ERRBUF_SIZE] = "out of memory";

	if (s != NULL)
		s->pc = pcap_create(ifname, err);
	if (s == NULL || s->pc == NULL) {
		snprintf(why, n, "%s: %s", ifname, err);
		free(s);
		return NULL;
	}
	if (set_up(s->pc, filter) < 0) {
		snprintf(why, n, "%s: %s", ifname, pcap_geterr(s->pc));
		sniff_close(s);
		return NULL;
	}
	if (pcap_datalink(s->pc) == DLT_NULL ||
	    pcap_datalink(s->pc) == DLT_LOOP)
		s->head = NULL_HEAD;
	return s;
}

void
sniff_close(struct sniff *s)
{
	if (s == NULL)
		return;
	pcap_close(s->pc);
	free(s);
}

int
sniff_fd(const struct sniff *s)
{
	return pcap_get_selectable_fd(s->pc);
}

bool
sniff_next(struct sniff *s, struct sniffed *out)
{
	struct pcap_pkthdr *h;
	const u_char *p;

	if (pcap_next_ex(s->pc, &h, &p) != 1 || h->caplen < s->head)
		return false;
	out->p = p + s->head;
	out->len = h->caplen - s->head;
	out->size = h->len - s->head;
	return true;
}

unsigned
sniff_missed(struct sniff *s)
{
	struct pcap_stat st;

	return pcap_stats(s->pc, &st) == 0 ? st.ps_drop : 0;
}

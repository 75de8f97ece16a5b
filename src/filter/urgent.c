/* The urgent packets of ppp(8). */
#include "filter/urgent.h"

#include <string.h>

#include "base/err.h"

#define LOW_DELAY	0x10		/* RFC 1349; DSCP EF has it too */

void
urgent_default(struct urgent_conf *u)
{
	static const uint16_t tcp[] = { 21, 22, 23, 513, 514, 543, 544 };

	memset(u, 0, sizeof(*u));
	memcpy(u->tcp.port, tcp, sizeof(tcp));
	u->tcp.n = sizeof(tcp) / sizeof(*tcp);
	u->tos = true;
}

static int
find(const struct urgent_ports *p, uint16_t port)
{
	for (int i = 0; i < p->n; i++)
		if (p->port[i] == port)
			return i;
	return -1;
}

int
urgent_put(struct urgent_ports *p, uint16_t port, bool on)
{
	int at = find(p, port);

	if ((at >= 0) == on)
		return 0;
	if (on && p->n == URGENT_PORTS)
		return -E_FULL;
	if (on) {
		p->port[p->n++] = port;
		return 0;
	}
	p->n--;
	memmove(p->port + at, p->port + at + 1,
	    (size_t)(p->n - at) * sizeof(*p->port));
	p->port[p->n] = 0;		/* profiles are compared whole */
	return 0;
}

bool
urgent_is(const struct urgent_conf *u, const struct filter_pkt *p)
{
	const struct urgent_ports *ports = p->proto == 6 ? &u->tcp :
	    p->proto == 17 ? &u->udp : NULL;

	if (u->tos && p->tos & LOW_DELAY)
		return true;
	if (ports == NULL || p->cut || p->frag > 0)
		return false;
	return find(ports, p->src_port) >= 0 ||
	    find(ports, p->dst_port) >= 0 ||
	    (p->proto == 6 && p->data < u->length);
}

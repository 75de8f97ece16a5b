/* What the commands ask of the bundle about this host's network. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/bundle.h"
#include "ctl/natlog.h"

void
bundle_nat_view(struct bundle *b, struct ctl_nat *out)
{
	out->addr = b->host.nat_addr;
	nat_count(&b->host.nat, &out->sums);
}

/* From the start or the change that wants it, until the one that does not. */
static void
nat_log(struct bundle *b)
{
	const struct profile *p = &b->c->p;
	bool want = p->nat && p->natc.log;

	if (want && b->natlog == NULL) {
		b->natlog = natlog_new(b->c->loop, &b->host);
	} else if (!want) {
		natlog_free(b->natlog);
		b->natlog = NULL;
	}
}

void
bundle_net_start(struct bundle *b)
{
	nat_log(b);
}

void
bundle_net_stop(struct bundle *b)
{
	hostnet_nat_off(&b->host);
	hostnet_dns_undo(&b->host);
	hostnet_down4(&b->host);
	hostnet_down6(&b->host);
	hostnet_routes_restore(&b->host);
	natlog_free(b->natlog);
	b->natlog = NULL;
}

int
bundle_nat(struct bundle *b, char *why, size_t n)
{
	char text[160] = "";
	int err = hostnet_nat(&b->host, &b->c->p, text, sizeof(text));

	if (err < 0)
		snprintf(why, n, "nat: %s", text);
	else
		nat_log(b);
	return err;
}

void
bundle_dns(struct bundle *b, uint32_t dns[2])
{
	memcpy(dns, hostnet_servers(&b->host, &b->c->p), 2 * sizeof(*dns));
}

int
bundle_resolv(struct bundle *b, enum resolv_op op, char *why, size_t n)
{
	uint32_t dns[2];
	int err = 0;

	switch (op) {
	case RESOLV_READONLY:
	case RESOLV_WRITABLE:
		b->c->p.resolv_readonly = op == RESOLV_READONLY;
		break;
	case RESOLV_RELOAD:
		err = resolv_load(&b->host.resolv, RESOLV_PATH);
		break;
	case RESOLV_RESTORE:
		err = resolv_restore(&b->host.resolv, RESOLV_PATH);
		break;
	case RESOLV_REWRITE:
		bundle_dns(b, dns);
		err = resolv_write(&b->host.resolv, RESOLV_PATH, dns);
		break;
	}
	if (err < 0)
		snprintf(why, n, "%s: %s", RESOLV_PATH, err_text(err));
	return err;
}

int
bundle_route(struct bundle *b, const struct route_want *r, bool del,
    char *why, size_t n)
{
	return hostnet_route(&b->host, &b->c->p, r, del ? ROUTE_DEL_ANY :
	    ROUTE_ADD, why, n);
}

int
bundle_routes_flush(struct bundle *b)
{
	hostnet_routes_flush(&b->host);
	return 0;
}

int
bundle_rename(struct bundle *b, const char *name, char *why, size_t n)
{
	struct hostnet *h = &b->host;
	int err = os_if_rename(h->tun, name);

	if (err < 0) {
		snprintf(why, n, "%s: %s", name, err_text(err));
		return err;
	}
	snprintf(h->tun, sizeof(h->tun), "%s", name);
	return bundle_nat(b, why, n);	/* its rules name the interface */
}

/* An address of the list that nobody here has: from a random place on. */
static uint32_t
pick(struct bundle *b)
{
	const struct profile *p = &b->c->p;
	uint64_t all = 0, at;

	for (int i = 0; i < p->his_ranges; i++)
		all += (uint64_t)p->his[i].hi - p->his[i].lo + 1;
	at = rng_u32(&b->c->rng) % all;
	for (uint64_t tries = 0; tries < all && tries < 65536; tries++) {
		uint64_t k = (at + tries) % all;
		uint32_t addr;
		int i = 0;

		for (; k > (uint64_t)p->his[i].hi - p->his[i].lo; i++)
			k -= (uint64_t)p->his[i].hi - p->his[i].lo + 1;
		addr = p->his[i].lo + (uint32_t)k;
		if (addr != p->net.my.addr && !os_addr_used(addr))
			return addr;
	}
	return 0;
}

void
bundle_net_conf(struct bundle *b, struct net_conf *n)
{
	const struct profile *p = &b->c->p;

	*n = p->net;
	if (!p->dns_set)
		memcpy(n->dns, b->host.resolv.ns, sizeof(n->dns));
	if (p->his_ranges == 0)
		return;
	n->his.addr = pick(b);
	n->his.bits = 32;
	if (n->his.addr == 0)
		log_put(LOG_WARN_, "set ifaddr: every address of the list is "
		    "in use");
}

/* A live change: what needs no new negotiation. */
void
bundle_net_publish(struct bundle *b)
{
	const struct profile *p = &b->c->p;

	b->host.alias = p->nat && p->iface_alias;
	if (b->host.my != 0) {
		hostnet_routes(&b->host, p, AF_INET);
		hostnet_proxy(&b->host, p);
	}
	if (b->ip6)
		hostnet_routes(&b->host, p, AF_INET6);
}

/* `set ifaddr`, `set dns`, `set nbns`. */
#include <string.h>

#include "base/err.h"
#include "cmd/set.h"
#include "lang/value.h"

static int
bad(struct cmd_ctx *cx, const char *word, const char *text, int n)
{
	cmd_bad(cx, "%s: %s", word, text);
	return ROW_FAILED(n);
}

int
cmd_host(struct cmd_ctx *cx, const char *word, uint32_t *addr)
{
	if (!cx->env->no_lookup || val_ip4(word, addr) == 0)
		return val_host(word, addr);
	remark(&cx->diag, "%s: looked up when the program starts", word);
	*addr = 0;
	return 0;
}

/* ADDR[/N] or a host name. */
static int
want(struct cmd_ctx *cx, const char *word, struct ip4_want *w)
{
	int err = val_ip4_bits(word, &w->addr, &w->bits);

	if (err == -E_FORMAT && strchr(word, '/') == NULL &&
	    cmd_host(cx, word, &w->addr) == 0) {
		w->bits = 32;
		return 0;
	}
	return err;
}

/* HIS as one address or as a list. */
static int
set_his(struct cmd_ctx *cx, const char *word)
{
	struct profile *p = &cx->draft->p;
	struct val_range v[RANGES_MAX];
	int n = 0, err;

	if (strpbrk(word, "-,") == NULL) {
		err = want(cx, word, &p->net.his);
		if (err < 0)
			return bad(cx, word, err == -E_RANGE ?
			    "bad mask width" : "Bad address", 4);
		return 0;
	}
	err = val_ranges(word, v, RANGES_MAX, &n);
	if (err < 0)
		return bad(cx, word, err == -E_FULL ?
		    "more than 16 ranges" : "Invalid range", 4);
	for (int i = 0; i < n; i++)
		p->his[i] = (struct ip4_range){ v[i].lo, v[i].hi };
	p->his_ranges = (uint8_t)n;
	return 0;
}

int
set_ifaddr(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	uint8_t bits;
	int err;

	(void)r;
	if (a->n > 4)
		return ROW_USAGE;
	memset(p->his, 0, sizeof(p->his));
	memset(&p->net.my, 0, sizeof(p->net.my));
	memset(&p->net.his, 0, sizeof(p->net.his));
	p->his_ranges = 0;
	p->netmask = p->net.trigger = 0;
	p->net.has_trigger = false;
	p->ifaddr_set = a->n > 0;
	cmd_mark(cx, AT_IFADDR);
	if (a->n > 0 && (err = want(cx, a->w[0], &p->net.my)) < 0)
		return bad(cx, a->w[0], err == -E_RANGE ?
		    "bad mask width" : "Bad address", 1);
	if (a->n > 1 && (err = set_his(cx, a->w[1])) != 0)
		return err;
	if (a->n > 2 && strcmp(a->w[2], "0") != 0) {
		if (val_mask(a->w[2], &bits) < 0)
			return bad(cx, a->w[2], "not a netmask", 1);
		val_ip4(a->w[2], &p->netmask);
	}
	if (a->n > 3) {
		if (strcmp(a->w[3], "0") != 0 &&
		    val_ip4(a->w[3], &p->net.trigger) < 0)
			return bad(cx, a->w[3], "Bad address", 1);
		p->net.has_trigger = true;
	}
	return 0;
}

/* Two servers; .at: where they go, .lo: 1 for NetBIOS. */
int
set_dns(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	uint32_t ns[2] = { 0, 0 };

	if (a->n > 2)
		return ROW_USAGE;
	for (int i = 0; i < a->n; i++)
		if (val_ip4(a->w[i], &ns[i]) < 0) {
			diag(&cx->diag, "%s: Bad address", a->w[i]);
			return ROW_USAGE;
		}
	if (ns[0] == 0) {
		ns[0] = ns[1];
		ns[1] = 0;
	}
	memcpy((char *)cx->draft + r->at, ns, sizeof(ns));
	*(r->lo ? &p->nbns_set : &p->dns_set) = ns[0] != 0;
	return 0;
}

/*
 * add, add!, delete, delete!: routes that are remembered and done again when
 * an address they name changes (sticky), and routes at once. ppp(8) 2.6.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/rows.h"
#include "cmd/text.h"
#include "lang/value.h"

struct end {			/* one side of a route */
	uint8_t	 family;	/* 0: `default`, either */
	uint8_t	 word;		/* enum addr_word */
	uint8_t	 bits;
	uint8_t	 addr[16];	/* network order */
};

static void
put4(uint8_t to[16], uint32_t addr)
{
	memset(to, 0, 16);
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(addr >> (24 - 8 * i));
}

/* An address keyword, whole, with or without /N. */
static bool
keyword(const char *s, struct end *e)
{
	size_t n = strcspn(s, "/");
	uint32_t bits;

	for (int w = AW_MYADDR; w <= AW_DNS1; w++) {
		const char *name = addr_word_name((enum addr_word)w);
		bool v6 = w == AW_MYADDR6 || w == AW_HISADDR6;

		if (strlen(name) != n || strncasecmp(s, name, n) != 0)
			continue;
		bits = v6 ? 128 : 32;
		if (s[n] == '/' && val_num(s + n + 1, 0, bits, &bits) < 0)
			return false;
		*e = (struct end){ .family = v6 ? AF_INET6 : AF_INET,
		    .word = (uint8_t)w, .bits = (uint8_t)bits };
		return true;
	}
	return false;
}

/* An address, a host name or a keyword. */
static int
parse_end(struct cmd_ctx *cx, const char *s, struct end *e)
{
	uint32_t addr;
	int err;

	memset(e, 0, sizeof(*e));
	if (keyword(s, e))
		return 0;
	if (strchr(s, ':') != NULL) {
		e->family = AF_INET6;
		return val_ip6_bits(s, e->addr, &e->bits);
	}
	e->family = AF_INET;
	err = val_ip4_bits(s, &addr, &e->bits);
	if (err == -E_FORMAT && strchr(s, '/') == NULL) {
		e->bits = 32;
		err = cmd_host(cx, s, &addr);
	}
	if (err == 0)
		put4(e->addr, addr);
	return err;
}

static int
parse_dest(struct cmd_ctx *cx, const char *s, struct end *e)
{
	bool six = strcasecmp(s, "default6") == 0;

	if (!six && strcasecmp(s, "default") != 0)
		return parse_end(cx, s, e);
	memset(e, 0, sizeof(*e));
	e->family = six ? AF_INET6 : 0;
	return 0;
}

/* Host bits of the destination go away, so equal routes compare equal. */
static void
trim(struct route_want *r)
{
	for (unsigned i = 0; i < 16; i++)
		if (r->bits < (i + 1) * 8)
			r->dst[i] &= (uint8_t)(r->bits <= i * 8 ? 0 :
			    0xff << (8 - (r->bits - i * 8)));
}

static void
join(const struct end *dst, const struct end *gw, bool replace,
    struct route_want *r)
{
	memset(r, 0, sizeof(*r));
	r->family = dst->family != 0 ? dst->family : gw->family;
	r->bits = dst->bits;
	r->replace = replace;
	r->dst_word = dst->word;
	r->gw_word = gw->word;
	memcpy(r->dst, dst->addr, 16);
	memcpy(r->gw, gw->addr, 16);
	trim(r);
}

static bool
sticky(const struct route_want *r)
{
	return r->dst_word != AW_NONE || r->gw_word != AW_NONE;
}

static bool
same_dest(const struct route_want *a, const struct route_want *b)
{
	return a->family == b->family && a->bits == b->bits &&
	    a->dst_word == b->dst_word && memcmp(a->dst, b->dst, 16) == 0;
}

/* One per destination: a second one takes its place. */
static int
remember(struct cmd_ctx *cx, const struct route_want *r)
{
	struct profile *p = &cx->draft->p;
	int i = 0;

	while (i < p->routes && !same_dest(&p->route[i], r))
		i++;
	if (i == ROUTES_MAX)
		return cmd_bad(cx, "more than %d routes", ROUTES_MAX);
	p->route[i] = *r;
	if (i == p->routes)
		p->routes++;
	return 0;
}

static void
forget(struct profile *p, int i)
{
	p->routes--;
	memmove(&p->route[i], &p->route[i + 1],
	    (size_t)(p->routes - i) * sizeof(p->route[0]));
	memset(&p->route[p->routes], 0, sizeof(p->route[0]));
}

/* DEST GATEWAY or DEST MASK GATEWAY. */
static int
words(struct cmd_ctx *cx, const struct args *a, bool replace,
    struct route_want *r)
{
	struct end dst, gw;

	if (a->n < 2 || a->n > 3)
		return ROW_USAGE;
	if (parse_dest(cx, a->w[0], &dst) < 0) {
		diag(&cx->diag, "%s: Invalid destination address", a->w[0]);
		return ROW_USAGE;
	}
	if (a->n == 3 && (dst.family != AF_INET ||
	    val_mask(a->w[1], &dst.bits) < 0)) {
		diag(&cx->diag, "%s: Invalid netmask", a->w[1]);
		return ROW_USAGE;
	}
	if (parse_end(cx, a->w[a->n - 1], &gw) < 0 ||
	    (gw.word != AW_NONE && gw.word != AW_HISADDR &&
	    gw.word != AW_HISADDR6)) {
		diag(&cx->diag, "%s: Invalid gateway address",
		    a->w[a->n - 1]);
		return ROW_USAGE;
	}
	if (dst.family != 0 && dst.family != gw.family) {
		diag(&cx->diag, "%s %s: IPv4 and IPv6 in one route",
		    a->w[0], a->w[a->n - 1]);
		return ROW_USAGE;
	}
	join(&dst, &gw, replace, r);
	return 0;
}

static bool
no_gateway(const struct route_want *r)
{
	static const uint8_t zero[16];

	return r->gw_word == AW_NONE && memcmp(r->gw, zero, 16) == 0;
}

/* A linkup section often repeats what its label says: no fault of anybody.
 * At a prompt it is one. */
static bool
is_known(const struct cmd_ctx *cx, const struct route_want *r)
{
	const struct profile *p = &cx->draft->p;

	for (int i = 0; i < p->routes && cx->prompt == NULL; i++)
		if (memcmp(&p->route[i], r, sizeof(*r)) == 0)
			return true;
	return false;
}

/* The row's .lo: `add!`. */
int
route_add(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct route_want w;
	char why[128] = "";
	int err = words(cx, a, r->lo != 0, &w);

	if (err != 0)
		return err;
	if (no_gateway(&w) && !cx->env->no_lookup)
		return cmd_bad(cx, "Cannot add a route with gateway 0.0.0.0");
	if (cx->hold || cx->env->ctl == NULL)
		return remember(cx, &w);	/* put in by cmd_apply() */
	if (ctl_route(cx->env->ctl, &w, false, why, sizeof(why)) < 0 &&
	    !is_known(cx, &w))
		return cmd_bad(cx, "%s", why);
	return sticky(&w) ? remember(cx, &w) : 0;
}

static int
delete_all(struct cmd_ctx *cx)
{
	struct profile *p = &cx->draft->p;
	char why[128] = "";

	memset(p->route, 0, sizeof(p->route));
	p->routes = 0;
	if (cx->hold || cx->env->ctl == NULL)
		return 0;
	if (ctl_routes_flush(cx->env->ctl, why, sizeof(why)) < 0)
		return cmd_bad(cx, "%s", why);
	return 0;
}

/* `default` stands for both families. */
static bool
means(const struct end *dst, const struct route_want *r)
{
	struct route_want w;

	join(dst, &(struct end){ .family = r->family }, false, &w);
	return same_dest(&w, r);
}

/* The row's .lo: `delete!`. */
int
route_delete(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	struct end dst, any = { .family = AF_INET };
	struct route_want w;
	char why[128] = "";
	bool found = false;

	if (a->n != 1)
		return ROW_USAGE;
	if (strcasecmp(a->w[0], "ALL") == 0)
		return delete_all(cx);
	if (parse_dest(cx, a->w[0], &dst) < 0) {
		diag(&cx->diag, "%s: Invalid destination address", a->w[0]);
		return ROW_USAGE;
	}
	join(&dst, &any, false, &w);
	for (int i = p->routes; i-- > 0;)
		if (means(&dst, &p->route[i])) {
			forget(p, i);
			found = true;	/* taken out by cmd_apply() */
		}
	if (found || cx->hold || cx->env->ctl == NULL)
		return 0;
	if (ctl_route(cx->env->ctl, &w, true, why, sizeof(why)) < 0 &&
	    r->lo == 0)
		return cmd_bad(cx, "%s", why);
	return 0;
}

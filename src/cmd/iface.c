/* iface: addresses of our TUN interface. ppp(8) 2.7. */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/rows.h"
#include "cmd/show.h"
#include "cmd/text.h"
#include "lang/value.h"
#include "os/net.h"

static void
put4(uint8_t to[16], uint32_t addr)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(addr >> (24 - 8 * i));
}

/* ADDR[/N] of either family into @addr. */
static int
address(const char *s, uint8_t *family, uint8_t addr[16], uint8_t *bits)
{
	uint32_t a;

	memset(addr, 0, 16);
	if (strchr(s, ':') != NULL) {
		*family = AF_INET6;
		return val_ip6_bits(s, addr, bits);
	}
	*family = AF_INET;
	if (val_ip4_bits(s, &a, bits) < 0 || a == 0)
		return -E_FORMAT;
	put4(addr, a);
	return 0;
}

/* ADDR[/N]; ADDR[/N] PEER; ADDR MASK PEER. */
static int
words(struct cmd_ctx *cx, const struct args *a, struct os_addr *oa)
{
	uint8_t family, bits;

	memset(oa, 0, sizeof(*oa));
	if (a->n < 1 || a->n > 3 ||
	    address(a->w[0], &oa->family, oa->addr, &oa->bits) < 0)
		return ROW_USAGE;
	if (a->n == 3 && (oa->family != AF_INET ||
	    val_mask(a->w[1], &oa->bits) < 0))
		return ROW_USAGE;
	if (a->n == 1)
		return 0;
	if (address(a->w[a->n - 1], &family, oa->peer, &bits) < 0)
		return ROW_USAGE;
	if (family != oa->family) {
		diag(&cx->diag, "IPv4 and IPv6 in one address");
		return ROW_USAGE;
	}
	oa->has_peer = true;
	return 0;
}

static const char *
tun(struct cmd_ctx *cx, struct ctl_view *v)
{
	ctl_view(cx->env->ctl, v);
	return v->tun;
}

/* .lo: `add!`. */
static int
iface_add(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl_view v;
	struct os_addr oa;
	int err = words(cx, a, &oa);

	if (err != 0 || cmd_held(cx, &err))
		return err;
	err = os_addr_add(tun(cx, &v), &oa);
	if (err == -E_EXIST && r->lo != 0) {
		os_addr_del(v.tun, &oa);
		err = os_addr_add(v.tun, &oa);
	}
	if (err < 0)
		return cmd_bad(cx, "iface add: %s: %s", a->w[0],
		    err_text(err));
	return 0;
}

static bool
active(const struct ctl_view *v, uint8_t family, const uint8_t addr[16])
{
	uint8_t mine[16] = { 0 };

	if (!v->have_rec)
		return false;
	if (family == AF_INET) {
		put4(mine, v->rec.my_addr);
		return v->rec.my_addr != 0 && memcmp(mine, addr, 4) == 0;
	}
	mine[0] = 0xfe;
	mine[1] = 0x80;
	memcpy(mine + 8, v->rec.my_ifid, 8);
	return memcmp(mine, addr, 16) == 0;
}

/* .lo: `delete!`. */
static int
iface_delete(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl_view v;
	struct os_addr oa;
	int err;

	memset(&oa, 0, sizeof(oa));
	if (a->n != 1 ||
	    address(a->w[0], &oa.family, oa.addr, &oa.bits) < 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	tun(cx, &v);
	if (active(&v, oa.family, oa.addr))
		return cmd_bad(cx, "%s: Cannot remove active interface "
		    "address", a->w[0]);
	if (!iface_find(v.tun, &oa)) {
		if (r->lo != 0)
			return 0;
		return cmd_bad(cx, "%s: No such interface address",
		    a->w[0]);
	}
	err = os_addr_del(v.tun, &oa);
	return err < 0 ? cmd_bad(cx, "%s: %s", a->w[0], err_text(err)) : 0;
}

/* In auto mode, while the line is down: what packets to the line need. */
static bool
rests(const struct cmd_ctx *cx, const struct ctl_view *v,
    const struct os_addr *a)
{
	return cx->env->conf->p.mode == MODE_AUTO && a->family == AF_INET &&
	    a->has_peer && (!v->have_rec || v->rec.my_addr == 0);
}

int
run_iface_clear(struct cmd_ctx *cx, const struct row *r,
    const struct args *a)
{
	struct os_addr list[IFACE_ADDRS];
	struct ctl_view v;
	uint8_t family = 0;
	int n, err;

	(void)r;
	if (a->n > 1)
		return ROW_USAGE;
	if (a->n == 1 && strcasecmp(a->w[0], "INET") == 0)
		family = AF_INET;
	else if (a->n == 1 && strcasecmp(a->w[0], "INET6") == 0)
		family = AF_INET6;
	else if (a->n == 1)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	n = iface_list(tun(cx, &v), list, IFACE_ADDRS);
	for (int i = 0; i < n; i++)
		if ((family == 0 || family == list[i].family) &&
		    !active(&v, list[i].family, list[i].addr) &&
		    !rests(cx, &v, &list[i]))
			os_addr_del(v.tun, &list[i]);
	return 0;
}

/* A name of interfaces, and one that all tables take. */
static bool
is_ifname(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

	return n > 0 && n < IFNAMSIZ && s[n] == '\0' && s[0] != '-' &&
	    strcmp(s, ".") != 0 && strcmp(s, "..") != 0;
}

static int
iface_name(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char why[160] = "";
	int err;

	(void)r;
	if (a->n != 1)
		return ROW_USAGE;
	if (!is_ifname(a->w[0]))
		return cmd_bad(cx, "%s: not a name for an interface (up to "
		    "15 letters, digits, -, _ and .)", a->w[0]);
	if (cmd_held(cx, &err))
		return err;
	if (ctl_rename(cx->env->ctl, a->w[0], why, sizeof(why)) < 0)
		return cmd_bad(cx, "iface name: %s", why);
	return 0;
}

#define TEXT_MAX	255	/* IFALIASZ - 1 */

static int
iface_describe(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct txt t = { 0 };
	struct ctl_view v;
	int err = 0;

	(void)r;
	cmd_join(a, 0, &t);
	if (t.n > TEXT_MAX)
		err = cmd_bad(cx, "iface description: longer than %d "
		    "octets", TEXT_MAX);
	else if (!cmd_held(cx, &err)) {
		err = os_if_describe(tun(cx, &v), txt_str(&t));
		if (err < 0)
			err = cmd_bad(cx, "iface description: %s",
			    err_text(err));
	}
	txt_free(&t);
	return err;
}

static int
iface_show(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	return show_iface(cx, r, a);
}

static int
iface_help(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	return cmd_help(cx, "iface ", iface_rows,
	    a->n > 0 ? a->w[0] : NULL);
}

#define ADDR_ARGS	"addr[/n] [peer] | addr mask peer"

const struct row iface_rows[] = {
	{ .name = "add", .args = ADDR_ARGS, .run = iface_add,
	  .help = "Add an address." },
	{ .name = "add!", .args = ADDR_ARGS, .run = iface_add, .lo = 1,
	  .help = "Add an address, or change it." },
	{ .name = "clear", .args = "[INET|INET6]", .run = run_iface_clear,
	  .help = "Remove all addresses but the one in use." },
	{ .name = "delete", .alias = "rm", .args = "addr",
	  .run = iface_delete, .help = "Remove an address." },
	{ .name = "delete!", .alias = "rm!", .args = "addr", .lo = 1,
	  .run = iface_delete, .help = "Remove an address if it is there." },
	{ .name = "description", .args = "[text]", .run = iface_describe,
	  .help = "Description of the interface; nothing: none." },
	{ .name = "name", .args = "name", .run = iface_name,
	  .help = "Rename the interface." },
	{ .name = "show", .args = "", .run = iface_show,
	  .flags = ROW_PROMPT, .help = "Show the addresses." },
	{ .name = "help", .alias = "?", .args = "[command]",
	  .run = iface_help, .flags = ROW_PROMPT, .help = "This list." },
	END_ROWS
};

/* ---- what the system says of an interface ---- */

static uint8_t
ones(const uint8_t *mask, size_t n)
{
	uint8_t bits = 0;

	for (size_t i = 0; i < n; i++)
		for (int b = 7; b >= 0 && (mask[i] >> b & 1); b--)
			bits++;
	return bits;
}

/* The octets of an address; NULL: not IP. */
static const uint8_t *
octets(const struct sockaddr *sa, size_t *n)
{
	if (sa == NULL)
		return NULL;
	if (sa->sa_family == AF_INET) {
		*n = 4;
		return (const uint8_t *)
		    &((const struct sockaddr_in *)(const void *)sa)->sin_addr;
	}
	if (sa->sa_family == AF_INET6) {
		*n = 16;
		return (const uint8_t *)
		    &((const struct sockaddr_in6 *)(const void *)sa)
		    ->sin6_addr;
	}
	return NULL;
}

int
iface_list(const char *ifname, struct os_addr *out, int max)
{
	struct ifaddrs *all, *ia;
	int n = 0;

	if (getifaddrs(&all) < 0)
		return 0;
	for (ia = all; ia != NULL && n < max; ia = ia->ifa_next) {
		size_t len = 0;
		const uint8_t *a = octets(ia->ifa_addr, &len), *b;

		if (a == NULL || strcmp(ia->ifa_name, ifname) != 0)
			continue;
		memset(&out[n], 0, sizeof(out[n]));
		out[n].family = (uint8_t)ia->ifa_addr->sa_family;
		memcpy(out[n].addr, a, len);
		b = octets(ia->ifa_netmask, &len);
		out[n].bits = b != NULL ? ones(b, len) : (uint8_t)(len * 8);
		b = ia->ifa_flags & IFF_POINTOPOINT ?
		    octets(ia->ifa_dstaddr, &len) : NULL;
		if (b != NULL && memcmp(a, b, len) != 0) {
			memcpy(out[n].peer, b, len);
			out[n].has_peer = true;
		}
		n++;
	}
	freeifaddrs(all);
	return n;
}

bool
iface_find(const char *ifname, struct os_addr *oa)
{
	struct os_addr list[IFACE_ADDRS];
	int n = iface_list(ifname, list, IFACE_ADDRS);

	for (int i = 0; i < n; i++)
		if (list[i].family == oa->family &&
		    memcmp(list[i].addr, oa->addr, 16) == 0) {
			*oa = list[i];
			return true;
		}
	return false;
}

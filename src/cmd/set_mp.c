/* Settings of multilink: packet size, load, endpoint discriminator. */
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "cmd/set.h"
#include "ctl/device.h"
#include "lang/value.h"
#include "os/net.h"

#define MRRU_LEAST	296
#define MRRU_MOST	2048

int
set_mrru(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	uint32_t n = 0;

	(void)r;
	if (a->n > 1 || (a->n == 1 && val_num(a->w[0], 0, UINT32_MAX, &n) < 0))
		return ROW_USAGE;
	if (n != 0 && n < MRRU_LEAST)
		return cmd_bad(cx, "MRRU %u: too small - min %d", n,
		    MRRU_LEAST);
	if (n > MRRU_MOST)
		return cmd_bad(cx, "MRRU %u: too large - maximum is %d", n,
		    MRRU_MOST);
	cx->draft->p.ppp.mrru = (uint16_t)n;
	cmd_mark(cx, AT_MRRU);
	return 0;
}

int
set_autoload(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	uint32_t min, max, secs;

	(void)r;
	if (a->n != 3)
		return cmd_bad(cx, "Set autoload requires three arguments");
	if (val_num(a->w[0], 0, 100, &min) < 0)
		return cmd_bad(cx, "autoload: %s: Invalid min percentage "
		    "(0 to 100)", a->w[0]);
	if (val_num(a->w[1], 0, 100, &max) < 0)
		return cmd_bad(cx, "autoload: %s: Invalid max percentage "
		    "(0 to 100)", a->w[1]);
	if (val_secs(a->w[2], 1, 86400, &secs) < 0)
		return cmd_bad(cx, "autoload: %s: Invalid throughput period "
		    "(1 to 86400 seconds)", a->w[2]);
	p->load_min = (uint8_t)(min < max ? min : max);
	p->load_max = (uint8_t)(min < max ? max : min);
	p->load_secs = secs;
	cmd_mark(cx, AT_AUTOLOAD);
	return 0;
}

/* ---- endpoint discriminator, RFC 1990 section 5.1.3 ---- */

enum { CLASS_NULL, CLASS_LOCAL, CLASS_IP, CLASS_MAC, CLASS_MAGIC, CLASS_PSN };

static int
enddisc(struct ppp_conf *c, uint8_t class, const void *p, size_t n)
{
	memset(c->enddisc, 0, sizeof(c->enddisc));
	memcpy(c->enddisc, p, n);
	c->enddisc_class = class;
	c->enddisc_len = (uint8_t)n;
	return 0;
}

/* The MAC of the interface that the first PPPoE device is on. */
static int
enddisc_mac(struct cmd_ctx *cx)
{
	struct profile *p = &cx->draft->p;
	char ifname[IFNAMSIZ], why[128];
	uint8_t mac[ETH_ADDR] = { 0 };
	struct pppoe_device d;
	struct vlans v;

	if (p->devices == 0 ||
	    pppoe_device_parse(p->device[0], &d, why, sizeof(why)) < 0)
		return cmd_bad(cx, "MAC: no PPPoE device is set");
	if (device_find(d.ifname, ifname, &v) < 0 ||
	    os_if_mac(ifname, mac) < 0) {
		if (!cx->env->no_lookup)
			return cmd_bad(cx, "MAC: %s: no such interface",
			    d.ifname);
	}
	return enddisc(&p->ppp, CLASS_MAC, mac, sizeof(mac));
}

int
set_enddisc(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;
	const char *kind = a->n > 0 ? a->w[0] : "";
	uint8_t data[ENDDISC_MAX] = { 0 };
	uint32_t ip = p->net.my.addr;

	(void)r;
	if (a->n > 2 || (a->n == 2) != (strcasecmp(kind, "psn") == 0))
		return ROW_USAGE;
	if (a->n == 0)
		return enddisc(&p->ppp, CLASS_NULL, data, 0);
	if (a->n == 2) {
		if (strlen(a->w[1]) > 15)
			return cmd_bad(cx, "psn: longer than 15 digits");
		return enddisc(&p->ppp, CLASS_PSN, a->w[1],
		    strlen(a->w[1]));
	}
	if (strcasecmp(kind, "label") == 0) {
		size_t n = strnlen(p->label, ENDDISC_MAX);

		return enddisc(&p->ppp, CLASS_LOCAL, p->label, n);
	}
	if (strcasecmp(kind, "IP") == 0) {
		for (int i = 0; i < 4; i++)
			data[i] = (uint8_t)(ip >> (24 - 8 * i));
		if (ip == 0)
			return cmd_bad(cx, "IP: no address from `set ifaddr'");
		return enddisc(&p->ppp, CLASS_IP, data, 4);
	}
	if (strcasecmp(kind, "MAC") == 0)
		return enddisc_mac(cx);
	if (strcasecmp(kind, "magic") == 0) {
		if (getrandom(data, sizeof(data), 0) != sizeof(data))
			return cmd_bad(cx, "magic: no random numbers");
		return enddisc(&p->ppp, CLASS_MAGIC, data, sizeof(data));
	}
	return ROW_USAGE;
}

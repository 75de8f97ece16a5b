/* `set lb ...`: the access concentrator. */
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/set.h"
#include "lang/value.h"

/* [vlan N[:M]|any] [3com], from word 1 on. */
static int
tags(struct cmd_ctx *cx, const struct args *a, struct lb_if *f)
{
	uint16_t outer, inner;

	for (int i = 1; i < a->n; i++) {
		if (strcasecmp(a->w[i], "3com") == 0) {
			f->com3 = true;
			continue;
		}
		if (strcasecmp(a->w[i], "vlan") != 0 || ++i == a->n)
			return ROW_USAGE;
		if (strcasecmp(a->w[i], "any") == 0) {
			f->any_vlan = true;
			continue;
		}
		if (val_vlan(a->w[i], &outer, &inner) < 0)
			return cmd_bad(cx, "%s: not a VLAN: N, N:M or any, "
			    "from 1 to 4094", a->w[i]);
		f->vlan = (struct vlans){ .outer = outer, .inner = inner };
	}
	return 0;
}

/* @f, or with only a name given all that this interface serves. */
static int
interface_off(struct cmd_ctx *cx, const struct lb_if *f, bool all)
{
	struct lb_conf *lb = &cx->draft->p.lb;
	uint8_t kept = 0;

	for (int i = 0; i < lb->ifaces; i++)
		if (all ? strcmp(lb->iface[i].name, f->name) != 0 :
		    memcmp(&lb->iface[i], f, sizeof(*f)) != 0)
			lb->iface[kept++] = lb->iface[i];
	if (kept == lb->ifaces)
		return cmd_bad(cx, "%s: not served so: see show lb", f->name);
	memset(&lb->iface[kept], 0,
	    (size_t)(lb->ifaces - kept) * sizeof(lb->iface[0]));
	lb->ifaces = kept;
	return 0;
}

static int
lb_interface(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct lb_conf *lb = &cx->draft->p.lb;
	struct args what = *a;
	struct lb_if f;
	bool off;
	int err;

	(void)r;
	if (a->n < 1)
		return ROW_USAGE;
	off = a->n > 1 && strcasecmp(a->w[a->n - 1], "off") == 0;
	what.n -= off;
	if (a->n == 1 && strcasecmp(a->w[0], "none") == 0) {
		memset(lb->iface, 0, sizeof(lb->iface));
		lb->ifaces = 0;
		return 0;
	}
	memset(&f, 0, sizeof(f));
	if (strlen(a->w[0]) >= sizeof(f.name) || a->w[0][0] == '\0' ||
	    strpbrk(a->w[0], "/ \t:") != NULL)
		return cmd_bad(cx, "%s: not an interface name", a->w[0]);
	memcpy(f.name, a->w[0], strlen(a->w[0]));
	err = tags(cx, &what, &f);
	if (err != 0)
		return err;
	if (off)
		return interface_off(cx, &f, what.n == 1);
	for (int i = 0; i < lb->ifaces; i++)
		if (memcmp(&lb->iface[i], &f, sizeof(f)) == 0)
			return 0;
	if (lb->ifaces == LB_IFS_MAX)
		return cmd_bad(cx, "more than %d interfaces", LB_IFS_MAX);
	lb->iface[lb->ifaces++] = f;
	cmd_mark(cx, AT_LB);
	return 0;
}

static int
name_ok(struct cmd_ctx *cx, const char *word)
{
	if (strlen(word) > PPPOE_NAME)
		return cmd_bad(cx, "%.20s...: longer than %d octets", word,
		    PPPOE_NAME);
	return 0;
}

static int
lb_acname(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char *to = cx->draft->p.lb.ac.acname;
	int err;

	(void)r;
	if (a->n != 1)
		return ROW_USAGE;
	err = name_ok(cx, a->w[0]);
	if (err != 0)
		return err;
	memset(to, 0, PPPOE_NAME + 1);
	memcpy(to, a->w[0], strlen(a->w[0]));
	return 0;
}

static int
lb_service(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ac_conf *ac = &cx->draft->p.lb.ac;
	int err;

	(void)r;
	if (a->n < 1)
		return ROW_USAGE;
	if (a->n > AC_SERVICES)
		return cmd_bad(cx, "more than %d services", AC_SERVICES);
	memset(ac->service, 0, sizeof(ac->service));
	ac->services = 0;
	ac->any_service = false;
	for (int i = 0; i < a->n; i++) {
		if (strcmp(a->w[i], "*") == 0) {
			ac->any_service = true;
			continue;
		}
		err = name_ok(cx, a->w[i]);
		if (err != 0)
			return err;
		memcpy(ac->service[ac->services++], a->w[i],
		    strlen(a->w[i]));
	}
	return 0;
}

static int
lb_padirate(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ac_conf *ac = &cx->draft->p.lb.ac;
	uint32_t n[2] = { 0, ac->mac_rate };
	static const uint32_t most[2] = { 1000000, 65535 };

	(void)r;
	if (a->n < 1 || a->n > 2)
		return ROW_USAGE;
	for (int i = 0; i < a->n; i++)
		if (val_num(a->w[i], 1, most[i], &n[i]) < 0)
			return cmd_bad(cx, "%s: not 1 to %u a second",
			    a->w[i], most[i]);
	ac->padi_rate = n[0];
	ac->mac_rate = (uint16_t)n[1];
	return 0;
}

static int
lb_namesessions(struct cmd_ctx *cx, const struct row *r,
    const struct args *a)
{
	struct lb_conf *lb = &cx->draft->p.lb;
	struct args n = { .n = 1, .w = a->w };
	int err;

	if (a->n < 1 || a->n > 2 ||
	    (a->n == 2 && strcasecmp(a->w[1], "replace") != 0))
		return ROW_USAGE;
	err = cmd_num(cx, r, &n);
	if (err == 0)
		lb->name_replace = a->n == 2;
	return err;
}

static int
lb_halfopen(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct lb_budget *b = &cx->draft->p.lb.half_open;
	uint16_t *const to[4] = { &b->all, &b->iface, &b->vlan, &b->mac };
	uint32_t n[4];

	(void)r;
	if (a->n < 1 || a->n > 4)
		return ROW_USAGE;
	for (int i = 0; i < a->n; i++)
		if (val_num(a->w[i], 1, 65535, &n[i]) < 0)
			return cmd_bad(cx, "%s: not 1 to 65535 set-ups",
			    a->w[i]);
	for (int i = 0; i < a->n; i++)
		*to[i] = (uint16_t)n[i];
	return 0;
}

static int
lb_maxpayload(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	if (a->n == 1 && strcasecmp(a->w[0], "off") == 0) {
		cx->draft->p.lb.ac.max_payload = 0;
		return 0;
	}
	return cmd_num(cx, r, a);
}

static int
lb_algorithm(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const char *const names[] = { "round-robin", "hash",
	    "least-sessions" };
	uint32_t n;

	(void)r;
	if (a->n != 1)
		return ROW_USAGE;
	for (n = 0; n < 3; n++)
		if (strcasecmp(a->w[0], names[n]) == 0)
			break;
	if (n == 3 && val_num(a->w[0], 0, 2, &n) < 0)
		return ROW_USAGE;
	cx->draft->p.lb.algorithm = (uint8_t)n;
	return 0;
}

/* "0,2-5" into the list of CPUs. */
static int
cpu_words(struct cmd_ctx *cx, const char *text)
{
	struct lb_conf *lb = &cx->draft->p.lb;
	char buf[256], *rest = buf, *word;

	if (strlen(text) >= sizeof(buf))
		return ROW_USAGE;
	strcpy(buf, text);
	lb->cpus = 0;
	memset(lb->cpu, 0, sizeof(lb->cpu));
	while ((word = strsep(&rest, ",")) != NULL) {
		char *dash = strchr(word, '-');
		uint32_t lo, hi;

		if (dash != NULL)
			*dash++ = '\0';
		if (val_num(word, 0, 1023, &lo) < 0 ||
		    val_num(dash != NULL ? dash : word, lo, 1023, &hi) < 0)
			return cmd_bad(cx, "%s: not a list of CPUs like "
			    "0,2-5", text);
		for (; lo <= hi; lo++) {
			if (lb->cpus == AFF_CPUS)
				return cmd_bad(cx, "more than %d CPUs",
				    AFF_CPUS);
			lb->cpu[lb->cpus++] = (uint16_t)lo;
		}
	}
	lb->affinity = AFF_LIST;
	return 0;
}

static int
lb_affinity(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct lb_conf *lb = &cx->draft->p.lb;
	bool is_auto;

	(void)r;
	if (a->n != 1)
		return ROW_USAGE;
	is_auto = strcasecmp(a->w[0], "auto") == 0;
	if (!is_auto && strcasecmp(a->w[0], "off") != 0)
		return cpu_words(cx, a->w[0]);
	lb->affinity = is_auto ? AFF_AUTO : AFF_OFF;
	return 0;
}

static int
lb_yesno(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool *to = (bool *)((char *)cx->draft + r->at);

	return a->n != 1 || val_yesno(a->w[0], to) < 0 ? ROW_USAGE : 0;
}

static int
lb_switch(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	if (a->n != 0)
		return ROW_USAGE;
	cx->draft->p.lb.off = r->lo != 0;
	return 0;
}

const struct row lb_rows[] = {
	{ .name = "enable", .args = "", .run = lb_switch,
	  .help = "Answer peers that want a session; the default." },
	{ .name = "disable", .args = "", .run = lb_switch, .lo = 1,
	  .help = "Answer no new peers; sessions go on." },
	{ .name = "interface",
	  .args = "iface [vlan n[:m]|any] [3com] [off] | none",
	  .run = lb_interface,
	  .help = "Serve here too: untagged, with these VLAN tags, or with "
	  "any; off: no more; none: nowhere." },
	{ .name = "io", .args = IO_ARGS, .run = set_io, .help = IO_HELP },
	{ .name = "acname", .args = "name", .run = lb_acname,
	  .help = "Our AC-Name; default: the host name." },
	{ .name = "service", .args = "name...|*", .run = lb_service,
	  .help = "Service-Names we offer; *: whatever is asked for." },
	{ .name = "workers", .args = "n", .run = cmd_num,
	  P_NUM(lb.workers, 1, 64),
	  .help = "Worker threads, 1 to 64; default 1." },
	{ .name = "algorithm", .args = "round-robin|hash|least-sessions",
	  .run = lb_algorithm,
	  .help = "Which worker a new session goes to." },
	{ .name = "cpuaffinity", .args = "off|auto|cpu[-cpu],...",
	  .run = lb_affinity,
	  .help = "Keep each worker on a CPU of its own, or of this list." },
	{ .name = "respawn", .args = "yes|no", .run = lb_yesno,
	  .at = P_AT(lb.gov.respawn),
	  .help = "Start a worker again, without sessions, that was removed "
	  "by force; default no." },
	{ .name = "drill", .args = "yes|no", .run = lb_yesno,
	  .at = P_AT(lb.gov.drill),
	  .help = "Allow lb drill and the sysctls below test, which make the "
	  "governor believe what is not so; default no." },
	{ .name = "maxsessions", .args = "n", .run = cmd_num,
	  P_NUM(lb.max_sessions, 1, 4194240),
	  .help = "Most sessions at once." },
	{ .name = "macsessions", .args = "n", .run = cmd_num,
	  P_NUM(lb.mac_sessions, 0, 65535),
	  .help = "Most sessions of one MAC address; 0: no limit." },
	{ .name = "namesessions", .args = "n [replace]",
	  .run = lb_namesessions, P_NUM(lb.name_sessions, 0, 65535),
	  .help = "Most sessions that logged in with one name; replace: the "
	  "oldest of them makes room; 0: no limit." },
	{ .name = "padirate", .args = "n [permac]", .run = lb_padirate,
	  .help = "PADIs answered a second, on an interface and of a MAC." },
	{ .name = "halfopen", .args = "n [iface [vlan [mac]]]",
	  .run = lb_halfopen,
	  .help = "Set-ups under way at once: in all, on an interface, in a "
	  "VLAN, of a MAC; default 2048 1024 512 64." },
	{ .name = "maxpayload", .args = "octets|off", .run = lb_maxpayload,
	  P_NUM(lb.ac.max_payload, 1492, PPPOE_PAYLOAD_MAX),
	  .unit = "octets",
	  .help = "Largest PPP-Max-Payload we grant, RFC 4638." },
	END_ROWS
};

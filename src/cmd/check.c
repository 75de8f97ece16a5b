/*
 * The whole of a draft before anything of it is used: settings that are
 * right each alone and wrong together.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "aaa/secret.h"
#include "base/err.h"
#include "cmd/rows.h"
#include "cmd/text.h"
#include "lang/chat.h"

struct check {
	struct diag *d;
	const struct draft *dr;
	const struct cmd_env *e;
};

static void wrong(const struct check *k, enum where at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* diag() with the place where setting @at was written, else the label. */
static void
wrong(const struct check *k, enum where at, const char *fmt, ...)
{
	const struct origin *o = &k->dr->where[
	    k->dr->where[at].line != 0 ? at : AT_LABEL];
	const char *file = k->d->file;
	unsigned line = k->d->line;
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	k->d->file = o->file[0] != '\0' ? o->file : NULL;
	k->d->line = o->line;
	diag(k->d, "%s", text);
	k->d->file = file;
	k->d->line = line;
}

static bool
is_ac(const struct draft *d)
{
	return d->p.lb.ifaces > 0;
}

/* Is any way out PPPoE? Of -direct it is what was started on. */
static bool
over_pppoe(const struct draft *d, const struct link_conf *p)
{
	if (is_ac(d))
		return true;
	for (int i = 0; i < p->devices && p->mode != MODE_DIRECT; i++)
		if (device_kind(p->device[i]) == DEV_PPPOE)
			return true;
	return false;
}

static void
check_link_device(const struct check *k, const struct link_conf *p)
{
	const struct draft *d = k->dr;

	if (p->devices > 0 && is_ac(d)) {
		wrong(k, AT_LB, "both `set device' and `set lb interface': "
		    "a process is client or access concentrator");
		return;
	}
	if (p->devices == 0 && !is_ac(d) && p->mode != MODE_INTERACTIVE &&
	    p->mode != MODE_DIRECT)
		wrong(k, AT_LABEL, "label %s: no device (set device "
		    "PPPoE:IFACE[:[AC\\\\]SERVICE], /dev/NAME, !COMMAND or "
		    "HOST:PORT[/udp]; or set lb interface IFACE to serve "
		    "peers)", d->p.label);
	if (over_pppoe(d, p) && p->cd == CD_OFF)
		wrong(k, AT_CD, "set cd off: PPPoE waits for its session; "
		    "carrier cannot be left out");
}

static void
check_script(const struct check *k, const char *name, const char *text)
{
	struct chat c;
	int err = chat_init(&c, text, "", "", "");

	if (err < 0)
		wrong(k, AT_SCRIPT, "set %s: %s", name, err == -E_FORMAT ?
		    "a quote inside the script is not closed" :
		    "too many words");
	chat_end(&c);
}

static void
check_scripts(const struct check *k, const struct link_conf *p)
{
	check_script(k, "dial", p->dial);
	check_script(k, "login", p->login);
	check_script(k, "logout", p->logout);
	check_script(k, "hangup", p->hangup);
}

static void
check_device(const struct check *k)
{
	for (int i = 0; i < k->dr->p.links; i++)
		check_link_device(k, &k->dr->p.link[i]);
	if (is_ac(k->dr) && k->dr->p.links > 1)
		wrong(k, AT_LB, "clone: an access concentrator has no links "
		    "of its own");
}

static bool
has_mode(const struct draft *d, enum mode m)
{
	for (int i = 0; i < d->p.links; i++)
		if (d->p.link[i].mode == m)
			return true;
	return false;
}

static void
check_size(const struct check *k, const struct link_conf *p)
{
	unsigned most = is_ac(k->dr) ? k->dr->p.lb.ac.max_payload :
	    p->max_payload;

	if (!over_pppoe(k->dr, p))
		return;
	if (most == 0)
		most = PPPOE_MTU;
	if (p->ppp.mru > most)
		wrong(k, AT_MRU, "set mru %u: PPPoE carries at most %u "
		    "(set %s up to 2040 asks for more, RFC 4638)",
		    p->ppp.mru, most, is_ac(k->dr) ? "lb maxpayload" :
		    "pppoe max-payload");
	if (p->ppp.mtu > most)
		wrong(k, AT_MTU, "set mtu %u: PPPoE carries at most %u "
		    "(set %s up to 2040 asks for more, RFC 4638)",
		    p->ppp.mtu, most, is_ac(k->dr) ? "lb maxpayload" :
		    "pppoe max-payload");
}

/*
 * ppp.secret must be there when peers have to prove who they are, and right
 * in each line; of a running program it is no business of a prompt.
 */
static void
check_secrets(const struct check *k)
{
	const struct profile *p = &k->dr->p;
	char path[PATH_MAX];

	if (!(p->ppp.enabled & NEG_AUTH) || k->e->ctl != NULL ||
	    p->radius[0] != '\0')
		return;
	snprintf(path, sizeof(path), "%s/ppp.secret", k->e->dir);
	if (secrets_check(path, k->d) == -E_SYS && !p->passwdauth)
		wrong(k, AT_AUTH, "peers must authenticate, but %s: %s "
		    "(one peer a line: NAME KEY [ADDRESS])", path,
		    strerror(errno));
}

static bool
has_his(const struct profile *p)
{
	return p->his_ranges > 0 || p->net.his.addr != 0;
}

static void
check_addr(const struct check *k)
{
	const struct draft *d = k->dr;
	const struct profile *p = &d->p;
	bool ip = p->ppp.enabled & NEG_IPCP;

	if (!ip && !(p->ppp.enabled & NEG_IPV6CP))
		wrong(k, AT_LABEL, "label %s: ipcp and ipv6cp are both "
		    "disabled; nothing is left to carry", p->label);
	if (has_mode(d, MODE_AUTO) && !is_ac(d) && ip && !has_his(p))
		wrong(k, AT_IFADDR, "You must ``set ifaddr'' with a peer "
		    "address in auto mode.");
	if (is_ac(d) && ip && p->net.my.addr == 0)
		wrong(k, AT_LB, "no address of ours "
		    "for IPv4 (set ifaddr MY HIS-FIRST-HIS-LAST)");
	else if (is_ac(d) && ip && !has_his(p) &&
	    !(p->ppp.enabled & NEG_AUTH))
		wrong(k, AT_IFADDR, "no addresses for the peers "
		    "(set ifaddr MY HIS-FIRST-HIS-LAST)");
}

/* Required encryption that can never come about. */
static void
check_mppe(const struct check *k)
{
	const struct ppp_conf *c = &k->dr->p.ppp;

	if (!c->mppe.required)
		return;
	if (!(c->enabled & c->accepted & NEG_MPPE))
		wrong(k, AT_MPPE, "set mppe makes encryption mandatory, but "
		    "mppe is disabled or denied");
	if (is_ac(k->dr) && !(c->enabled & (NEG_MSCHAP | NEG_MSCHAPV2)))
		wrong(k, AT_MPPE, "set mppe makes encryption mandatory; its "
		    "keys come from a login by MS-CHAP (enable mschapv2)");
}

static void
check_workers(const struct check *k)
{
	const struct governor_conf *g = &k->dr->p.lb.gov;

	if (g->max != 0 && g->max < g->min)
		wrong(k, AT_LB, "set governor max %u is below min %u",
		    g->max, g->min);
}

static void
check_key(const struct check *k)
{
	if (is_ac(k->dr) && k->dr->p.ppp.key_prog)
		wrong(k, AT_LB, "set authkey: a program makes the key of a "
		    "client only; a key that begins with ! is written !!");
}

/* What a line may carry is not seen from the Ethernet it runs over. */
static void
check_multilink(const struct check *k)
{
	const struct profile *p = &k->dr->p;

	for (int i = 0; i < p->links && p->load_max != 0; i++)
		if (p->link[i].bandwidth == 0)
			wrong(k, AT_AUTOLOAD, "set autoload: how fast is link "
			    "%s? (link %s set bandwidth BITS/S)",
			    p->link[i].name, p->link[i].name);
	if (is_ac(k->dr) && p->ppp.mrru != 0 && (p->lb.workers > 1 ||
	    p->lb.gov.enabled))
		wrong(k, AT_MRRU, "set mrru: bundles need one worker (set lb "
		    "workers 1, set governor disable)");
	if (p->load_max != 0 && p->ppp.mrru == 0)
		wrong(k, AT_AUTOLOAD, "set autoload: only for multilink (set "
		    "mrru OCTETS)");
}

int
cmd_check(struct diag *diag, const struct draft *d, const struct cmd_env *e)
{
	struct check k = { diag, d, e };
	unsigned before = diag->errors;

	check_device(&k);
	for (int i = 0; i < d->p.links; i++) {
		check_scripts(&k, &d->p.link[i]);
		check_size(&k, &d->p.link[i]);
	}
	check_secrets(&k);
	check_addr(&k);
	check_mppe(&k);
	check_workers(&k);
	check_key(&k);
	check_multilink(&k);
	return diag->errors > before ? -E_FORMAT : 0;
}

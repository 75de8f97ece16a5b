/*
 * enable, disable: what we ask for or do. accept, deny: what we grant when
 * the peer asks. ppp(8) 2.5.
 */
#include "cmd/rows.h"

/* Options of the profile (.at) and of the negotiation (.lo: enum neg). */
#define OPT(word, other, field, text) \
	{ .name = word, .alias = other, .args = "", .help = text, \
	  .run = option, .at = P_AT(field) }
#define NEG(word, other, bit, ctx, text) \
	{ .name = word, .alias = other, .args = "", .help = text, \
	  .run = option, .lo = (bit), .flags = (ctx) }
static run_fn option, msext, keep_session;

const struct row enable_rows[] = {
	NEG("echo", NULL, NEG_ECHO, ROW_LINK,
	    "Send LCP echo requests every lqrperiod; 5 lost end the link."),
	OPT("filter-decapsulation", NULL, filter_decap,
	    "Filter on the packets inside PPP over UDP."),
	OPT("force-scripts", NULL, force_scripts,
	    "Run chat scripts in -direct and -dedicated too."),
	NEG("idcheck", NULL, NEG_IDCHECK, 0,
	    "Ignore replies with the wrong identifier."),
	OPT("iface-alias", NULL, iface_alias,
	    "Keep old addresses on the interface; needs NAT."),
	NEG("ipcp", NULL, NEG_IPCP, 0, "Negotiate IPv4."),
	NEG("ipv6cp", NULL, NEG_IPV6CP, 0, "Negotiate IPv6."),
	{ .name = "keep-session", .args = "", .run = keep_session,
	  .help = "Stay until a link that was handed over ends." },
	OPT("loopback", NULL, loopback,
	    "Packets to our own address are looped, not sent."),
	OPT("NAS-IP-Address", NULL, nas_ip,
	    "Tell the RADIUS server our address."),
	OPT("NAS-Identifier", NULL, nas_id,
	    "Tell the RADIUS server our host name."),
	OPT("passwdauth", NULL, passwdauth,
	    "Check PAP peers not in ppp.secret as users of the system."),
	OPT("proxy", NULL, proxy, "Answer ARP for the peer's address."),
	OPT("proxyall", NULL, proxyall,
	    "Answer ARP for all hosts behind the peer."),
	OPT("sroutes", NULL, sroutes,
	    "Apply sticky routes again when addresses change."),
	OPT("tcpmssfixup", "mssfixup", tcpmssfixup,
	    "Lower the MSS of TCP SYNs to fit the MTU."),
	OPT("throughput", NULL, throughput, "Keep throughput figures."),
	OPT("utmp", NULL, utmp, "Record authenticated users in utmp."),
	/* ENABLE_ONLY rows so far */
	NEG("acfcomp", NULL, NEG_ACFCOMP, ROW_LINK,
	    "Address and control field compression."),
	NEG("chap", "chap05", NEG_CHAP5, ROW_LINK, "CHAP with MD5."),
	NEG("mschap", "chap80nt", NEG_MSCHAP, ROW_LINK, "MS-CHAP version 1."),
	{ .name = "chap80", .args = "", .help = "MS-CHAP version 1.",
	  .run = option, .lo = NEG_MSCHAP, .flags = ROW_LINK | ROW_HIDDEN },
	NEG("LANMan", "chap80lm", NEG_LANMAN, ROW_LINK,
	    "MS-CHAP version 1 with the LAN Manager hash."),
	NEG("mschapv2", "chap81", NEG_MSCHAPV2, ROW_LINK,
	    "MS-CHAP version 2."),
	NEG("mppe", NULL, NEG_MPPE, ROW_OPT, "Microsoft's encryption."),
	NEG("deflate", NULL, NEG_DEFLATE, ROW_OPT, "Deflate compression."),
	NEG("deflate24", NULL, NEG_DEFLATE24, ROW_OPT,
	    "Deflate compression under its old number."),
	NEG("dns", NULL, NEG_DNS, 0,
	    "enable: ask the peer for name servers; accept: tell ours."),
	NEG("enddisc", NULL, NEG_ENDDISC, 0, "Endpoint discriminator."),
	NEG("lqr", NULL, NEG_LQR, ROW_LINK, "Link quality reports."),
	NEG("pap", NULL, NEG_PAP, ROW_LINK, "PAP."),
	NEG("pred1", "predictor1", NEG_PRED1, ROW_OPT,
	    "Predictor-1 compression."),
	NEG("protocomp", NULL, NEG_PROTOCOMP, ROW_LINK,
	    "Protocol field compression."),
	NEG("shortseq", NULL, NEG_SHORTSEQ, 0,
	    "12-bit multilink sequence numbers."),
	NEG("vjcomp", NULL, NEG_VJCOMP, 0,
	    "Van Jacobson TCP header compression."),
	/* of ppp 1.x: tell the peer our name servers, both kinds */
	{ .name = "msext", .args = "", .help = "Old spelling of accept dns.",
	  .run = msext, .flags = ROW_HIDDEN },
	END_ROWS
};

static void
set_bits(struct draft *d, enum verb v, uint32_t bits)
{
	uint32_t *to = v == ENABLE || v == DISABLE ? &d->p.ppp.enabled :
	    &d->p.ppp.accepted;

	if (v == ENABLE || v == ACCEPT)
		*to |= bits;
	else
		*to &= ~bits;
	if (v == ENABLE || v == DISABLE)
		d->p.enabled_said |= bits & NEG_PACK;
	else
		d->p.accepted_said |= bits & NEG_PACK;
}

static int
option(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	enum verb v = (enum verb)cx->parent->lo;
	bool on = v == ENABLE || v == ACCEPT;
	struct draft *d = cx->draft;

	(void)a;
	if (r->lo != 0)
		set_bits(d, v, r->lo);
	if (r->at == P_AT(iface_alias) && on && !d->p.nat) {
		diag(&cx->diag, "Cannot enable iface-alias without NAT");
		return ROW_FAILED(2);
	}
	if (!on && ((r->at == P_AT(nas_ip) && !d->p.nas_id) ||
	    (r->at == P_AT(nas_id) && !d->p.nas_ip))) {
		diag(&cx->diag, "Cannot disable both NAS-IP-Address and "
		    "NAS-Identifier");
		return ROW_FAILED(1);
	}
	if (r->at != 0)
		*(bool *)((char *)d + r->at) = on;
	if (r->lo & NEG_AUTH && v == ENABLE)
		cmd_mark(cx, AT_AUTH);
	return 0;
}

/* ppp(8) hands a link of a bundle to the process that has the bundle. */
static int
keep_session(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)a;
	if ((enum verb)cx->parent->lo == ENABLE)
		remark(&cx->diag, "enable %s: no link is handed to another "
		    "process here", r->name);
	return 0;
}

static int
msext(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	enum verb v = (enum verb)cx->parent->lo;

	(void)r;
	(void)a;
	set_bits(cx->draft, v == ENABLE || v == ACCEPT ? ACCEPT : DENY,
	    NEG_DNS);
	return 0;
}

/* The `set` rows and those settings that are a number, a word or a text. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ct.h"
#include "cmd/rows.h"
#include "cmd/set.h"
#include "io/io.h"
#include "lang/value.h"
#include "os/serial.h"

#define TEXT(field)							\
	.at = P_AT(field), .hi = sizeof(((struct profile *)0)->field) - 1

/* A number into a field of 1, 2 or 4 octets. */
static void
store(struct draft *d, const struct row *r, uint32_t n)
{
	void *to = (char *)d + r->at;
	uint16_t two = (uint16_t)n;
	uint8_t one = (uint8_t)n;

	if (r->size == 1)
		memcpy(to, &one, 1);
	else if (r->size == 2)
		memcpy(to, &two, 2);
	else
		memcpy(to, &n, 4);
}

static void
restore(struct draft *d, const struct row *r)
{
	struct draft *fresh = malloc(sizeof(*fresh));

	if (fresh == NULL)
		return;
	draft_default(fresh, (enum mode)d->p.mode);
	memcpy((char *)d + r->at, (char *)fresh + r->at, r->size);
	free(fresh);
}

int
cmd_num(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool secs = r->unit != NULL && strcmp(r->unit, "seconds") == 0;
	uint32_t n;
	int err;

	if (a->n == 0 && r->args[0] == '[') {
		restore(cx->draft, r);
		return 0;
	}
	if (a->n != 1)
		return ROW_USAGE;
	err = secs ? val_secs(a->w[0], r->lo, r->hi, &n) :
	    val_num(a->w[0], r->lo, r->hi, &n);
	if (err < 0)
		return cmd_bad(cx, "%s: not %u to %u%s%s", a->w[0], r->lo,
		    r->hi, r->unit != NULL ? " " : "",
		    r->unit != NULL ? r->unit : "");
	store(cx->draft, r, n);
	return 0;
}

/* The first word is the text; none: empty. */
static int
set_text(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const char *s = a->n > 0 ? a->w[0] : "";
	char *to = (char *)cx->draft + r->at;

	if (strlen(s) > r->hi)
		return cmd_bad(cx, "%s: longer than %u octets", r->name,
		    r->hi);
	memset(to, 0, r->hi + 1);
	memcpy(to, s, strlen(s));
	if (a->n > 1)
		remark(&cx->diag, "set %s: only the first word counts; "
		    "quote the text to keep it together", r->name);
	return 0;
}

static int
set_authkey(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char *to = cx->draft->p.ppp.authkey;
	const char *s = a->n > 0 ? a->w[0] : "";
	bool prog;
	int err;

	(void)r;
	if (a->n > 1)
		return ROW_USAGE;
	prog = s[0] == '!' && s[1] != '!';
	if (s[0] == '!')
		s++;
	if (prog && s[strspn(s, " \t")] == '\0')
		return cmd_bad(cx, "!: no program (a key that begins with ! "
		    "is written !!)");
	if (s[0] != '\0' && (err = cmd_private(cx)) != 0)
		return err;
	if (strlen(s) > AUTHKEY_MAX)
		return cmd_bad(cx, "key longer than 255 octets");
	ct_wipe(to, AUTHKEY_MAX + 1);
	memcpy(to, s, strlen(s));
	cx->draft->p.ppp.key_prog = prog;
	return 0;
}

static int
set_authname(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl_view v;

	if (a->n > 1)
		return ROW_USAGE;
	if (!cx->hold && cx->env->ctl != NULL) {
		ctl_view(cx->env->ctl, &v);
		if (v.phase > PHASE_ESTABLISH)
			remark(&cx->diag, "Altering authname while at "
			    "phase %s", ppp_phase_name(v.phase));
	}
	return set_text(cx, r, a);
}

static int
set_accmap(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	if (a->n == 0)
		return cmd_bad(cx, "No accmap specified");
	if (a->n > 1)
		return ROW_USAGE;
	if (val_hex(a->w[0], &cx->draft->p.ppp.accmap) < 0)
		return cmd_bad(cx, "%s: not a 32-bit number in hex",
		    a->w[0]);
	return 0;
}

static int
set_escape(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	uint32_t bits[8] = { 0 }, n;

	(void)r;
	for (int i = 0; i < a->n; i++) {
		if (val_hex(a->w[i], &n) < 0 || n > 0xff)
			return cmd_bad(cx, "%s: not 00 to ff in hex",
			    a->w[i]);
		bits[n / 32] |= 1u << n % 32;
	}
	memcpy(cx->draft->p.serial.escape, bits, sizeof(bits));
	return 0;
}

static int
set_ctsrts(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	if (a->n != 1 ||
	    val_onoff(a->w[0], &cx->draft->p.serial.ctsrts) < 0)
		return cmd_bad(cx, "RTS/CTS value must be on or off");
	return 0;
}

static int
set_parity(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const char *const names[] = { "none", "odd", "even" };

	(void)r;
	for (int i = 0; a->n == 1 && i < 3; i++)
		if (strcasecmp(a->w[0], names[i]) == 0) {
			cx->draft->p.serial.parity = names[i][0];
			return 0;
		}
	return cmd_bad(cx, "Parity value must be odd, even or none");
}

static int
set_speed(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	uint32_t *speed = &cx->draft->p.serial.speed, rate;

	(void)r;
	if (a->n == 0) {
		diag(&cx->diag, "SetModemSpeed: No speed specified");
		return ROW_USAGE;
	}
	if (a->n > 1)
		return ROW_USAGE;
	if (strcasecmp(a->w[0], "sync") == 0) {
		*speed = 0;
		return 0;
	}
	if (val_num(a->w[0], 50, 921600, &rate) < 0 ||
	    !serial_speed_ok(rate)) {
		diag(&cx->diag, "%s: Invalid speed", a->w[0]);
		return ROW_USAGE;
	}
	*speed = rate;
	return 0;
}

int
set_io(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	enum io_kind k;

	(void)r;
	if (a->n != 1 || !io_kind_find(a->w[0], &k))
		return ROW_USAGE;
	if (!io_kind_here(k))
		return cmd_bad(cx, "%s: not on this system: auto is %s",
		    io_kind_name(k), io_kind_name(IO_SYSTEM));
	cx->draft->p.io = (uint8_t)k;
	return 0;
}

static int
set_pppoe_std(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	if (a->n != 0)
		return ROW_USAGE;
	cx->draft->p.com3 = r->lo != 0;
	return 0;
}

static int
set_payload(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	if (a->n == 1 && strcmp(a->w[0], "off") == 0) {
		cx->draft->p.max_payload = 0;
		return 0;
	}
	cmd_mark(cx, AT_PAYLOAD);
	return cmd_num(cx, r, a);
}

const struct row pppoe_rows[] = {
	{ .name = "standard", .args = "", .run = set_pppoe_std,
	  .help = "Ethernet types of RFC 2516.", .flags = ROW_LINK },
	{ .name = "3Com", .args = "", .run = set_pppoe_std, .lo = 1,
	  .help = "Ethernet types of 3Com's old equipment.",
	  .flags = ROW_LINK },
	{ .name = "max-payload", .args = "octets|off", .run = set_payload,
	  P_NUM(max_payload, 1492, PPPOE_PAYLOAD_MAX), .unit = "octets",
	  .help = "Ask for packets over 1492 octets, RFC 4638.",
	  .flags = ROW_LINK | ROW_NEW },
	END_ROWS
};

static int
set_help(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	return cmd_help(cx, "set ", set_rows, a->n > 0 ? a->w[0] : NULL);
}

#define RETRY(word, other, field, least, ctx, text)			\
	{ .name = word, .alias = other, .run = set_retry, .help = text,	\
	  .args = (least) == 5 ? "[period [reqs [terms]]]" :		\
	    "[period [reqs]]",						\
	  .at = P_AT(ppp.field), .hi = (least) == 5, .flags = (ctx) }
#define SCRIPT(word, field, text)					\
	{ .name = word, .args = "[script]", .run = set_text,		\
	  TEXT(field), .flags = ROW_LINK, .help = text " (serial lines)." }

const struct row set_rows[] = {
	{ .name = "accmap", .args = "hex", .run = set_accmap,
	  .flags = ROW_LINK, .help = "Characters the peer must escape." },
	{ .name = "authkey", .alias = "key", .args = "[key|\"!program...\"]",
	  .run = set_authkey, .flags = ROW_SECRET1,
	  .help = "Secret we present to the peer, or who makes it." },
	{ .name = "authname", .args = "[name]", .run = set_authname,
	  TEXT(ppp.authname), .help = "Name we present to the peer." },
	{ .name = "autoload", .args = "min max period", .run = set_autoload,
	  .help = "Open and close links by load, in percent." },
	{ .name = "bandwidth", .args = "bits/s", .run = cmd_num,
	  P_NUM(bandwidth, 1, UINT32_MAX), .unit = "bits/s",
	  .flags = ROW_LINK, .help = "Speed of a link: its share." },
	{ .name = "callback", .run = set_callback, .flags = ROW_LINK,
	  .args = "[none|auth|cbcp|E.164 *|number[,number...]]...",
	  .help = "Ask the peer to call back: only none is done here." },
	{ .name = "capture", .run = set_capture, .flags = ROW_NEW,
	  .args = "off|file [discovery|control|all] [mask] [name value]...",
	  .help = "Frames into a pcapng file; names: mac, session, filter, "
	  "count, size, time." },
	{ .name = "cbcp", .run = set_cbcp, .flags = ROW_LINK,
	  .args = "[*|number[,number...] [delay [retry]]]",
	  .help = "Numbers we call back: only none at all." },
	RETRY("ccpretry", "ccpretries", ccp, 5, ROW_OPT,
	    "Retransmission of CCP."),
	{ .name = "cd", .args = "[off|seconds[!]]", .run = set_cd,
	  .flags = ROW_LINK,
	  .help = "How long to wait for carrier (PPPoE: for the session); "
	  "!: it is required." },
	RETRY("chapretry", "chapretries", chap, 3, ROW_LINK,
	    "Retransmission of CHAP challenges and responses."),
	{ .name = "choked", .args = "[seconds]", .run = cmd_num,
	  P_NUM(choked_secs, 1, 86400), .unit = "seconds",
	  .help = "How long the interface may take no packet before those "
	  "that wait are dropped." },
	{ .name = "ctsrts", .alias = "crtscts", .args = "on|off",
	  .run = set_ctsrts, .flags = ROW_LINK,
	  .help = "Hardware flow control (serial lines)." },
	{ .name = "deflate", .args = "out [in]", .run = set_deflate,
	  .flags = ROW_OPT, .help = "Deflate windows, 8 to 15: what we ask "
	  "for, and what the peer may; default 15, any." },
	{ .name = "device", .alias = "line", .run = set_device,
	  .args = "PPPoE:iface[:provider]|/dev/name|!command|"
	  "host:port[/udp]...",
	  .flags = ROW_LINK,
	  .help = "What to open, the first that can be; provider is "
	  "[acname\\][hostuniq|]service." },
	SCRIPT("dial", dial, "Chat script to dial"),
	{ .name = "dns", .args = "[primary [secondary]]", .run = set_dns,
	  .at = P_AT(net.dns),
	  .help = "Name servers we tell the peer (accept dns)." },
	{ .name = "enddisc", .args = "[label|IP|MAC|magic|psn value]",
	  .run = set_enddisc, .help = "Our endpoint discriminator." },
	{ .name = "escape", .args = "[hex...]", .run = set_escape,
	  .flags = ROW_LINK, .help = "Characters we escape (serial lines)." },
	{ .name = "filter", .args = "in|out|dial|alive rule|-1 permit|deny|"
	    "clear|rule [!] [src dst] [proto]...", .run = set_filter,
	  .help = "Which packets pass, dial, and keep the line up." },
	{ .name = "flowkey", .args = "[key]", .run = set_flowkey,
	  .flags = ROW_SECRET1 | ROW_NEW,
	  .help = "What makes addresses of flows anonymous; without: a key "
	  "of this run." },
	{ .name = "flows", .run = set_flows, .flags = ROW_NEW,
	  .args = "off|file [csv|json] [every time] [max n] [keep n] "
	  "[anonymous]",
	  .help = "Statistics of flows into files." },
	{ .name = "governor", .args = "setting...", .sub = gov_rows,
	  .flags = ROW_NEW, .help = "How many workers there are." },
	SCRIPT("hangup", hangup, "Script when the line is closed"),
	{ .name = "http", .run = set_http, .flags = ROW_SECRET2 | ROW_NEW,
	  .args = "none|[addr:]port [password]|/path [password [mask]]",
	  .help = "Metrics and a page for browsers; a port alone is of "
	  "127.0.0.1." },
	{ .name = "ifaddr", .args = "[my[/n] [his[/n]|list [mask [trigger]]]]",
	  .run = set_ifaddr, .help = "IPv4 addresses of both sides." },
	{ .name = "ifqueue", .args = "packets", .run = cmd_num,
	  P_NUM(ifqueue, 0, 65535), .unit = "packets",
	  .help = "Packets of a session that wait for the wire; more are "
	  "dropped." },
	{ .name = "io", .args = IO_ARGS, .run = set_io,
	  .flags = ROW_NEW, .help = IO_HELP },
	RETRY("ipcpretry", "ipcpretries", ipcp, 5, 0,
	    "Retransmission of IPCP."),
	RETRY("ipv6cpretry", "ipv6cpretries", ipv6cp, 5, 0,
	    "Retransmission of IPV6CP."),
	{ .name = "lb", .args = "setting...", .sub = lb_rows,
	  .flags = ROW_NEW, .help = "The access concentrator." },
	RETRY("lcpretry", "lcpretries", lcp, 5, ROW_LINK,
	    "Retransmission of LCP."),
	{ .name = "log", .args = "[local] [+|-]level...", .run = set_log,
	  .help = "What is logged." },
	SCRIPT("login", login, "Chat script to log in"),
	SCRIPT("logout", logout, "Script before hangup"),
	{ .name = "lqrperiod", .alias = "echoperiod", .args = "seconds",
	  .run = set_lqrperiod, P_NUM(ppp.lqr_period, 1, 65535),
	  .unit = "seconds", .flags = ROW_OPT,
	  .help = "Period of LQR and of LCP echo." },
	{ .name = "mode", .args = "interactive|auto|ddial|background",
	  .run = set_mode, .flags = ROW_LINK,
	  .help = "When the link is opened." },
	{ .name = "mppe", .args = "[40|56|128|* [stateful|stateless|*]]",
	  .run = set_mppe, .flags = ROW_OPT,
	  .help = "Encryption; with any argument nothing goes without." },
	{ .name = "mrru", .args = "[octets]", .run = set_mrru,
	  .help = "Multilink, and its largest packet." },
	{ .name = "mru", .args = "[max[imum]] [octets]", .run = set_mru,
	  .at = P_AT(ppp.mru), .lo = P_AT(ppp.mru_max), .hi = AT_MRU,
	  .unit = "MRU", .flags = ROW_LINK,
	  .help = "Largest packet we accept, 296 to 2048." },
	{ .name = "mtu", .args = "[max[imum]] [octets]", .run = set_mru,
	  .at = P_AT(ppp.mtu), .lo = P_AT(ppp.mtu_max), .hi = AT_MTU,
	  .unit = "MTU", .flags = ROW_LINK,
	  .help = "Smallest MRU the peer may have; max: most we send." },
	{ .name = "nbns", .args = "[primary [secondary]]", .run = set_dns,
	  .at = P_AT(net.nbns), .lo = 1,
	  .help = "NetBIOS name servers we tell the peer." },
	{ .name = "ns", .args = "[primary [secondary]]", .run = set_dns,
	  .at = P_AT(net.dns), .flags = ROW_HIDDEN,
	  .help = "Old spelling of dns." },
	{ .name = "openmode", .args = "active [seconds]|passive",
	  .run = set_openmode, .flags = ROW_LINK,
	  .help = "Whether we send the first LCP request." },
	RETRY("papretry", "papretries", pap, 3, ROW_LINK,
	    "Retransmission of PAP."),
	{ .name = "parity", .args = "odd|even|none", .run = set_parity,
	  .flags = ROW_LINK, .help = "Parity (serial lines)." },
	{ .name = "phone", .args = "[list]", .run = set_text, TEXT(phone),
	  .flags = ROW_LINK, .help = "Phone numbers (serial lines)." },
	{ .name = "pppoe", .args = "standard|3Com|max-payload octets",
	  .sub = pppoe_rows, .flags = ROW_LINK,
	  .help = "Ethernet types and packet size of PPPoE." },
	{ .name = "proctitle", .alias = "title", .args = "[text...]",
	  .run = set_proctitle, .help = "Title that ps(1) shows." },
	{ .name = "quality", .args = "on|off|probes seconds",
	  .run = set_quality, .flags = ROW_OPT | ROW_NEW,
	  .help = "Measure round-trip times by LCP echo: probes in each "
	  "step of so many seconds; on: 5 30." },
	{ .name = "radius", .args = "[file]", .run = set_radius,
	  .help = "RADIUS servers that know the peers: radius.conf(5)." },
	{ .name = "rad_alive", .args = "seconds", .run = set_rad_alive,
	  .help = "Period of RADIUS interim accounting; 0: none." },
	{ .name = "rad_port_id", .args = "default|pid|ifnum|tunnum",
	  .run = set_rad_port_id,
	  .help = "What NAS-Port carries; default: the Session-ID." },
	{ .name = "reconnect", .args = "seconds|random tries",
	  .run = set_reconnect, .flags = ROW_LINK,
	  .help = "Tries after the loss of an established line." },
	{ .name = "rate", .args = "[up down [burst]]", .run = set_rate,
	  .flags = ROW_NEW, .help = "Most bits a second of a session (k, m, "
	  "g; 0: no limit); burst: octets at once." },
	{ .name = "recvpipe", .args = "[octets]", .run = set_pipe,
	  .help = "Receive buffer of routes; 0, the system's own." },
	{ .name = "redial",
	  .args = "seconds|random[+inc[-max]][.next|.random] [tries]",
	  .run = set_redial, .flags = ROW_LINK,
	  .help = "Pauses and tries of dialling." },
	{ .name = "sendpipe", .args = "[octets]", .run = set_pipe,
	  .help = "Send buffer of routes; 0, the system's own." },
	{ .name = "sysctl", .args = "name=value...", .run = run_sysctl,
	  .flags = ROW_NEW, .help = "As sysctl does." },
	{ .name = "server", .alias = "socket",
	  .args = "none|open|closed|[+]port password|/path password [mask]",
	  .run = set_server, .flags = ROW_SECRET2,
	  .help = "The diagnostic socket." },
	{ .name = "speed", .args = "rate|sync", .run = set_speed,
	  .flags = ROW_LINK, .help = "Speed (serial lines)." },
	{ .name = "stopped", .args = "[lcp [ccp]]", .run = set_stopped,
	  .flags = ROW_LINK,
	  .help = "Seconds after which a stopped LCP or CCP is closed." },
	{ .name = "timeout", .args = "idle [min]", .run = set_timeout,
	  .help = "Idle seconds before the line is closed; 0: never." },
	{ .name = "urgent", .args = "[[tcp|udp] [+|-]port...|length octets|"
	    "none]", .run = set_urgent,
	  .help = "Packets that go first when others wait." },
	{ .name = "vj", .args = "slots n|slotcomp on|off", .sub = vj_rows,
	  .help = "Van Jacobson header compression." },
	{ .name = "weight", .args = "bits/s", .run = cmd_num,
	  P_NUM(bandwidth, 1, UINT32_MAX), .unit = "bits/s",
	  .flags = ROW_LINK | ROW_HIDDEN,
	  .help = "The old name of bandwidth." },
	{ .name = "help", .alias = "?", .args = "[variable]",
	  .run = set_help, .flags = ROW_ANYONE | ROW_PROMPT,
	  .help = "This list." },
	END_ROWS
};

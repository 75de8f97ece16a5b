/*
 * PPP over Ethernet, RFC 2516 and RFC 4638: the Discovery stage of both
 * sides. Pure: payloads (from VER/TYPE on, Ethernet header already off), the
 * time and answers go in; Discovery payloads (OUT_DISC) and events come out.
 */
#ifndef PPPOE_PPPOE_H
#define PPPOE_PPPOE_H

#include "base/clock.h"
#include "base/drop.h"
#include "base/rng.h"
#include "base/why.h"
#include "wire/eth.h"
#include "wire/outbox.h"
#include "wire/rd.h"

#define ETH_PPPOE_DISC		0x8863
#define ETH_PPPOE_SESS		0x8864
#define ETH_3COM_DISC		0x3c12	/* `set pppoe 3Com` */
#define ETH_3COM_SESS		0x3c13

#define PPPOE_HDR		6	/* VER/TYPE, CODE, SESSION_ID, LENGTH */
#define PPPOE_MTU		1492	/* 1500 - 6 - 2 */
#define PPPOE_NAME		64	/* Service-Name, AC-Name that we set */
#define PPPOE_UNIQ		64	/* Host-Uniq that we set or echo */
#define PPPOE_RELAY		12	/* Relay-Session-Id: RFC 2516 App. A */
#define PPPOE_LINE		63	/* TR-101 line identifiers; errors */
#define PPPOE_SID_MAX		0xfffe	/* 0 and 0xffff name no session */

enum pppoe_code {
	CODE_SESS = 0x00, CODE_PADO = 0x07, CODE_PADI = 0x09,
	CODE_PADR = 0x19, CODE_PADS = 0x65, CODE_PADT = 0xa7,
};

/* The header; @len is what its LENGTH field says, checked against the data. */
struct pppoe_hdr {
	uint8_t	 code;
	uint16_t sid, len;
};

/*
 * pppoe_read - check and take the header; @r is then cut to LENGTH octets
 * (Ethernet padding is legal). Returns 0, -E_SHORT, -E_FORMAT (version or
 * type).
 */
int pppoe_read(struct rd *r, struct pppoe_hdr *h);

/* pppoe_drop - which counter a -E_* of pppoe_read() or host_input() means. */
enum drop pppoe_drop(int err);

void pppoe_write(struct wr *w, uint8_t code, uint16_t sid, uint16_t len);

/* pppoe_padt - the payload of a PADT for @sid with an optional reason text. */
void pppoe_padt(struct wr *w, uint16_t sid, const char *text);

/*
 * pppoe_describe - a Discovery payload in words for the log, as
 * "PADI <Service-Name isp> <Host-Uniq 0x1234>". Printable and
 * NUL-terminated whatever @in holds; cut at @n. Pure.
 */
void pppoe_describe(struct rd in, char *buf, size_t n);

/* ---- Host (client) ---- */

struct pppoe_host_conf {
	char	 service[PPPOE_NAME + 1];	/* "" : any */
	char	 acname[PPPOE_NAME + 1];	/* "" : any */
	uint8_t	 uniq[PPPOE_UNIQ];	/* `HOSTUNIQ|`; len 0: our own */
	uint8_t	 uniq_len;
	uint16_t max_payload;		/* RFC 4638: asked for; 0: 1492 */
	uint16_t padi_tries;		/* 0: no limit; default 5 */
	uint16_t period;		/* first pause, seconds; doubles to 32;
					 * 0: 1 */
	uint16_t pado_window;		/* ms to collect PADOs; 0: take first */
	uint16_t limit;			/* s for a whole search; 0: none */
};

enum pppoe_event {
	PPPOE_EV_UP = 64,	/* PADS; arg: SESSION_ID; data: AC-Name text */
	PPPOE_EV_DOWN,		/* arg: enum why; data: the error tag's text */
	PPPOE_EV_OFFER,		/* a PADO; data: AC-Name text, for the log */
	PPPOE_EV_REFUSED,	/* a PADO with an error tag, the search goes
				 * on; arg: enum why; data: its text */
};

enum host_state { HOST_IDLE, HOST_PADI, HOST_PADR, HOST_UP };

/* What the AC in ac_mac offered, and its PADR must echo. */
struct host_offer {
	uint8_t	 rank;			/* 0: none yet; see host.c */
	bool	 has_cookie, has_relay;	/* tags may be there and be empty */
	uint8_t	 cookie_len, relay_len;
	uint8_t	 cookie[255];		/* longer cookies are refused */
	uint8_t	 relay[PPPOE_RELAY];
};

struct pppoe_host {		/* owner: the session */
	const struct pppoe_host_conf *conf;	/* borrows */
	struct rng *rng;			/* borrows */
	enum host_state state;
	uint16_t sid;
	uint16_t max_payload;		/* agreed; 1492 without the tag */
	uint8_t	 ac_mac[ETH_ADDR];
	char	 ac_name[PPPOE_NAME + 1];	/* printable */
	uint8_t	 uniq[PPPOE_UNIQ];
	uint8_t	 uniq_len;
	unsigned padis, padrs;		/* sent in this search; to this AC */
	bool	 knows_good, knows_bad;
	uint8_t	 good[ETH_ADDR];	/* AC of the last session: preferred */
	uint8_t	 bad[ETH_ADDR];		/* AC that refused or fell silent */
	enum why why;			/* how it looks should we give up */
	char	 text[PPPOE_LINE + 1];	/* the error tag that says so */
	struct host_offer offer;
	tstamp	 deadline, give_up;	/* of a pause, of the search */
};

void host_init(struct pppoe_host *h, const struct pppoe_host_conf *c,
    struct rng *rng);

/* host_start - begin a search (afresh when one is under way): PADI. */
void host_start(struct pppoe_host *h, tstamp now, struct outbox *ob);

/*
 * host_input - one Discovery payload that came to our MAC; the caller has
 * matched the interface and VLANs.
 * @src: the sender's MAC
 * Returns 0; -E_SHORT, -E_FORMAT; -E_UNKNOWN (another Host's answer, another
 * AC, another session); -E_STATE (not expected now); -E_DENIED (the AC says
 * it will not serve us). A packet that does not match Host-Uniq, MAC and
 * state changes nothing. PADT: only from ac_mac with our sid. An answer
 * without Host-Uniq is refused, unless `HOSTUNIQ|` set it: then it names the
 * subscriber and ACs that do not echo it are met in the field.
 */
int host_input(struct pppoe_host *h, const uint8_t src[ETH_ADDR],
    struct rd in, tstamp now, struct outbox *ob);
void host_expire(struct pppoe_host *h, tstamp now, struct outbox *ob);
tstamp host_deadline(const struct pppoe_host *h);	/* NEVER: no timer */

/* host_stop - give up; sends PADT when a session is up. No event. */
void host_stop(struct pppoe_host *h, const char *text, struct outbox *ob);

/* ---- Access Concentrator ---- */

#define AC_SERVICES	16
#define AC_COOKIE	24	/* octets of our AC-Cookie */

struct ac_conf {
	char	 acname[PPPOE_NAME + 1];
	char	 service[AC_SERVICES][PPPOE_NAME + 1];	/* offered */
	uint8_t	 services;	/* 0: only the empty Service-Name */
	bool	 any_service;	/* `set lb service *`: accept every name */
	uint16_t max_payload;	/* most we grant by RFC 4638; 0: tag ignored */
	uint16_t cookie_life;	/* seconds a cookie is good for: 60 */
	uint32_t padi_rate;	/* PADIs a second and port, burst the same */
	uint16_t mac_rate;	/* PADIs a second from one MAC: 4, burst too;
				 * both: 0 is no limit */
};

/* Who sent a Discovery packet. */
struct ac_from {
	uint16_t port;
	struct vlans vlan;
	uint8_t	 mac[ETH_ADDR];
};

/* What a good PADR asks for, and what PADS must echo. */
struct ac_request {
	struct ac_from from;
	uint8_t	 cookie[AC_COOKIE];
	uint16_t max_payload;		/* granted; 0: none asked */
	bool	 has_uniq, has_relay;	/* a tag may be there and be empty */
	uint8_t	 service_len, uniq_len, relay_len;
	uint8_t	 service[PPPOE_NAME];
	uint8_t	 uniq[PPPOE_UNIQ];
	uint8_t	 relay[PPPOE_RELAY];
	char	 circuit_id[PPPOE_LINE + 1];	/* TR-101, printable, or "" */
	char	 remote_id[PPPOE_LINE + 1];
	char	 text[PPPOE_LINE + 1];	/* AC_PADT: the peer's reason, or "" */
};

enum ac_result {
	AC_NOTHING,	/* answered with a PADO */
	AC_NEW,		/* *rq holds a new request: open a session, ac_bind()
			 * before the next ac_input(), PADS */
	AC_AGAIN,	/* its cookie made session *sid before: PADS for *rq
			 * again if rq->from still has it, else drop */
	AC_PADT,	/* peer ends session *sid: caller matches the key;
			 * of *rq only from and text are set */
	AC_DROP,	/* dropped: *why says which counter; a refusal (PADS
			 * with an error tag) may be in the outbox */
};

struct ac;			/* cookie key, rate buckets, live cookies */

/*
 * ac_new - NULL: no memory. The key comes from @rng, which is borrowed until
 * ac_free(). @c is copied. Owner: the caller. About 2.3 MB of address space,
 * touched as cookies are used.
 */
struct ac *ac_new(const struct ac_conf *c, struct rng *rng, tstamp now);
void ac_free(struct ac *a);
void ac_reconf(struct ac *a, const struct ac_conf *c);

/*
 * ac_input - one Discovery payload.
 * @from: sender (MAC, VLANs, interface); @bcast: it came by broadcast, which
 * only a PADI may
 * Stateless until a good PADR: a PADI costs a rate bucket only. A PADR
 * without our cookie, with an expired one or with one made for another
 * port, MAC or VLAN is dropped. The cookie is a keyed hash over port, VLANs,
 * MAC, its time of expiry and a number of its own; compared in constant
 * time. Host-Uniq is not in it: a Host may use another one for its PADR
 * (RFC 2516 App. A). A wrong Service-Name in a PADR with a good cookie is
 * answered with Service-Name-Error. When the table of used cookies is full
 * (65,536 sessions within a cookie's life) new ones are dropped.
 */
enum ac_result ac_input(struct ac *a, const struct ac_from *from, bool bcast,
    struct rd in, tstamp now, struct outbox *ob, struct ac_request *rq,
    uint16_t *sid, enum drop *why);

/*
 * ac_bind - remember that @rq's cookie made @sid (one cookie, one session).
 * Forgotten when the cookie has expired. @rq is of the last AC_NEW.
 */
void ac_bind(struct ac *a, const struct ac_request *rq, uint16_t sid,
    tstamp now);

/*
 * ac_pads - the PADS payload for @rq, appended to @w; sid 0 with @error: a
 * refusal as AC-System-Error.
 */
void ac_pads(const struct ac_conf *c, const struct ac_request *rq,
    uint16_t sid, const char *error, struct wr *w);

#endif

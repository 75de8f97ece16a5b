/*
 * The option negotiation automaton of RFC 1661 section 4, one for LCP and
 * one for each NCP. What differs between the protocols is a constant row of
 * functions, struct fsm_ops. Pure.
 */
#ifndef PPP_FSM_H
#define PPP_FSM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/rng.h"
#include "ppp/conf.h"
#include "wire/outbox.h"
#include "wire/rd.h"
#include "wire/wr.h"

enum ppp_code {
	CODE_CONF_REQ = 1, CODE_CONF_ACK, CODE_CONF_NAK, CODE_CONF_REJ,
	CODE_TERM_REQ, CODE_TERM_ACK, CODE_CODE_REJ,
	CODE_PROTO_REJ, CODE_ECHO_REQ, CODE_ECHO_REP, CODE_DISCARD,
	CODE_IDENT, CODE_TIME_LEFT,
};

enum fsm_state {
	FSM_INITIAL, FSM_STARTING, FSM_CLOSED, FSM_STOPPED, FSM_CLOSING,
	FSM_STOPPING, FSM_REQ_SENT, FSM_ACK_RCVD, FSM_ACK_SENT, FSM_OPENED,
	FSM_STATES
};
const char *fsm_state_name(enum fsm_state s);	/* "Req-Sent" */

/* RFC 1661 section 4.3. */
enum fsm_event {
	EV_UP, EV_DOWN, EV_OPEN, EV_CLOSE, EV_TO_PLUS, EV_TO_MINUS,
	EV_RCR_PLUS, EV_RCR_MINUS, EV_RCA, EV_RCN, EV_RTR, EV_RTA, EV_RUC,
	EV_RXJ_PLUS, EV_RXJ_MINUS, EV_RXR, FSM_EVENTS
};

/* Actions, RFC 1661 section 4.4; done in this order. */
enum fsm_act {
	TLD = 1 << 0,		/* This-Layer-Down */
	IRC = 1 << 1,		/* Initialize-Restart-Count */
	ZRC = 1 << 2,		/* Zero-Restart-Count */
	SCR = 1 << 3,		/* Send-Configure-Request */
	SCA = 1 << 4,		/* Send-Configure-Ack */
	SCN = 1 << 5,		/* Send-Configure-Nak or -Reject */
	STR = 1 << 6,		/* Send-Terminate-Request */
	STA = 1 << 7,		/* Send-Terminate-Ack */
	SCJ = 1 << 8,		/* Send-Code-Reject */
	SER = 1 << 9,		/* Send-Echo-Reply */
	TLU = 1 << 10,		/* This-Layer-Up */
	TLS = 1 << 11,		/* This-Layer-Started */
	TLF = 1 << 12,		/* This-Layer-Finished */
};
#define FSM_LAYER	(TLD | TLU | TLS | TLF)

struct fsm_cell {
	bool	 legal;
	uint8_t	 next;			/* enum fsm_state */
	uint16_t act;			/* enum fsm_act, or'ed */
};

/* fsm_cell - a cell of the table in RFC 1661 section 4.1. */
const struct fsm_cell *fsm_cell(enum fsm_event ev, enum fsm_state s);

/* What one call into an engine brings along; all borrowed until return. */
struct turn {
	const struct ppp_conf *conf;
	const struct net_conf *net;	/* for the NCPs */
	struct rng *rng;
	struct outbox *ob;
	tstamp	 now;
	uint16_t lower_mru;		/* most octets of the lower layer */
	uint8_t	 lower;			/* enum ppp_lower */
};

enum verdict { V_ACK, V_NAK, V_REJ };

/* Why the automaton gave up, for This-Layer-Finished. */
enum fsm_end {
	FSM_END_NONE,
	FSM_END_CLOSED,		/* Close */
	FSM_END_SILENT,		/* no answer: Timeout with counter expired */
	FSM_END_LIMIT,		/* requests, Naks, restarts without end */
	FSM_END_PEER,		/* the peer sent Terminate-Request */
	FSM_END_REJECTED,	/* the peer does not know the protocol */
};

struct fsm {			/* first member of struct lcp, ipcp, ipv6cp */
	const struct fsm_ops *ops;	/* borrows: a constant */
	tstamp	 deadline;	/* Restart timer, ns; NEVER: not running */
	tstamp	 falls_since;	/* when falls began to be counted */
	uint16_t did;		/* FSM_LAYER actions, until fsm_take() */
	uint8_t	 state;		/* enum fsm_state */
	uint8_t	 end;		/* enum fsm_end */
	uint8_t	 id;		/* last Identifier that we chose */
	uint8_t	 req_id;	/* of the outstanding request */
	bool	 awaited;	/* it has not been answered yet */
	bool	 heard;		/* since Up: see may_have_missed() */
	bool	 passive;	/* the passive option of section 4.2 */
	bool	 fresh;		/* fsm_begin() was called for this event */
	bool	 give_up;	/* a handler saw that it cannot converge */
	uint16_t restart;	/* Restart counter */
	uint16_t reqs, naks, rejs;	/* sent since negotiation began */
	uint8_t	 falls;		/* times the peer brought it down */
};

struct fsm_ops {
	uint16_t proto;
	uint16_t retry;		/* offset of its struct retry in ppp_conf */
	bool	 first;		/* LCP: the peer may not listen yet */

	/* reset: our side wants everything anew (negotiation begins). */
	void	(*reset)(struct fsm *f, const struct turn *t);
	/* request: the options of our Configure-Request. */
	void	(*request)(const struct fsm *f, const struct turn *t,
		    struct wr *w);
	/*
	 * judge - the options of a Configure-Request.
	 * @out: Nak or Reject options; nothing when acknowledged
	 * Returns enum verdict, or -E_FORMAT: nothing was changed.
	 */
	int	(*judge)(struct fsm *f, const struct turn *t, struct rd opts,
		    struct wr *out);
	/* commit: what was judged last is being acknowledged. */
	void	(*commit)(struct fsm *f, const struct turn *t);
	/* acked: false: we must ask once more, differently. May be NULL. */
	bool	(*acked)(struct fsm *f, const struct turn *t);
	/* naked, rejected: 0, or -E_FORMAT for options we never sent. */
	int	(*naked)(struct fsm *f, const struct turn *t, struct rd opts);
	int	(*rejected)(struct fsm *f, const struct turn *t,
		    struct rd opts);
	/* code: codes above 7; -E_UNKNOWN: send Code-Reject. May be NULL. */
	int	(*code)(struct fsm *f, const struct turn *t, uint8_t code,
		    uint8_t id, struct rd data);
};

/* fsm_init - state Initial. */
void fsm_init(struct fsm *f, const struct fsm_ops *ops);

/* fsm_again - Initial once more; Identifiers and counted falls go on. */
void fsm_again(struct fsm *f);

/*
 * The events of section 4.3 that do not come in packets. fsm_up() with
 * @wait waits so long, or for the peer, before the first request; with the
 * passive option it waits for ever. fsm_reopen() is Open with the restart
 * option. fsm_reject() is a Code- or Protocol-Reject that is permanent.
 */
void fsm_up(struct fsm *f, const struct turn *t, tstamp wait);
void fsm_down(struct fsm *f, const struct turn *t);
void fsm_open(struct fsm *f, const struct turn *t);
void fsm_reopen(struct fsm *f, const struct turn *t);
void fsm_close(struct fsm *f, const struct turn *t);
void fsm_reject(struct fsm *f, const struct turn *t);

/*
 * fsm_input - one packet from Code on.
 * Returns 0; -E_SHORT, -E_FORMAT, -E_STALE (not the outstanding request),
 * -E_STATE, -E_UNKNOWN (a Code-Reject was queued). On error the state is
 * unchanged.
 */
int fsm_input(struct fsm *f, const struct turn *t, struct rd in);

/*
 * fsm_begin - for judge(): negotiation begins with this request, if we were
 * Stopped or Opened; our side is reset before the peer is compared with it.
 */
void fsm_begin(struct fsm *f, const struct turn *t);

/* fsm_expire - the Restart timer; does nothing before its time. */
void fsm_expire(struct fsm *f, const struct turn *t);

/* fsm_take - FSM_LAYER actions since the last call, or'ed. */
unsigned fsm_take(struct fsm *f);

/* fsm_is_alive - it may still come up, or is up, or is terminating. */
bool fsm_is_alive(const struct fsm *f);

/* fsm_send - a packet of @f's protocol; @n octets of data behind @id. */
void fsm_send(const struct fsm *f, const struct turn *t, uint8_t code,
    uint8_t id, const void *data, size_t n);

/* fsm_retry - `set lcpretry` and so on. */
const struct retry *fsm_retry(const struct fsm *f, const struct turn *t);

#endif

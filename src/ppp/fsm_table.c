/*
 * The state transition table of RFC 1661 section 4.1, cell by cell. A cell
 * that is not here is "-" there: the event cannot happen in that state. The
 * passive and restart options are tested before the lookup, in fsm.c; this
 * table is never edited to taste.
 */
#include "ppp/fsm.h"

#define INITIAL		FSM_INITIAL
#define STARTING	FSM_STARTING
#define CLOSED		FSM_CLOSED
#define STOPPED		FSM_STOPPED
#define CLOSING		FSM_CLOSING
#define STOPPING	FSM_STOPPING
#define REQ_SENT	FSM_REQ_SENT
#define ACK_RCVD	FSM_ACK_RCVD
#define ACK_SENT	FSM_ACK_SENT
#define OPENED		FSM_OPENED

#define TO(state, acts)	{ .legal = true, .next = (state), .act = (acts) }

static const struct fsm_cell fsm_table[FSM_EVENTS][FSM_STATES] = {
	[EV_UP] = {
		[INITIAL] = TO(CLOSED, 0),
		[STARTING] = TO(REQ_SENT, IRC | SCR),
	},
	[EV_DOWN] = {
		[CLOSED] = TO(INITIAL, 0),
		[STOPPED] = TO(STARTING, TLS),
		[CLOSING] = TO(INITIAL, 0),
		[STOPPING] = TO(STARTING, 0),
		[REQ_SENT] = TO(STARTING, 0),
		[ACK_RCVD] = TO(STARTING, 0),
		[ACK_SENT] = TO(STARTING, 0),
		[OPENED] = TO(STARTING, TLD),
	},
	[EV_OPEN] = {
		[INITIAL] = TO(STARTING, TLS),
		[STARTING] = TO(STARTING, 0),
		[CLOSED] = TO(REQ_SENT, IRC | SCR),
		[STOPPED] = TO(STOPPED, 0),
		[CLOSING] = TO(STOPPING, 0),
		[STOPPING] = TO(STOPPING, 0),
		[REQ_SENT] = TO(REQ_SENT, 0),
		[ACK_RCVD] = TO(ACK_RCVD, 0),
		[ACK_SENT] = TO(ACK_SENT, 0),
		[OPENED] = TO(OPENED, 0),
	},
	[EV_CLOSE] = {
		[INITIAL] = TO(INITIAL, 0),
		[STARTING] = TO(INITIAL, TLF),
		[CLOSED] = TO(CLOSED, 0),
		[STOPPED] = TO(CLOSED, 0),
		[CLOSING] = TO(CLOSING, 0),
		[STOPPING] = TO(CLOSING, 0),
		[REQ_SENT] = TO(CLOSING, IRC | STR),
		[ACK_RCVD] = TO(CLOSING, IRC | STR),
		[ACK_SENT] = TO(CLOSING, IRC | STR),
		[OPENED] = TO(CLOSING, TLD | IRC | STR),
	},
	[EV_TO_PLUS] = {
		[CLOSING] = TO(CLOSING, STR),
		[STOPPING] = TO(STOPPING, STR),
		[REQ_SENT] = TO(REQ_SENT, SCR),
		[ACK_RCVD] = TO(REQ_SENT, SCR),
		[ACK_SENT] = TO(ACK_SENT, SCR),
	},
	[EV_TO_MINUS] = {
		[CLOSING] = TO(CLOSED, TLF),
		[STOPPING] = TO(STOPPED, TLF),
		[REQ_SENT] = TO(STOPPED, TLF),
		[ACK_RCVD] = TO(STOPPED, TLF),
		[ACK_SENT] = TO(STOPPED, TLF),
	},
	[EV_RCR_PLUS] = {
		[CLOSED] = TO(CLOSED, STA),
		[STOPPED] = TO(ACK_SENT, IRC | SCR | SCA),
		[CLOSING] = TO(CLOSING, 0),
		[STOPPING] = TO(STOPPING, 0),
		[REQ_SENT] = TO(ACK_SENT, SCA),
		[ACK_RCVD] = TO(OPENED, SCA | TLU),
		[ACK_SENT] = TO(ACK_SENT, SCA),
		[OPENED] = TO(ACK_SENT, TLD | SCR | SCA),
	},
	[EV_RCR_MINUS] = {
		[CLOSED] = TO(CLOSED, STA),
		[STOPPED] = TO(REQ_SENT, IRC | SCR | SCN),
		[CLOSING] = TO(CLOSING, 0),
		[STOPPING] = TO(STOPPING, 0),
		[REQ_SENT] = TO(REQ_SENT, SCN),
		[ACK_RCVD] = TO(ACK_RCVD, SCN),
		[ACK_SENT] = TO(REQ_SENT, SCN),
		[OPENED] = TO(REQ_SENT, TLD | SCR | SCN),
	},
	[EV_RCA] = {
		[CLOSED] = TO(CLOSED, STA),
		[STOPPED] = TO(STOPPED, STA),
		[CLOSING] = TO(CLOSING, 0),
		[STOPPING] = TO(STOPPING, 0),
		[REQ_SENT] = TO(ACK_RCVD, IRC),
		[ACK_RCVD] = TO(REQ_SENT, SCR),
		[ACK_SENT] = TO(OPENED, IRC | TLU),
		[OPENED] = TO(REQ_SENT, TLD | SCR),
	},
	[EV_RCN] = {
		[CLOSED] = TO(CLOSED, STA),
		[STOPPED] = TO(STOPPED, STA),
		[CLOSING] = TO(CLOSING, 0),
		[STOPPING] = TO(STOPPING, 0),
		[REQ_SENT] = TO(REQ_SENT, IRC | SCR),
		[ACK_RCVD] = TO(REQ_SENT, SCR),
		[ACK_SENT] = TO(ACK_SENT, IRC | SCR),
		[OPENED] = TO(REQ_SENT, TLD | SCR),
	},
	[EV_RTR] = {
		[CLOSED] = TO(CLOSED, STA),
		[STOPPED] = TO(STOPPED, STA),
		[CLOSING] = TO(CLOSING, STA),
		[STOPPING] = TO(STOPPING, STA),
		[REQ_SENT] = TO(REQ_SENT, STA),
		[ACK_RCVD] = TO(REQ_SENT, STA),
		[ACK_SENT] = TO(REQ_SENT, STA),
		[OPENED] = TO(STOPPING, TLD | ZRC | STA),
	},
	[EV_RTA] = {
		[CLOSED] = TO(CLOSED, 0),
		[STOPPED] = TO(STOPPED, 0),
		[CLOSING] = TO(CLOSED, TLF),
		[STOPPING] = TO(STOPPED, TLF),
		[REQ_SENT] = TO(REQ_SENT, 0),
		[ACK_RCVD] = TO(REQ_SENT, 0),
		[ACK_SENT] = TO(ACK_SENT, 0),
		[OPENED] = TO(REQ_SENT, TLD | SCR),
	},
	[EV_RUC] = {
		[CLOSED] = TO(CLOSED, SCJ),
		[STOPPED] = TO(STOPPED, SCJ),
		[CLOSING] = TO(CLOSING, SCJ),
		[STOPPING] = TO(STOPPING, SCJ),
		[REQ_SENT] = TO(REQ_SENT, SCJ),
		[ACK_RCVD] = TO(ACK_RCVD, SCJ),
		[ACK_SENT] = TO(ACK_SENT, SCJ),
		[OPENED] = TO(OPENED, SCJ),
	},
	[EV_RXJ_PLUS] = {
		[CLOSED] = TO(CLOSED, 0),
		[STOPPED] = TO(STOPPED, 0),
		[CLOSING] = TO(CLOSING, 0),
		[STOPPING] = TO(STOPPING, 0),
		[REQ_SENT] = TO(REQ_SENT, 0),
		[ACK_RCVD] = TO(REQ_SENT, 0),
		[ACK_SENT] = TO(ACK_SENT, 0),
		[OPENED] = TO(OPENED, 0),
	},
	[EV_RXJ_MINUS] = {
		[CLOSED] = TO(CLOSED, TLF),
		[STOPPED] = TO(STOPPED, TLF),
		[CLOSING] = TO(CLOSED, TLF),
		[STOPPING] = TO(STOPPED, TLF),
		[REQ_SENT] = TO(STOPPED, TLF),
		[ACK_RCVD] = TO(STOPPED, TLF),
		[ACK_SENT] = TO(STOPPED, TLF),
		[OPENED] = TO(STOPPING, TLD | IRC | STR),
	},
	[EV_RXR] = {
		[CLOSED] = TO(CLOSED, 0),
		[STOPPED] = TO(STOPPED, 0),
		[CLOSING] = TO(CLOSING, 0),
		[STOPPING] = TO(STOPPING, 0),
		[REQ_SENT] = TO(REQ_SENT, 0),
		[ACK_RCVD] = TO(ACK_RCVD, 0),
		[ACK_SENT] = TO(ACK_SENT, 0),
		[OPENED] = TO(OPENED, SER),
	},
};

const struct fsm_cell *
fsm_cell(enum fsm_event ev, enum fsm_state s)
{
	return &fsm_table[ev][s];
}

/*
 * Why a frame or packet was dropped. Counted per lane (one writer), added up
 * by `show`; never a log line per packet.
 */
#ifndef BASE_DROP_H
#define BASE_DROP_H

#include <stdbool.h>
#include <stdint.h>

#define DROP_LIST(X)							\
	X(ETH_SHORT,	"Ethernet header cut off")			\
	X(ETH_TAGS,	"more than two VLAN tags")			\
	X(NOT_OURS,	"destination MAC is not ours")			\
	X(OVERSIZE,	"frame larger than a buffer")			\
	X(PPPOE_SHORT,	"PPPoE header or payload cut off")		\
	X(PPPOE_FORMAT,	"PPPoE version, type or code illegal")		\
	X(NO_SESSION,	"no session with this interface, VLANs, MAC and id") \
	X(DISC_SHORT,	"Discovery tag longer than the packet")		\
	X(DISC_FORMAT,	"Discovery packet malformed")			\
	X(DISC_STATE,	"Discovery packet not expected now")		\
	X(DISC_FORGED,	"Discovery packet from the wrong MAC or VLAN")	\
	X(COOKIE,	"AC-Cookie wrong or expired")			\
	X(PADI_RATE,	"PADI over the rate limit")			\
	X(SERVICE,	"service name not offered")			\
	X(LIMIT_MAC,	"session limit of this MAC")			\
	X(LIMIT_ALL,	"session limit of all peers")			\
	X(HALF_OPEN,	"too many set-ups under way, there or in all")	\
	X(LB_OFF,	"no new peers: set lb disable")			\
	X(PPP_SHORT,	"PPP packet cut off")				\
	X(PPP_PROTO,	"PPP protocol rejected")			\
	X(PPP_PHASE,	"PPP protocol not in this phase")		\
	X(LCP_BAD,	"LCP packet malformed")				\
	X(AUTH_BAD,	"authentication packet malformed or unexpected") \
	X(NCP_BAD,	"IPCP, IPV6CP or CCP packet malformed")		\
	X(STALE_ID,	"answer with the wrong Identifier")		\
	X(MP_BAD,	"multilink fragment malformed")			\
	X(MP_LATE,	"multilink fragment too late, or twice")	\
	X(NCP_DOWN,	"data before the network protocol is up")	\
	X(IP_SHORT,	"IP packet malformed")				\
	X(IP_SOURCE,	"IP source address is not the peer's")		\
	X(PACK_BAD,	"compressed packet malformed")			\
	X(PACK_LOST,	"compressed packet after a loss, until a reset") \
	X(PACK_PLAIN,	"packet not encrypted where all must be")	\
	X(NO_PEER,	"no session has this destination address")	\
	X(MTU,		"packet larger than the link's MTU")		\
	X(FILTER_IN,	"denied by the filter in")			\
	X(FILTER_OUT,	"denied by the filter out")			\
	X(FILTER_DIAL,	"denied by the filter dial while the link is down") \
	X(RATE_IN,	"from a peer over its rate")			\
	X(RATE_OUT,	"to a peer over its rate, its queue full")	\
	X(SHARE,	"over a fair share of a lane that is too busy")	\
	X(RECV_FULL,	"receive ring of the interface full")		\
	X(SEND_FULL,	"send queue of the interface full")		\
	X(TUN_WRITE,	"TUN device refused the packet")		\
	X(MAIL_FULL,	"control thread too busy")			\
	X(OUTBOX_FULL,	"more answers than one input may cause")

enum drop {
#define DROP_ENUM(name, text) DROP_##name,
	DROP_LIST(DROP_ENUM)
#undef DROP_ENUM
	DROP_COUNT
};

const char *drop_name(enum drop d);	/* "NO_SESSION", for scripts */
const char *drop_text(enum drop d);	/* for people */
bool drop_is_loss(enum drop d);		/* for lack of room of ours */

#endif

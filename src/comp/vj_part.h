/* Between vj_out.c and vj_in.c: offsets, and the change octet. */
#ifndef COMP_VJ_PART_H
#define COMP_VJ_PART_H

#include "comp/vj.h"

enum { IP_LEN = 2, IP_ID = 4, IP_FRAG = 6, IP_TTL = 8, IP_PROTO = 9,
	IP_SUM = 10 };
enum { TCP_SEQ = 4, TCP_ACKNO = 8, TCP_OFF = 12, TCP_FLAGS = 13,
	TCP_WIN = 14, TCP_SUM = 16, TCP_URP = 18 };
#define TCP_PSH		0x08u
#define TCP_ACK		0x10u
#define TCP_URG		0x20u

/* RFC 1144 section 3.2.2: which differences follow, in this order. */
#define NEW_U		0x01u		/* urgent pointer, itself */
#define NEW_W		0x02u		/* window */
#define NEW_A		0x04u		/* acknowledgement */
#define NEW_S		0x08u		/* sequence number */
#define PUSH		0x10u
#define NEW_I		0x20u		/* IP identification, if not one */
#define NEW_C		0x40u		/* slot */
#define CHANGES		(NEW_U | NEW_W | NEW_A | NEW_S)
/* Two common cases with no difference to tell: combinations of no use. */
#define SPECIAL_I	(NEW_S | NEW_W | NEW_U)	/* terminal, echoed */
#define SPECIAL_D	CHANGES			/* data one way */

static inline unsigned
vj_16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static inline uint32_t
vj_32(const uint8_t *p)
{
	return (uint32_t)vj_16(p) << 16 | vj_16(p + 2);
}

static inline void
vj_put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
vj_put32(uint8_t *p, uint32_t v)
{
	vj_put16(p, v >> 16);
	vj_put16(p + 2, v & 0xffff);
}

#endif

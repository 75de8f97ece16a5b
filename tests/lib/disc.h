/*
 * Discovery packets as text, so that a test reads like the exchange:
 * "PADO <AC-Name ac1> <Service-Name isp> <AC-Cookie 0x0102>". The way back
 * is pppoe_describe(). For tests only.
 */
#ifndef LIB_DISC_H
#define LIB_DISC_H

#include <stddef.h>
#include <stdint.h>

#include "pppoe/pppoe.h"

/*
 * disc - the payload that @text describes, in one of eight static buffers
 * used in turn. A code name or 0xNN; " sid=0xNNNN"; then tags: a name of the
 * RFC or 0xNNNN, and a value: text, 0x and hex digits (octets), or a number
 * for PPP-Max-Payload. Aborts when it cannot read @text.
 */
struct rd disc(const char *text);

/* disc_put - tag by tag, for values that text cannot say. */
struct rd disc_head(uint8_t code, uint16_t sid, const void *tags, size_t n);

/*
 * disc_said - item @i of the outbox in words: "DST PADI <...>" or
 * "UP 5 text", "DOWN PADI_SILENT text", "OFFER text", "REFUSED WHY text";
 * "-" when there is none. The value of an AC-Cookie is given as "*". Static
 * buffer.
 */
const char *disc_said(const struct outbox *ob, int i);

/* disc_cookie - the AC-Cookie of packet @i of the outbox; NULL: none. */
const uint8_t *disc_cookie(const struct outbox *ob, int i);

/* disc_mac - "02:00:00:00:00:0a" as octets; static buffer of its own. */
const uint8_t *disc_mac(const char *text);

#endif

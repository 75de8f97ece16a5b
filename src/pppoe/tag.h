/*
 * The tags of Discovery packets: one walk that checks every length, then
 * each tag by name. RFC 2516 section 5 and Appendix A, RFC 4638, TR-101.
 */
#ifndef PPPOE_TAG_H
#define PPPOE_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/rd.h"
#include "wire/wr.h"

enum tag_type {
	TAG_END = 0x0000, TAG_SERVICE = 0x0101, TAG_AC_NAME = 0x0102,
	TAG_HOST_UNIQ = 0x0103, TAG_COOKIE = 0x0104, TAG_VENDOR = 0x0105,
	TAG_RELAY = 0x0110, TAG_MAX_PAYLOAD = 0x0120,
	TAG_SERVICE_ERROR = 0x0201, TAG_AC_ERROR = 0x0202,
	TAG_GENERIC_ERROR = 0x0203,
};

/* Place of a known tag in struct tags and in the table of rows. */
enum tag_slot {
	T_SERVICE, T_AC_NAME, T_HOST_UNIQ, T_COOKIE, T_VENDOR, T_RELAY,
	T_MAX_PAYLOAD, T_SERVICE_ERROR, T_AC_ERROR, T_GENERIC_ERROR,
	T_SLOTS
};

struct tag_row {
	uint16_t type;
	uint16_t min, max;	/* octets of value */
	bool	 many;		/* may come more than once */
	const char *name;	/* as in the RFC */
};

struct tags {			/* borrows the packet */
	struct rd all;		/* every tag up to End-Of-List */
	struct rd val[T_SLOTS];	/* the first of its type; empty if absent */
	uint16_t count[T_SLOTS];
};

/*
 * tags_read - walk all tags.
 * @in: the payload behind the PPPoE header, cut to LENGTH
 * Unknown tags are passed over; End-Of-List ends the list. A tag that must
 * be single may be repeated with the same value only.
 * Returns 0, -E_SHORT (a tag longer than the packet), -E_FORMAT (a value of
 * illegal size, or two different ones).
 */
int tags_read(struct rd in, struct tags *t);

/* tag_next - one tag of a list; false at its end or when it is cut off. */
bool tag_next(struct rd *r, uint16_t *type, struct rd *val);

/* tag_row - the row of a type; NULL: a tag we do not know. */
const struct tag_row *tag_row(uint16_t type);

static inline bool
tags_have(const struct tags *t, enum tag_slot s)
{
	return t->count[s] != 0;
}

/* tag_is - the value is these @n octets. */
bool tag_is(struct rd val, const void *p, size_t n);

/* tags_offer - one of the Service-Name tags is these @n octets. */
bool tags_offer(const struct tags *t, const void *name, size_t n);

/* tags_error - the first error tag there is, or T_SLOTS. */
enum tag_slot tags_error(const struct tags *t);

/*
 * tag_text - a value for people: printable ASCII as it is, other octets as
 * dots, cut at @n, NUL-terminated.
 * tag_id - the same for identifiers: in hex (0x...) unless all of it prints.
 */
void tag_text(struct rd val, char *buf, size_t n);
void tag_id(struct rd val, char *buf, size_t n);

/*
 * tags_line - Agent Circuit-Id and Remote-Id that a DSLAM or switch put in
 * (TR-101 R-129, vendor 3561), printable; "" when they are not there. A
 * malformed vendor tag is as good as none.
 */
void tags_line(const struct tags *t, char *circuit, char *remote, size_t n);

/* vendor_next - one TR-101 sub-option (type, length: an octet each). */
bool vendor_next(struct rd *r, uint8_t *type, struct rd *val);
#define VENDOR_BBF	0x00000de9u	/* Broadband Forum, TR-101 */
#define VENDOR_CIRCUIT	1
#define VENDOR_REMOTE	2

/*
 * tag_put - append a tag. disc_begin - append a header whose LENGTH is set
 * by disc_end(w, what disc_begin returned).
 */
void tag_put(struct wr *w, uint16_t type, const void *p, size_t n);
size_t disc_begin(struct wr *w, uint8_t code, uint16_t sid);
void disc_end(struct wr *w, size_t start);

#endif

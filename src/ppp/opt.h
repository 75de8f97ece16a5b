/*
 * Configuration Options: one row per option and protocol, and the walkers
 * that turn rows into Configure-* packets and back. RFC 1661 sections 5.1 to
 * 5.4 and 6. LCP, IPCP and IPV6CP have one format and differ in rows only.
 */
#ifndef PPP_OPT_H
#define PPP_OPT_H

#include "ppp/fsm.h"

enum opt_show {		/* how ppp_describe() prints the value */
	SHOW_HEX, SHOW_NUM, SHOW_IP, SHOW_AUTH, SHOW_QUALITY,
};

struct opt_row {
	uint8_t	 type;
	uint8_t	 min, max;		/* octets of value */
	uint8_t	 show;			/* enum opt_show */
	const char *name;		/* as the RFC calls it */

	/* offer: write our value; false: not asked for. NULL: never. */
	bool	(*offer)(const struct fsm *f, const struct turn *t,
		    struct wr *w);
	/*
	 * check - judge the peer's value, whose size is legal.
	 * @nak: takes the value that we would like, for V_NAK
	 * NULL: the option is always rejected.
	 */
	enum verdict (*check)(struct fsm *f, const struct turn *t,
		    struct rd val, struct wr *nak);
	/*
	 * naked - the peer would like @val of ours; @was: we had sent it.
	 * NULL: never listened to.
	 */
	void	(*naked)(struct fsm *f, const struct turn *t, struct rd val,
		    bool was);
	/* rejected: the peer does not want to hear of it again. */
	void	(*rejected)(struct fsm *f, const struct turn *t);
};

struct opt_table {
	const struct opt_row *row;
	unsigned n;
};

/* opt_row - the row for @type, or NULL. */
const struct opt_row *opt_row(const struct opt_table *o, uint8_t type);

/*
 * opt_next - the next option; false at the end, or when bad (then @r->bad).
 */
bool opt_next(struct rd *r, uint8_t *type, struct rd *val);

/* opt_put - one option with @n octets of value. */
void opt_put(struct wr *w, uint8_t type, const void *val, size_t n);

/* opt_request - all options that the rows offer. */
void opt_request(const struct opt_table *o, const struct fsm *f,
    const struct turn *t, struct wr *w);

/*
 * opt_judge - the peer's Configure-Request.
 * @seen: rows that it had, bit by index in the table
 * Rejects go before Naks, as section 5.4 wants. Unknown options, options
 * of an illegal size and second copies of an option are rejected. Returns
 * enum verdict, or -E_FORMAT and nothing was called.
 */
int opt_judge(const struct opt_table *o, struct fsm *f, const struct turn *t,
    struct rd opts, struct wr *out, uint32_t *seen);

/* opt_naked, opt_rejected - the peer's answer to our request. */
int opt_naked(const struct opt_table *o, struct fsm *f, const struct turn *t,
    struct rd opts);
int opt_rejected(const struct opt_table *o, struct fsm *f,
    const struct turn *t, struct rd opts);

#endif

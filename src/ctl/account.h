/*
 * What RADIUS has to do with a session once it is there: the attributes that
 * tell it from others, accounting records, and the ends that a server
 * granted (Session-Timeout, Idle-Timeout). One for each session while `set
 * radius` is in force. Control thread only.
 */
#ifndef CTL_ACCOUNT_H
#define CTL_ACCOUNT_H

#include "aaa/radius_auth.h"
#include "base/wheel.h"
#include "ctl/state.h"

/* What the accounts of a multilink bundle's links have in common. */
struct account_multi {		/* owner: the last account of it */
	struct account *group;		/* the bundle's; NULL: it has ended */
	struct account *first;		/* of its links */
	uint32_t links;			/* that ever joined: RFC 2866 s. 5.12 */
	char	 session[20];		/* Acct-Multi-Session-Id */
};

struct account {		/* owner: a peer, or the bundle */
	struct timer timer;		/* in the accounts' wheel */
	struct account *next, **prev;	/* of all */
	struct ctl *c;			/* borrows */
	uint32_t ticket, row;		/* row: of the lane's ledger */
	uint8_t	 lane;
	bool	 started, ip6, closing;
	bool	 group;			/* of a bundle: without records */
	struct account_multi *multi;	/* owner; NULL: no multilink */
	struct account *sibling, **back;	/* links of one bundle */
	struct rad_who who;
	char	 user[AUTHNAME_MAX + 1];
	const struct aaa_grant *g;	/* borrows: its owner's; may be NULL */
	uint32_t addr;			/* the peer's; 0: none */
	uint8_t	 ifid[8];
	tstamp	 up, interim;		/* up 0: not yet; interim: next due */
	tstamp	 busy_at;		/* packets moved last */
	uint64_t packets;
};

struct accounts;
struct accounts *accounts_new(struct ctl *c);	/* NULL: no memory */
void accounts_free(struct accounts *all);	/* after the last account */

/* account_new - of the session that @m came from. NULL: no memory. */
struct account *account_new(struct ctl *c, unsigned lane,
    const struct mail *m);

/*
 * account_group - of the multilink bundle @ticket of @lane, which @link is
 * the first to join. account_join - @link is one of @group's: a record each,
 * from now on or from when the bundle is up. Of Session-Timeouts each link
 * has its own, Idle-Timeout is the bundle's.
 */
struct account *account_group(const struct account *link, uint32_t ticket);
void account_join(struct account *link, struct account *group);

/* account_group_of - of the bundle that @a is a link of; NULL: of none. */
struct account *account_group_of(const struct account *a);

/* account_grant - name and grants. account_regrant - the same name is granted
 * something else, or for the first time (CoA). */
void account_grant(struct account *a, const char *user,
    const struct aaa_grant *g);
void account_regrant(struct account *a, const struct aaa_grant *g);

/* A network protocol is up, which @m says: a Start, the first time; with
 * IPv6 alone only once IPv4, whose address belongs into it, has had its
 * chance. */
void account_up(struct account *a, const struct mail *m);

/* account_end - a Stop, when there was a Start; then it is no more. @n NULL:
 * nothing was carried. */
void account_end(struct account *a, enum why why,
    const struct mail_closed *n);

/* account_close - its session ends; the Stop comes when it has. */
void account_close(struct account *a, enum why why);

/* accounts_each - all that are up. */
typedef void accounts_fn(struct account *a, void *arg);
void accounts_each(struct accounts *all, accounts_fn *fn, void *arg);

/* accounts_all - Accounting-On or -Off; no records after an Off. */
void accounts_all(struct ctl *c, bool on);

#endif

/*
 * `set flows`: what the flow tables of all lanes (lb/flows.h) say, into
 * files that follow each other. A thread takes the rows that are over out of
 * the lanes' rings, makes their addresses anonymous when that is asked for,
 * and writes them; after its time a file is renamed to FILE.1 and a new one
 * begun. Functions are for the control thread.
 */
#ifndef CTL_FLOWLOG_H
#define CTL_FLOWLOG_H

#include "crypto/anon.h"
#include "ctl/out.h"
#include "lb/flows.h"
#include "sess/profile.h"

struct flowlog;

struct flowlog *flowlog_new(void);	/* NULL: no memory */

/* flowlog_free - once no lane runs any more: the last file is complete. */
void flowlog_free(struct flowlog *fl);

/*
 * flowlog_ready - before @p is published: when it wants other statistics
 * than there are, their tables are made and the place of the file is looked
 * at. Negative, with @why: all is as it was. @lanes: of the pool.
 * flowlog_flows - what the snapshot shall hold after that, or NULL.
 * flowlog_go - it is published. flowlog_cancel - it is not.
 * flowlog_run - threads may start from now on.
 * flowlog_tick - each second: what has ended goes, and the log hears why.
 */
int flowlog_ready(struct flowlog *fl, const struct profile *p,
    unsigned lanes, char *why, size_t n);
struct flows *flowlog_flows(struct flowlog *fl, const struct profile *p);
void flowlog_go(struct flowlog *fl, const struct profile *p);
void flowlog_cancel(struct flowlog *fl);
int flowlog_run(struct flowlog *fl);
void flowlog_tick(struct flowlog *fl);

#define FLOW_WHY	(FLOW_PATH + 168)	/* a file, and a reason */

struct flow_view {
	bool	 on;
	struct flow_conf conf;
	char	 bad[FLOW_WHY];		/* why nothing is written; "" */
	uint64_t live;			/* rows in the tables now */
	uint64_t room, octets;		/* rows, memory at most */
	uint64_t begun, replaced;	/* since the command */
	uint64_t written, lost;		/* rows in files; not, for want of
					 * room in a ring or on the disk */
	unsigned files;			/* begun */
};
void flowlog_view(struct flowlog *fl, struct flow_view *v);

/* flowlog_each - every live row; stops when @fn returns false. */
typedef bool flow_row_fn(const struct flow_row *r, void *arg);
void flowlog_each(struct flowlog *fl, flow_row_fn *fn, void *arg);

/*
 * A row in columns, as in files: flowlog_row.c.
 * flow_put - @wall: clock_epoch(). @a: addresses are made anonymous, and
 * nobody is named; NULL.
 */
extern const struct out_col flow_cols[];
extern const unsigned flow_cols_n;
void flow_put(struct out_table *ot, const struct flow_row *r, int64_t wall,
    const struct anon *a);

/* flow_proto - "tcp", "all" of a session's own row; in @buf or constant.
 * flow_addr - in numbers; "" of a session's own row. */
#define FLOW_TEXT	48
const char *flow_proto(const struct flow_row *r, char buf[FLOW_TEXT]);
const char *flow_addr(const struct flow_row *r, unsigned way,
    const struct anon *a, char buf[FLOW_TEXT]);

#endif

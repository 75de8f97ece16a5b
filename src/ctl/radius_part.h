/* Between radius.c (queue, timers), radius_file.c (servers, their names) and
 * radius_wire.c (sockets) only. */
#ifndef CTL_RADIUS_PART_H
#define CTL_RADIUS_PART_H

#include "ctl/radius.h"

#define RAD_IDS		256u

struct rad_req {		/* owner: a slot or a list */
	struct rad_req *next;
	uint8_t	 service;		/* enum rad_service */
	uint8_t	 id;
	bool	 keep;			/* accounting that must not be lost */
	uint32_t ticket;
	unsigned tried;			/* times sent and not answered */
	tstamp	 born, end;		/* end: given up */
	tstamp	 sent, due;		/* due: of the answer */
	uint8_t	 auth[RAD_AUTH];	/* of the packet on its way */
	struct auth_query *q;		/* owner; NULL: accounting */
	uint8_t	*packet;		/* owner; NULL: not built */
	size_t	 len;
	size_t	 attrs_len;
	uint8_t	 attrs[];
};

struct rad_list {
	struct rad_req *head, **tail;
	unsigned n;
};

struct rad_server {
	struct radius *r;
	struct rad_host *host;		/* borrows: r->conf */
	uint8_t	 service;
	int	 fd;			/* -1: not open */
	struct loop_fd *watch;		/* owner */
	int	 look_fd;		/* of its name's look-up; -1: none */
	struct loop_fd *look;		/* owner */
	tstamp	 look_at;		/* not before */
	struct rad_nas nas;
	struct rad_req *slot[RAD_IDS];	/* owner */
	unsigned busy;
	uint8_t	 next_id;
	unsigned misses;		/* in a row */
	bool	 signs;			/* its answers were signed so far */
	tstamp	 heard, dead_until, told;
	struct radius_count n;
};

struct radius {
	struct loop *loop;		/* borrows */
	struct rng *rng;		/* borrows */
	struct radius_hooks hooks;
	char	 path[128];
	bool	 ip, id, bad;		/* bad: the file cannot be used */
	int64_t	 stamp[3];		/* of the file: inode, size, ctime */
	struct rad_conf conf;
	struct rad_server *server[RAD_SERVICES];	/* owner: arrays */
	struct rad_list wait[RAD_SERVICES];
	struct rad_list again;		/* accounting, after a pause */
	struct loop_timer *timer;	/* owner */
	tstamp	 armed;
	uint64_t unanswered, lost;
	tstamp	 told;
};

/* radius_wire.c: rad_send - build the packet (unless it is) and send it. */
void rad_close(struct rad_server *s);
void rad_send(struct rad_server *s, struct rad_req *q, tstamp now);

/* radius_file.c: rad_look_up - its name, unless that is known or under way;
 * what is waited for is sent when it is found. */
void rad_look_up(struct rad_server *s, tstamp now);
void rad_drop_servers(struct radius *r);

/*
 * radius.c: rad_answered - a genuine answer. rad_refused - the socket says
 * that nobody listens. rad_recall - what is under way there waits again.
 * rad_arm - the queues are looked at, then at the latest.
 */
void rad_answered(struct rad_server *s, struct rad_req *q,
    const struct rad_in *in, tstamp now);
void rad_refused(struct rad_server *s, tstamp now);
void rad_recall(struct rad_server *s);
void rad_arm(struct radius *r, tstamp when);

#endif

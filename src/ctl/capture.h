/*
 * `set capture`: the file, and the thread that writes it. Lanes and control
 * put frames into rings (lb/tap.h) and never wait; the thread puts them in
 * the order of time, hides secrets, adds who they are of and ends the file
 * when a limit is reached or the disk is full. Functions are for the control
 * thread, which never waits for the disk: a capture that is told to end
 * completes its file while the next one may have begun already.
 */
#ifndef CTL_CAPTURE_H
#define CTL_CAPTURE_H

#include "lb/tap.h"
#include "sess/profile.h"

struct capture;

struct capture *capture_new(void);	/* NULL: no memory */

/* capture_free - once no other thread produces; waits for the file. */
void capture_free(struct capture *cp);

/* capture_taps - where the pool puts its frames. Borrowed. */
struct taps *capture_taps(struct capture *cp);

/*
 * capture_ready - before @p is published: when it wants another capture than
 * there is, its file is opened and the rings are made. @lanes: of the pool.
 * Negative, perhaps with @why: all is as it was.
 * capture_go - it is published: the old one ends, the new one begins.
 * capture_cancel - it is not.
 * capture_run - threads may start from now on: what has begun is written.
 */
int capture_ready(struct capture *cp, const struct profile *p,
    unsigned lanes, char *why, size_t n);
void capture_go(struct capture *cp, const struct profile *p);
void capture_cancel(struct capture *cp);
int capture_run(struct capture *cp);

/* capture_tick - each second: the log hears when it has ended by itself; one
 * that was told to end is put away. */
void capture_tick(struct capture *cp);

/* CAPTURE_LEAVES: it was told to end, its file is not complete yet. */
enum capture_state { CAPTURE_NONE, CAPTURE_RUNS, CAPTURE_ENDED,
	CAPTURE_LEAVES };
struct capture_view {
	uint8_t	 state;			/* enum capture_state */
	struct capture_conf conf;
	char	 end[96];		/* why it has ended */
	uint64_t frames, octets;	/* in the file */
	uint64_t lost;			/* for want of room in a ring */
	tstamp	 since;
};
void capture_view(struct capture *cp, struct capture_view *v);

#endif

/*
 * The event loop of the control thread: descriptors, timers, signals. The
 * only folder that knows libevent is this one. One thread; a callback may
 * free any watcher, its own too.
 */
#ifndef CTL_LOOP_H
#define CTL_LOOP_H

#include "base/clock.h"

struct loop;
struct loop_fd;
struct loop_timer;
struct loop_signal;

/* loop_base - for what else of libevent ctl/ uses. */
struct event_base;
struct event_base *loop_base(struct loop *l);

struct loop *loop_new(void);		/* NULL: no memory, no descriptor */
void loop_free(struct loop *l);		/* after all its watchers */

/*
 * loop_run - call back until loop_stop(), or until nothing is watched.
 * loop_once - wait at most @max nanoseconds (NEVER: for ever) for something,
 * call back what is due, return.
 * loop_after_fork - the child's first call; 0 or -E_SYS.
 */
void loop_run(struct loop *l);
void loop_once(struct loop *l, tstamp max);
void loop_stop(struct loop *l);
int loop_after_fork(struct loop *l);

/*
 * loop_fd_new - watch @fd, for nothing yet. The descriptor stays the
 * caller's and outlives its watcher. NULL: no memory.
 * loop_fd_want - from now on for @what (LOOP_READ | LOOP_WRITE, or 0).
 * 0; -E_SYS when the system cannot watch such a descriptor.
 */
#define LOOP_READ	1u
#define LOOP_WRITE	2u
typedef void loop_fd_fn(void *arg, unsigned what);
struct loop_fd *loop_fd_new(struct loop *l, int fd, loop_fd_fn *fn,
    void *arg);
int loop_fd_want(struct loop_fd *f, unsigned what);
void loop_fd_free(struct loop_fd *f);	/* NULL allowed */

/*
 * loop_timer_set - call back once, not before @when (clock_now() scale);
 * a time that has passed: at the next turn. NEVER: not at all. Moves a
 * timer that runs already.
 */
typedef void loop_timer_fn(void *arg, tstamp now);
struct loop_timer *loop_timer_new(struct loop *l, loop_timer_fn *fn,
    void *arg);
void loop_timer_set(struct loop_timer *t, tstamp when);
void loop_timer_free(struct loop_timer *t);	/* NULL allowed */

/* loop_signal_new - call back for each @sig, outside the signal handler. */
typedef void loop_signal_fn(void *arg, int sig);
struct loop_signal *loop_signal_new(struct loop *l, int sig,
    loop_signal_fn *fn, void *arg);
void loop_signal_free(struct loop_signal *s);	/* NULL allowed */

#endif

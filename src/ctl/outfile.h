/*
 * Files that a thread of their own writes: `set capture`, `set flows`. They
 * are the user's alone, and what is there is overwritten only when it is
 * such a file already.
 */
#ifndef CTL_OUTFILE_H
#define CTL_OUTFILE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTFILE_HEAD	16

struct outfile_kind {
	const char *name;		/* "capture" */
	/* Do the first @n octets look like it? 0 of an empty file. */
	bool	(*ours)(const uint8_t *head, size_t n);
};

/*
 * outfile_open - the file as it is, or a new one: its descriptor, which
 * writes at the end whoever else has it open; else negative and @why says
 * which and why not.
 * outfile_fits - as if it were opened, but none is made: 0, also when there
 * is none, or negative.
 */
int outfile_open(const char *path, const struct outfile_kind *k, char *why,
    size_t n);
int outfile_fits(const char *path, const struct outfile_kind *k, char *why,
    size_t n);

/* The thread; @stop[0] becomes readable when it shall end. */
struct outthread {
	bool	 runs;
	pthread_t thread;
	int	 stop[2];
};

/* outthread_start - 0 or -E_SYS with errno. outthread_end - tell it;
 * outthread_join - wait for its end after that. outthread_stop - both, or
 * nothing when it does not run. */
int outthread_start(struct outthread *t, const char *name,
    void *(*fn)(void *), void *arg);
void outthread_end(struct outthread *t);
void outthread_join(struct outthread *t);
void outthread_stop(struct outthread *t);

#endif

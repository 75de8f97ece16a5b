/*
 * Are sessions where they should be: for people, as pppoetest prints it and
 * as `test` does at a prompt.
 */
#ifndef CMD_BALANCE_H
#define CMD_BALANCE_H

#include <stdbool.h>

#include "base/txt.h"

struct balance_row {
	int	 worker;
	long long sessions;
};

/*
 * balance_text - sessions of @n ACTIVE workers against the average.
 * @most: how far over it the fullest is, percent
 * @threshold: more is a warning
 */
void balance_text(const struct balance_row *row, unsigned n, long long most,
    unsigned threshold, struct txt *t);

/* affinity_head, affinity_row - a session and whose it should be, is.
 * affinity_tail - of @all so many are with the wrong worker. */
void affinity_head(struct txt *t);
void affinity_row(unsigned sid, long long want, long long is,
    struct txt *t);
void affinity_tail(unsigned long long all, unsigned long long bad,
    struct txt *t);

#endif

/*
 * `set authkey "!PROG ARGS"`: a program that answers challenges, such as one
 * of one-time passwords. It is given three lines (the peer's name, the
 * challenge, our authname) and gives two: the name and the key to use.
 * Control thread only; nobody waits for it.
 */
#ifndef CTL_KEYPROG_H
#define CTL_KEYPROG_H

#include "ctl/loop.h"
#include "ppp/ppp.h"

struct keyprog;

/* The program is done: @k->ok says whether with name and key. The keyprog
 * is gone when this is called. */
typedef void keyprog_fn(void *arg, const struct auth_key *k);

/*
 * keyprog_start - @argv[0] is looked for in PATH. @k: PPP_EV_KEY's data.
 * @why: when it cannot be started (NULL).
 */
struct keyprog *keyprog_start(struct loop *l, char *const *argv,
    const struct auth_key *k, const char *authname, keyprog_fn *fn,
    void *arg, char *why, size_t n);

/* keyprog_is - does it work on this challenge already? */
bool keyprog_is(const struct keyprog *p, const struct auth_key *k);

/* keyprog_end - it is killed, nobody is told. NULL allowed. */
void keyprog_end(struct keyprog *p);

#endif

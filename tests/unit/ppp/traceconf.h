/*
 * The lines of a trace that set things up, in ppp(8)'s words:
 *	conf enable chap echo	conf mru 1400	conf retry lcp 3 5 5
 *	net my=10.0.0.1/0 his=10.0.0.2/0 trigger=0.0.0.0 dns=1.1.1.1,9.9.9.9
 */
#ifndef TESTS_TRACECONF_H
#define TESTS_TRACECONF_H

#include <stddef.h>
#include <stdint.h>

#include "ppp/conf.h"

/* Both: 0, or negative with the reason in @why. */
int traceconf_conf(const char *text, struct ppp_conf *c, uint16_t *lower,
    char *why, size_t n);
int traceconf_net(const char *text, struct net_conf *net, char *why,
    size_t n);

#endif

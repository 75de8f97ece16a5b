/*
 * BUG_ON - stop at once when our own code broke its promise. Never used for
 * input of a peer or a typist.
 */
#ifndef BASE_BUG_H
#define BASE_BUG_H

#include <stdio.h>
#include <stdlib.h>

#define BUG_ON(cond)							\
	do {								\
		if (__builtin_expect(!!(cond), 0)) {			\
			fprintf(stderr, "ppp: bug: %s at %s:%d\n",	\
			    #cond, __FILE__, __LINE__);			\
			abort();					\
		}							\
	} while (0)

#endif

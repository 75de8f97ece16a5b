/*
 * A chat script (lang/chat.h) at work on a device: reads and writes it, runs
 * its programs, tells the log. Never waits. Control thread only.
 */
#ifndef CTL_CHATTER_H
#define CTL_CHATTER_H

#include <sys/types.h>

#include "base/txt.h"
#include "ctl/loop.h"
#include "io/stream.h"
#include "lang/chat.h"

struct chatter;

struct chatter_conf {
	void	*arg;
	const char *(*name)(void *arg);	/* of the link, for the log */
	void	(*done)(void *arg, bool ok);
	/* macros in the words of a program */
	void	(*expand)(void *arg, const char *in, struct txt *out);
};

struct chatter *chatter_new(struct loop *l, const struct chatter_conf *c);
void chatter_free(struct chatter *c);		/* NULL allowed */

/*
 * chatter_start - @script on descriptors @in and @out, which stay the
 * caller's. The texts as for chat_init(). done() comes later, from the loop;
 * false when the script is no good: told, and done() does not come.
 * chatter_stop - no more of it, and what was read ahead is forgotten.
 */
bool chatter_start(struct chatter *c, int in, int out, const char *script,
    const char *phone, const char *authname, const char *authkey);
void chatter_stop(struct chatter *c);

/* chatter_ahead - octets that were read and are not the script's; taken. */
size_t chatter_ahead(struct chatter *c, uint8_t to[STREAM_AHEAD]);

#endif

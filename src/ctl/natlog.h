/* nat log: translated connections into /var/log/alias.log. */
#ifndef CTL_NATLOG_H
#define CTL_NATLOG_H

struct hostnet;
struct loop;
struct natlog;

/* natlog_new - begin; NULL: told in the log. natlog_free - end; NULL: none. */
struct natlog *natlog_new(struct loop *loop, const struct hostnet *h);
void natlog_free(struct natlog *l);

#endif

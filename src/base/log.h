/*
 * The log levels of ppp(8) and the way of a line: any thread writes, the
 * line waits in that thread's ring, the control thread takes it out and
 * gives it to syslog, files and prompts. A full ring loses the line and
 * counts it; a packet never waits for a log. ppp(8) chapter LOGGING.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/spsc.h"

enum log_level {
	LOG_ASYNC, LOG_CBCP, LOG_CCP, LOG_CHAT, LOG_COMMAND, LOG_CONNECT,
	LOG_DEBUG_, LOG_DNS, LOG_FILTER, LOG_HDLC, LOG_ID0, LOG_IPCP,
	LOG_IPV6CP, LOG_LCP, LOG_LQM, LOG_PHASE, LOG_PHYSICAL, LOG_RADIUS,
	LOG_SYNC, LOG_TCPIP, LOG_TIMER, LOG_TUN,
	LOG_WARN_, LOG_ERROR_, LOG_ALERT_,	/* always on */
	LOG_LEVELS
};

#define LOG_BIT(level)		(1u << (level))
#define LOG_ALWAYS	\
	(LOG_BIT(LOG_WARN_) | LOG_BIT(LOG_ERROR_) | LOG_BIT(LOG_ALERT_))
#define LOG_TEXT	248	/* octets of one line, NUL included */

struct log_line {
	uint8_t	 level;			/* enum log_level */
	char	 text[LOG_TEXT - 1];	/* without the level's name */
};

/* log_level_name - "Phase", "TCP/IP", ... as the manual spells them. */
const char *log_level_name(enum log_level level);
const char *log_level_help(enum log_level level);	/* one sentence */

/* log_level_find - by full name, ignoring case; -1 when unknown. */
int log_level_find(const char *name);

/*
 * log_set_mask - which levels are made at all (union of all readers' wishes,
 * LOG_ALWAYS is added). log_on() is the cheap test before formatting.
 */
void log_set_mask(uint32_t mask);
bool log_on(enum log_level level);
bool log_any(uint32_t levels);		/* LOG_BIT()s: is one of them on? */

/*
 * log_thread_ring - lines of the calling thread go into @ring (messages of
 * sizeof(struct log_line)); NULL: straight to the sink (control thread).
 */
void log_thread_ring(struct spsc *ring);

/*
 * log_set_sink - where finished lines go; called on the control thread only.
 * Without a sink lines go to standard error.
 */
typedef void log_sink_fn(const struct log_line *line, void *arg);
void log_set_sink(log_sink_fn *fn, void *arg);

/* log_drain - hand all lines of another thread's ring to the sink. */
void log_drain(struct spsc *ring);

/* log_lost - lines lost to full rings since the start, all threads. */
uint64_t log_lost(void);

/* log_put - one line; cut at LOG_TEXT. Any thread. Never a secret. */
void log_put(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* log_dump - octets, 16 a line, in hex and as text. Never a secret. */
void log_dump(enum log_level level, const void *p, size_t n);

#endif

/* Log levels, masks and rings. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <strings.h>

static const struct {
	const char *name, *help;
} levels[LOG_LEVELS] = {
	{ "Async", "Dump of octets on an asynchronous line." },
	{ "CBCP", "Callback negotiation." },
	{ "CCP", "Compression negotiation." },
	{ "Chat", "Dial, login, logout and hangup scripts." },
	{ "Command", "Commands that are run." },
	{ "Connect", "Lines of a chat script with CONNECT in them." },
	{ "Debug", "Much detail." },
	{ "DNS", "Name server queries that pass." },
	{ "Filter", "What packet filters decide, at most 500 lines a second." },
	{ "HDLC", "Frames of a line with HDLC-like framing." },
	{ "ID0", "What needs the rights of the superuser." },
	{ "IPCP", "Negotiation of IPv4." },
	{ "IPV6CP", "Negotiation of IPv6." },
	{ "LCP", "Negotiation of the link." },
	{ "LQM", "Link quality reports and echoes." },
	{ "Phase", "Phases and states of links." },
	{ "Physical", "Dump of octets on the device." },
	{ "Radius", "RADIUS." },
	{ "Sync", "Dump of frames on a synchronous line." },
	{ "TCP/IP", "A line for each packet." },
	{ "Timer", "Timers as they are set." },
	{ "Tun", "The name of the interface on each line." },
	{ "Warning", "Warnings; always on." },
	{ "Error", "Errors; always on." },
	{ "Alert", "Alerts; always on." },
};

static _Atomic uint32_t mask = LOG_ALWAYS | LOG_BIT(LOG_PHASE);
static _Atomic uint64_t lost;
static _Thread_local struct spsc *my_ring;
static log_sink_fn *sink;
static void *sink_arg;

const char *
log_level_name(enum log_level level)
{
	return levels[level].name;
}

const char *
log_level_help(enum log_level level)
{
	return levels[level].help;
}

int
log_level_find(const char *name)
{
	for (int i = 0; i < LOG_LEVELS; i++)
		if (strcasecmp(name, levels[i].name) == 0)
			return i;
	return -1;
}

void
log_set_mask(uint32_t m)
{
	atomic_store_explicit(&mask, m | LOG_ALWAYS, memory_order_relaxed);
}

bool
log_on(enum log_level level)
{
	return atomic_load_explicit(&mask, memory_order_relaxed) &
	    LOG_BIT(level);
}

bool
log_any(uint32_t levels)
{
	return (atomic_load_explicit(&mask, memory_order_relaxed) &
	    levels) != 0;
}

void
log_thread_ring(struct spsc *ring)
{
	my_ring = ring;
}

void
log_set_sink(log_sink_fn *fn, void *arg)
{
	sink = fn;
	sink_arg = arg;
}

static void
deliver(const struct log_line *line)
{
	if (sink != NULL)
		sink(line, sink_arg);
	else
		fprintf(stderr, "%s: %s\n", levels[line->level].name,
		    line->text);
}

void
log_drain(struct spsc *ring)
{
	struct log_line line;

	while (spsc_get(ring, &line))
		deliver(&line);
}

uint64_t
log_lost(void)
{
	return atomic_load_explicit(&lost, memory_order_relaxed);
}

void
log_put(enum log_level level, const char *fmt, ...)
{
	struct log_line line = { .level = (uint8_t)level };
	va_list ap;

	if (!log_on(level))
		return;
	va_start(ap, fmt);
	vsnprintf(line.text, sizeof(line.text), fmt, ap);
	va_end(ap);
	if (my_ring == NULL)
		deliver(&line);
	else if (!spsc_put(my_ring, &line))
		atomic_fetch_add_explicit(&lost, 1, memory_order_relaxed);
}

void
log_dump(enum log_level level, const void *p, size_t n)
{
	const unsigned char *from = p;

	for (size_t at = 0; at < n; at += 16) {
		char hex[3 * 16 + 1] = "", text[16 + 1] = "";

		for (size_t i = 0; i < 16 && at + i < n; i++) {
			unsigned char c = from[at + i];

			snprintf(hex + 3 * i, 4, " %02x", c);
			text[i] = c >= 32 && c < 127 ? (char)c : '.';
		}
		log_put(level, "%-48s  %s", hex, text);
	}
}

/* Log levels, masks and rings. */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <strings.h>

static const char *const level_names[LOG_LEVELS] = {
	"Async", "CBCP", "CCP", "Chat", "Command", "Connect", "Debug", "DNS",
	"Filter", "HDLC", "ID0", "IPCP", "IPV6CP", "LCP", "LQM", "Phase",
	"Physical", "Radius", "Sync", "TCP/IP", "Timer", "Tun",
	"Warning", "Error", "Alert",
};

static _Atomic uint32_t mask = LOG_ALWAYS | LOG_BIT(LOG_PHASE);
static _Atomic uint64_t lost;
static _Thread_local struct spsc *my_ring;
static log_sink_fn *sink;
static void *sink_arg;

const char *
log_level_name(enum log_level level)
{
	return level_names[level];
}

int
log_level_find(const char *name)
{
	for (int i = 0; i < LOG_LEVELS; i++)
		if (strcasecmp(name, level_names[i]) == 0)
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
		fprintf(stderr, "%s: %s\n", level_names[line->level],
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

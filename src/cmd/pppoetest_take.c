/* pppoetest: options that are not about sessions or transfers. */
#include <stdio.h>
#include <string.h>

#include "cmd/pppoetest_opts.h"
#include "lang/value.h"
#include "sess/profile.h"

bool
pt_refuse(const char *what, const char *word, const char *form)
{
	fprintf(stderr, "pppoetest: %s %s: not %s\n", what, word, form);
	return false;
}

bool
pt_number(const char *what, const char *word, uint32_t lo, uint32_t hi,
    unsigned *to)
{
	uint32_t n;
	char form[40];

	if (val_num(word, lo, hi, &n) == 0) {
		*to = n;
		return true;
	}
	snprintf(form, sizeof(form), "%u to %u", lo, hi);
	return pt_refuse(what, word, form);
}

/* The index of @word in @names, which end with NULL. */
static bool
one_of(const char *what, const char *word, const char *const *names,
    unsigned *to)
{
	char form[80] = "";
	size_t at = 0;

	for (unsigned i = 0; names[i] != NULL; i++) {
		if (strcmp(word, names[i]) == 0) {
			*to = i;
			return true;
		}
		at += (size_t)snprintf(form + at, sizeof(form) - at, "%s%s",
		    i == 0 ? "" : names[i + 1] == NULL ? " or " : ", ",
		    names[i]);
	}
	return pt_refuse(what, word, form);
}

static bool
take_form(struct pt_opts *o, const char *word)
{
	static const char *const names[] = { "console", "json", "jsonl",
	    "csv", "tap", NULL };
	unsigned n;

	if (!one_of("--format", word, names, &n))
		return false;
	o->form = (enum pt_form)n;
	return true;
}

static bool
take_level(struct pt_opts *o, const char *word)
{
	static const char *const names[] = { "error", "warning", "info",
	    "verbose", "debug", NULL };
	unsigned n;

	if (!one_of("--log-level", word, names, &n))
		return false;
	o->level = (enum pt_level)n;
	return true;
}

static bool
take_algorithm(struct pt_opts *o, const char *word)
{
	static const char *const names[] = { "round-robin", "hash",
	    "least-sessions", NULL };
	unsigned n;

	if (!one_of("--algorithm", word, names, &n))
		return false;
	o->test.algorithm = (int)n;
	return true;
}

static bool
take_trigger(struct pt_opts *o, const char *word)
{
	static const char *const names[] = { "scale-up", "scale-down", NULL };
	unsigned n;

	if (!one_of("--trigger", word, names, &n))
		return false;
	o->test.up |= n == 0;
	o->test.down |= n == 1;
	return true;
}

static bool
take_view(struct pt_opts *o, int id)
{
	bool *const view[] = { &o->health, &o->balance, &o->affinity,
	    &o->show_workers, &o->show_sessions, &o->show_governor };

	return o->any = *view[id - PTO_HEALTH] = true;
}

static bool
take_file(const char *word)
{
	if (freopen(word, "w", stdout) != NULL)
		return true;
	fprintf(stderr, "pppoetest: --output-file: ");
	perror(word);
	return false;
}

static bool
take_number(struct pt_opts *o, int id, const char *word)
{
	struct pt_test *t = &o->test;
	unsigned n;

	switch (id) {
	case PTO_COUNT: return pt_number("--count", word, 1, 1000000,
	    &o->count);
	case PTO_DEVIATION: return pt_number("--deviation", word, 0, 100,
	    &t->deviation);
	case PTO_PASS: return pt_number("--pass-threshold", word, 0, 100,
	    &t->pass);
	case PTO_RETRIES: return pt_number("--retries", word, 1, 1000,
	    &t->retries);
	case PTO_ACTIVE: return pt_number("--workers", word, 1, 64,
	    &t->workers);
	case PTO_TIMEOUT: return pt_number("--timeout", word, 1, 3600,
	    &o->timeout);
	case PTO_IMBALANCE: return pt_number("--balance-threshold", word, 0,
	    100, &o->imbalance);
	case PTO_PORT: case PTO_LEAST:
		if (!pt_number(id == PTO_PORT ? "-p" : "--health-threshold",
		    word, id == PTO_PORT, id == PTO_PORT ? UINT16_MAX : 100,
		    &n))
			return false;
		if (id == PTO_PORT)
			o->port = (uint16_t)n;
		else
			o->least = (int)n;
		return true;
	default: return false;
	}
}

static bool
take_flag(struct pt_opts *o, int id)
{
	switch (id) {
	case PTO_QUIET: return o->quiet = true;
	case PTO_VERBOSE:
		o->level = PTV_VERBOSE;
		return true;
	case PTO_DEBUG:
		o->level = PTV_DEBUG;
		return true;
	case PTO_STATS: return o->no_stats = true;
	case PTO_COLOR: return true;	/* there is none */
	case PTO_EARLY: return o->fail_early = o->load.gen.fail_early = true;
	case PTO_STRICT: return o->strict = true;
	case PTO_MONITOR: return o->monitor = true;
	case PTO_MODIFY: return o->modify = true;
	case PTO_MIND: return o->test.mind = true;
	default: return false;
	}
}

/* A number: seconds between two lines of progress; else an interface. */
static bool
interface_or_interval(struct pt_opts *o, const char *word)
{
	if (word[0] != '\0' && word[strspn(word, "0123456789")] == '\0')
		return pt_number("-i", word, 1, 86400,
		    &o->load.gen.interval);
	return pt_load_take(&o->load, PTL_INTERFACE, word);
}

bool
pt_take(struct pt_opts *o, int id, const char *word)
{
	if (id >= PTL_FIRST && id < PTL_LAST)
		return pt_load_take(&o->load, id, word);
	if (id >= PTX_FIRST && id < PTX_LAST)
		return pt_xfer_take(&o->xfer, id, word);
	if (id >= PTO_HEALTH && id <= PTO_GOVERNOR)
		return take_view(o, id);
	switch (id) {
	case 'i': return interface_or_interval(o, word);
	case PTO_INTERVAL: return pt_number("--interval", word, 1, 86400,
	    &o->load.gen.interval);
	case PTO_MODE: return pt_take_mode(o, word);
	case PTO_FORM: return take_form(o, word);
	case PTO_LOG: return take_level(o, word);
	case PTO_FILE: return take_file(word);
	case PTO_ALGORITHM: return take_algorithm(o, word);
	case PTO_TRIGGER: return take_trigger(o, word);
	case PTO_SOCKET:
		o->socket = word;
		return true;
	case PTO_HOST:
		o->to = word;
		return true;
	case PTO_PASSWORD:
		o->password = word;
		return true;
	case PTO_SET:
		o->test.set_worker = word;
		return true;
	default: return take_flag(o, id) || take_number(o, id, word);
	}
}

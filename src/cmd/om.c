/* OpenMetrics. */
#include "cmd/om.h"

#include <string.h>

static const char *
unit_of(const char *name)
{
	const char *last = strrchr(name, '_');

	if (last != NULL && (strcmp(last, "_seconds") == 0 ||
	    strcmp(last, "_bytes") == 0))
		return last + 1;
	return NULL;
}

void
om_family(struct om *m, const char *name, const char *type, const char *help)
{
	const char *unit = unit_of(name);

	m->name = name;
	m->type = type;
	txt_put(m->t, "# TYPE %s %s\n", name, type);
	if (unit != NULL)
		txt_put(m->t, "# UNIT %s %s\n", name, unit);
	txt_put(m->t, "# HELP %s %s\n", name, help);
}

/* Octets that are no UTF-8 would spoil the whole answer. */
static void
put_value(struct txt *t, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '\\' || *s == '"')
			txt_put(t, "\\%c", *s);
		else if (*s < ' ' || *s > '~')
			txt_put(t, "?");
		else
			txt_put(t, "%c", *s);
}

static void
put_labels(struct txt *t, va_list ap)
{
	const char *name, *sep = "{";

	while ((name = va_arg(ap, const char *)) != NULL) {
		txt_put(t, "%s%s=\"", sep, name);
		put_value(t, va_arg(ap, const char *));
		txt_put(t, "\"");
		sep = ",";
	}
	txt_put(t, sep[0] == ',' ? "} " : " ");
}

static const char *
suffix(const struct om *m)
{
	return strcmp(m->type, "counter") == 0 ? "_total" :
	    strcmp(m->type, "info") == 0 ? "_info" : "";
}

void
om_u64(struct om *m, uint64_t n, ...)
{
	va_list ap;

	txt_put(m->t, "%s%s", m->name, suffix(m));
	va_start(ap, n);
	put_labels(m->t, ap);
	va_end(ap);
	txt_put(m->t, "%llu\n", (unsigned long long)n);
}

void
om_real(struct om *m, double n, ...)
{
	va_list ap;

	txt_put(m->t, "%s%s", m->name, suffix(m));
	va_start(ap, n);
	put_labels(m->t, ap);
	va_end(ap);
	txt_put(m->t, "%.9g\n", n);
}

static double
seconds(uint64_t ns)
{
	return (double)ns / 1e9;
}

void
om_hist(struct om *m, const struct hist_view *h, const char *label,
    const char *value)
{
	uint64_t n = 0;

	for (int i = 0; i <= HIST_BOUNDS; i++) {
		n += h->n[i];
		txt_put(m->t, "%s_bucket{%s=\"", m->name, label);
		put_value(m->t, value);
		if (i == HIST_BOUNDS)
			txt_put(m->t, "\",le=\"+Inf\"} ");
		else	/* 1.0, not 1: that is how the format writes it */
			txt_put(m->t, "\",le=\"%g%s\"} ",
			    seconds(hist_bound[i]),
			    hist_bound[i] % SEC(1) == 0 ? ".0" : "");
		txt_put(m->t, "%llu\n", (unsigned long long)n);
	}
	txt_put(m->t, "%s_count{%s=\"", m->name, label);
	put_value(m->t, value);
	txt_put(m->t, "\"} %llu\n", (unsigned long long)n);
	txt_put(m->t, "%s_sum{%s=\"", m->name, label);
	put_value(m->t, value);
	txt_put(m->t, "\"} %.9g\n", seconds(h->sum));
}

void
om_end(struct om *m)
{
	txt_put(m->t, "# EOF\n");
}

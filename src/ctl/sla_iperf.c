/* libiperf: iperf3(1), libiperf(3). */
#include "ctl/sla_iperf.h"

#include <iperf_api.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "ctl/sla.h"

#define CONNECT_MS	5000
#define BUSY_TRIES	10
#define BUSY_NS		300000000

static double
member(const json_t *v, const char *key)
{
	return json_number_value(json_object_get(v, key));
}

static struct iperf_test *
prepared(const struct sla_iperf *q)
{
	struct iperf_test *t = iperf_new_test();
	double every = q->secs < 5 ? 0.5 : 1;

	if (t == NULL || iperf_defaults(t) < 0)
		return NULL;
	if (q->secs / every > SLA_POINTS)
		every = (double)q->secs / SLA_POINTS;
	iperf_set_test_role(t, 'c');
	iperf_set_test_server_hostname(t, q->to);
	iperf_set_test_server_port(t, q->port);
	iperf_set_test_bind_address(t, q->from);
	iperf_set_test_connect_timeout(t, CONNECT_MS);
	iperf_set_test_duration(t, q->secs);
	iperf_set_test_reporter_interval(t, every);
	iperf_set_test_stats_interval(t, every);
	iperf_set_test_json_output(t, 1);
	iperf_set_test_reverse(t, q->reverse);
	iperf_set_test_rate(t, q->udp ? q->rate : 0);
	if (q->udp) {
		set_protocol(t, Pudp);
		iperf_set_test_blksize(t, 0);	/* what the path takes */
	}
	return t;
}

/* What iperf3 -J prints, which has faults of its own in it; NULL: @why. */
static json_t *
run_once(const struct sla_iperf *q, bool *busy, char *why, size_t n)
{
	struct iperf_test *t = prepared(q);
	const char *text, *error;
	json_t *v = NULL;

	snprintf(why, n, "out of memory");
	if (t == NULL)
		return NULL;
	i_errno = IENONE;
	if (iperf_run_client(t) < 0) {
		snprintf(why, n, "%s", iperf_strerror(i_errno));
	} else if ((text = iperf_get_test_json_output_string(t)) != NULL) {
		v = json_loads(text, 0, NULL);
		error = json_string_value(json_object_get(v, "error"));
		if (v == NULL || error != NULL) {
			snprintf(why, n, "%s", error != NULL ? error :
			    "iperf3's result is none");
			json_decref(v);
			v = NULL;
		}
	}
	*busy = v == NULL && (q->again || i_errno == IEACCESSDENIED);
	iperf_free_test(t);
	return v;
}

static json_t *
figures(const struct sla_iperf *q, const json_t *v)
{
	const json_t *each = json_object_get(v, "intervals");
	const json_t *end = json_object_get(v, "end");
	const json_t *sum = json_object_get(end, "sum");
	json_t *list = json_array(), *out;
	size_t n = json_array_size(each);
	double mean = member(json_object_get(end, "sum_received"),
	    "bits_per_second");

	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_object_get(json_array_get(each, i),
		    "sum");

		/* The last one may be what was left of a moment. */
		if (n == 1 || i + 1 < n || member(one, "seconds") > 0.25)
			json_array_append_new(list, json_real(member(one,
			    "bits_per_second") / 1e6));
	}
	out = json_pack("{s:o,s:f}", "mbit", list, "mean", mean / 1e6);
	if (q->udp && out != NULL) {
		json_object_set_new(out, "jitter_us", json_real(1000 *
		    member(sum, "jitter_ms")));
		json_object_set_new(out, "loss", json_real(member(sum,
		    "lost_percent")));
	}
	return out;
}

/* A server that still ends one test refuses, resets or denies the next. */
json_t *
sla_iperf(const struct sla_iperf *q, char *why, size_t n)
{
	struct timespec pause = { .tv_nsec = BUSY_NS };
	json_t *v = NULL, *out;
	bool busy = true;

	for (int i = 0; i < BUSY_TRIES && busy && v == NULL; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		v = run_once(q, &busy, why, n);
	}
	if (v == NULL)
		return NULL;
	out = figures(q, v);
	json_decref(v);
	if (out == NULL)
		snprintf(why, n, "out of memory");
	return out;
}

/* The names of sysctl(8): each that can be set is set by a line of our own
 * language; what is refused, and in whose words. */
#include <stdio.h>
#include <string.h>

#include "cmd/oid.h"
#include "cmd/sysctl.h"
#include "unit/cmd/cmdhelp.h"

#define LB	"net.graph.pppoe_lb"
#define GOV	LB ".governor"

static struct bench b;

struct settable {
	unsigned n, acts;
};

/* Every row's own value, written back, must be what its line takes. */
static void
write_back(void *arg, const char *name, const struct oid *o, unsigned i)
{
	struct settable *s = arg;
	struct oid_view v;
	struct txt value = { 0 };
	char line[256];

	if (o->set == NULL)
		return;
	oid_look(&b.env, b.env.conf, false, &v);
	oid_value(&v, o, i, &value);
	oid_done(&v);
	snprintf(line, sizeof(line), "sysctl %s=%s", name, txt_str(&value));
	bench_say(&b, line);
	s->n++;
	if (strncmp(o->set, "lb ", 3) == 0)	/* needs what runs */
		s->acts++;
	else
		ATF_CHECK_MSG(strstr(txt_str(&b.out), " -> ") != NULL,
		    "%s: %s", line, txt_str(&b.out));
	txt_free(&value);
}

TEST(every_line_is_ours)
{
	struct settable s = { 0 };
	struct oid_view v;

	bench_new(&b);
	SAYS(&b, "sysctl " LB ".test", "sysctl: unknown oid '" LB ".test'\n");
	SAYS(&b, "set lb drill yes", "");
	SAYS(&b, "sysctl -n " LB ".test", "0\n-1\n0\n");
	oid_look(&b.env, b.env.conf, false, &v);
	ATF_CHECK(oid_each(&v, "", write_back, &s) > 60);
	oid_done(&v);
	ATF_CHECK(s.n >= 24);
	ATF_CHECK(s.acts >= 3);
	bench_free(&b);
}

TEST(reads)
{
	bench_new(&b);
	SAYS(&b, "sysctl " GOV ".cpu_threshold",
	    GOV ".cpu_threshold: 80\n");
	SAYS(&b, "sysctl -n " GOV ".cpu_threshold " GOV ".mode", "80\n1\n");
	SAYS(&b, "sysctl -e " GOV ".mode", GOV ".mode=1\n");
	SAYS(&b, "sysctl -N " GOV ".mode.", GOV ".mode\n");
	SAYS(&b, "sysctl -t " GOV ".mode", GOV ".mode: integer\n");
	SAYS(&b, "sysctl -t " LB ".algorithm_name",
	    LB ".algorithm_name: string\n");
	SAYS(&b, "sysctl -d " GOV ".mode", GOV ".mode: 0 manual, 1 auto\n");
	SAYS(&b, "sysctl " LB ".algorithm.name",
	    LB ".algorithm.name: round-robin\n");
	SAYS(&b, "sysctl " LB ".foo", "sysctl: unknown oid '" LB ".foo'\n");
	SAYS(&b, "sysctl -i " LB ".foo", "");
	SAYS(&b, "sysctl " LB ".numa_aware=1", "sysctl: oid '" LB
	    ".numa_aware' is read only: no memory is placed by its node; `set "
	    "lb cpuaffinity' keeps workers on the CPUs of one\n");
	SAYS(&b, "sysctl " LB ".gov", "sysctl: unknown oid '" LB ".gov'\n");
	SAYS(&b, "sysctl -z " LB, "sysctl: illegal option -- z\n");
	bench_say(&b, "sysctl " GOV);
	ATF_CHECK(strstr(txt_str(&b.out), GOV ".last_reason: none\n"));
	ATF_CHECK(strstr(txt_str(&b.out), "algorithm") == NULL);
	bench_say(&b, "sysctl -a");
	ATF_CHECK(strstr(txt_str(&b.out), "\nhw.ncpu: "));
	bench_free(&b);
}

TEST(writes)
{
	bench_new(&b);
	SAYS(&b, "sysctl " GOV ".min_workers=3", GOV ".min_workers: 1 -> 3\n");
	SAYS(&b, "sysctl -n " GOV ".min_workers=4", "3 -> 4\n");
	SAYS(&b, "sysctl -q " GOV ".min_workers=2", "");
	SAYS(&b, "sysctl " GOV ".sess_per_worker=100",
	    GOV ".sess_per_worker: 500 -> 100\n");
	SAYS(&b, "sysctl " LB ".algorithm=hash", LB ".algorithm: 0 -> 1\n");
	SAYS(&b, "sysctl " LB ".algorithm=3",
	    "sysctl: " LB ".algorithm=3: 3: not 0 to 2\n");
	SAYS(&b, "sysctl " GOV ".poll_interval=61",
	    "sysctl: " GOV ".poll_interval=61: 61: not 1 to 60 seconds\n");
	SAYS(&b, "sysctl " GOV ".mode=x",
	    "sysctl: " GOV ".mode=x: invalid integer 'x'\n");
	SAYS(&b, "sysctl " GOV ".cpu_usage=1",
	    "sysctl: oid '" GOV ".cpu_usage' is read only\n");
	SAYS(&b, "sysctl " LB ".debug=42", LB ".debug: 0 -> 1\n");
	SAYS(&b, "sysctl " GOV ".drain_policy=3",
	    GOV ".drain_policy: 0 -> 3\n");
	SAYS(&b, "sysctl " GOV ".drain_timeout=7",
	    GOV ".drain_timeout: 30 -> 7\n");
	ATF_CHECK_EQ(DRAIN_MIGRATE, b.env.conf->p.lb.gov.drain_policy);
	ATF_CHECK_EQ(7, b.env.conf->p.lb.gov.drain_secs);
	/* the first of two stays when the second is wrong */
	SAYS(&b, "sysctl " GOV ".min_workers=5 " GOV ".min_workers=0",
	    GOV ".min_workers: 2 -> 5\n"
	    "sysctl: " GOV ".min_workers=0: 0: not 1 to 64\n");
	bench_free(&b);
}

TEST(old_frames)
{
	const struct profile *p;

	bench_new(&b);
	SAYS(&b, "sysctl net.graph.nonstandard_pppoe=1",
	    "net.graph.nonstandard_pppoe: 0 -> 1\n");
	ATF_CHECK(b.env.conf->p.com3);
	SAYS(&b, "sysctl net.graph.nonstandard_pppoe=0",
	    "net.graph.nonstandard_pppoe: 1 -> 0\n");
	bench_ok(&b, "set ifaddr 10.0.0.1 10.0.0.2-10.0.0.9");
	bench_ok(&b, "set lb interface em0 vlan 7");
	p = bench_ok(&b, "set lb interface em1");
	SAYS(&b, "sysctl net.graph.nonstandard_pppoe=1",
	    "net.graph.nonstandard_pppoe: 0 -> 1\n");
	ATF_CHECK_EQ(4, p->lb.ifaces);	/* both kinds beside each other */
	ATF_CHECK_EQ(7, p->lb.iface[2].vlan.outer);
	ATF_CHECK(p->lb.iface[2].com3);
	SAYS(&b, "sysctl net.graph.nonstandard_pppoe=0",
	    "net.graph.nonstandard_pppoe: 1 -> 0\n");
	ATF_CHECK_EQ(2, p->lb.ifaces);
	bench_free(&b);
}

/* In a section of ppp.conf; sysctl.conf with its comments. */
TEST(in_files)
{
	static const char *const labels[] = { "a" };
	struct txt out = { 0 }, errors = { 0 };
	struct cmd_ctx cx;

	bench_new(&b);
	bench_file("sysctl.conf", "# governor\n"
	    GOV ".enabled=1		# on\n"
	    "\n  " GOV ".min_workers = \"2\"\n" GOV ".nonsense=1\nrubbish\n"
	    GOV ".cpu_threshold=70\n");
	SAYS(&b, "sysctl -f sysctl.conf", GOV ".enabled: 0 -> 1\n"
	    GOV ".min_workers: 1 -> 2\n" GOV ".cpu_threshold: 80 -> 70\n"
	    "sysctl.conf:5: sysctl: unknown oid '" GOV ".nonsense'\n"
	    "sysctl.conf:6: sysctl: not NAME=VALUE\n");
	SAYS(&b, "sysctl -f nothing",
	    "sysctl: nothing: No such file or directory\n");
	bench_file("ppp.conf", "a:\n sysctl " GOV ".max_workers=9\n");
	cmd_ctx_init(&cx, &b.env, NULL, &out, &errors);
	ATF_CHECK_EQ(0, cmd_load(&cx, 1, labels));
	ATF_CHECK_STREQ("", txt_str(&errors));
	ATF_CHECK_EQ(9, b.env.conf->p.lb.gov.max);
	bench_file("ppp.conf", "a:\n sysctl " GOV ".max_workers=-2\n");
	ATF_CHECK(cmd_load(&cx, 1, labels) < 0);
	ATF_CHECK_STREQ("./ppp.conf:2: sysctl: " GOV ".max_workers=-2: "
	    "-2: not 0 to 65535\n", txt_str(&errors));
	ATF_CHECK_EQ(9, b.env.conf->p.lb.gov.max);
	txt_free(&out);
	txt_free(&errors);
	bench_free(&b);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, every_line_is_ours);
	ATF_TP_ADD_TC(tp, reads);
	ATF_TP_ADD_TC(tp, writes);
	ATF_TP_ADD_TC(tp, old_frames);
	ATF_TP_ADD_TC(tp, in_files);
	return atf_no_error();
}

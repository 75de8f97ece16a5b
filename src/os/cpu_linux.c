/* CPUs of Linux: sched_setaffinity(2), and the quota of cgroups(7). */
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "os/cpu.h"

#define CGROUPS		"/sys/fs/cgroup"
#define PATH_ROOM	512

unsigned
cpu_list(unsigned *out, unsigned max)
{
	cpu_set_t set;
	unsigned n = 0;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		for (unsigned i = 0; i < CPU_SETSIZE; i++)
			if (CPU_ISSET(i, &set) && n++ < max)
				out[n - 1] = i;
	if (n == 0) {
		out[0] = 0;
		n = 1;
	}
	return n;
}

/* "QUOTA PERIOD" or "max PERIOD" of cgroup v2; 0: no limit here. */
static unsigned
quota(const char *dir)
{
	char path[PATH_ROOM + 32], word[32];
	unsigned long period, got = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/cpu.max", dir);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%31s %lu", word, &period) == 2 && period > 0 &&
	    strcmp(word, "max") != 0)
		got = (strtoul(word, NULL, 10) + period - 1) / period;
	fclose(f);
	return (unsigned)got;
}

/* The same of cgroup v1, as a container sees its own. */
static unsigned
quota1(void)
{
	static const char *const file[] = { CGROUPS "/cpu/cpu.cfs_quota_us",
	    CGROUPS "/cpu/cpu.cfs_period_us" };
	long n[2] = { -1, -1 };

	for (int i = 0; i < 2; i++) {
		FILE *f = fopen(file[i], "re");

		if (f == NULL)
			return 0;
		if (fscanf(f, "%ld", &n[i]) != 1)
			n[i] = -1;
		fclose(f);
	}
	return n[0] <= 0 || n[1] <= 0 ? 0 :
	    (unsigned)((n[0] + n[1] - 1) / n[1]);
}

/* Our cgroup's directory below CGROUPS, "" for the root or none. */
static void
own_group(char *out, size_t n)
{
	char line[PATH_ROOM];
	FILE *f = fopen("/proc/self/cgroup", "re");

	out[0] = '\0';
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::/", 4) == 0)
			snprintf(out, n, "%s", line + 3);
	}
	if (f != NULL)
		fclose(f);
}

unsigned
cpu_count(void)
{
	unsigned list[1], least = cpu_list(list, 1), q = quota1();
	char group[PATH_ROOM], dir[PATH_ROOM + sizeof(CGROUPS)];

	if (q != 0 && q < least)
		least = q;
	own_group(group, sizeof(group));
	for (;;) {			/* every group above us limits, too */
		char *slash = strrchr(group, '/');

		snprintf(dir, sizeof(dir), CGROUPS "%s", group);
		q = quota(dir);
		if (q != 0 && q < least)
			least = q;
		if (slash == NULL)
			return least;
		*slash = '\0';
	}
}

int
cpu_thread_id(void)
{
	return (int)gettid();
}

/* The first line of a file of that thread's in /proc; false: none. */
static bool
task_line(int tid, const char *file, char *line, int n)
{
	char path[64];
	bool got;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", tid, file);
	f = fopen(path, "re");
	if (f == NULL)
		return false;
	got = fgets(line, n, f) != NULL;
	fclose(f);
	return got;
}

void
cpu_thread_state(int tid, char *to, size_t n)
{
	char stat[256], wchan[64];
	const char *p;

	to[0] = '\0';
	if (!task_line(tid, "stat", stat, sizeof(stat)))
		return;
	p = strrchr(stat, ')');		/* behind its name */
	if (p == NULL || p[1] != ' ' || p[2] == '\0')
		return;
	if (!task_line(tid, "wchan", wchan, sizeof(wchan)) ||
	    strcmp(wchan, "0") == 0)
		snprintf(to, n, "state %c", p[2]);
	else
		snprintf(to, n, "state %c in %s", p[2], wchan);
}

int
cpu_pin(pthread_t t, const unsigned *cpu, unsigned n)
{
	cpu_set_t set;
	int err;

	CPU_ZERO(&set);
	for (unsigned i = 0; i < n; i++)
		if (cpu[i] < CPU_SETSIZE)
			CPU_SET(cpu[i], &set);
	err = pthread_setaffinity_np(t, sizeof(set), &set);
	errno = err;
	return err != 0 ? -E_SYS : 0;
}

/* Threads: their CPU time, which another asks for and pays for; names. */
#ifdef __FreeBSD__
#include <pthread_np.h>
#endif
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "os/cpu.h"

static unsigned long long
read_clock(clockid_t clock)
{
	struct timespec ts = { 0 };

	clock_gettime(clock, &ts);
	return (unsigned long long)ts.tv_sec * 1000000000u +
	    (unsigned long long)ts.tv_nsec;
}

unsigned long long
cpu_thread_ns(pthread_t t)
{
	clockid_t clock;

	return pthread_getcpuclockid(t, &clock) != 0 ? 0 : read_clock(clock);
}

unsigned long long
cpu_process_ns(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

bool
cpu_join(pthread_t t, unsigned secs)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += secs;
	return pthread_timedjoin_np(t, NULL, &until) == 0;
}

void
cpu_name_self(const char *name)
{
	pthread_setname_np(pthread_self(), name);
}

void
cpu_name_worker(pthread_t t, unsigned id)
{
	char name[32] = "";

	pthread_getname_np(pthread_self(), name, sizeof(name));
	if (strcmp(name, "pppoed") == 0)	/* 15 octets are the most */
		snprintf(name, sizeof(name), "pppoed:worker%2u", id);
	else
		snprintf(name, sizeof(name), "ppp: worker %u", id);
	pthread_setname_np(t, name);
}

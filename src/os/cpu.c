/* CPU time of a thread, asked for by another: it pays nothing for it. */
#include <time.h>

#include "os/cpu.h"

unsigned long long
cpu_thread_ns(pthread_t t)
{
	struct timespec ts = { 0 };
	clockid_t clock;

	if (pthread_getcpuclockid(t, &clock) != 0)
		return 0;
	clock_gettime(clock, &ts);
	return (unsigned long long)ts.tv_sec * 1000000000u +
	    (unsigned long long)ts.tv_nsec;
}

/* CPU time. */
#include <time.h>

#include "os/priv.h"

unsigned long long
cpu_thread_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (unsigned long long)ts.tv_sec * 1000000000u +
	    (unsigned long long)ts.tv_nsec;
}

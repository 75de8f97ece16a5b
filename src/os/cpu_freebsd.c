/* CPUs of FreeBSD: cpuset(2). */
#include <sys/param.h>
#include <sys/cpuset.h>

#include <errno.h>
#include <pthread_np.h>

#include "base/err.h"
#include "os/cpu.h"

unsigned
cpu_list(unsigned *out, unsigned max)
{
	cpuset_t set;
	unsigned n = 0;

	CPU_ZERO(&set);
	if (cpuset_getaffinity(CPU_LEVEL_WHICH, CPU_WHICH_TID, -1,
	    sizeof(set), &set) == 0)
		for (unsigned i = 0; i < CPU_SETSIZE; i++)
			if (CPU_ISSET(i, &set) && n++ < max)
				out[n - 1] = i;
	if (n == 0) {
		out[0] = 0;
		n = 1;
	}
	return n;
}

unsigned
cpu_count(void)
{
	unsigned list[1];

	return cpu_list(list, 1);
}

int
cpu_thread_id(void)
{
	return pthread_getthreadid_np();
}

void
cpu_thread_state(int tid, char *to, size_t n)
{
	(void)tid;
	(void)n;
	to[0] = '\0';
}

int
cpu_pin(pthread_t t, const unsigned *cpu, unsigned n)
{
	cpuset_t set;
	int err;

	CPU_ZERO(&set);
	for (unsigned i = 0; i < n; i++)
		if (cpu[i] < CPU_SETSIZE)
			CPU_SET(cpu[i], &set);
	err = pthread_setaffinity_np(t, sizeof(set), &set);
	errno = err;
	return err != 0 ? -E_SYS : 0;
}

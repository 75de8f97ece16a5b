/*
 * CPUs: which this process may use, and keeping a thread on one of them.
 */
#ifndef OS_CPU_H
#define OS_CPU_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define CPUS_MAX	1024u

/*
 * cpu_list - the CPUs that the calling thread may run on, ascending, at most
 * @max of them into @out. Returns how many there are, at least 1.
 */
unsigned cpu_list(unsigned *out, unsigned max);

/* cpu_count - how many CPUs' worth of time there is: the CPUs of the list,
 * or fewer by the quota of our cgroup, rounded up. At least 1. */
unsigned cpu_count(void);

/* cpu_thread_id - of the calling thread, as ps -L and top -H name it. */
int cpu_thread_id(void);

/* cpu_thread_state - what the system says of thread @tid of this process:
 * "state D in do_wait", say; "" when it says nothing. */
void cpu_thread_state(int tid, char *to, size_t n);

/* cpu_thread_ns - CPU time of thread @t, which runs, so far: nanoseconds. */
unsigned long long cpu_thread_ns(pthread_t t);

/* cpu_process_ns - CPU time of the process so far: nanoseconds. */
unsigned long long cpu_process_ns(void);

/* cpu_join - wait @secs seconds at most for the end of thread @t; false: it
 * goes on. */
bool cpu_join(pthread_t t, unsigned secs);

/*
 * cpu_name_self - the calling thread's name, as ps -L and top -H show it; the
 * process's when it is the first.
 * cpu_name_worker - of @t: "ppp: worker 3", or "pppoed:worker 3" when the
 * calling thread is called pppoed.
 */
void cpu_name_self(const char *name);
void cpu_name_worker(pthread_t t, unsigned id);

/* cpu_pin - keep thread @t on @cpu[0..n). 0 or -E_SYS. */
int cpu_pin(pthread_t t, const unsigned *cpu, unsigned n);

#endif

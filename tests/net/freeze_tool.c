/*
 * freeze_tool TID - keeps one thread from running until we are told to end:
 * a thread that is traced and stopped stands still while the others of its
 * process go on. Ended, by whatever, it runs again.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	pid_t tid = argc == 2 ? (pid_t)atoi(argv[1]) : 0;

	if (tid <= 0 || ptrace(PTRACE_SEIZE, tid, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) < 0 ||
	    waitpid(tid, NULL, __WALL) < 0) {
		perror("freeze_tool");
		return 1;
	}
	printf("thread %ld stands still\n", (long)tid);
	fflush(stdout);
	pause();
	return 0;
}

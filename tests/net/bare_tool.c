/*
 * bare_tool COMMAND ... - runs it as on a kernel without nf_tables: there is
 * no NETLINK_NETFILTER. seccomp(2).
 */
#ifdef __linux__
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field)	BPF_STMT(BPF_LD | BPF_W | BPF_ABS,		\
	offsetof(struct seccomp_data, field))
#define UNLESS(value, skip)						\
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))

int
main(int argc, char **argv)
{
	struct sock_filter f[] = {
		LOAD(nr), UNLESS(__NR_socket, 5),
		LOAD(args[0]), UNLESS(AF_NETLINK, 3),
		LOAD(args[2]), UNLESS(NETLINK_NETFILTER, 1),
		BPF_STMT(BPF_RET | BPF_K,
		    SECCOMP_RET_ERRNO | EPROTONOSUPPORT),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog p = { sizeof(f) / sizeof(f[0]), f };

	if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p) < 0) {
		perror("bare_tool");
		return 1;
	}
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 1;
}
#else
int
main(void)
{
	return 1;
}
#endif

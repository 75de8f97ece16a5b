/* Capabilities: capabilities(7), by the system calls themselves. */
#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "os/priv.h"

#define BIT(cap) (UINT64_C(1) << (cap))
#define NET	(BIT(CAP_NET_ADMIN) | BIT(CAP_NET_RAW))
#define XDP	(BIT(CAP_BPF) | BIT(CAP_IPC_LOCK))

static int
failed(const char *what, char *why, size_t n)
{
	int saved = errno;

	snprintf(why, n, "%s: %s", what, strerror(saved));
	errno = saved;
	return -E_SYS;
}

/* What a program that we start can ever get. */
static int
drop_bounding(uint64_t keep)
{
	for (int cap = 0; cap < 64; cap++) {
		if ((keep >> cap & 1) != 0)
			continue;
		int has = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (has < 0)	/* the kernel knows no such capability */
			break;
		/* Without CAP_SETPCAP no_new_privs must do alone. */
		if (has == 1 && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 &&
		    errno != EPERM)
			return -1;
	}
	return 0;
}

static int
drop_permitted(uint64_t kept)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct d[2];

	if (syscall(SYS_capget, &h, d) < 0)
		return -1;
	for (unsigned i = 0; i < 2; i++) {
		uint32_t keep = (uint32_t)(kept >> (32 * i));

		d[i].permitted &= keep;
		d[i].effective = d[i].permitted;
		d[i].inheritable = 0;
	}
	return (int)syscall(SYS_capset, &h, d);
}

int
priv_drop(bool xdp, char *why, size_t n)
{
	uint64_t keep = xdp ? NET | XDP : NET;

	why[0] = '\0';
	if (drop_bounding(keep) < 0)
		return failed("capability bounding set", why, n);
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 &&
	    errno != EINVAL)
		return failed("ambient capabilities", why, n);
	if (drop_permitted(keep) < 0)
		return failed("capabilities", why, n);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return failed("no_new_privs", why, n);
	return 0;
}

int
priv_none(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    drop_permitted(0) < 0 ? -E_SYS : 0;
}

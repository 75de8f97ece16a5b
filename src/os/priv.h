/*
 * Privilege: what the process keeps once its descriptors are open.
 */
#ifndef OS_PRIV_H
#define OS_PRIV_H

#include <stdbool.h>
#include <stddef.h>

/*
 * priv_drop - keep CAP_NET_ADMIN and CAP_NET_RAW, with @xdp also CAP_BPF and
 * CAP_IPC_LOCK (its program and the memory of its sockets, for interfaces
 * that open later), as far as they are there; give up all others for good,
 * also for programs that we start; and set no_new_privs.
 * Linux: it counts for the calling thread and those it starts later, so it
 * comes before the first worker. Without root's other powers the process
 * reads and writes only what its user and group may.
 * FreeBSD: nothing is dropped yet; returns 0 and @why says so.
 * Returns 0 or -E_SYS; @why: what failed, else "".
 */
int priv_drop(bool xdp, char *why, size_t n);

/* priv_none - the same, and nothing is kept: a process that only talks
 * through descriptors it has and sockets that anybody may open. 0 or
 * -E_SYS. */
int priv_none(void);

#endif

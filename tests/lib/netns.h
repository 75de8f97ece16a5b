/*
 * A network namespace of the test's own: what it does there, nobody else
 * sees, and all of it vanishes with the process. Needs root.
 */
#ifndef LIB_NETNS_H
#define LIB_NETNS_H

#include <stdbool.h>
#include <stdint.h>

/* netns_enter - a fresh namespace with loopback up; the test fails if not. */
void netns_enter(void);

/*
 * sh - run a shell command made like printf; the test fails when the command
 * does. sh_ok() tells instead.
 */
void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool sh_ok(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* readable - wait until @fd is readable; false after @ms milliseconds. */
bool readable(int fd, int ms);

/* netns_mac - MAC of an interface into @mac. */
void netns_mac(const char *ifname, uint8_t mac[6]);

/* raw_open - a plain socket that sends whole frames on @ifname. */
int raw_open(const char *ifname);

/* A test case that needs root for its namespaces. */
#define NET_TEST(name, text)						\
	ATF_TC(name);							\
	ATF_TC_HEAD(name, tc)						\
	{								\
		atf_tc_set_md_var(tc, "descr", text);			\
		atf_tc_set_md_var(tc, "require.user", "root");		\
	}								\
	ATF_TC_BODY(name, tc)

#endif

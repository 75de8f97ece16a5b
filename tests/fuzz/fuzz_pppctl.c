/*
 * What a server could send to pppctl: prompts that are none, prompts nobody
 * asked for, anything. Nothing of the text may get lost but prompts and
 * blank lines, and the octets are judged the same however they arrive.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bug.h"
#include "cmd/pppctl_conn.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check_prompt(const char *p, size_t n)
{
	struct answer_prompt pr, again;
	size_t text, unasked;

	for (size_t i = 0; i < n; i++) {
		size_t len = answer_prompt(p + i, n - i, NULL, &pr);

		if (len == 0)
			continue;
		BUG_ON(len > n - i || pr.len != len);
		BUG_ON(strlen(pr.text) != len ||
		    memcmp(pr.text, p + i, len) != 0);
		BUG_ON(answer_prompt(p + i, len, pr.host, &again) != len);
		BUG_ON(answer_prompt(p + i, len - 1, NULL, &again) != 0);
		BUG_ON(answer_prompt(p + i, n - i, "other!", &again) != 0);
	}
	if (answer_ends(p, n, NULL, &pr)) {
		BUG_ON(pr.at + pr.len > n || pr.len == 0);
		BUG_ON(pr.at > 0 && p[pr.at - 1] != '\n');
		BUG_ON(memcmp(p + n - pr.len, pr.text, pr.len) != 0);
	}
	unasked = answer_unasked(p, n, NULL, &text);
	if (unasked > 0) {
		BUG_ON(p[0] != '\n' || text == 0 || text >= unasked);
		BUG_ON(unasked > n || p[text - 1] != '\n');
		BUG_ON(answer_prompt(p + text, n - text, NULL, &pr) !=
		    unasked - text);
	}
}

/* A whole conversation; the server has sent everything and closed. */
static void
converse(const uint8_t *p, size_t n)
{
	struct conn c = { .fd = -1, .timeout = 1000 };
	char sink[4096];
	int fd[2];

	BUG_ON(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) < 0);
	BUG_ON(send(fd[1], p, n, MSG_DONTWAIT) != (ssize_t)n);
	shutdown(fd[1], SHUT_WR);
	c.fd = fd[0];
	if (conn_greeting(&c) == CONN_PROMPT) {
		if (!c.on)
			conn_passwd(&c, "sec\"ret");
		if (conn_command(&c, "show version") == CONN_PROMPT)
			conn_quit(&c);
	}
	BUG_ON(c.got.n > n);
	conn_close(&c);
	while (recv(fd[1], sink, sizeof(sink), MSG_DONTWAIT) > 0)
		;
	close(fd[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static bool quiet;
	char *copy;

	if (!quiet)
		quiet = freopen("/dev/null", "w", stdout) != NULL;
	if (n == 0 || n > 65536)
		return 0;
	copy = malloc(n);	/* exactly: reading beyond is seen */
	memcpy(copy, p, n);
	check_prompt(copy, n);
	free(copy);
	converse(p, n);
	return 0;
}

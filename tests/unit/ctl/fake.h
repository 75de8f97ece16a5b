/*
 * A program behind a prompt, for tests: a loop, prompts, a server and a few
 * commands of its own. Clients are sockets of the same process; every wait
 * turns the loop.
 */
#ifndef UNIT_CTL_FAKE_H
#define UNIT_CTL_FAKE_H

#include "base/clock.h"
#include "base/txt.h"
#include "ctl/prompt.h"
#include "ctl/server.h"

/*
 * Commands: `passwd X`, `quit`, `quit all`, `show version`, `lines N`,
 * `octets N`, `word W` (new word, phase change), `log TEXT` (Phase),
 * `local` (Phase is shown here), `fake` (text that looks like prompts),
 * `blank` (an answer that begins with a blank line), `none` (no answer),
 * `server ADDR PASSWORD`, `server closed`, `tail` (text without a line end),
 * `slow` (an answer after a phase change of its own). Without the password
 * only the first four.
 */
struct fake {
	struct loop *loop;
	struct prompts *ps;
	struct server *server;
	const char *word;
	bool	 ended;			/* quit all */
	unsigned ran;			/* commands */
	struct txt logged;		/* LEVEL: TEXT lines */
	char	 host[64];
};

void fake_open(struct fake *f);		/* takes the log's sink */
void fake_close(struct fake *f);

/* fake_listen - `set server` PATH or PORT; fails the test on an error. */
void fake_listen(struct fake *f, const char *addr, const char *password,
    const char *mask);

/* fake_connect - a non-blocking client of a local socket. */
int fake_connect(struct fake *f, const char *path);

/* fake_turn - turn the loop for @ms. */
void fake_turn(struct fake *f, int ms);

void fake_send(struct fake *f, int fd, const char *text);

/*
 * fake_read - what the client gets, until it ends with @end or 3 seconds
 * passed; "<EOF>" is added when the server has closed. Static buffer.
 */
const char *fake_read(struct fake *f, int fd, const char *end);

/* fake_expect - fake_read() must give exactly @text; %H is the host. */
void fake_expect(struct fake *f, int fd, const char *text);

#endif

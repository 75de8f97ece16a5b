/*
 * The diagnostic socket, `set server`: one listener at a time, its clients
 * become prompts. Control thread only. ppp(8), `set server`.
 */
#ifndef CTL_SERVER_H
#define CTL_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/un.h>

#include "ctl/loop.h"
#include "ctl/prompt.h"

#define SERVER_CLIENTS	256	/* at once; then strangers make room */

struct server;

struct server_conf {
	bool	 local;
	uint16_t port;			/* not 0, host order; local: 0 */
	char	 path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	bool	 masked;
	mode_t	 mask;			/* umask of the socket file */
	char	 password[PROMPT_PASSWORD + 1];
};

/*
 * server_parse - the words after `set server` that name an address: ADDR is
 * PORT, +PORT, SERVICE or /PATH (`%d` becomes @unit).
 * @mask: NULL when not given
 * 0; -E_FORMAT: print the usage; -E_RANGE, -E_UNKNOWN with @why. Touches
 * nothing, so `ppp -n` may ask too.
 */
int server_parse(struct server_conf *conf, const char *addr,
    const char *password, const char *mask, int unit, char *why, size_t n);

/* server_new - no listener yet. NULL: no memory. */
struct server *server_new(struct loop *l, struct prompts *ps);
void server_free(struct server *s);	/* closes; removes its file */

/*
 * server_open - listen there instead of where it did; the clients of the
 * old place are dropped. The same place again: only password and mask
 * change, clients stay. Negative with @why: the old listener still works.
 */
int server_open(struct server *s, const struct server_conf *conf, char *why,
    size_t n);

/*
 * server_close - `closed`: no listener, no clients, the place remembered.
 * server_forget - `none`. server_reopen - `open`; also when it is open
 * (SIGUSR1): clients are dropped. Negative with @why.
 */
int server_close(struct server *s, char *why, size_t n);
void server_forget(struct server *s);
int server_reopen(struct server *s, char *why, size_t n);

bool server_is_open(const struct server *s);
uint16_t server_tcp_port(const struct server *s);	/* 0: none or local */

#endif

/*
 * Inside pppoetest: what both ends of a transfer share. Their words go over
 * a TCP connection of their own, one JSON object a line; the blocks over
 * another, or as datagrams.
 */
#ifndef CMD_PPPOETEST_XFER_H
#define CMD_PPPOETEST_XFER_H

#include <jansson.h>

#include "cmd/pppoetest.h"
#include "gen/xfer.h"

#define XFER_LINE	(256u << 10)	/* octets of one object, at most */

struct xtalk {			/* the connection for words */
	const struct pt_opts *o;	/* borrows */
	int	 fd;			/* owner: this */
	int	 err;			/* errno of what failed last; 0: the
					 * other side closed */
	uint32_t timeout;		/* ms */
	tstamp	 said;			/* something, last */
	unsigned seq;
	size_t	 used;
	char	*buf;			/* owner: this; XFER_LINE */
};

/* One transfer and how it went. */
struct xrun {
	struct xfer_conf c;
	bool	 up;			/* from client to server */
	uint32_t blocks[2];		/* of client, of server */
	char	 sum[2][2 * XFER_SUM + 1];	/* in hexadecimal */
	uint32_t damaged, late, twice;	/* at the receiver */
	double	 seconds;		/* of the receiver */
	json_t	*missing;		/* owner: this; numbers of blocks */
	bool	 passed;
};

/* xtalk_open - takes @fd. False: no memory, @fd is closed. */
bool xtalk_open(struct xtalk *t, int fd, const struct pt_opts *o);
void xtalk_close(struct xtalk *t);

/* xtalk_say - an object of @type with what @payload holds; takes that. */
bool xtalk_say(struct xtalk *t, const char *type, json_t *payload);

/* xtalk_refuse - ERROR with these words. */
void xtalk_refuse(struct xtalk *t, const char *code, const char *why);

/*
 * xtalk_hear - the payload of the next object, which must be of @type
 * (NULL: any, told in *@was). Signs of life are passed over. Owner: caller.
 * NULL: it is something else, or nothing comes: t->err; it is said.
 */
json_t *xtalk_hear(struct xtalk *t, const char *type, const char **was);

/* xtalk_exit - the exit code for t->err, and the error told. */
int xtalk_exit(const struct xtalk *t);

/* xtalk_proof - that we know the password, in hexadecimal. */
#define XTALK_NONCE	32		/* characters */
void xtalk_proof(const char *password, const char *server_nonce,
    const char *client_nonce, char to[XTALK_NONCE + 1]);
void xtalk_nonce(char to[XTALK_NONCE + 1]);

/*
 * xrun_carry - the blocks over @data, then the words about them; fills in
 * the rest of @r. False: broken off, which was said.
 * @client: which end we are
 */
bool xrun_carry(struct xrun *r, struct xtalk *t, int data, bool client);
void xrun_report(const struct xrun *r, const struct pt_opts *o);

/* xrun_tap - its line. */
void xrun_tap(const struct xrun *r, struct pt_tap *t);
void xrun_done(struct xrun *r);

/* xserve - one client of a server on @fd, which it takes; true: all of its
 * transfers passed. */
bool xserve(int fd, const struct pt_opts *o);

/* pt_timeout - seconds; what is not given is not the same at both ends. */
unsigned pt_timeout(const struct pt_opts *o);

const char *xrun_name(const struct xrun *r);	/* "TCP upload" */

#endif

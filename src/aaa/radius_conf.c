/* Lines of radius.conf. */
#include "aaa/radius_conf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "aaa/private.h"
#include "base/ct.h"
#include "base/err.h"
#include "lang/lex.h"
#include "lang/value.h"

#define FIELDS		6		/* behind the name of the service */
#define TIMEOUT		3
#define TRIES		3
#define DEAD		60

struct line {			/* one line's words and who is told */
	char *const *w;
	int	 n;
	struct diag *d;
};

/* ---- addresses ---- */

/* HOST, HOST:PORT, ADDRESS6 or [ADDRESS6]:PORT. */
static int
cut_port(const char *word, char *host, size_t n, uint32_t *port)
{
	const char *end = strrchr(word, ']'), *colon;
	size_t skip = word[0] == '[', len;

	if (skip == 1 && end == NULL)
		return -E_FORMAT;
	colon = strrchr(skip == 1 ? end : word, ':');
	if (skip == 0 && colon != NULL && strchr(word, ':') != colon)
		colon = NULL;		/* an IPv6 address, no port */
	if (skip == 1)
		len = (size_t)(end - word) - 1;
	else
		len = colon != NULL ? (size_t)(colon - word) : strlen(word);
	if (len >= n || (skip == 1 && colon == NULL && end[1] != '\0'))
		return -E_FORMAT;
	memcpy(host, word + skip, len);
	host[len] = '\0';
	return colon == NULL ? 0 : val_num(colon + 1, 1, 65535, port);
}

static void
take_addr(struct rad_addr *a, const struct addrinfo *ai, uint32_t port)
{
	memset(a, 0, sizeof(*a));
	memcpy(&a->ss, ai->ai_addr, ai->ai_addrlen);
	a->len = ai->ai_addrlen;
	if (ai->ai_family == AF_INET6)
		((struct sockaddr_in6 *)(void *)&a->ss)->sin6_port =
		    htons((uint16_t)port);
	else
		((struct sockaddr_in *)(void *)&a->ss)->sin_port =
		    htons((uint16_t)port);
}

/* @host: "" is any address. False: it is a name. */
static bool
numeric(const char *host, uint32_t port, struct rad_addr *a)
{
	struct addrinfo hint = { .ai_socktype = SOCK_DGRAM,
	    .ai_flags = AI_NUMERICHOST | AI_PASSIVE }, *ai = NULL;

	if (getaddrinfo(host[0] != '\0' ? host : "0.0.0.0", NULL, &hint,
	    &ai) != 0)
		return false;
	take_addr(a, ai, port);
	freeaddrinfo(ai);
	return true;
}

static int
address(const struct line *l, const char *host, uint32_t port,
    struct rad_addr *a)
{
	return numeric(host, port, a) ? 0 :
	    diag(l->d, "%s: not an address", host);
}

const uint8_t *
rad_addr_octets(const struct rad_addr *a)
{
	const struct sockaddr_in *in = (const void *)&a->ss;
	const struct sockaddr_in6 *in6 = (const void *)&a->ss;

	return a->ss.ss_family == AF_INET6 ?
	    (const uint8_t *)&in6->sin6_addr :
	    (const uint8_t *)&in->sin_addr;
}

const char *
rad_addr_text(const struct rad_addr *a, char buf[RAD_ADDR_TEXT])
{
	char host[INET6_ADDRSTRLEN] = "?";
	const struct sockaddr_in *in = (const void *)&a->ss;
	const struct sockaddr_in6 *in6 = (const void *)&a->ss;

	if (a->len == 0)
		snprintf(buf, RAD_ADDR_TEXT, "?");
	else if (a->ss.ss_family == AF_INET6)
		snprintf(buf, RAD_ADDR_TEXT, "[%s]:%u", inet_ntop(AF_INET6,
		    &in6->sin6_addr, host, sizeof(host)),
		    ntohs(in6->sin6_port));
	else
		snprintf(buf, RAD_ADDR_TEXT, "%s:%u", inet_ntop(AF_INET,
		    &in->sin_addr, host, sizeof(host)), ntohs(in->sin_port));
	return buf;
}

/* ---- lines ---- */

static int
secret(const struct line *l, const char *word, struct rad_secret *s)
{
	size_t n = strlen(word);

	if (n == 0)
		return diag(l->d, "an empty secret is none");
	if (n > sizeof(s->p))
		return diag(l->d, "secret longer than %d octets", RAD_SECRET);
	memcpy(s->p, word, n);
	s->len = (uint8_t)n;
	return 0;
}

static int
number(const struct line *l, int i, const char *what, uint32_t lo,
    uint16_t *out)
{
	uint32_t n;

	if (i >= l->n)
		return 0;
	if (val_num(l->w[i], lo, 3600, &n) < 0)
		return diag(l->d, "%s: %s is a number from %u to 3600",
		    l->w[i], what, lo);
	*out = (uint16_t)n;
	return 0;
}

static int
server(const struct line *l, enum rad_service what, struct rad_conf *c)
{
	struct rad_host h = { .timeout = TIMEOUT, .tries = TRIES,
	    .dead = DEAD };
	uint32_t port = what == RAD_FOR_AUTH ? RAD_AUTH_PORT : RAD_ACCT_PORT;
	int err;

	if (l->n < 2 || l->n > FIELDS)
		return diag(l->d, "[auth|acct] SERVER[:PORT] SECRET "
		    "[TIMEOUT [TRIES [DEAD [BINDTO]]]]");
	if (c->hosts[what] == RAD_SERVERS)
		return diag(l->d, "more than %d servers of one service",
		    RAD_SERVERS);
	if (cut_port(l->w[0], h.host, sizeof(h.host), &port) < 0 ||
	    h.host[0] == '\0')
		return diag(l->d, "%s: not SERVER or SERVER:PORT", l->w[0]);
	snprintf(h.name, sizeof(h.name), "%.79s", l->w[0]);
	h.port = (uint16_t)port;
	numeric(h.host, port, &h.addr);
	err = secret(l, l->w[1], &h.secret);
	if (err == 0)
		err = number(l, 2, "TIMEOUT", 1, &h.timeout);
	if (err == 0)
		err = number(l, 3, "TRIES", 1, &h.tries);
	if (err == 0)
		err = number(l, 4, "DEAD", 0, &h.dead);
	if (err == 0 && l->n > 5)
		err = address(l, l->w[5], 0, &h.bind);
	if (err == 0 && h.bind.len != 0 && h.addr.len != 0 &&
	    h.bind.ss.ss_family != h.addr.ss.ss_family)
		err = diag(l->d, "%s: BINDTO is of another kind than the "
		    "server's address", l->w[5]);
	if (err == 0)
		c->host[what][c->hosts[what]++] = h;
	ct_wipe(&h, sizeof(h));
	return err;
}

static int
client(const struct line *l, char *word, struct rad_conf *c)
{
	char *slash = strchr(word, '/');
	uint32_t bits = UINT32_MAX, most;
	int err;

	if (slash != NULL)
		*slash = '\0';
	err = address(l, word, 0, &c->dae_client);
	if (err != 0)
		return err;
	most = c->dae_client.ss.ss_family == AF_INET6 ? 128 : 32;
	if (slash == NULL)
		bits = most;
	else if (val_num(slash + 1, 0, most, &bits) < 0)
		return diag(l->d, "CLIENT/%s: not 0 to %u bits", slash + 1,
		    most);
	c->dae_bits = (uint8_t)bits;
	return 0;
}

static int
dae(const struct line *l, struct rad_conf *c)
{
	char host[RAD_NAME], who[RAD_NAME];
	uint32_t port = RAD_DAE_PORT;
	int err;

	if (l->n < 2 || l->n > 3)
		return diag(l->d, "dae [ADDRESS][:PORT] SECRET "
		    "[CLIENT[/BITS]]");
	if (c->dae.len != 0)
		return diag(l->d, "a second dae line");
	if (cut_port(l->w[0], host, sizeof(host), &port) < 0)
		return diag(l->d, "%s: not ADDRESS or ADDRESS:PORT",
		    l->w[0]);
	err = secret(l, l->w[1], &c->dae_secret);
	if (err == 0)
		err = address(l, host, port, &c->dae);
	if (err != 0 || l->n < 3)
		return err;
	if (strlen(l->w[2]) >= sizeof(who))
		return diag(l->d, "%s: not an address", l->w[2]);
	strcpy(who, l->w[2]);
	return client(l, who, c);
}

static int
words(const struct words *w, struct rad_conf *c, struct diag *d)
{
	struct line l = { w->w + 1, w->n - 1, d };

	if (strcmp(w->w[0], "acct") == 0)
		return server(&l, RAD_FOR_ACCT, c);
	if (strcmp(w->w[0], "dae") == 0)
		return dae(&l, c);
	if (strcmp(w->w[0], "require-message-authenticator") == 0) {
		c->must_sign = true;
		return w->n == 1 ? 0 : diag(d, "%s: nothing may follow",
		    w->w[0]);
	}
	if (strcmp(w->w[0], "auth") != 0) {
		l.w--;
		l.n++;
	}
	return server(&l, RAD_FOR_AUTH, c);
}

static int
one_line(const char *line, size_t len, struct rad_conf *c, struct diag *d)
{
	struct words w;
	int err;

	if (strlen(line) != len)
		return diag(d, "a NUL octet in the line");
	err = lex_split(line, &w);
	if (err == -E_RANGE)
		return diag(d, "line longer than %d octets", LEX_TEXT - 1);
	if (err != 0)
		return diag(d, "%s", lex_error(err));
	if (w.n > 0)
		err = words(&w, c, d);
	ct_wipe(&w, sizeof(w));
	return err;
}

int
rad_conf_read(struct rad_conf *c, const char *path, struct stat *st,
    struct diag *d)
{
	struct diag at = { .to = d->to, .file = path, .line = 1 };
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f;
	int err;

	memset(c, 0, sizeof(*c));
	err = private_open(&f, path, st, "no RADIUS server is known", d);
	if (err != 0)
		return err;
	for (; (n = getline(&line, &cap, f)) >= 0; at.line++)
		one_line(line, (size_t)n, c, &at);
	if (line != NULL)
		ct_wipe(line, cap);
	free(line);
	at.line = 0;
	at.file = NULL;
	if (at.errors == 0 && c->hosts[RAD_FOR_AUTH] == 0 &&
	    c->hosts[RAD_FOR_ACCT] == 0)
		diag(&at, "%s: no server in it (auth SERVER SECRET, "
		    "acct SERVER SECRET)", path);
	fclose(f);
	d->errors += at.errors;
	if (at.errors > 0)
		ct_wipe(c, sizeof(*c));
	return at.errors > 0 ? -E_FORMAT : 0;
}

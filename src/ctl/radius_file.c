/*
 * The servers of radius.conf: the file is read again when it has changed,
 * names of servers are looked up without waiting for the answer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "ctl/radius_part.h"
#include "os/lookup.h"

#define LOOK_AGAIN	SEC(60)		/* for a name that is not known */

/* ---- names ---- */

static void
look_no_more(struct rad_server *s)
{
	loop_fd_free(s->look);
	s->look = NULL;
	if (s->look_fd >= 0)
		close(s->look_fd);
	s->look_fd = -1;
}

static bool
fits(const struct rad_host *h, const struct sockaddr_storage *ss)
{
	return h->bind.len == 0 || h->bind.ss.ss_family == ss->ss_family;
}

/* The first that can be used; the port is in it. */
static bool
take_address(struct rad_host *h, const struct lookup_answer *a)
{
	for (int i = 0; i < a->n; i++)
		if (fits(h, &a->addr[i])) {
			h->addr.ss = a->addr[i];
			h->addr.len = a->len[i];
			return true;
		}
	return false;
}

static void
found(void *arg, unsigned what)
{
	struct rad_server *s = arg;
	struct lookup_answer a;
	int fd = s->look_fd;
	tstamp now = clock_now();

	(void)what;
	s->look_fd = -1;
	look_no_more(s);
	if (!lookup_take(fd, &a)) {
		a.n = 0;
		strcpy(a.why, "no answer");
	}
	if (!take_address(s->host, &a)) {
		log_put(LOG_WARN_, "RADIUS server %s: no such host: %s",
		    s->host->name, a.n > 0 ? "none of BINDTO's kind" :
		    a.why);
		return;
	}
	for (unsigned id = 0; id < RAD_IDS; id++)
		if (s->slot[id] != NULL)
			rad_send(s, s->slot[id], now);
}

void
rad_look_up(struct rad_server *s, tstamp now)
{
	char port[8];

	if (s->host->addr.len != 0 || s->look_fd >= 0 || now < s->look_at)
		return;
	s->look_at = now + LOOK_AGAIN;
	snprintf(port, sizeof(port), "%u", s->host->port);
	s->look_fd = lookup_start(s->host->host, port, SOCK_DGRAM);
	if (s->look_fd >= 0)
		s->look = loop_fd_new(s->r->loop, s->look_fd, found, s);
	if (s->look == NULL || loop_fd_want(s->look, LOOP_READ) < 0)
		look_no_more(s);
}

/* ---- servers ---- */

void
rad_drop_servers(struct radius *r)
{
	for (unsigned k = 0; k < RAD_SERVICES; k++) {
		for (unsigned i = 0; i < r->conf.hosts[k]; i++) {
			struct rad_server *s = &r->server[k][i];

			rad_recall(s);
			look_no_more(s);
			rad_close(s);
		}
		free(r->server[k]);
		r->server[k] = NULL;
	}
	ct_wipe(&r->conf, sizeof(r->conf));
}

static void
nas_name(char *name, size_t n)
{
	if (gethostname(name, n - 1) < 0 || name[0] == '\0')
		snprintf(name, n, "localhost");
	name[n - 1] = '\0';
}

static void
make_servers(struct radius *r)
{
	for (unsigned k = 0; k < RAD_SERVICES; k++) {
		r->server[k] = calloc(RAD_SERVERS, sizeof(*r->server[k]));
		if (r->server[k] == NULL)
			r->conf.hosts[k] = 0;
		for (unsigned i = 0; i < r->conf.hosts[k]; i++) {
			struct rad_server *s = &r->server[k][i];

			s->r = r;
			s->host = &r->conf.host[k][i];
			s->service = (uint8_t)k;
			s->fd = s->look_fd = -1;
			s->nas.ip = r->ip;
			s->nas.id = r->id;
			nas_name(s->nas.name, sizeof(s->nas.name));
		}
	}
}

/* ---- the file ---- */

static void
tell_faults(struct txt *t)
{
	char *rest, *line;

	if (t->n == 0)
		return;
	for (line = strtok_r(t->p, "\n", &rest); line != NULL;
	    line = strtok_r(NULL, "\n", &rest))
		log_put(LOG_WARN_, "%s", line);
}

/* Has it another face than when it was last looked at? */
static bool
changed(struct radius *r)
{
	struct stat st = { 0 };
	int64_t was[3];

	memcpy(was, r->stamp, sizeof(was));
	if (stat(r->path, &st) < 0)
		memset(&st, 0, sizeof(st));
	r->stamp[0] = (int64_t)st.st_ino;
	r->stamp[1] = (int64_t)st.st_size;
	r->stamp[2] = (int64_t)st.st_ctim.tv_sec * 1000000000 +
	    st.st_ctim.tv_nsec;
	return memcmp(was, r->stamp, sizeof(was)) != 0;
}

static void
read_file(struct radius *r)
{
	struct rad_conf *c = malloc(sizeof(*c));
	struct txt faults = { 0 };
	struct diag d = { .to = &faults };
	struct stat st;
	int err = c == NULL ? -E_NOMEM : rad_conf_read(c, r->path, &st, &d);

	if (err == -E_SYS)
		txt_put(&faults, "%s: %s: no RADIUS server is known\n",
		    r->path, strerror(errno));
	tell_faults(&faults);
	txt_free(&faults);
	rad_drop_servers(r);
	r->bad = err < 0;
	if (err == 0)
		r->conf = *c;
	if (c != NULL)
		ct_wipe(c, sizeof(*c));
	free(c);
	make_servers(r);
	rad_arm(r, clock_now());
}

void
radius_use(struct radius *r, const char *path, bool ip, bool id)
{
	if (strcmp(path, r->path) == 0 && r->ip == ip && r->id == id)
		return;
	r->ip = ip;
	r->id = id;
	snprintf(r->path, sizeof(r->path), "%s", path);
	if (r->path[0] != '\0') {
		changed(r);
		read_file(r);
		return;
	}
	rad_drop_servers(r);
	r->bad = false;
	rad_arm(r, clock_now());
}

void
radius_look(struct radius *r)
{
	tstamp now = clock_now();

	if (r->path[0] == '\0')
		return;
	if (changed(r))
		read_file(r);
	for (unsigned k = 0; k < RAD_SERVICES; k++)
		for (unsigned i = 0; i < r->conf.hosts[k]; i++)
			rad_look_up(&r->server[k][i], now);
}

bool
radius_for(const struct radius *r, enum rad_service s)
{
	return r->conf.hosts[s] > 0 || (s == RAD_FOR_AUTH && r->bad);
}

const struct rad_conf *
radius_conf(const struct radius *r)
{
	return &r->conf;
}

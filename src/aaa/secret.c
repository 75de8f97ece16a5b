/*
 * Finding a name in ppp.secret. The file is compared with what was read by
 * device, inode, size and times; a change within the clock's own step of
 * the last reading would go unseen, so a file that young is read again.
 */
#include "aaa/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aaa/secret_read.h"
#include "base/err.h"
#include "base/log.h"

#define YOUNG	50000000	/* ns; steps of file times are 1 to 10 ms */
#define WARNED	10		/* faults of lines that go to the log */

struct secrets {
	struct secret_table table;
	struct stat st;			/* of what was read or refused */
	int	 no;			/* errno of the last look */
	bool	 looked, young;
	uint64_t stamp;
	char	 error[192];		/* "" : in use */
	char	 path[];
};

struct secrets *
secrets_new(const char *path)
{
	size_t n = strlen(path) + 1;
	struct secrets *s = calloc(1, sizeof(*s) + n);

	if (s != NULL)
		memcpy(s->path, path, n);
	return s;
}

void
secrets_free(struct secrets *s)
{
	if (s == NULL)
		return;
	table_free(&s->table);
	free(s);
}

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size && same_time(&a->st_mtim, &b->st_mtim) &&
	    same_time(&a->st_ctim, &b->st_ctim);
}

static bool
is_young(const struct stat *st)
{
	struct timespec now;
	int64_t age;

	clock_gettime(CLOCK_REALTIME, &now);
	age = (int64_t)(now.tv_sec - st->st_ctim.tv_sec) * 1000000000 +
	    (now.tv_nsec - st->st_ctim.tv_nsec);
	return age < YOUNG;
}

/* The faults of a reading, one a line; told once, then it is known. */
static void
tell(const struct txt *faults)
{
	const char *p = txt_str(faults), *end;
	unsigned n = 0;

	for (; (end = strchr(p, '\n')) != NULL; p = end + 1)
		if (n++ < WARNED)
			log_put(LOG_WARN_, "%.*s", (int)(end - p), p);
	if (n > WARNED)
		log_put(LOG_WARN_, "and %u more lines like these", n - WARNED);
}

static void
load(struct secrets *s)
{
	struct txt faults = { 0 };
	struct diag d = { .to = &faults, .file = s->path };
	const struct stat was = s->st;
	char before[sizeof(s->error)];
	int err;

	memcpy(before, s->error, sizeof(before));
	s->error[0] = '\0';
	table_free(&s->table);
	memset(&s->st, 0, sizeof(s->st));
	err = table_read(&s->table, s->path, &s->st, &d);
	s->no = err == -E_SYS ? errno : 0;
	s->young = err != -E_SYS && is_young(&s->st);
	s->stamp++;
	if (err == -E_SYS)
		snprintf(s->error, sizeof(s->error), "%s: %s", s->path,
		    strerror(s->no));
	else if (err != 0)
		snprintf(s->error, sizeof(s->error), "%.*s",
		    (int)strcspn(txt_str(&faults), "\n"), txt_str(&faults));
	if (err == 0 && !same_file(&was, &s->st))
		tell(&faults);
	else if (err != 0 && strcmp(before, s->error) != 0)
		log_put(LOG_WARN_, "%s", s->error);
	txt_free(&faults);
}

static void
refresh(struct secrets *s)
{
	struct stat st;
	int no = stat(s->path, &st) == 0 ? 0 : errno;

	if (s->looked && no == s->no &&
	    (no != 0 || (same_file(&st, &s->st) && !s->young)))
		return;
	s->looked = true;
	load(s);
}

static const struct secret_row *
find(const struct secrets *s, const char *name, size_t len)
{
	const struct secret_row *r = table_find(&s->table, name, len);
	const char *cut;

	if (r != NULL || (cut = memchr(name, '\\', len)) == NULL)
		return r;
	cut++;
	return table_find(&s->table, cut, (size_t)(name + len - cut));
}

int
secret_find(struct secrets *s, const char *name, size_t len,
    struct secret *out)
{
	const struct secret_row *r;
	const char *key;

	memset(out, 0, sizeof(*out));
	refresh(s);
	r = find(s, name, len);
	if (r == NULL || row_grant(r, &out->grant) != 0)
		return -E_UNKNOWN;
	key = r->text + r->name_len + 1;
	out->key_len = r->key_len;
	memcpy(out->key, key, r->key_len);
	out->system = strcmp(key, "*") == 0;
	return 0;
}

const char *
secrets_error(const struct secrets *s)
{
	return s->error;
}

size_t
secrets_count(struct secrets *s)
{
	refresh(s);
	return s->table.n;
}

void
secrets_fixed(struct secrets *s, secrets_fixed_fn *fn, void *arg)
{
	struct aaa_grant g;

	refresh(s);
	for (size_t i = 0; i < s->table.buckets; i++)
		for (const struct secret_row *r = s->table.bucket[i];
		    r != NULL; r = r->next)
			if (row_grant(r, &g) == 0 && g.has_his &&
			    g.his.bits == 32)
				fn(g.his.addr, arg);
}

uint64_t
secrets_stamp(struct secrets *s)
{
	refresh(s);
	return s->stamp;
}

int
secrets_check(const char *path, struct diag *d)
{
	struct secret_table t = { 0 };
	struct diag own = { .to = d->to, .file = path };
	struct stat st;
	int err = table_read(&t, path, &st, &own);

	table_free(&t);
	d->errors += own.errors;
	d->remarks += own.remarks;
	if (err == -E_SYS)
		return err;
	return own.errors > 0 ? -E_FORMAT : 0;
}

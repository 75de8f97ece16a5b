/* Lines of ppp.secret into a hash table of compact rows. */
#include "aaa/secret_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aaa/private.h"
#include "base/ct.h"
#include "base/err.h"
#include "lang/lex.h"
#include "lang/value.h"

#define FIELDS	5		/* those of ppp(8) */
#define RATE	"rate="

enum field { F_NAME, F_KEY, F_HIS, F_LABEL, F_CALLBACK, F_RATE, F_ALL };

/* FNV-1a; the names are the operator's, so nobody aims at a bucket. */
static uint32_t
name_hash(const char *name, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)name[i]) * 16777619u;
	return h;
}

const struct secret_row *
table_find(const struct secret_table *t, const char *name, size_t len)
{
	uint32_t h = name_hash(name, len);
	const struct secret_row *r;

	if (t->buckets == 0)
		return NULL;
	for (r = t->bucket[h & (t->buckets - 1)]; r != NULL; r = r->next)
		if (r->hash == h && r->name_len == len &&
		    memcmp(r->text, name, len) == 0)
			return r;
	return NULL;
}

void
table_free(struct secret_table *t)
{
	struct secret_row *r, *next;

	for (size_t i = 0; i < t->buckets; i++)
		for (r = t->bucket[i]; r != NULL; r = next) {
			next = r->next;
			ct_wipe(r->text, r->len);
			free(r);
		}
	free(t->bucket);
	*t = (struct secret_table){ 0 };
}

/* Twice the buckets once there is a row for each. */
static int
grow(struct secret_table *t)
{
	struct secret_table big = { .n = t->n };
	struct secret_row *r, *next, **at;

	if (t->n < t->buckets)
		return 0;
	big.buckets = t->buckets == 0 ? 64 : 2 * t->buckets;
	big.bucket = calloc(big.buckets, sizeof(*big.bucket));
	if (big.bucket == NULL)
		return -E_NOMEM;
	for (size_t i = 0; i < t->buckets; i++)
		for (r = t->bucket[i]; r != NULL; r = next) {
			next = r->next;
			at = &big.bucket[r->hash & (big.buckets - 1)];
			r->next = *at;
			*at = r;
		}
	free(t->bucket);
	*t = big;
	return 0;
}

static struct secret_row *
row_new(const struct words *w, const char *rate)
{
	const char *field[F_ALL] = { "", "", "", "", "", rate };
	struct secret_row *r;
	size_t len[F_ALL], sum = 0, at = 0;

	for (int i = 0; i < F_ALL; i++) {
		if (i < FIELDS && i < w->n && (i < F_HIS || i == F_CALLBACK ||
		    strcmp(w->w[i], "*") != 0))
			field[i] = w->w[i];
		len[i] = strlen(field[i]) + 1;
		sum += len[i];
	}
	r = calloc(1, sizeof(*r) + sum);
	if (r == NULL)
		return NULL;
	r->name_len = (uint8_t)(len[F_NAME] - 1);
	r->key_len = (uint8_t)(len[F_KEY] - 1);
	r->his = (uint16_t)(len[F_NAME] + len[F_KEY]);
	r->label = (uint16_t)(r->his + len[F_HIS]);
	r->callback = (uint16_t)(r->label + len[F_LABEL]);
	r->rate = (uint16_t)(r->callback + len[F_CALLBACK]);
	r->len = (uint16_t)sum;
	for (int i = 0; i < F_ALL; at += len[i++])
		memcpy(r->text + at, field[i], len[i]);
	r->hash = name_hash(r->text, r->name_len);
	return r;
}

/* UP/DOWN[/BURST]; 0 or -E_FORMAT. */
static int
rate_of(const char *text, struct rate_conf *r)
{
	char part[3][32] = { "", "", "0" };
	uint64_t n[3];
	int parts = 0;

	for (bool more = true; more && parts < 3; parts++) {
		size_t len = strcspn(text, "/");

		if (len == 0 || len >= sizeof(part[0]))
			return -E_FORMAT;
		memcpy(part[parts], text, len);
		part[parts][len] = '\0';
		more = text[len] == '/';
		text += len + more;
	}
	if (parts < 2 || *text != '\0')
		return -E_FORMAT;
	for (int i = 0; i < 3; i++)
		if (val_rate(part[i], 0, i < 2 ? RATE_MAX : 1u << 30,
		    &n[i]) < 0 || (n[i] != 0 && n[i] < (i < 2 ? RATE_MIN :
		    RATE_BURST_MIN)))
			return -E_FORMAT;
	*r = (struct rate_conf){ n[0], n[1], (uint32_t)n[2] };
	return 0;
}

int
row_grant(const struct secret_row *r, struct aaa_grant *g)
{
	const char *his = r->text + r->his;
	struct val_range range[SECRET_RANGES];
	int n = 0, err = 0;

	memset(g, 0, sizeof(*g));
	memcpy(g->name, r->text, r->name_len);
	strcpy(g->label, r->text + r->label);
	strcpy(g->callback, r->text + r->callback);
	if (strpbrk(his, "-,") != NULL) {
		err = val_ranges(his, range, SECRET_RANGES, &n);
		g->ranges = err == 0 ? (uint8_t)n : 0;
		for (int i = 0; i < g->ranges; i++)
			g->range[i] = (struct ip4_range){ range[i].lo,
			    range[i].hi };
	} else if (*his != '\0') {
		err = val_ip4_bits(his, &g->his.addr, &g->his.bits);
		g->has_his = err == 0;
	}
	if (r->text[r->rate] != '\0')
		g->has_rate = rate_of(r->text + r->rate, &g->rate) == 0;
	return err;
}

/* Words of our own, taken out wherever they stand behind the key. */
static int
take_rate(struct words *w, const char **rate, struct diag *d)
{
	struct rate_conf r;

	*rate = "";
	for (int i = F_HIS; i < w->n; i++) {
		if (strncmp(w->w[i], RATE, strlen(RATE)) != 0)
			continue;
		*rate = w->w[i] + strlen(RATE);
		if (rate_of(*rate, &r) != 0)
			return diag(d, "%s: not rate=UP/DOWN[/BURST], bits a "
			    "second with k, m, g, 0 for no limit; octets",
			    w->w[i]);
		w->n--;
		memmove(&w->w[i], &w->w[i + 1],
		    (size_t)(w->n - i + 1) * sizeof(*w->w));
		i--;
	}
	return 0;
}

/* The words of one line, judged before anything is kept of them. */
static int
words_check(const struct words *w, struct diag *d)
{
	if (w->n < 2)
		return diag(d, "a name needs a key behind it; \"\" is an "
		    "empty one");
	if (w->n > FIELDS)
		return diag(d, "more than %d fields: NAME KEY [HISADDR "
		    "[LABEL [CALLBACK]]]", FIELDS);
	if (w->w[F_NAME][0] == '\0')
		return diag(d, "an empty name is nobody's");
	if (strlen(w->w[F_NAME]) > AUTHNAME_MAX)
		return diag(d, "name longer than %d octets", AUTHNAME_MAX);
	if (strlen(w->w[F_KEY]) > AUTHKEY_MAX)
		return diag(d, "key longer than %d octets", AUTHKEY_MAX);
	if (w->n > F_LABEL && strlen(w->w[F_LABEL]) > SECRET_LABEL)
		return diag(d, "label longer than %d octets", SECRET_LABEL);
	if (w->n > F_CALLBACK && strlen(w->w[F_CALLBACK]) > SECRET_CALLBACK)
		return diag(d, "callback numbers longer than %d octets",
		    SECRET_CALLBACK);
	return 0;
}

static int
row_add(struct secret_table *t, struct secret_row *r, struct diag *d)
{
	struct secret_row **at;
	struct aaa_grant g;

	if (row_grant(r, &g) != 0)
		return diag(d, "third field is no address: ADDR, ADDR/BITS, "
		    "LO-HI, a list of them with commas, or *");
	if (table_find(t, r->text, r->name_len) != NULL) {
		remark(d, "\"%s\" stands above already; this line does not "
		    "count", g.name);
		return -E_EXIST;
	}
	if (grow(t) != 0)
		return -E_NOMEM;
	at = &t->bucket[r->hash & (t->buckets - 1)];
	r->next = *at;
	*at = r;
	t->n++;
	return 0;
}

static int
line_add(struct secret_table *t, const char *line, size_t len,
    struct diag *d)
{
	struct words w;
	struct secret_row *r;
	const char *rate;
	int err;

	if (line[0] == '#')
		return 0;
	if (strlen(line) != len)
		return diag(d, "a NUL octet in the line");
	err = lex_split(line, &w);
	if (err == -E_RANGE)
		return diag(d, "line longer than %d octets", LEX_TEXT - 1);
	if (err != 0)
		return diag(d, "%s", lex_error(err));
	if (w.n == 0)
		return 0;
	err = take_rate(&w, &rate, d);
	if (err == 0)
		err = words_check(&w, d);
	r = err == 0 ? row_new(&w, rate) : NULL;
	ct_wipe(&w, sizeof(w));
	if (r == NULL)
		return err == 0 ? -E_NOMEM : err;
	err = row_add(t, r, d);
	if (err != 0) {
		ct_wipe(r->text, r->len);
		free(r);
	}
	return err;
}

static int
lines_read(struct secret_table *t, FILE *f, struct diag *d)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int err = 0;

	for (d->line = 1; err != -E_NOMEM &&
	    (n = getline(&line, &cap, f)) >= 0; d->line++)
		err = line_add(t, line, (size_t)n, d);
	if (line != NULL)
		ct_wipe(line, cap);
	free(line);
	d->line = 0;
	if (err == -E_NOMEM)
		errno = ENOMEM;
	return err == -E_NOMEM || ferror(f) ? -E_SYS : 0;
}

int
table_read(struct secret_table *t, const char *path, struct stat *st,
    struct diag *d)
{
	FILE *f;
	int err = private_open(&f, path, st, "no peer can be authenticated",
	    d);

	if (err != 0)
		return err;
	err = lines_read(t, f, d);
	fclose(f);
	if (err != 0)
		table_free(t);
	return err;
}

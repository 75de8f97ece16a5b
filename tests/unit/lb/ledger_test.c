/* The ledger: readers on other threads never see half a record. */
#include <atf-c.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "lb/ledger.h"

#define ROWS	4u
#define WRITES	200000u

static struct ledger *book;
static _Atomic bool over;

/* All octets of a record follow from its ticket. */
static void
fill(struct sess_rec *r, uint32_t ticket)
{
	memset(r, (int)(ticket & 0xff), sizeof(*r));
	r->ticket = ticket;
	r->connects = ~ticket;
	r->echo_us = ticket * 3;
}

static bool
is_whole(const struct sess_rec *r)
{
	struct sess_rec want;

	fill(&want, r->ticket);
	return memcmp(&want, r, sizeof(want)) == 0;
}

static void *
reader(void *arg)
{
	_Atomic uint64_t *seen = arg;
	struct sess_rec r;

	while (!over) {
		for (uint32_t i = 0; i < ledger_used(book); i++) {
			if (!ledger_read(book, i, &r))
				continue;
			if (!is_whole(&r) || r.ticket % ROWS != i)
				return (void *)"torn";
			atomic_fetch_add(seen, 1);
		}
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(never_torn);
ATF_TC_BODY(never_torn, tc)
{
	pthread_t t[2];
	_Atomic uint64_t seen[2] = { 0 };
	struct sess_rec r;
	void *res;

	book = ledger_new(ROWS);
	ATF_REQUIRE(book != NULL);
	for (int i = 0; i < 2; i++)
		ATF_REQUIRE_EQ(0, pthread_create(&t[i], NULL, reader,
		    &seen[i]));
	/* On a busy machine the readers may start late: write until both
	 * have read. */
	for (uint32_t i = ROWS; i < WRITES || seen[0] == 0 || seen[1] == 0;
	    i++) {
		fill(&r, i);
		ledger_write(book, i % ROWS, &r);
		atomic_store(&ledger_count(book, i % ROWS)->ip_in, i);
		if (i % 7 == 0)
			ledger_clear(book, i % ROWS);
	}
	over = true;
	for (int i = 0; i < 2; i++) {
		ATF_REQUIRE_EQ(0, pthread_join(t[i], &res));
		ATF_CHECK(res == NULL);
		ATF_CHECK(seen[i] > 0);
	}
	ledger_free(book);
}

ATF_TC_WITHOUT_HEAD(rows);
ATF_TC_BODY(rows, tc)
{
	struct sess_rec r, got;
	struct ledger *l = ledger_new(100);

	ATF_REQUIRE(l != NULL);
	ATF_CHECK_EQ(0, ledger_used(l));
	ATF_CHECK(!ledger_read(l, 0, &got));
	ATF_CHECK(!ledger_read(l, 100, &got));
	fill(&r, 42);
	ledger_write(l, 9, &r);
	ATF_CHECK_EQ(10, ledger_used(l));
	ATF_REQUIRE(ledger_read(l, 9, &got));
	ATF_CHECK(memcmp(&r, &got, sizeof(r)) == 0);
	ATF_CHECK(!ledger_read(l, 8, &got));
	atomic_store(&ledger_count(l, 9)->ctl_out, 5);
	ledger_clear(l, 9);
	ATF_CHECK(!ledger_read(l, 9, &got));
	ATF_CHECK_EQ(0, atomic_load(&ledger_count(l, 9)->ctl_out));
	ATF_CHECK_EQ(10, ledger_used(l));
	ledger_free(l);
}

/* All of a book follows from the last probe of it. */
static void *
book_reader(void *arg)
{
	_Atomic uint64_t *seen = arg;
	struct quality_book b;

	while (!over) {
		if (!ledger_book_read(book, 1, &b))
			continue;
		if (b.closed[0] != b.last || quality_kept(&b, 0) == 0 ||
		    quality_back(&b, 0, 0)->at != b.last ||
		    quality_back(&b, 0, 0)->jitter != ~b.last)
			return (void *)"torn";
		for (unsigned i = 0; i < quality_kept(&b, 0); i++)
			if (quality_back(&b, 0, i)->at != b.last - i)
				return (void *)"rows of another time";
		atomic_fetch_add(seen, 1);
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(books);
ATF_TC_BODY(books, tc)
{
	const struct quality_conf c = { 5, 30 };
	_Atomic uint64_t seen = 0;
	struct quality_book b;
	struct quality_row r = { 0 };
	pthread_t t;
	void *res;

	book = ledger_new(ROWS);
	ATF_REQUIRE(book != NULL);
	ATF_CHECK(!ledger_book_read(book, 1, &b));
	ledger_book_end(book, 1);		/* there is none yet */
	ATF_REQUIRE(ledger_book(book, 1, &c));
	ATF_CHECK(!ledger_book_read(book, 0, &b));
	ATF_CHECK(!ledger_book_read(book, ROWS, &b));
	ATF_REQUIRE(ledger_book_read(book, 1, &b));
	ATF_CHECK(quality_same(&c, &b.conf));
	ATF_CHECK_EQ(0, quality_kept(&b, 0));
	ATF_CHECK_EQ(QUALITY_LOST, b.last);
	r.at = 1;
	r.jitter = ~1u;
	ledger_book_add(book, 1, 1, &r, 1);
	over = false;
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, book_reader, &seen));
	for (uint32_t i = 2; i < WRITES || seen < 100; i++) {
		r.at = i;
		r.jitter = ~i;
		ledger_book_add(book, 1, i, &r, 1);
	}
	over = true;
	ATF_REQUIRE_EQ(0, pthread_join(t, &res));
	ATF_CHECK_MSG(res == NULL, "%s", (const char *)res);
	ledger_book_end(book, 1);
	ATF_CHECK(!ledger_book_read(book, 1, &b));
	ATF_REQUIRE(ledger_book(book, 1, &c));
	ATF_REQUIRE(ledger_book_read(book, 1, &b));
	ATF_CHECK_EQ(0, quality_kept(&b, 0));
	ledger_free(book);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, never_torn);
	ATF_TP_ADD_TC(tp, rows);
	ATF_TP_ADD_TC(tp, books);
	return atf_no_error();
}

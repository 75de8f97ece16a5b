/* The pool: threads start and stop, configurations are published and freed,
 * mail arrives in order however full the boxes are. */
#include <atf-c.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "lb/worker.h"

static struct profile prof;

static struct lb *
pool(unsigned lanes, unsigned workers)
{
	struct lb_params p = { .lanes = lanes, .workers = workers,
	    .max_sessions = 256 };
	struct tun tun[8];
	struct lb *b;

	for (int i = 0; i < 8; i++)
		tun[i] = (struct tun){ .fd = -1 };
	profile_default(&prof);
	b = lb_new(&p, &prof, tun);
	ATF_REQUIRE(b != NULL);
	return b;
}

static unsigned
snapshots(const struct lb *b)
{
	unsigned n = 0;

	for (const struct snapshot *s = b->newest; s != NULL; s = s->older)
		n++;
	return n;
}

/* As control does it: waits for mail, takes it; how many of @op came. */
static unsigned
serve(struct lb *b, uint16_t op, unsigned want)
{
	unsigned n = 0;
	struct mail m;

	while (n < want) {
		struct pollfd f = { .fd = lb_fd(b), .events = POLLIN };

		ATF_REQUIRE_MSG(poll(&f, 1, 60000) == 1,
		    "%u of %u answers came", n, want);
		lb_calm(b);
		for (unsigned i = 0; i < b->lanes; i++) {
			while (lb_recv(b, i, &m)) {
				if (m.op == MAIL_CONF_DONE)
					lb_conf_done(b, i, m.arg);
				n += m.op == op;
			}
		}
	}
	return n;
}

ATF_TC_WITHOUT_HEAD(start_and_stop);
ATF_TC_BODY(start_and_stop, tc)
{
	struct lb *b;

	lb_free(pool(1, 1));		/* never started */
	for (unsigned w = 1; w <= 4; w++) {
		b = pool(4, w);
		ATF_REQUIRE_EQ(0, lb_start(b));
		lb_free(b);
	}
}

ATF_TC_WITHOUT_HEAD(publish);
ATF_TC_BODY(publish, tc)
{
	struct lb *b = pool(4, 2);

	ATF_REQUIRE_EQ(0, lb_start(b));
	for (unsigned i = 0; i < 50; i++) {
		prof.ppp.lqr_period = (uint16_t)(i + 1);
		ATF_REQUIRE_EQ(0, lb_publish(b, &prof, NULL));
		if (i % 5 != 0)
			continue;
		for (unsigned k = 0; k < 4; k++)
			while (b->lane_gen[k] < b->newest->gen)
				serve(b, MAIL_CONF_DONE, 1);
		ATF_CHECK_EQ(1, snapshots(b));
	}
	for (unsigned k = 0; k < 4; k++)
		while (b->lane_gen[k] < b->newest->gen)
			serve(b, MAIL_CONF_DONE, 1);
	ATF_CHECK_EQ(1, snapshots(b));
	ATF_CHECK_EQ(51, b->newest->gen);
	lb_free(b);
}

/* One lane that lags keeps what it may still use. */
ATF_TC_WITHOUT_HEAD(a_lane_lags);
ATF_TC_BODY(a_lane_lags, tc)
{
	struct lb *b = pool(2, 1);

	for (int i = 0; i < 3; i++)
		ATF_REQUIRE_EQ(0, lb_publish(b, &prof, NULL));
	ATF_CHECK_EQ(4, snapshots(b));
	lb_conf_done(b, 0, 4);
	ATF_CHECK_EQ(4, snapshots(b));
	lb_conf_done(b, 1, 2);
	ATF_CHECK_EQ(3, snapshots(b));
	lb_conf_done(b, 1, 4);
	ATF_CHECK_EQ(1, snapshots(b));
	lb_free(b);
}

/* More mail than a box holds, without a worker and then with one: all of it
 * arrives, in order. An unknown ticket's accept and close tell which. */
ATF_TC_WITHOUT_HEAD(full_box_loses_nothing);
ATF_TC_BODY(full_box_loses_nothing, tc)
{
	struct lb *b = pool(1, 1);
	struct mail m = { .op = MAIL_DIAL };
	struct pppoe_host_conf hc;
	unsigned n = 0, want = 3 * MAIL_RING;
	uint32_t next = 1;

	memset(&hc, 0, sizeof(hc));
	mail_put(&m, &hc, sizeof(hc));
	for (uint32_t t = 1; t <= want; t++) {
		m.ticket = t;		/* no interface: closed at once */
		ATF_REQUIRE(lb_send(b, 0, &m));
	}
	ATF_CHECK(!lb_offer(b, 0, &m));	/* no room, and none skips ahead */
	ATF_CHECK(b->wait[0].first != NULL);
	ATF_REQUIRE_EQ(0, lb_start(b));
	while (n < want) {
		struct pollfd f = { .fd = lb_fd(b), .events = POLLIN };
		struct mail got;

		ATF_REQUIRE_MSG(poll(&f, 1, 60000) == 1, "%u came", n);
		lb_calm(b);
		while (lb_recv(b, 0, &got)) {
			ATF_REQUIRE_EQ(MAIL_CLOSED, got.op);
			ATF_REQUIRE_EQ(next, got.ticket);
			ATF_REQUIRE_EQ(WHY_IF_GONE, got.arg);
			next++;
			n++;
		}
	}
	ATF_CHECK(b->wait[0].first == NULL);
	ATF_CHECK(lb_offer(b, 0, &m));
	serve(b, MAIL_CLOSED, 1);
	for (uint32_t t = 1; t <= want; t++)	/* freed with the pool */
		ATF_REQUIRE(lb_send(b, 0, &m));
	lb_free(b);
}

/* A lane goes from worker to worker, as fast as can be and with changes of
 * mind, while mail flows both ways: nothing is lost, all is in order. */
ATF_TC_WITHOUT_HEAD(moves_lose_nothing);
ATF_TC_BODY(moves_lose_nothing, tc)
{
	struct lb *b = pool(4, 2);
	struct mail m = { .op = MAIL_DIAL };
	struct pppoe_host_conf hc;
	uint32_t sent = 0, next = 1, want = 20000;

	memset(&hc, 0, sizeof(hc));
	mail_put(&m, &hc, sizeof(hc));
	ATF_REQUIRE_EQ(0, lb_start(b));
	ATF_REQUIRE_EQ(0, lb_hire(b, 2));
	while (next <= want) {
		struct pollfd f = { .fd = lb_fd(b), .events = POLLIN };
		struct mail got;

		for (int i = 0; i < 8 && sent < want; i++) {
			m.ticket = ++sent;
			ATF_REQUIRE(lb_send(b, 1, &m));
			lb_move(b, 1, sent % 3);
			if (sent % 5 == 0)
				lb_move(b, 1, (sent / 5) % 3);
		}
		ATF_REQUIRE_MSG(poll(&f, 1, 60000) == 1, "%u came", next);
		lb_calm(b);
		while (lb_recv(b, 1, &got)) {
			ATF_REQUIRE_EQ(MAIL_CLOSED, got.op);
			ATF_REQUIRE_EQ(next, got.ticket);
			next++;
		}
	}
	ATF_CHECK_MSG(b->moves > 500, "%llu moves",
	    (unsigned long long)b->moves);
	lb_free(b);
}

/* A worker is fired once it has given up its lanes, and can come back. */
ATF_TC_WITHOUT_HEAD(fired_and_hired);
ATF_TC_BODY(fired_and_hired, tc)
{
	struct lb *b = pool(2, 2);

	ATF_REQUIRE_EQ(0, lb_start(b));
	for (int round = 0; round < 20; round++) {
		ATF_CHECK(!lb_fire(b, 1));
		lb_move(b, 1, 0);
		while (!lb_fire(b, 1)) {
			struct pollfd f = { .fd = lb_fd(b),
			    .events = POLLIN };

			ATF_REQUIRE_EQ(1, poll(&f, 1, 60000));
			lb_calm(b);
		}
		ATF_CHECK(!b->worker[1].runs);
		ATF_CHECK_EQ(0, b->owner[1]);
		ATF_REQUIRE_EQ(0, lb_hire(b, 1));
		lb_move(b, 1, 1);
		prof.ppp.lqr_period++;
		ATF_REQUIRE_EQ(0, lb_publish(b, &prof, NULL));
		serve(b, MAIL_CONF_DONE, 2);
	}
	lb_free(b);
}

/* Workers' lines reach control without any mail. */
static unsigned lines;

static void
sink(const struct log_line *line, void *arg)
{
	(void)arg;
	lines += strstr(line->text, "Configure-Request") != NULL;
}

ATF_TC_WITHOUT_HEAD(log_lines_wake_control);
ATF_TC_BODY(log_lines_wake_control, tc)
{
	static const uint8_t mac_a[6] = { 2, 0, 0, 0, 0, 1 };
	static const uint8_t mac_b[6] = { 2, 0, 0, 0, 0, 2 };
	struct mail m = { .op = MAIL_ACCEPT, .ticket = 1,
	    .key = { .mac = { 2, 0, 0, 0, 0, 2 }, .sid = 1 } };
	struct lb *b = pool(1, 1);
	struct mail_accept a;
	struct io *far;

	log_set_sink(sink, NULL);
	log_set_mask(LOG_BIT(LOG_LCP));
	ATF_REQUIRE_EQ(0, io_pair(&b->lane[0]->port[0].io, &far, mac_a,
	    mac_b));
	b->lane[0]->port[0].sess_type = ETH_PPPOE_SESS;
	memset(&a, 0, sizeof(a));
	a.pads_len = 6;
	mail_put(&m, &a, sizeof(a));
	ATF_REQUIRE_EQ(0, lb_start(b));
	ATF_REQUIRE(lb_send(b, 0, &m));
	serve(b, MAIL_PHASE, 1);
	for (int i = 0; i < 10 && lines < 2; i++) {	/* and its repeat */
		struct pollfd f = { .fd = lb_fd(b), .events = POLLIN };

		ATF_REQUIRE_EQ(1, poll(&f, 1, 60000));
		lb_calm(b);
	}
	ATF_CHECK(lines >= 2);
	lb_free(b);
	io_close(far);
	log_set_sink(NULL, NULL);
}

static void
line(struct lane *l, unsigned port, int fd[2])
{
	struct stream_conf c = { 0 };

	ATF_REQUIRE_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    fd));
	c.in = c.out = fd[0];
	ATF_REQUIRE_EQ(0, io_stream_open(&l->port[port].io, &c));
	l->port[port].stream = true;
	l->streams++;
}

/* Two lines; one takes nothing more. That the other one could is no reason
 * to wake up again and again. */
ATF_TC_WITHOUT_HEAD(full_line_lets_sleep);
ATF_TC_BODY(full_line_lets_sleep, tc)
{
	static uint8_t octets[2048];
	struct pkt frame, *one = &frame;
	struct lb *b = pool(1, 1);
	struct lane *l = b->lane[0];
	int slow[2], fast[2];
	uint32_t rounds;

	line(l, 0, slow);
	line(l, 1, fast);
	pkt_reset(&frame);
	memcpy(frame.data, octets, 1500);
	frame.len = 1500;
	for (int i = 0; i < 1000 && io_stream_waits(l->port[0].io) == 0; i++)
		io_send(l->port[0].io, &one, 1);
	ATF_REQUIRE(io_stream_waits(l->port[0].io) > 0);
	ATF_REQUIRE_EQ(0, lb_start(b));
	usleep(50000);
	rounds = atomic_load(&b->worker[0].rounds);
	usleep(100000);
	ATF_CHECK_MSG(atomic_load(&b->worker[0].rounds) - rounds < 50,
	    "%u rounds", atomic_load(&b->worker[0].rounds) - rounds);
	lb_free(b);
	close(slow[1]);
	close(fast[1]);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, start_and_stop);
	ATF_TP_ADD_TC(tp, publish);
	ATF_TP_ADD_TC(tp, a_lane_lags);
	ATF_TP_ADD_TC(tp, full_box_loses_nothing);
	ATF_TP_ADD_TC(tp, moves_lose_nothing);
	ATF_TP_ADD_TC(tp, fired_and_hired);
	ATF_TP_ADD_TC(tp, log_lines_wake_control);
	ATF_TP_ADD_TC(tp, full_line_lets_sleep);
	return atf_no_error();
}

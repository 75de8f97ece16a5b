/* Devices, scripts and carrier of one link, step by step. */
#include "ctl/physical.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/chatter.h"
#include "ctl/outq.h"
#include "os/serial.h"
#include "sess/phone.h"

#define LOOK		MSEC(100)	/* at the carrier, while waiting */
#define WATCH		SEC(1)		/* and while PPP runs */
#define DROP_TIME	MSEC(500)	/* DTR low before the hangup script */

enum step {
	AT_REST, OPENING, PEER, DIAL, CARRIER, LOGIN, UP, LOGOUT, DROPPED,
	HANGUP, TERM, FAILING, CLOSING,
};

struct physical {
	struct loop *loop;		/* borrows */
	struct physical_hooks hook;
	struct dev dev;
	struct dev_net *net;		/* owner; connecting */
	struct chatter *chat;		/* owner */
	struct loop_timer *timer;	/* owner */
	struct loop_fd *watch;		/* of dev.in: PEER, TERM */
	enum step step;
	bool	 scripts, term_next, lost, watched, keep;
	bool	 failing;		/* failed() is due, because of: */
	enum why why;
	tstamp	 carrier_by;
	int	 carrier;
	char	 device[DEVICE_MAX];
	struct phone phone;
	const char *number;		/* of .phone, for \T */
	struct outq out;		/* TERM */
	struct hdlc_in detect;		/* TERM */
	size_t	 ahead_n;
	uint8_t	 ahead[STREAM_AHEAD];
};

static const struct link_conf *
conf(const struct physical *ph)
{
	return ph->hook.conf(ph->hook.arg);
}

static void
soon(struct physical *ph, enum step s)
{
	ph->step = s;
	loop_timer_set(ph->timer, 0);
}

static void
fail(struct physical *ph, enum why why)
{
	ph->failing = true;
	ph->why = why;
	soon(ph, FAILING);
}

static void
unwatch(struct physical *ph)
{
	loop_fd_free(ph->watch);
	ph->watch = NULL;
}

static void
no_net(struct physical *ph)
{
	dev_net_free(ph->net);
	ph->net = NULL;
}

static void
let_go(struct physical *ph)
{
	chatter_stop(ph->chat);
	no_net(ph);
	unwatch(ph);
	outq_free(&ph->out);
	loop_timer_set(ph->timer, NEVER);
	dev_close(&ph->dev);
	ph->ahead_n = 0;
	ph->carrier = -1;
	ph->watched = false;
	ph->step = AT_REST;
}

/* ---- scripts ---- */

/* False: there is nothing to run. */
static bool
script(struct physical *ph, enum step s, const char *text)
{
	ph->step = s;
	if (!ph->scripts || text[0] == '\0')
		return false;
	if (!chatter_start(ph->chat, ph->dev.in, ph->dev.out, text,
	    ph->number, conf(ph)->ppp.authname, conf(ph)->ppp.authkey))
		fail(ph, WHY_CHAT);
	return true;
}

/* ---- up ---- */

static void
begin_ppp(struct physical *ph)
{
	struct stream_conf c = { .whole = ph->dev.whole,
	    .datagram = ph->dev.datagram };

	ph->hook.state(ph->hook.arg, LINK_READY);
	dev_raw(&ph->dev, &conf(ph)->serial);
	c.in = fcntl(ph->dev.in, F_DUPFD_CLOEXEC, 4);
	c.out = ph->dev.out == ph->dev.in ? c.in :
	    fcntl(ph->dev.out, F_DUPFD_CLOEXEC, 4);
	if (c.in < 0 || c.out < 0) {
		if (c.in >= 0)
			close(c.in);
		fail(ph, WHY_NO_DEVICE);
		return;
	}
	memcpy(c.escape, conf(ph)->serial.escape, sizeof(c.escape));
	c.ahead_n = (uint16_t)(ph->ahead_n > 0 ? ph->ahead_n :
	    chatter_ahead(ph->chat, c.ahead));
	if (ph->ahead_n > 0)
		memcpy(c.ahead, ph->ahead, ph->ahead_n);
	ph->ahead_n = 0;
	ph->step = UP;
	ph->hook.ready(ph->hook.arg, &c);
	if (ph->watched)
		loop_timer_set(ph->timer, clock_now() + WATCH);
}

static void
login(struct physical *ph)
{
	ph->hook.state(ph->hook.arg, LINK_LOGIN);
	if (!script(ph, LOGIN, conf(ph)->login))
		begin_ppp(ph);
}

/* ---- carrier: ppp(8) 8.6 ---- */

static tstamp
carrier_wait(const struct link_conf *p)
{
	return SEC(p->cd == CD_DEVICE ? CD_SECS_TTY : p->cd_secs);
}

static void
carrier(struct physical *ph)
{
	const struct link_conf *p = conf(ph);

	ph->carrier = ph->dev.kind == DEV_TTY && p->cd != CD_OFF ?
	    serial_carrier(ph->dev.in) : -1;
	if (ph->carrier == 1)
		ph->watched = true;
	if (ph->carrier == 0 && clock_now() < ph->carrier_by) {
		loop_timer_set(ph->timer, clock_now() + LOOK);
		return;
	}
	if (ph->carrier != 1 && ph->dev.kind == DEV_TTY &&
	    p->cd == CD_REQUIRED) {
		log_put(LOG_PHASE, "%s: no carrier (CD %s)", conf(ph)->name,
		    ph->carrier < 0 ? "is not a signal of this line" :
		    "is not set");
		fail(ph, WHY_NO_CARRIER);
		return;
	}
	login(ph);
}

static void
await_carrier(struct physical *ph)
{
	ph->hook.state(ph->hook.arg, LINK_CARRIER);
	ph->step = CARRIER;
	ph->carrier_by = clock_now() + carrier_wait(conf(ph));
	carrier(ph);
}

static void
watch_carrier(struct physical *ph)
{
	ph->carrier = serial_carrier(ph->dev.in);
	if (ph->carrier != 0) {
		loop_timer_set(ph->timer, clock_now() + WATCH);
		return;
	}
	log_put(LOG_PHASE, "%s: Carrier lost", conf(ph)->name);
	ph->watched = false;
	ph->hook.lost(ph->hook.arg);
}

/* ---- terminal mode ---- */

static void
flush_term(struct physical *ph)
{
	long n = outq_flush(&ph->out, ph->dev.out);

	loop_fd_want(ph->watch, LOOP_READ |
	    (n >= 0 && outq_size(&ph->out) > 0 ? LOOP_WRITE : 0));
}

/* The octets since the last flag may be a frame's beginning: LCP's? */
static bool
is_ppp(struct physical *ph, const uint8_t *p, size_t n)
{
	struct rd in = rd_of(p, n), frame;

	while (hdlc_input(&ph->detect, &in, &frame))
		if (rd_u16(&frame) == PROTO_LCP)
			return true;
	return false;
}

/* What came is kept, so that the peer's first frame is not lost. */
static void
remember(struct physical *ph, const uint8_t *p, size_t n)
{
	size_t keep;

	if (n > sizeof(ph->ahead)) {
		p += n - sizeof(ph->ahead);
		n = sizeof(ph->ahead);
	}
	keep = sizeof(ph->ahead) - n;
	if (keep > ph->ahead_n)
		keep = ph->ahead_n;
	memmove(ph->ahead, ph->ahead + ph->ahead_n - keep, keep);
	memcpy(ph->ahead + keep, p, n);
	ph->ahead_n = keep + n;
}

static void
term_input(struct physical *ph)
{
	uint8_t buf[STREAM_AHEAD];
	ssize_t n = read(ph->dev.in, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		unwatch(ph);
		fail(ph, WHY_LINE_LOST);
		return;
	}
	remember(ph, buf, (size_t)n);
	ph->hook.term(ph->hook.arg, (const char *)buf, (size_t)n);
	if (ph->step == TERM && is_ppp(ph, buf, (size_t)n))
		ph->hook.packets(ph->hook.arg);
}

static void
begin_term(struct physical *ph)
{
	ph->hook.state(ph->hook.arg, LINK_READY);
	ph->step = TERM;
	hdlc_in_reset(&ph->detect);
	loop_fd_want(ph->watch, LOOP_READ);
}

/* ---- opening ---- */

/* UDP, we are called: whoever sends the first packet is the peer. */
static void
take_peer(struct physical *ph)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);
	char byte;

	if (recvfrom(ph->dev.in, &byte, 1, MSG_PEEK, (struct sockaddr *)&a,
	    &n) < 0)
		return;
	unwatch(ph);
	if (connect(ph->dev.in, (struct sockaddr *)&a, n) < 0) {
		log_put(LOG_WARN_, "%s: connect: %s", conf(ph)->name,
		    strerror(errno));
		fail(ph, WHY_NO_DEVICE);
		return;
	}
	soon(ph, DIAL);
}

static void
on_device(void *arg, unsigned what)
{
	struct physical *ph = arg;

	if (ph->step == PEER)
		take_peer(ph);
	else if (ph->step == TERM && what & LOOP_WRITE)
		flush_term(ph);
	if (ph->step == TERM && what & LOOP_READ)
		term_input(ph);
}

static void
dial(struct physical *ph)
{
	ph->hook.state(ph->hook.arg, LINK_DIAL);
	ph->number = phone_choose(&ph->phone, conf(ph)->phone);
	if (ph->scripts && ph->number[0] != '\0')
		log_put(LOG_PHASE, "%s: Phone: %s", conf(ph)->name, ph->number);
	if (!script(ph, DIAL, conf(ph)->dial)) {
		phone_worked(&ph->phone);
		await_carrier(ph);
	}
}

static void
opened(struct physical *ph)
{
	if (ph->term_next || ph->dev.await_peer) {
		ph->watch = loop_fd_new(ph->loop, ph->dev.in, on_device, ph);
		if (ph->watch == NULL) {
			fail(ph, WHY_NO_DEVICE);
			return;
		}
	}
	if (ph->term_next) {
		begin_term(ph);
	} else if (ph->dev.await_peer) {
		ph->step = PEER;
		loop_fd_want(ph->watch, LOOP_READ);
	} else {
		dial(ph);
	}
}

static void
net_done(void *arg, int fd, const char *why)
{
	struct physical *ph = arg;

	if (fd < 0)
		log_put(LOG_WARN_, "%s: %s: %s", conf(ph)->name, ph->device,
		    why);
	no_net(ph);			/* @why goes with it */
	if (fd < 0) {
		fail(ph, WHY_NO_DEVICE);
		return;
	}
	dev_init(&ph->dev);
	ph->dev.kind = device_kind(ph->device);
	ph->dev.in = ph->dev.out = fd;
	ph->dev.whole = ph->dev.datagram = ph->dev.kind == DEV_UDP;
	snprintf(ph->dev.info, sizeof(ph->dev.info), "%s",
	    ph->dev.kind == DEV_UDP ? "udp" : "tcp");
	opened(ph);
}

static int
open_net(struct physical *ph, char *why, size_t n)
{
	struct dev_net_hooks h = { .arg = ph, .done = net_done };

	ph->net = dev_net_new(ph->loop, ph->device, &h);
	if (ph->net != NULL)
		return 0;
	snprintf(why, n, "%s: cannot look up the host", ph->device);
	return -1;
}

static int
open_word(struct physical *ph, const char *tun, char *why, size_t n)
{
	const struct serial_conf *s = &conf(ph)->serial;
	int err;

	switch (device_kind(ph->device)) {
	case DEV_TTY:
		err = dev_open_tty(&ph->dev, ph->device, s, tun, why, n);
		break;
	case DEV_PROGRAM:
		err = dev_open_program(&ph->dev, ph->device, s->speed == 0,
		    ph->hook.expand, ph->hook.arg, why, n);
		break;
	case DEV_TCP:
	case DEV_UDP:
		ph->step = OPENING;
		err = open_net(ph, why, n);
		if (err < 0)
			ph->step = AT_REST;
		return err;
	default:
		snprintf(why, n, "Device (%s) must begin with a '/', a '!' "
		    "or contain at least one ':'", ph->device);
		return -1;
	}
	if (err == 0)
		soon(ph, OPENING);
	return err;
}

static int
start(struct physical *ph, const char *device, bool scripts,
    const char *tun, char *why, size_t n)
{
	ph->scripts = scripts;
	ph->lost = ph->failing = false;
	if (ph->dev.in >= 0) {		/* a leased line, still open */
		soon(ph, OPENING);
		return 0;
	}
	snprintf(ph->device, sizeof(ph->device), "%s", device);
	return open_word(ph, tun, why, n);
}

int
physical_open(struct physical *ph, const char *device, bool scripts,
    const char *tun, char *why, size_t n)
{
	ph->term_next = false;
	return start(ph, device, scripts, tun, why, n);
}

int
physical_direct(struct physical *ph, const int fd[2], bool scripts,
    char *why, size_t n)
{
	int err;

	ph->scripts = scripts;
	ph->term_next = ph->lost = ph->failing = false;
	strcpy(ph->device, "direct");
	err = dev_open_direct(&ph->dev, fd, &conf(ph)->serial, why, n);
	if (err == 0)
		soon(ph, OPENING);
	return err;
}

int
physical_term(struct physical *ph, const char *device, const char *tun,
    char *why, size_t n)
{
	if (ph->step == TERM)
		return 0;
	ph->term_next = true;
	return start(ph, device, false, tun, why, n);
}

bool
physical_in_term(const struct physical *ph)
{
	return ph->step == TERM;
}

void
physical_write(struct physical *ph, const char *p, size_t n)
{
	if (ph->step != TERM)
		return;
	outq_add(&ph->out, p, n);
	flush_term(ph);
}

void
physical_packets(struct physical *ph)
{
	if (ph->step != TERM)
		return;
	unwatch(ph);
	soon(ph, LOGIN);
}

/* ---- the end ---- */

static void
close_down(struct physical *ph)
{
	if (ph->failing || !ph->keep || ph->lost)
		let_go(ph);
	ph->step = AT_REST;
	if (ph->failing)
		ph->hook.failed(ph->hook.arg, ph->why);
	else
		ph->hook.closed(ph->hook.arg);
}

/* DTR goes low, then the hangup script. */
static void
drop_line(struct physical *ph)
{
	ph->hook.state(ph->hook.arg, LINK_HANGUP);
	ph->step = DROPPED;
	if (ph->dev.kind != DEV_TTY || ph->dev.keep_open) {
		loop_timer_set(ph->timer, 0);
		return;
	}
	serial_drop(ph->dev.in);
	loop_timer_set(ph->timer, clock_now() + (conf(ph)->hangup[0] != '\0' ?
	    DROP_TIME : 0));
}

static void
hang_up(struct physical *ph)
{
	const struct serial_conf *s = &conf(ph)->serial;
	struct serial_line line = { .speed = s->speed, .parity = s->parity,
	    .ctsrts = s->ctsrts };

	if (ph->dev.kind == DEV_TTY && conf(ph)->hangup[0] != '\0' &&
	    ph->scripts)
		(void)serial_set(ph->dev.in, &line);
	if (!script(ph, HANGUP, conf(ph)->hangup))
		close_down(ph);
}

static void
log_out(struct physical *ph)
{
	if (ph->lost || ph->keep) {
		close_down(ph);
		return;
	}
	ph->hook.state(ph->hook.arg, LINK_LOGOUT);
	if (!script(ph, LOGOUT, conf(ph)->logout))
		drop_line(ph);
}

void
physical_end(struct physical *ph, bool lost, bool keep)
{
	ph->lost = lost;
	ph->keep = keep;
	soon(ph, CLOSING);
}

bool
physical_abort(struct physical *ph, enum why why)
{
	switch (ph->step) {
	case OPENING:
	case PEER:
	case DIAL:
	case CARRIER:
	case LOGIN:
	case TERM:
		chatter_stop(ph->chat);
		no_net(ph);		/* or it would go on from there */
		unwatch(ph);
		fail(ph, why);
		return true;
	default:
		return false;
	}
}

/* ---- what comes from the loop ---- */

static void
chat_done(void *arg, bool ok)
{
	struct physical *ph = arg;

	switch (ph->step) {
	case DIAL:
		if (!ok) {
			fail(ph, WHY_CHAT);
			break;
		}
		phone_worked(&ph->phone);
		await_carrier(ph);
		break;
	case LOGIN:
		if (ok)
			begin_ppp(ph);
		else
			fail(ph, WHY_CHAT);
		break;
	case LOGOUT:
		drop_line(ph);
		break;
	case HANGUP:
		close_down(ph);
		break;
	default:
		break;
	}
}

static void
on_timer(void *arg, tstamp now)
{
	struct physical *ph = arg;

	(void)now;
	switch (ph->step) {
	case OPENING:
		if (ph->net == NULL)
			opened(ph);
		break;
	case DIAL:
		dial(ph);
		break;
	case CARRIER:
		carrier(ph);
		break;
	case LOGIN:			/* out of terminal mode */
		begin_ppp(ph);
		break;
	case UP:
		watch_carrier(ph);
		break;
	case CLOSING:
		log_out(ph);
		break;
	case DROPPED:
		hang_up(ph);
		break;
	case FAILING:
		if (ph->dev.in >= 0 && ph->why != WHY_LINE_LOST)
			drop_line(ph);
		else
			close_down(ph);
		break;
	default:
		break;
	}
}

/* ---- the rest ---- */

bool
physical_busy(const struct physical *ph)
{
	return ph->step != AT_REST;
}

bool
physical_ending(const struct physical *ph)
{
	return ph->step == LOGOUT || ph->step == DROPPED ||
	    ph->step == HANGUP || ph->step == CLOSING ||
	    ph->step == FAILING;
}

bool
physical_more_numbers(const struct physical *ph)
{
	return phone_more(&ph->phone);
}

void
physical_see(const struct physical *ph, struct physical_view *v)
{
	v->open = ph->dev.in >= 0;
	v->kind = ph->dev.kind;
	v->sync = ph->dev.whole;
	v->carrier = ph->watched ? ph->carrier : -1;
	v->info = ph->dev.info;
	v->phone = ph->number != NULL && v->open ? ph->number : "";
}

static void
expand(void *arg, const char *in, struct txt *out)
{
	struct physical *ph = arg;

	ph->hook.expand(ph->hook.arg, in, out);
}

static const char *
chat_name(void *arg)
{
	return conf(arg)->name;
}

struct physical *
physical_new(struct loop *l, const struct physical_hooks *h)
{
	struct physical *ph = calloc(1, sizeof(*ph));
	struct chatter_conf c = { .name = chat_name, .done = chat_done,
	    .expand = expand };

	if (ph == NULL)
		return NULL;
	ph->loop = l;
	ph->hook = *h;
	ph->carrier = -1;
	dev_init(&ph->dev);
	c.arg = ph;
	ph->chat = chatter_new(l, &c);
	ph->timer = loop_timer_new(l, on_timer, ph);
	if (ph->chat == NULL || ph->timer == NULL) {
		physical_free(ph);
		return NULL;
	}
	return ph;
}

void
physical_free(struct physical *ph)
{
	if (ph == NULL)
		return;
	if (ph->timer != NULL && ph->chat != NULL)
		let_go(ph);
	chatter_free(ph->chat);
	loop_timer_free(ph->timer);
	free(ph);
}

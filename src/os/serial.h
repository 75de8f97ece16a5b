/*
 * Terminals as lines: speed, parity, flow control, carrier, the lock files
 * of uucp. The caller owns the descriptors.
 */
#ifndef OS_SERIAL_H
#define OS_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

struct serial_line {
	uint32_t speed;			/* bits/s; 0: leave it as it is */
	char	 parity;		/* 'n', 'o', 'e' */
	bool	 ctsrts;
};

/* serial_speed_ok - does this system know the rate at all? */
bool serial_speed_ok(uint32_t rate);

/*
 * serial_open - lock and open @path without waiting for carrier. The
 * descriptor (non-blocking, close-on-exec), or -E_DENIED: somebody has it
 * locked, -E_FORMAT: no terminal, -E_SYS; the reason in @why. serial_unlock
 * takes the lock away again, which only matters after success.
 */
int serial_open(const char *path, char *why, size_t n);
void serial_unlock(const char *path);

/*
 * serial_set - raw, as @c says. 0, or -E_RANGE: the rate is unknown, -E_SYS.
 * serial_get, serial_restore - the settings for the time afterwards.
 */
int serial_set(int fd, const struct serial_line *c);
bool serial_get(int fd, struct termios *t);
void serial_restore(int fd, const struct termios *t);

/* serial_carrier - 1: there, 0: not, -1: this line has no such signal. */
int serial_carrier(int fd);

/* serial_drop - DTR low: the modem hangs up. */
void serial_drop(int fd);

#endif

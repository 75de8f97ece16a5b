/*
 * Who is logged in, for who(1) and last(1): an entry of the user accounting
 * database while a peer is up. One file per system. Control thread only; a
 * host without these files has no entries, and that is no error.
 */
#ifndef OS_UTMP_H
#define OS_UTMP_H

/*
 * os_utmp_in - @user has come on @line ("tun0", "eth0/17"), which is nobody
 * else's on this host. os_utmp_out - that one has gone.
 */
void os_utmp_in(const char *line, const char *user, const char *host);
void os_utmp_out(const char *line);

#endif

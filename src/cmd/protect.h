/* May the configuration be trusted by a program with rights of its own? */
#ifndef CMD_PROTECT_H
#define CMD_PROTECT_H

#include <stddef.h>

/*
 * protect_check - ppp.conf in @dir and every directory above it: none may be
 * writable by others (sticky directories aside). 0; -E_DENIED with the name
 * of the first that is in @what. What does not exist cannot be written.
 */
int protect_check(const char *dir, char *what, size_t n);

#endif

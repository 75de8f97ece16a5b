/*
 * Passwords of this host's users; one file per system. Control thread only.
 */
#ifndef AAA_SYSTEM_H
#define AAA_SYSTEM_H

#include <stdbool.h>

/*
 * system_hash - the password hash of @name, wiped and freed with
 * system_hash_free(). NULL: no such user, no right to read it (that takes
 * root), or the account has expired.
 */
char *system_hash(const char *name);
void system_hash_free(char *hash);

/*
 * system_password - is @pass the password of @name? Accounts without a
 * password and empty passwords never match. Takes as long as crypt(3).
 */
bool system_password(const char *name, const char *pass);

#endif

/*
 * PPPoE sessions that outlive a crash: while a client's session is up, a
 * small file names it; the next start on that interface finds the file of a
 * dead process and tells the access concentrator that the session is over.
 */
#ifndef CTL_LEFTOVER_H
#define CTL_LEFTOVER_H

#include "wire/eth.h"

#define LEFTOVER_DIR	"/var/run"

/*
 * leftover_note - remember the session @k on the interface @mac. Returns a
 * descriptor that holds the file's lock while we live, -1: not written,
 * which is no error: the file is a courtesy.
 * leftover_forget - the session ended as it should; closes @fd.
 */
int leftover_note(const uint8_t mac[ETH_ADDR], const struct sess_key *k);
void leftover_forget(const uint8_t mac[ETH_ADDR], uint16_t sid, int fd);

/* leftover_find - call @fn for each session of dead processes on interface
 * @mac, and remove its file. */
typedef void leftover_fn(const struct sess_key *k, void *arg);
void leftover_find(const uint8_t mac[ETH_ADDR], leftover_fn *fn, void *arg);

#endif

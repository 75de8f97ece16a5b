/*
 * Error numbers that functions return as negative values.
 * 0 is success. -E_SYS means "look at errno"; only the function that gives
 * up turns a number into a line of the log.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	E_SHORT = 1,	/* packet ends before its own length says */
	E_FORMAT,	/* bytes that no RFC allows here */
	E_STALE,	/* Identifier, cookie or generation of the past */
	E_STATE,	/* legal packet, but not in this state */
	E_UNKNOWN,	/* no such protocol, option, session, name */
	E_DENIED,	/* a rule says no */
	E_RANGE,	/* value outside its limits */
	E_FULL,		/* table, ring, pool or limit exhausted */
	E_EXIST,	/* it is already there */
	E_NOMEM,	/* malloc failed */
	E_SYS,		/* a system call failed: errno says why */
};

/*
 * err_text - the error as a short phrase for people, never NULL.
 * @err: a negative value (-E_*); -E_SYS gives strerror(errno).
 */
const char *err_text(int err);

#endif

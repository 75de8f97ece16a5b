/* pppctl without a command: the server's prompt at our terminal. */
#ifndef CMD_PPPCTL_TTY_H
#define CMD_PPPCTL_TTY_H

#include "cmd/pppctl_conn.h"

/*
 * conn_interactive - until the server closes (`Connection closed`), ^D or
 * `quit`. The password is through.
 */
void conn_interactive(struct conn *c);

#endif

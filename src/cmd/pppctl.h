/*
 * pppctl: commands for a running ppp, from the shell. ppp(8), pppctl.
 */
#ifndef CMD_PPPCTL_H
#define CMD_PPPCTL_H

/*
 * pppctl_main - the whole program: pppctl [-v] [-t SECS] [-p PASSWORD]
 * [[HOST:]PORT | /SOCKET] [COMMAND[;COMMAND]...]. Overwrites the password
 * in @argv. Returns the exit status:
 * 0 the end, also after `Password incorrect` or when ppp does not answer;
 * 1 usage, no such host or port, refused; 2 no socket; 3 local socket.
 */
int pppctl_main(int argc, char **argv);

#endif

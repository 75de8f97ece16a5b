/*
 * The names under which scripts for FreeBSD's load balancer call us, each
 * the main() of that name: `sysctl` and `ngctl` put the question to the
 * running daemon through its diagnostic socket (-S SOCKET, else
 * $PPP_SOCKET, else FACE_SOCKET); `kldload` knows that no module is needed;
 * `service` runs our start-up scripts.
 */
#ifndef CMD_FACE_H
#define CMD_FACE_H

#define FACE_SOCKET	"/var/run/pppoed.sock"

int sysctl_main(int argc, char **argv);
int ngctl_main(int argc, char **argv);
int kldload_main(int argc, char **argv);
int service_main(int argc, char **argv);

/*
 * pppoed_main - the daemon of the same name: its options become lines of our
 * language, the section of -l says the rest. Exit codes of sysexits(3).
 */
int pppoed_main(int argc, char **argv);

#endif

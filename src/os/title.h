/*
 * The title of the process as ps(1) and top(1) show it. One per process,
 * before threads start for the first call.
 */
#ifndef OS_TITLE_H
#define OS_TITLE_H

/*
 * os_title_init - remember where main()'s arguments are. Moves them and
 * environ, so that argv[] and environ go on being what they were.
 */
void os_title_init(int argc, char **argv);

/* os_title - @text, cut where the room ends; NULL: as it was at the start. */
void os_title(const char *text);

#endif

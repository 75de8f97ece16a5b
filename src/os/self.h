/* The program itself, to be started once more under another face. */
#ifndef OS_SELF_H
#define OS_SELF_H

#include <stddef.h>

/* os_self - its path, for os_spawn(); 0 or -E_SYS. */
int os_self(char *path, size_t n);

#endif

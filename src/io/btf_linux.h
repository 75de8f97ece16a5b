/* What the kernel says of its own functions: /sys/kernel/btf/vmlinux. */
#ifndef IO_BTF_LINUX_H
#define IO_BTF_LINUX_H

#include <stdint.h>

/* btf_func - the number by which a BPF program calls the kernel's function
 * @name; 0: there is none, or the kernel does not say. */
uint32_t btf_func(const char *name);

#endif

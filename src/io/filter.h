/*
 * The classic BPF program that lets only our frames through: the same rows
 * for AF_PACKET and bpf(4), whose instructions have the same shape.
 */
#ifndef IO_FILTER_H
#define IO_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "io/io.h"

#define FILTER_ROWS 48

struct filter_row {
	uint16_t code;
	uint8_t	 jt, jf;
	uint32_t k;
};

struct filter {			/* owner: caller, usually on the stack */
	unsigned n;
	struct filter_row row[FILTER_ROWS];
};

/*
 * filter_build - @c as a program; @mac: the interface's.
 * Tags in the bytes are passed over, at most two; a tag that the kernel
 * has taken out before is no concern of the program.
 */
void filter_build(struct filter *f, const struct io_conf *c,
    const uint8_t mac[ETH_ADDR]);

#endif

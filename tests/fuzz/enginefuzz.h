/*
 * What the fuzzers of ppp/ share: links in every state, and what must hold
 * after each packet. Aborts when it does not.
 */
#ifndef TESTS_ENGINEFUZZ_H
#define TESTS_ENGINEFUZZ_H

#include "ppp/link.h"

/*
 * enginefuzz_packet - the packet @p, @n of @proto to a link that was brought
 * into each state of that protocol. What is refused changes nothing; what is
 * sent is well-formed.
 */
void enginefuzz_packet(uint16_t proto, const uint8_t *p, size_t n);

/* enginefuzz_sent - all packets in @ob are well-formed control packets. */
void enginefuzz_sent(const struct outbox *ob);

/*
 * enginefuzz_last - our last Configure-Request of @proto in @ob into @buf,
 * made an Ack; its size, 0 when there is none.
 */
size_t enginefuzz_last(const struct outbox *ob, uint16_t proto,
    uint8_t *buf, size_t n);

#endif

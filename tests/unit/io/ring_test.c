/* The same promises over the memory-mapped receive ring. */
#define PACKET_RING IO_RING
#include "packet_test.c"

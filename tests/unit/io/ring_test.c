/* The same promises over the memory-mapped receive ring. */
#define PACKET_RING true
#include "packet_test.c"

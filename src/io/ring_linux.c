/* The receive ring. packet_mmap, TPACKET_V2: answers at once, unlike V3. */
#include "io/ring_linux.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/err.h"

#define SLOT		2048u		/* octets of a frame and its header */
#define BLOCK		(64u * 1024)	/* contiguous in the kernel */

void
ring_ask(int fd, unsigned slots)
{
	struct tpacket_req q = {
		.tp_block_size = BLOCK, .tp_block_nr = slots * SLOT / BLOCK,
		.tp_frame_size = SLOT, .tp_frame_nr = slots,
	};
	int version = TPACKET_V2;

	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version,
	    sizeof(version)) == 0)
		(void)setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &q,
		    sizeof(q));
}

int
ring_map(struct ring *r, int fd, unsigned slots)
{
	memset(r, 0, sizeof(*r));
	r->slots = slots;
	r->mem = mmap(NULL, (size_t)slots * SLOT, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (r->mem != MAP_FAILED)
		return 0;
	r->mem = NULL;
	return errno == EINVAL ? 0 : -E_SYS;	/* it was not to be had */
}

void
ring_close(struct ring *r)
{
	if (r->mem != NULL)
		munmap(r->mem, (size_t)r->slots * SLOT);
	r->mem = NULL;
}

static struct tpacket2_hdr *
slot(const struct ring *r, unsigned i)
{
	return (void *)(r->mem + (size_t)(i % r->slots) * SLOT);
}

void
ring_release(struct ring *r)
{
	for (; r->held > 0; r->held--)
		__atomic_store_n(&slot(r, r->at - r->held)->tp_status,
		    TP_STATUS_KERNEL, __ATOMIC_RELEASE);
}

static void
point(const struct tpacket2_hdr *h, uint32_t status, struct pkt *b)
{
	b->data = (uint8_t *)(uintptr_t)h + h->tp_mac;
	b->len = h->tp_snaplen;
	b->tci = b->tpid = 0;
	if (status & TP_STATUS_VLAN_VALID) {
		b->tci = h->tp_vlan_tci;
		b->tpid = status & TP_STATUS_VLAN_TPID_VALID ?
		    h->tp_vlan_tpid : ETH_P_VLAN;
	}
}

static uint32_t
status_of(const struct tpacket2_hdr *h)
{
	return __atomic_load_n(&h->tp_status, __ATOMIC_ACQUIRE);
}

bool
ring_look(const struct ring *r, unsigned at, struct pkt *b)
{
	const struct tpacket2_hdr *h = slot(r, r->at + at);
	uint32_t status = status_of(h);

	if (at >= r->slots - r->held || (status & TP_STATUS_USER) == 0)
		return false;
	point(h, status, b);
	return true;
}

static bool
take(const struct tpacket2_hdr *h, uint32_t status, struct io_stats *st,
    struct pkt *b)
{
	if (h->tp_snaplen < h->tp_len) {
		st->oversize++;
		return false;
	}
	point(h, status, b);
	st->in++;
	st->in_octets += b->len;
	return true;
}

int
ring_recv(struct ring *r, struct io_stats *st, struct pkt *b, int n)
{
	int got = 0;

	ring_release(r);
	while (got < n && r->held < r->slots) {
		struct tpacket2_hdr *h = slot(r, r->at);
		uint32_t status = status_of(h);

		if ((status & TP_STATUS_USER) == 0)
			break;
		r->at++;
		r->held++;
		got += take(h, status, st, &b[got]);
	}
	return got;
}

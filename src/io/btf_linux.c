/* Documentation/bpf/btf.rst of the kernel, section 2. */
#include "io/btf_linux.h"

#include <fcntl.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KIND_DECL_TAG	17		/* newer than some headers */
#define KIND_TYPE_TAG	18
#define KIND_ENUM64	19

/* Octets behind the head of a type; negative: a kind that we do not know. */
static long
tail(const struct btf_type *t)
{
	long n = BTF_INFO_VLEN(t->info);

	switch (t->info >> 24 & 31) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case KIND_ENUM64:
		return n * 12;
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return n * 8;
	default:
		return (t->info >> 24 & 31) <= KIND_TYPE_TAG ? 0 : -1;
	}
}

static uint32_t
find(const uint8_t *b, size_t size, const char *name)
{
	struct btf_header h;
	struct btf_type t;
	uint32_t id = 0;

	if (size < sizeof(h))
		return 0;
	memcpy(&h, b, sizeof(h));
	size_t at = (size_t)h.hdr_len + h.type_off, end = at + h.type_len;
	size_t text = (size_t)h.hdr_len + h.str_off, len = strlen(name) + 1;

	if (h.magic != BTF_MAGIC || end > size)
		return 0;
	while (at + sizeof(t) <= end) {
		memcpy(&t, b + at, sizeof(t));
		id++;
		if (BTF_INFO_KIND(t.info) == BTF_KIND_FUNC &&
		    text + t.name_off + len <= size &&
		    memcmp(b + text + t.name_off, name, len) == 0)
			return id;
		if (tail(&t) < 0)
			return 0;
		at += sizeof(t) + (size_t)tail(&t);
	}
	return 0;
}

uint32_t
btf_func(const char *name)
{
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	uint32_t id = 0;
	uint8_t *b = NULL;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0)
		b = malloc((size_t)st.st_size);
	while (b != NULL && size < (size_t)st.st_size &&
	    (n = read(fd, b + size, (size_t)st.st_size - size)) > 0)
		size += (size_t)n;
	if (b != NULL)
		id = find(b, size, name);
	free(b);
	close(fd);
	return id;
}

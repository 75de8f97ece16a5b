/*
 * /etc/resolv.conf: its own text without nameserver lines, an empty line,
 * our servers. resolv.conf(5).
 */
#include "os/resolv.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"

/* The line that begins at @p; returns the begin of the next one. */
static const char *
next_line(const char *p, const char *end, size_t *len)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));
	const char *next = nl != NULL ? nl + 1 : end;

	*len = (size_t)(next - p);
	return next;
}

/* Is it a nameserver line? @ip: its address when that is IPv4, else 0. */
static bool
is_nameserver(const char *line, size_t len, uint32_t *ip)
{
	static const char word[] = "nameserver";
	const size_t n = sizeof(word) - 1;
	char text[INET_ADDRSTRLEN];
	struct in_addr in;
	size_t k = 0;

	*ip = 0;
	if (len <= n || memcmp(line, word, n) != 0 ||
	    (line[n] != ' ' && line[n] != '\t'))
		return false;
	line += n;
	len -= n;
	for (; len > 0 && (*line == ' ' || *line == '\t'); len--)
		line++;
	for (; k < len && k + 1 < sizeof(text) &&
	    !isspace((unsigned char)line[k]); k++)
		text[k] = line[k];
	text[k] = '\0';
	if (inet_pton(AF_INET, text, &in) == 1)
		*ip = ntohl(in.s_addr);
	return true;
}

static void
find_servers(struct resolv *r)
{
	const char *p = r->text, *end = r->text + r->len;
	unsigned n = 0;
	uint32_t ip;
	size_t len;

	while (p < end && n < 2) {
		const char *next = next_line(p, end, &len);

		if (is_nameserver(p, len, &ip) && ip != 0)
			r->ns[n++] = ip;
		p = next;
	}
}

/* Octets read into buf[0..n), or -E_SYS; n octets: perhaps there is more. */
static ssize_t
read_all(int fd, char *buf, size_t n)
{
	size_t at = 0;

	while (at < n) {
		ssize_t got = read(fd, buf + at, n - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -E_SYS;
		if (got == 0)
			break;
		at += (size_t)got;
	}
	return (ssize_t)at;
}

static int
close_keep(int fd, int err)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return err;
}

static int
load(struct resolv *r, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? 0 : -E_SYS;
	r->existed = true;
	n = read_all(fd, r->text, sizeof(r->text));
	if (n < 0)
		return close_keep(fd, -E_SYS);
	if (n == (ssize_t)sizeof(r->text))
		return close_keep(fd, -E_FULL);
	r->len = (size_t)n;
	r->text[n] = '\0';
	find_servers(r);
	return close_keep(fd, 0);
}

int
resolv_load(struct resolv *r, const char *path)
{
	r->text[0] = '\0';
	r->len = 0;
	r->ns[0] = r->ns[1] = 0;
	r->existed = r->written = false;
	r->failed = load(r, path);
	if (r->failed < 0)
		r->text[0] = '\0';
	return r->failed;
}

/* What is not known cannot be put back: so it is not changed either. */
static int
refuse(const struct resolv *r)
{
	errno = EIO;
	return r->failed;
}

static int
write_file(const char *path, const char *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return -E_SYS;
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return close_keep(fd, -E_SYS);
		p += done;
		n -= (size_t)done;
	}
	return close(fd) < 0 ? -E_SYS : 0;
}

/* The file's other lines into @to; returns their octets. */
static size_t
copy_others(const struct resolv *r, char *to)
{
	const char *p = r->text, *end = r->text + r->len;
	size_t n = 0, len;
	uint32_t ip;

	while (p < end) {
		const char *next = next_line(p, end, &len);

		if (!is_nameserver(p, len, &ip)) {
			memcpy(to + n, p, len);
			n += len;
		}
		p = next;
	}
	return n;
}

static size_t
put_server(char *to, size_t room, uint32_t ip)
{
	struct in_addr in = { htonl(ip) };
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &in, text, sizeof(text));
	return (size_t)snprintf(to, room, "nameserver %s\n", text);
}

int
resolv_write(struct resolv *r, const char *path, const uint32_t ns[2])
{
	static const char gap[2] = { '\n', '\n' };
	char *out = r->ours;
	size_t n;

	if (r->failed < 0)
		return refuse(r);
	if (ns[0] == 0 && ns[1] == 0)
		return 0;
	n = copy_others(r, out);
	if (n > 0) {		/* its last line may lack its end */
		bool ended = out[n - 1] == '\n';

		memcpy(out + n, gap, sizeof(gap));
		n += ended ? 1 : 2;
	}
	for (unsigned i = 0; i < 2; i++)
		if (ns[i] != 0 && (i == 0 || ns[i] != ns[0]))
			n += put_server(out + n, sizeof(r->ours) - n, ns[i]);
	r->ours_len = n;
	resolv_note(r);
	int err = write_file(path, out, n);

	r->written |= err == 0;
	return err;
}

bool
resolv_is_ours(const struct resolv *r, const char *path)
{
	char is[sizeof(r->ours)];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read_all(fd, is, sizeof(is));
	close(fd);
	return n >= 0 && (size_t)n == r->ours_len &&
	    memcmp(is, r->ours, r->ours_len) == 0;
}

int
resolv_restore(struct resolv *r, const char *path)
{
	int err;

	if (r->failed < 0)
		return refuse(r);
	if (r->existed)
		err = write_file(path, r->text, r->len);
	else if (unlink(path) == 0 || errno == ENOENT)
		err = 0;
	else			/* a mount of its own cannot be removed */
		err = errno == EBUSY ? write_file(path, "", 0) : -E_SYS;
	if (err == 0) {
		r->written = false;
		resolv_unnote(r);
	}
	return err;
}

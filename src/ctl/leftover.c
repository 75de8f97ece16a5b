/* Files /var/run/ppp-pppoe-MAC-PID-SID: one line, "PEERMAC SID OUTER INNER". */
#include "ctl/leftover.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void
prefix_of(const uint8_t mac[ETH_ADDR], char *buf, size_t n)
{
	snprintf(buf, n, "ppp-pppoe-%02x%02x%02x%02x%02x%02x-", mac[0],
	    mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static void
path_of(const uint8_t mac[ETH_ADDR], uint16_t sid, char *buf, size_t n)
{
	char prefix[40];

	prefix_of(mac, prefix, sizeof(prefix));
	snprintf(buf, n, LEFTOVER_DIR "/%s%ld-%u", prefix, (long)getpid(),
	    sid);
}

int
leftover_note(const uint8_t mac[ETH_ADDR], const struct sess_key *k)
{
	char path[128], text[MAC_TEXT];
	int fd;

	path_of(mac, k->sid, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || dprintf(fd,
	    "%s %u %u %u\n", mac_text(k->mac, text), k->sid, k->vlan.outer,
	    k->vlan.inner) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void
leftover_forget(const uint8_t mac[ETH_ADDR], uint16_t sid, int fd)
{
	char path[128];

	if (fd < 0)
		return;
	path_of(mac, sid, path, sizeof(path));
	unlink(path);
	close(fd);
}

static bool
read_key(const char *path, struct sess_key *k)
{
	unsigned m[ETH_ADDR], sid, outer, inner;
	FILE *f = fopen(path, "re");
	int n;

	if (f == NULL)
		return false;
	n = fscanf(f, "%2x:%2x:%2x:%2x:%2x:%2x %u %u %u", &m[0], &m[1],
	    &m[2], &m[3], &m[4], &m[5], &sid, &outer, &inner);
	fclose(f);
	if (n != 9 || sid == 0 || sid > 0xffff || outer > 4094 ||
	    inner > 4094)
		return false;
	memset(k, 0, sizeof(*k));
	for (int i = 0; i < ETH_ADDR; i++)
		k->mac[i] = (uint8_t)m[i];
	k->sid = (uint16_t)sid;
	k->vlan.outer = (uint16_t)outer;
	k->vlan.inner = (uint16_t)inner;
	return true;
}

/* The lock goes with its owner, also when nobody has reaped it yet. */
static bool
owner_lives(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool lives = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0;

	if (fd >= 0)
		close(fd);
	return lives;
}

void
leftover_find(const uint8_t mac[ETH_ADDR], leftover_fn *fn, void *arg)
{
	char prefix[40], path[sizeof(LEFTOVER_DIR) + 258];
	DIR *d = opendir(LEFTOVER_DIR);
	struct sess_key k;
	struct dirent *e;

	if (d == NULL)
		return;
	prefix_of(mac, prefix, sizeof(prefix));
	while ((e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, prefix, strlen(prefix)) != 0)
			continue;
		snprintf(path, sizeof(path), LEFTOVER_DIR "/%s", e->d_name);
		if (owner_lives(path))
			continue;
		if (read_key(path, &k))
			fn(&k, arg);
		unlink(path);
	}
	closedir(d);
}

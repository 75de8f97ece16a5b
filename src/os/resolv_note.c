/*
 * Notes of a replaced resolv.conf: DIR/ppp-resolv-PID, a line "EXISTED
 * OCTETS OCTETS", then the file's own text and ours. Its lock tells whether
 * the writer lives.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "os/resolv.h"

#define PREFIX	"ppp-resolv-"

static void
path_of(const char *dir, char *path, size_t n)
{
	snprintf(path, n, "%s/" PREFIX "%ld", dir, (long)getpid());
}

void
resolv_note(struct resolv *r)
{
	char path[256];
	FILE *f;

	if (r->notes == NULL)
		return;
	resolv_unnote(r);
	path_of(r->notes, path, sizeof(path));
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	r->note = fd + 1;
	f = flock(fd, LOCK_EX | LOCK_NB) == 0 ? fdopen(dup(fd), "w") : NULL;
	if (f == NULL)
		return;
	fprintf(f, "%d %zu %zu\n", r->existed, r->len, r->ours_len);
	fwrite(r->text, 1, r->len, f);
	fwrite(r->ours, 1, r->ours_len, f);
	fclose(f);
}

void
resolv_unnote(struct resolv *r)
{
	char path[256];

	if (r->note == 0)
		return;
	path_of(r->notes, path, sizeof(path));
	unlink(path);
	close(r->note - 1);
	r->note = 0;
}

/* A note into @r; false: not one. */
static bool
read_note(int fd, struct resolv *r)
{
	FILE *f = fdopen(dup(fd), "r");
	int existed = 0;
	bool ok;

	if (f == NULL)
		return false;
	ok = fscanf(f, "%d %zu %zu", &existed, &r->len, &r->ours_len) == 3 &&
	    fgetc(f) == '\n' && r->len < sizeof(r->text) &&
	    r->ours_len <= sizeof(r->ours) &&
	    fread(r->text, 1, r->len, f) == r->len &&
	    fread(r->ours, 1, r->ours_len, f) == r->ours_len;
	fclose(f);
	r->existed = existed != 0;
	return ok;
}

static bool
recover(const char *note, const char *path)
{
	struct resolv *r = calloc(1, sizeof(*r));
	int fd = open(note, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool done = false;

	/* The lock goes with its owner, also when nobody has reaped it. */
	if (r != NULL && fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) == 0) {
		done = read_note(fd, r) && resolv_is_ours(r, path) &&
		    resolv_restore(r, path) == 0;
		unlink(note);
	}
	if (fd >= 0)
		close(fd);
	free(r);
	return done;
}

bool
resolv_recover(const char *dir, const char *path)
{
	DIR *d = opendir(dir);
	char note[512];
	struct dirent *e;
	bool any = false;

	if (d == NULL)
		return false;
	while ((e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		snprintf(note, sizeof(note), "%s/%.255s", dir, e->d_name);
		any |= recover(note, path);
	}
	closedir(d);
	return any;
}

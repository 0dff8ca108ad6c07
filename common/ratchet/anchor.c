/* The anchor; see anchor.h. */
#include "ratchet/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cur.h"
#include "sys/file.h"

/* Two places, a sector apart: a disk writes a sector whole or not at all. */
enum { PLACES = 2, APART = 4096, SIZE = 8 + VAULT_CODE };

/* The new name itself must survive a power cut. */
static bool
sync_name(const char *path)
{
	char *folder = file_folder(path);
	bool ok = file_sync_folder(folder);

	free(folder);
	return ok;
}

int
anchor_open(const char *path, bool make, enum anchor_result *why)
{
	int fd = -1;

	*why = ANCHOR_FAILED;
	if (make && !file_make_folders(path))
		return -1;
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0),
	    0600);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		*why = ANCHOR_ABSENT;
	if (fd >= 0 && make && !sync_name(path)) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
write_at(int fd, struct span s, off_t at)
{
	while (s.n > 0) {
		ssize_t n = pwrite(fd, s.p, s.n, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		s = span_from(s, (size_t)n);
		at += n;
	}
	return true;
}

static bool
read_place(int fd, const struct vault *v, int place, uint64_t *generation)
{
	unsigned char p[SIZE], code[VAULT_CODE];
	struct cur c = cur_of(span_of(p, sizeof(p)));
	uint64_t got = 0;

	if (!file_read_at(fd, p, sizeof(p), (off_t)place * APART))
		return false;
	vault_code(v, span_of(p, 8), code);
	if (sodium_memcmp(code, p + 8, sizeof(code)) != 0)
		return false;
	got = (uint64_t)cur_u32(&c) << 32;
	got |= cur_u32(&c);
	*generation = got;
	return true;
}

/* The newer one; its place in *at, -1 where both are empty. */
static uint64_t
newest(int fd, const struct vault *v, int *at)
{
	uint64_t best = 0, g = 0;

	*at = -1;
	for (int i = 0; i < PLACES; i++)
		if (read_place(fd, v, i, &g) && (*at < 0 || g > best)) {
			best = g;
			*at = i;
		}
	return best;
}

enum anchor_result
anchor_read(int fd, const struct vault *v, uint64_t *generation)
{
	int at = -1;
	uint64_t g = newest(fd, v, &at);

	if (at < 0)
		return ANCHOR_ABSENT;
	*generation = g;
	return ANCHOR_OK;
}

static bool
write_place(int fd, const struct vault *v, int place, uint64_t generation)
{
	unsigned char p[SIZE];

	for (int i = 0; i < 8; i++)
		p[i] = (unsigned char)(generation >> (56 - 8 * i));
	vault_code(v, span_of(p, 8), p + 8);
	return write_at(fd, span_of(p, sizeof(p)), (off_t)place * APART) &&
	    fdatasync(fd) == 0;
}

/*
 * Locked, since another process may have committed after us and be here
 * first.
 */
enum anchor_result
anchor_raise(int fd, const struct vault *v, uint64_t generation)
{
	int at = -1;
	bool ok = false;

	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return ANCHOR_FAILED;
	ok = newest(fd, v, &at) >= generation && at >= 0;
	if (!ok)
		ok = write_place(fd, v, at == 0 ? 1 : 0, generation);
	flock(fd, LOCK_UN);
	return ok ? ANCHOR_OK : ANCHOR_FAILED;
}

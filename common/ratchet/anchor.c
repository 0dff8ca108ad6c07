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

static enum anchor_result
read_place(int fd, const struct vault *v, int place, uint64_t *generation)
{
	unsigned char p[SIZE], code[VAULT_CODE];
	struct cur c = cur_of(span_of(p, sizeof(p)));
	uint64_t got = 0;

	/* the end of the file is no error */
	errno = 0;
	if (!file_read_at(fd, p, sizeof(p), (off_t)place * APART))
		return errno == 0 ? ANCHOR_ABSENT : ANCHOR_FAILED;
	vault_code(v, span_of(p, 8), code);
	if (sodium_memcmp(code, p + 8, sizeof(code)) != 0)
		return ANCHOR_ABSENT;
	got = (uint64_t)cur_u32(&c) << 32;
	got |= cur_u32(&c);
	*generation = got;
	return ANCHOR_OK;
}

/*
 * The newer one and its place; ANCHOR_ABSENT where both are empty. One that
 * cannot be read may be the newer.
 */
static enum anchor_result
newest(int fd, const struct vault *v, int *at, uint64_t *generation)
{
	enum anchor_result r = ANCHOR_ABSENT;
	uint64_t g = 0;

	for (int i = 0; i < PLACES; i++) {
		enum anchor_result one = read_place(fd, v, i, &g);

		if (one == ANCHOR_FAILED)
			return ANCHOR_FAILED;
		if (one == ANCHOR_ABSENT ||
		    (r == ANCHOR_OK && g <= *generation))
			continue;
		r = ANCHOR_OK;
		*generation = g;
		*at = i;
	}
	return r;
}

enum anchor_result
anchor_read(int fd, const struct vault *v, uint64_t *generation)
{
	int at = -1;
	uint64_t g = 0;
	enum anchor_result r = newest(fd, v, &at, &g);

	if (r == ANCHOR_OK)
		*generation = g;
	return r;
}

static bool
write_place(int fd, const struct vault *v, int place, uint64_t generation)
{
	unsigned char p[SIZE];

	for (int i = 0; i < 8; i++)
		p[i] = (unsigned char)(generation >> (56 - 8 * i));
	vault_code(v, span_of(p, 8), p + 8);
	return file_write_at(fd, span_of(p, sizeof(p)),
	    (off_t)place * APART) && fdatasync(fd) == 0;
}

/*
 * Locked, since another process may have committed after us and be here
 * first.
 */
enum anchor_result
anchor_raise(int fd, const struct vault *v, uint64_t generation)
{
	int at = -1;
	uint64_t there = 0;
	enum anchor_result r = ANCHOR_FAILED;

	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return ANCHOR_FAILED;
	r = newest(fd, v, &at, &there);
	if (r == ANCHOR_ABSENT || (r == ANCHOR_OK && there < generation))
		r = write_place(fd, v, at == 0 ? 1 : 0, generation) ?
		    ANCHOR_OK : ANCHOR_FAILED;
	flock(fd, LOCK_UN);
	return r;
}
